"""What may differ from one installation to the next: read once, checked at once, named if wrong."""

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit


class SettingError(Exception):
    """A setting that the hall cannot start with; its text is one sentence naming the variable."""


_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name, str(int(default))).strip().lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise SettingError(f"{name}={value!r} 不对：只能是 1 或 0。")


def integer(name: str, default: int, *, low: int, high: int) -> int:
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit()) or not low <= int(value) <= high:
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


def url(name: str, *schemes: str) -> str:
    """A URL with one of `schemes`, or "" where the variable is not set."""
    value = text(name)
    if value and urlsplit(value).scheme not in schemes:
        raise SettingError(f"{name} 不对：要以 {'、'.join(s + '://' for s in schemes)} 开头。")
    return value


def data_folder(default: Path) -> Path:
    """HALL_DATA: the one folder that the hall writes to; made if missing, checked for writing."""
    folder = Path(text("HALL_DATA") or default).expanduser().resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".write-{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SettingError(f"HALL_DATA={str(folder)!r} 不能写入（{reason}）。") from None
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
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    value = path.read_text().strip()
    if not value:
        raise SettingError(f"{path} 是空的：请删除它或设置 {name}。")
    return value
