"""python manage.py reindex"""

from typing import Any

from django.core.management.base import BaseCommand

from consultations.domain.search import reindex


class Command(BaseCommand):
    help = "重建检索索引：按现在公开的内容重新写入。"

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(f"检索索引已重建，共 {reindex()} 条。")
