"""What has to be there before the hall can open. Each thing that is lacking is one sentence."""

import contextlib
import errno
import os
import signal
import socket
import sys
from types import FrameType

import redis
from django.conf import settings
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from hall import interruption

PATIENCE_SECONDS = 5
INTERRUPTED = 130
STDERR = 2


def end_when_interrupted() -> None:
    """End at once on Ctrl-C, until the server listens to signals itself.

    Not by an exception: one that falls into a finalizer, or into a function that SQLite calls, is
    lost there, and the hall would go on. What was not committed is undone by the database, and
    what was half written is written anew at the next start, as after a cut of power.
    """

    def end(_number: int, _frame: FrameType | None) -> None:
        # It may have come in the middle of a write, and whoever listened may be gone.
        with contextlib.suppress(OSError, RuntimeError):
            sys.stdout.flush()
            sentence = _("已中断。没有做完的不会留下，可以重新运行。")
            os.write(STDERR, f"\n{sentence}\n".encode())
        os._exit(INTERRUPTED)

    signal.signal(signal.SIGINT, end)
    if interruption.was_heard():
        end(signal.SIGINT, None)


def lacks_database(*, migrated: bool = True) -> str | None:
    """Why the database cannot be used; None where it answers and, if asked, is complete."""
    try:
        _reach_database()
        missing = migrated and _missing_migrations()
    except DatabaseError as error:
        sentence = _("数据库连接不上，请检查 DATABASE_URL 和数据库服务：%(reason)s")
        return sentence % {"reason": _on_one_line(error)}
    if missing:
        return _("数据库还没有准备好，请先运行 python manage.py migrate。")
    return None


def why_database_failed(error: DatabaseError) -> str | None:
    """What an operator can do something about; None where `error` is a fault of the hall's own."""
    if (lacking := lacks_database()) is not None:
        return lacking
    if isinstance(error, OperationalError):
        return _("数据库用不了：%(reason)s") % {"reason": _on_one_line(error)}
    return None


def _reach_database() -> None:
    if connection.vendor != "postgresql":
        connection.ensure_connection()
        return
    # Whoever stays with SQLite does without PostgreSQL's library.
    import psycopg  # noqa: PLC0415

    # Not through the pool, which would try again and again, and log each time.
    words = {"connect_timeout": PATIENCE_SECONDS, **connection.get_connection_params()}
    with connection.wrap_database_errors:
        psycopg.connect(**words).close()


def _missing_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def lacks_redis() -> str | None:
    """Why Redis cannot be used; None where it answers, or where the hall does without."""
    if not settings.REDIS_URL:
        return None
    patience = {"socket_connect_timeout": PATIENCE_SECONDS, "socket_timeout": PATIENCE_SECONDS}
    try:
        with redis.Redis.from_url(settings.REDIS_URL, **patience) as client:
            client.ping()
    except (redis.RedisError, OSError) as error:
        sentence = _("Redis 连接不上，请检查 REDIS_URL 和 Redis 服务：%(reason)s")
        return sentence % {"reason": _on_one_line(error)}
    return None


def lacks_keys() -> str | None:
    """Why the verified names cannot be read; None where they can. Asks a complete database."""
    # The apps are loaded by whoever starts the hall, and not yet where this module is read.
    from members.people import can_read_names  # noqa: PLC0415

    if can_read_names():
        return None
    return _(
        "现在的密钥打不开库里的实名：请用原来的 HALL_FIELD_KEYS；"
        "没有设过的，用原来的 HALL_SECRET_KEY 或 secret.key。"
    )


def cannot_listen(host: str, port: int) -> str | None:
    """Why the hall cannot listen on this address; None where it can."""
    try:
        with socket.create_server((host, port), family=_family_of(host, port)):
            return None
    except OSError as error:
        return why_not(error, host, port)


def _family_of(host: str, port: int) -> socket.AddressFamily:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]


def why_not(error: OSError, host: str, port: int) -> str:
    """Why the hall cannot listen on this address."""
    words = {"host": host, "port": port}
    if error.errno == errno.EADDRINUSE:
        return _("端口 %(port)s 已被占用：请停掉占用它的程序，或者用 PORT 另选一个端口。") % words
    if error.errno in {errno.EACCES, errno.EPERM}:
        return _("没有权限使用端口 %(port)s：请用 PORT 选一个 1024 以上的端口。") % words
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return _("HOST=%(host)s 不是这台机器的地址。") % words
    reason = os.strerror(error.errno) if error.errno else type(error).__name__
    return _("不能在 %(host)s:%(port)s 上开放(%(reason)s)。") % {**words, "reason": reason}


def cannot_write(error: OSError) -> str:
    """What the hall could not write below HALL_DATA."""
    words = {"reason": error.strerror or type(error).__name__, "file": error.filename or ""}
    return _("数据文件夹 HALL_DATA 用不了：%(reason)s（%(file)s）。") % words


def _on_one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
