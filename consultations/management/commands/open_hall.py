"""Open the hall: prepare the database, fill an empty demo hall, serve."""

from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import DatabaseError

from consultations.demo.fill import fill_hall, hall_is_empty
from hall.assets import collect_static
from hall.management.commands.serve import cannot_listen
from members.models import Person


class Command(BaseCommand):
    help = "Prepare the database and serve; with HALL_DEMO=1 fill an empty hall with the demo."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        # Said at once, not after the demo hall was laid out.
        if (reason := cannot_listen(settings.HALL_HOST, settings.HALL_PORT)) is not None:
            self.stderr.write(reason)
            raise SystemExit(2)
        try:
            call_command("migrate", verbosity=0, interactive=False)
            collect_static()
            if settings.HALL_DEMO and hall_is_empty():
                self.stdout.write("正在布置演示议事厅……")
                fill_hall()
        except DatabaseError as error:
            raise CommandError(f"数据库用不了：{str(error).splitlines()[0]}") from None
        except OSError as error:
            raise CommandError(f"数据文件夹用不了：{error.strerror}（{error.filename}）") from None
        if settings.HALL_DEMO:
            self._introduce()
        call_command("serve")

    def _introduce(self) -> None:
        self.stdout.write(
            "\n演示账号（登录页上点名字即可，也可用手机号，验证码显示在这个窗口里）："
        )
        for person in Person.objects.select_related("sector", "department", "liaison_group"):
            belongs_to = f" · {person.belongs_to}" if person.belongs_to else ""
            self.stdout.write(
                f"  {person.phone}  {person.alias}({person.get_role_display()}{belongs_to})"
            )
        self.stdout.write("")
