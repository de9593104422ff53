"""Settings as they are read: what is right, and one sentence with the name of what is wrong."""

from pathlib import Path

import pytest

from hall import env

NAME = "A_SETTING"


def refused(monkeypatch: pytest.MonkeyPatch, value: str, read: str, *arguments: object) -> str:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(env.SettingError) as caught:
        getattr(env, read)(NAME, *arguments)
    sentence = str(caught.value)
    assert NAME in sentence
    assert sentence.endswith("。")
    assert len(sentence.splitlines()) == 1
    return sentence


@pytest.mark.parametrize(
    "value",
    [
        "postgresql://h:geheim@x:notaport/d",
        "postgresql://h:geheim@x:99999/d",
        "postgres://h:geheim@h/",
        "postgres://",
        f"postgres://h:geheim@h/{'d' * 64}",
        "postgres://h:geheim@h/d?sslmod=require",
        "postgres://h:geheim@h/d?conn_max_age=60",
        "mysql://h:geheim@h/d",
        "sqlite://",
        "sqlite://:memory:",
        "sqlite:////tmp/hall.sqlite3?timeout=5",
        "hall.sqlite3",
    ],
)
def test_database_that_is_none_is_refused_without_its_password(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    assert "geheim" not in refused(monkeypatch, value, "database")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("postgres://u:p%40ss@h:5433/d", ("u", "p@ss", "h", 5433, "d", {})),
        ("postgresql://u@[::1]/d", ("u", "", "::1", "", "d", {})),
        ("postgres://u@h/d?sslmode=require", ("u", "", "h", "", "d", {"sslmode": "require"})),
        ("postgres:///d?host=/run/sql", ("", "", "", "", "d", {"host": "/run/sql"})),
        ("postgres:///?service=hall", ("", "", "", "", "", {"service": "hall"})),
        ("sqlite:////srv/hall.sqlite3", ("", "", "", "", "/srv/hall.sqlite3", {})),
    ],
)
def test_database_is_read_whole(
    monkeypatch: pytest.MonkeyPatch, value: str, found: tuple[object, ...]
) -> None:
    monkeypatch.setenv(NAME, value)
    read = env.database(NAME)
    keys = ("USER", "PASSWORD", "HOST", "PORT", "NAME")
    assert (*(read[key] for key in keys), read.get("OPTIONS", {})) == found


@pytest.mark.parametrize(
    "value",
    [
        "localhost",
        "redis://:geheim@localhost:notaport",
        "redis://:geheim@localhost:99999/0",
        "redis://[bad",
        "redis://localhost/first",
        "redis://localhost/0?nonsense=1",
        "redis://localhost/0?db=first",
        "unix://",
    ],
)
def test_redis_that_is_none_is_refused_without_its_password(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    assert "geheim" not in refused(monkeypatch, value, "redis")


@pytest.mark.parametrize(
    "value", ["redis://localhost", "rediss://:p%40@h:6380/2", "redis://[::1]:6379/", "unix:///r.s"]
)
def test_redis_is_read_as_it_is(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.redis(NAME) == value


@pytest.mark.parametrize(
    ("read", "value", "arguments"),
    [
        ("address", "a..b", ("",)),
        ("hosts", "a.example, hall.example:443", ("",)),
        ("hosts", "https://hall.example", ("",)),
        ("hosts", "hall.example/room", ("",)),
        ("origins", "hall.example", ()),
        ("origins", "https://hall.example/", ()),
        ("origins", "https://Hall.example", ()),
        ("origins", "https://*.example", ()),
        ("origins", "wss://hall.example", ()),
        ("folders", "/, /no/such/folder", ()),
        ("dotted", "carrier", ("a.b",)),
        ("dotted", "a..b", ("a.b",)),
        ("dotted", "a/b.c", ("a.b",)),
        ("text", b"\xff".decode("utf-8", "surrogateescape"), ()),
    ],
)
def test_setting_that_cannot_be_meant_is_refused(
    monkeypatch: pytest.MonkeyPatch, read: str, value: str, arguments: tuple[object, ...]
) -> None:
    refused(monkeypatch, value, read, *arguments)


@pytest.mark.parametrize("value", ["", "  ", "-1", "1.5", "１", "8_0", "11", "9" * 5000])
def test_integer_is_one_within_its_bounds_or_the_default(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    if value.strip():
        monkeypatch.setenv(NAME, value)
        with pytest.raises(env.SettingError, match=NAME):
            env.integer(NAME, 7, low=0, high=10)
    else:
        monkeypatch.setenv(NAME, value)
        assert env.integer(NAME, 7, low=0, high=10) == 7


def test_hosts_and_origins_are_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "hall.example, .hall.example ,10.0.0.7,[::1],*")
    assert env.hosts(NAME, "") == ["hall.example", ".hall.example", "10.0.0.7", "[::1]", "*"]
    monkeypatch.setenv(NAME, "https://hall.example,http://10.0.0.7:8000,http://[::1]:8000")
    assert len(env.origins(NAME)) == 3


@pytest.mark.parametrize("path", ["no.such.module", "members.sms.to_nobody", "members.sms.logger"])
def test_function_that_is_none_is_refused(path: str) -> None:
    with pytest.raises(env.SettingError, match=NAME):
        env.function(NAME, path)


def test_function_whose_module_fails_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_carrier.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(env.SettingError, match="ZeroDivisionError"):
        env.function(NAME, "broken_carrier.send")


def test_secret_is_made_once_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)
    made = env.secret(NAME, tmp_path)
    assert len(made) >= 32
    assert env.secret(NAME, tmp_path) == made
    assert [file.name for file in tmp_path.iterdir()] == ["secret.key"]
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("kept", [b"", b"\n", b"\xff" * 40])
def test_secret_that_is_damaged_is_never_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: bytes
) -> None:
    monkeypatch.delenv(NAME, raising=False)
    (tmp_path / "secret.key").write_bytes(kept)
    with pytest.raises(env.SettingError, match=NAME):
        env.secret(NAME, tmp_path)
    assert (tmp_path / "secret.key").read_bytes() == kept
