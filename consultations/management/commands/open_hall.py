"""Open the hall: prepare the database, fill an empty demo hall, serve."""

from typing import Any, NoReturn

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from consultations.demo.fill import fill_hall, hall_is_empty
from hall.assets import collect_static
from hall.management.starting import (
    cannot_listen,
    cannot_write,
    end_when_interrupted,
    lacks_database,
    lacks_redis,
)
from members.models import Person


class Command(BaseCommand):
    help = "Prepare the database and serve; with HALL_DEMO=1 fill an empty hall with the demo."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        end_when_interrupted()
        # Said at once, not after the demo hall was laid out.
        lacking = (
            cannot_listen(settings.HALL_HOST, settings.HALL_PORT)
            or lacks_database(migrated=False)
            or lacks_redis()
        )
        if lacking is not None:
            self._give_up(lacking)
        try:
            call_command("migrate", verbosity=0, interactive=False)
            collect_static()
            if settings.HALL_DEMO and hall_is_empty():
                self.stdout.write("正在布置演示议事厅……")
                fill_hall()
        except OSError as error:
            self._give_up(cannot_write(error))
        if settings.HALL_DEMO:
            self._introduce()
        call_command("serve")

    def _give_up(self, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        raise SystemExit(2)

    def _introduce(self) -> None:
        self.stdout.write(
            "\n演示账号（登录页上点名字即可，也可用手机号，验证码显示在这个窗口里）："
        )
        # Whom the desk in the hall wrote down has no phone, and cannot sign in.
        people = Person.objects.filter(is_active=True)
        for person in people.select_related("sector", "department", "liaison_group"):
            belongs_to = f" · {person.belongs_to}" if person.belongs_to else ""
            self.stdout.write(
                f"  {person.phone}  {person.alias}({person.get_role_display()}{belongs_to})"
            )
        self.stdout.write("")
