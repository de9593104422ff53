"""manage.py serve: the hall on one address, pages and rooms in one process."""

import errno
import os
import socket
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _


class Command(BaseCommand):
    help = "Serve the hall on HOST and PORT until Ctrl-C or SIGTERM."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Exit code 0 after an orderly end, 2 with one sentence where the hall cannot start."""
        if (lacking := lacks_database()) is not None:
            self.give_up(lacking)
        from hall import assets  # noqa: PLC0415 (reads the static files)

        assets.collect_static()
        connection.close()
        # Importing Daphne installs its reactor for the whole process.
        from twisted.internet.error import CannotListenError  # noqa: PLC0415

        from hall.asgi import application  # noqa: PLC0415
        from hall.server import HallServer  # noqa: PLC0415

        host, port = settings.HALL_HOST, settings.HALL_PORT
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


def lacks_database() -> str | None:
    """Why the database cannot be used, as one sentence; None where it answers and is complete."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return _("数据库连接不上，请检查 DATABASE_URL 和数据库服务。")
    if missing:
        return _("数据库还没有准备好，请先运行 python manage.py migrate。")
    return None


def cannot_listen(host: str, port: int) -> str | None:
    """Why the hall cannot listen on this address, as one sentence; None where it can."""
    try:
        with socket.create_server((host, port), family=family_of(host, port)):
            return None
    except OSError as error:
        return why_not(error, host, port)


def family_of(host: str, port: int) -> socket.AddressFamily:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]


def why_not(error: OSError, host: str, port: int) -> str:
    """Why the hall cannot listen on this address, as one sentence."""
    words = {"host": host, "port": port}
    if error.errno == errno.EADDRINUSE:
        return _("端口 %(port)s 已被占用：请停掉占用它的程序，或者用 PORT 另选一个端口。") % words
    if error.errno in {errno.EACCES, errno.EPERM}:
        return _("没有权限使用端口 %(port)s：请用 PORT 选一个 1024 以上的端口。") % words
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return _("HOST=%(host)s 不是这台机器的地址。") % words
    reason = os.strerror(error.errno) if error.errno else type(error).__name__
    return _("不能在 %(host)s:%(port)s 上开放(%(reason)s)。") % {**words, "reason": reason}
