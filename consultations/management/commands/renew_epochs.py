"""python manage.py renew_epochs"""

from typing import Any

from django.core.management.base import BaseCommand

from consultations.domain.events import renew_epochs


class Command(BaseCommand):
    help = "从备份恢复以后运行：让所有浏览器重新读取议事室。"

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(f"已更新 {renew_epochs()} 个议事室。")
