"""python manage.py rotate_key"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consultations.archiving.signing import KeyUnusable
from consultations.domain.signing_key import key_chain_file, rotate_key


class Command(BaseCommand):
    help = "更换归档签名密钥：新公钥由旧密钥签名，以前的归档仍按各自的公钥核验。"

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            former, key = rotate_key()
        except (OSError, KeyUnusable) as error:
            raise CommandError(f"没有更换：{error}") from error
        self.stdout.write(
            f"已更换签名密钥。\n旧公钥编号 {former}\n新公钥编号 {key.key_id}\n"
            f"公钥链 {key_chain_file()}"
        )
