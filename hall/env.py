"""What may differ from one installation to the next: read once, checked at once, named if wrong.

No sentence repeats an address: there may be a password in it.
"""

import contextlib
import os
import re
import secrets
import tempfile
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ


class SettingError(Exception):
    """A setting that the hall cannot start with; its text is one sentence naming the variable."""


_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


_NAME = r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*"
_IPV6 = r"\[[0-9A-Fa-f:.]+\]"
_HOST = re.compile(rf"\*|\.?{_NAME}|{_IPV6}")
_ORIGIN = re.compile(rf"https?://(?:{_NAME}|{_IPV6})(?::\d{{1,5}})?")
_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)+")
_NOT_UTF8 = re.compile("[\ud800-\udfff]")  # how Python shows the bytes that it cannot read
_LONGEST_DATABASE_NAME = 63


def text(name: str, default: str = "") -> str:
    """The variable's text; one that is set to nothing is as good as not set."""
    value = os.environ.get(name, "").strip() or default
    if _NOT_UTF8.search(value):
        raise SettingError(f"{name} 不对：里面有不是 UTF-8 的字符。")
    return value


def flag(name: str) -> bool:
    """Whether it is switched on; off where it is not set."""
    value = text(name, "0").lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise SettingError(f"{name}={value!r} 不对：只能是 1 或 0。")


def integer(name: str, default: int, *, low: int, high: int) -> int:
    value = text(name, str(default))
    if not re.fullmatch(r"[0-9]{1,9}", value) or not low <= int(value) <= high:
        raise SettingError(f"{name}={value!r} 不对：要一个 {low} 到 {high} 之间的整数。")
    return int(value)


def choice(name: str, default: str, *options: str) -> str:
    value = text(name, default)
    if value not in options:
        raise SettingError(f"{name}={value!r} 不对：只能是 {'、'.join(options)}。")
    return value


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def pairs(name: str, defaults: Mapping[str, str]) -> dict[str, str]:
    """`key=text` separated by `;`, over the defaults; other keys than theirs are refused."""
    found = dict(defaults)
    for entry in filter(None, (part.strip() for part in text(name).split(";"))):
        key, equals, value = (part.strip() for part in entry.partition("="))
        if not equals or key not in found:
            known = "、".join(defaults)
            raise SettingError(f"{name} 不对：{entry!r} 要写成 名称=内容，名称只能是 {known}。")
        found[key] = value
    return found


def patterns(name: str, defaults: Mapping[str, str], *fields: str) -> dict[str, str]:
    """Like `pairs`, of patterns that have each `{field}` in them and no other braces."""
    found = pairs(name, defaults)
    for key, pattern in found.items():
        used = re.findall(r"\{(\w*)\}", pattern)
        rest = re.sub(r"\{\w*\}", "", pattern)
        if sorted(used) != sorted(fields) or "{" in rest or "}" in rest:
            wanted = "、".join(f"{{{field}}}" for field in fields)
            raise SettingError(f"{name} 不对：{key} 的写法要含有 {wanted} 各一次。")
    return found


def address(name: str, default: str) -> str:
    """An address or a name to listen on; whether it is this machine's is found out by trying."""
    value = text(name, default)
    try:
        value.encode("idna")
    except UnicodeError:
        raise SettingError(f"{name}={value!r} 不对：要一个地址或主机名。") from None
    return value


def hosts(name: str, default: str) -> list[str]:
    """Names that the hall answers to: without scheme, port and path."""
    found = words(name, default)
    for host in found:
        if not _HOST.fullmatch(host):
            raise SettingError(f"{name} 不对：{host!r} 只能是域名或地址，不带 https:// 和端口。")
    return found


def origins(name: str) -> list[str]:
    """Origins as browsers send them: scheme, host, perhaps a port, and nothing else."""
    found = words(name)
    for origin in found:
        if not _ORIGIN.fullmatch(origin) or origin != origin.lower():
            raise SettingError(
                f"{name} 不对：{origin!r} 要写成 https://hall.example 的样子，小写，后面不带斜杠。"
            )
    return found


def folders(name: str) -> list[str]:
    """Folders that are there."""
    found = words(name)
    for folder in found:
        if not Path(folder).is_dir():
            raise SettingError(f"{name} 不对：没有 {folder!r} 这个文件夹。")
    return found


def dotted(name: str, default: str) -> str:
    """The path of something in a module; whether it is there is asked by `function`."""
    value = text(name, default)
    if not _DOTTED.fullmatch(value):
        raise SettingError(f"{name}={value!r} 不对：要写成 模块.函数，例如 {default}。")
    return value


def function(name: str, path: str) -> Callable[..., Any]:
    """The function at `path`, the value of `name`; its module is imported."""
    module, _, attribute = path.rpartition(".")
    try:
        found = getattr(import_module(module), attribute)
    # A module of the operator's own may fail in any way.
    except Exception as error:
        raise SettingError(f"{name}={path!r} 用不了（{type(error).__name__}: {error}）。") from None
    if not callable(found):
        raise SettingError(f"{name}={path!r} 不对：它不是函数。")
    called: Callable[..., Any] = found
    return called


def url(name: str, *schemes: str) -> str:
    """A URL with one of `schemes`, or "" where the variable is not set."""
    value = text(name)
    if value and value.partition("://")[0] not in schemes:
        raise SettingError(f"{name} 不对：要以 {'、'.join(s + '://' for s in schemes)} 开头。")
    return value


def database(name: str) -> dict[str, Any]:
    """Django's words for the database of a URL; {} where the variable is not set."""
    value = url(name, "postgres", "postgresql", "sqlite")
    if not value:
        return {}
    try:
        found: dict[str, Any] = environ.Env.db_url_config(value)
    except ValueError:
        raise _not_a_database(name) from None
    options = found.get("OPTIONS", {})
    if foreign := found.keys() - {"ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS"}:
        raise SettingError(f"{name} 不对：? 后面不能有 {'、'.join(sorted(foreign)).lower()}。")
    if value.startswith("sqlite"):
        if found["NAME"] in {"", ":memory:"} or found.get("HOST") or options:
            raise SettingError(f"{name} 不对：SQLite 要写成 sqlite:////文件夹/文件，后面不带 ?。")
    else:
        service = not found["NAME"] and "service" in options
        if not service and not 0 < len(found["NAME"]) <= _LONGEST_DATABASE_NAME:
            raise _not_a_database(name)
        _check_options(name, options)
    return found


def _not_a_database(name: str) -> SettingError:
    return SettingError(
        f"{name} 不对：要写成 postgres://用户:口令@主机:端口/库名，端口是 1 到 65535 的整数，"
        "口令里的特殊字符写成 %XX。"
    )


def _check_options(name: str, options: Mapping[str, Any]) -> None:
    # Whoever stays with SQLite does without PostgreSQL's library.
    from psycopg import ProgrammingError  # noqa: PLC0415
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415

    try:
        make_conninfo(**options)
    except (ProgrammingError, TypeError):
        known = "、".join(options)
        raise SettingError(f"{name} 不对：? 后面有 PostgreSQL 不认识的选项（{known}）。") from None


def redis(name: str) -> str:
    """A URL that Redis's own library can make a connection of, or "" where it is not set."""
    value = url(name, "redis", "rediss", "unix")
    if not value:
        return value
    # Whoever has one process does without Redis's library.
    from redis import ConnectionPool  # noqa: PLC0415

    try:
        path = urlsplit(value).path
        whole = path.strip("/") if value.startswith("unix") else re.fullmatch(r"/?[0-9]*", path)
        if not whole:
            raise ValueError
        ConnectionPool.from_url(value).make_connection()
    except (ValueError, TypeError, AttributeError):
        raise SettingError(
            f"{name} 不对：要写成 redis://主机:端口/编号，端口是 1 到 65535 的整数，"
            "口令里的特殊字符写成 %XX。"
        ) from None
    return value


def data_folder(default: Path) -> Path:
    """HALL_DATA: the one folder that the hall writes to; made if missing, checked for writing."""
    folder = Path(text("HALL_DATA") or default)
    try:
        folder = folder.expanduser().resolve()
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".write-{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
    except (OSError, RuntimeError) as error:
        raise SettingError(f"HALL_DATA={str(folder)!r} 不能写入（{_reason(error)}）。") from None
    return folder


def secret(name: str, folder: Path) -> str:
    """The secret from the environment, or one of this installation's own, kept in `folder`.

    Several processes may start at once: the first to create the file decides for all.
    """
    value = text(name)
    if value:
        if len(value) < 32:
            raise SettingError(f"{name} 太短：至少 32 个字符。")
        return value
    path = folder / "secret.key"
    try:
        value = _kept_secret(path)
    except (OSError, UnicodeDecodeError) as error:
        sentence = f"{path} 读不了（{_reason(error)}）：请改好它的权限，或设置 {name}。"
        raise SettingError(sentence) from None
    if not value:
        raise SettingError(f"{path} 是空的：请删除它或设置 {name}。")
    return value


def _kept_secret(path: Path) -> str:
    if not path.exists():
        # Placed whole: whoever is second, or comes after one who was cut off, reads no half of it.
        descriptor, draft = tempfile.mkstemp(prefix=".secret-", dir=path.parent)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        Path(draft).unlink()
    return path.read_text(encoding="utf-8").strip()


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
