"""manage.py serve: the hall on one address, pages and rooms in one process."""

import logging
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.utils.translation import gettext as _

from hall import assets
from hall.management.starting import (
    cannot_write,
    end_when_interrupted,
    lacks_database,
    lacks_keys,
    lacks_redis,
    why_not,
)


class Command(BaseCommand):
    help = "Serve the hall on HOST and PORT until Ctrl-C or SIGTERM."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Exit code 0 after an orderly end, 2 with one sentence where the hall cannot start."""
        end_when_interrupted()
        host, port = settings.HALL_HOST, settings.HALL_PORT
        if (lacking := lacks_database() or lacks_redis() or lacks_keys()) is not None:
            self.give_up(lacking)
        try:
            assets.collect_static()
        except OSError as error:
            self.give_up(cannot_write(error))
        connection.close()
        # From here on nobody else tells of a database that goes away (see manage.py).
        logging.getLogger("psycopg.pool").setLevel(logging.NOTSET)
        # Importing Daphne installs its reactor for the whole process.
        from twisted.internet.error import CannotListenError  # noqa: PLC0415

        from hall.asgi import application  # noqa: PLC0415
        from hall.server import HallServer  # noqa: PLC0415

        try:
            HallServer(application, host=host, port=port).run(self.say_ready)
        except CannotListenError as error:
            self.give_up(why_not(error.socketError, host, port))

    def give_up(self, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        raise SystemExit(2)

    def say_ready(self, host: str, port: int) -> None:
        shown = f"[{host}]" if ":" in host else host
        self.stdout.write(_("议事厅已开放：%(url)s") % {"url": f"http://{shown}:{port}/"})
        self.stdout.flush()
