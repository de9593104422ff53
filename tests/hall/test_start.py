import http.client
import os
import resource
import shutil
import signal
import socket
from pathlib import Path

import psutil
import pytest

from hall.server import OPEN_FILES
from tests.hall.beginning import PLAN, begin
from tests.support.hall_server import HallInstallation
from tests.support.processes import ServerError


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("HALL_DEMO", "perhaps"),
        ("HALL_DB_POOL", "13"),
        ("HALL_SECRET_KEY", "short"),
        ("DATABASE_URL", "oracle://db/hall"),
        ("REDIS_URL", "localhost"),
        ("HALL_LOG_LEVEL", "loud"),
        ("HALL_NUMBERS", "minutes=纪{number}号"),
        ("HALL_NUMBERS", "minutes=纪〔{year}〕{number}号{x}"),
        ("HALL_NUMBERS", "novel=〔{year}〕{number}号"),
        ("HALL_NUMBERS", "minutes"),
        ("HALL_ADDRESSEES", "report"),
        ("HOST", "a..b"),
        ("DATABASE_URL", "postgresql://h@x:notaport/d"),
        ("DATABASE_URL", "postgres://h/"),
        ("REDIS_URL", "redis://localhost:99999/0"),
        ("HALL_HOSTS", "https://hall.example"),
        ("HALL_ORIGINS", "hall.example"),
        ("HALL_SMS_SENDER", "carrier"),
        ("HALL_SMS_SENDER", "members.sms.to_nobody"),
        ("HALL_FONTS", "/no/such/folder"),
        ("HALL_DATA", "~nobody-of-this-name/hall"),
    ],
)
def test_start_with_a_bad_setting_names_it_in_one_sentence(
    tmp_path: Path, name: str, value: str
) -> None:
    code, said, complained = begin(tmp_path, **{name: value})

    assert (code, said) == (2, "")
    assert name in complained
    assert len(complained.splitlines()) == 1


def test_setting_that_is_set_to_nothing_is_as_good_as_not_set(tmp_path: Path) -> None:
    names = ("PORT", "HALL_HOSTS", "HALL_DEMO", "HALL_NAME", "DATABASE_URL", "REDIS_URL")
    code = (
        "from django.conf import settings as s;"
        "print(s.HALL_PORT, s.ALLOWED_HOSTS, s.HALL_DEMO, s.HALL_NAME, s.REDIS_URL)"
    )
    settings = dict.fromkeys(names, "")
    said = HallInstallation(tmp_path, settings=settings).manage("shell", "-v", "0", "-c", code)
    assert said == "8000 ['127.0.0.1', 'localhost', '[::1]'] False 线上协商议事厅 \n"


def test_options_of_the_database_url_reach_postgresql(tmp_path: Path) -> None:
    code = (
        "from django.db import connection as c;"
        "p = c.get_connection_params(); print(p['host'], p['dbname'], p['sslmode'])"
    )
    url = "postgres://hall@db.example/hall?sslmode=verify-full"
    hall = HallInstallation(tmp_path, database_url=url)
    assert hall.manage("shell", "-v", "0", "-c", code) == "db.example hall verify-full\n"


def test_start_with_a_data_folder_that_cannot_be_one_says_so(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")

    code, _, complained = begin(tmp_path, HALL_DATA=str(file / "data"))

    assert code != 0
    assert str(file / "data") in complained
    assert len(complained.splitlines()) == 1


def test_start_with_a_database_that_does_not_answer_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    url = f"postgresql://hall@127.0.0.1:{port}/hall"

    for command in ("open_hall", "serve", "import_workplan"):
        arguments = [str(PLAN)] if command == "import_workplan" else []
        code, _, complained = begin(tmp_path, command, *arguments, DATABASE_URL=url)
        assert code != 0
        assert "DATABASE_URL" in complained
        assert len(complained.splitlines()) == 1


@pytest.mark.parametrize("command", ["open_hall", "serve"])
def test_start_with_a_redis_that_does_not_answer_says_so(tmp_path: Path, command: str) -> None:
    HallInstallation(tmp_path, data=tmp_path).prepare()
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    url = f"redis://127.0.0.1:{port}/0"

    code, said, complained = begin(tmp_path, command, REDIS_URL=url, PORT="0")

    assert (code, said) == (2, "")
    assert "REDIS_URL" in complained
    assert len(complained.splitlines()) == 1


@pytest.mark.parametrize("command", ["open_hall", "serve"])
def test_start_with_collected_files_that_cannot_be_written_says_so(
    tmp_path: Path, command: str
) -> None:
    HallInstallation(tmp_path, data=tmp_path).prepare()
    shutil.rmtree(tmp_path / "static")
    (tmp_path / "static").write_text("no folder")

    code, said, complained = begin(tmp_path, command, PORT="0")

    assert (code, said) == (2, "")
    assert str(tmp_path / "static") in complained
    assert len(complained.splitlines()) == 1


def test_start_with_a_secret_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    # A folder stands for a file of somebody else's: root could read that one.
    (tmp_path / "secret.key").mkdir()

    code, _, complained = begin(tmp_path)

    assert code == 2
    assert "secret.key" in complained
    assert "HALL_SECRET_KEY" in complained
    assert len(complained.splitlines()) == 1


def test_start_on_a_port_in_use_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, _, complained = begin(tmp_path, PORT=port)

    assert code != 0
    assert port in complained
    assert "Traceback" not in complained
    assert len(complained.splitlines()) == 1


@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGTERM])
def test_hall_ends_in_order_when_it_is_told_to(tmp_path: Path, which: signal.Signals) -> None:
    hall = HallInstallation(tmp_path)
    try:
        process = hall.start("open_hall")
        os.kill(process.pid, which)
        assert process.process.wait(seconds=12) == 0
        assert "Traceback" not in process.log
        assert f"http://127.0.0.1:{process.port}" in process.log
    finally:
        hall.kill()


def test_demo_hall_names_those_who_can_sign_in(tmp_path: Path) -> None:
    hall = HallInstallation(tmp_path, settings={"HALL_DEMO": "1"})
    try:
        process = hall.start("open_hall")
        listed = [line for line in process.log.splitlines() if line.startswith("  ")]
        assert len(listed) > 12
        assert all(line.startswith("  +861380000") for line in listed)
        process.stop()
    finally:
        hall.kill()


def test_hall_opens_again_on_what_it_kept(tmp_path: Path) -> None:
    hall = HallInstallation(tmp_path)
    try:
        hall.start("open_hall").stop()
        secret = (hall.data / "secret.key").read_text()
        hall.start("open_hall").stop()
        assert (hall.data / "secret.key").read_text() == secret
    finally:
        hall.kill()


def test_server_that_cannot_start_is_an_error_of_the_test(tmp_path: Path) -> None:
    hall = HallInstallation(tmp_path, settings={"HALL_SECRET_KEY": "short"})

    with pytest.raises(ServerError, match="HALL_SECRET_KEY"):
        hall.start()


def test_foreign_host_is_told_in_a_page_and_logged_in_a_line(tmp_path: Path) -> None:
    hall = HallInstallation(tmp_path)
    try:
        hall.prepare()
        process = hall.start()
        before = len(process.log.splitlines())
        line = http.client.HTTPConnection("127.0.0.1", process.port, timeout=20)
        line.request("GET", "/", headers={"Host": f"evil{'l' * 2000}.example"})
        answer = line.getresponse()
        page = answer.read().decode()
        line.close()
        assert answer.status == 400
        assert "您打开的不是议事厅的网址" in page
        assert "<a " not in page
        process.stop()
        said = [line for line in process.log.splitlines()[before:] if "HTTP_HOST" in line]
        assert len(said) == 1
        assert len(said[0]) < 400
        assert "Traceback" not in process.log
    finally:
        hall.kill()


def test_hall_takes_as_many_sockets_as_the_system_allows(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    hall = HallInstallation(tmp_path)
    try:
        hall.prepare()
        resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
        started = hall.start()
        allowed = psutil.Process(started.pid).rlimit(psutil.RLIMIT_NOFILE)
        assert allowed == (min(hard, OPEN_FILES), hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        hall.kill()


def test_hall_does_not_open_with_keys_that_do_not_open_the_names(tmp_path: Path) -> None:
    """On a machine that was restored without its secrets every page would fail."""
    hall = HallInstallation(tmp_path)
    try:
        hall.prepare()
        secret = (hall.data / "secret.key").read_text()
        hall.manage("appoint", "13800000001", "--role", "staff")
        code = "from members.models import Person; Person.objects.update(real_name='周桂芳')"
        hall.manage("shell", "--verbosity", "0", "-c", code)

        foreign = {"PORT": "0", "HALL_SECRET_KEY": "another secret of forty characters or so"}
        ended, said, complained = begin(hall.data, "serve", **foreign)
        assert (ended, said) == (2, "")
        assert len(complained.splitlines()) == 1
        assert "HALL_FIELD_KEYS" in complained
        assert secret not in complained

        moved = {**foreign, "HALL_FIELD_KEYS": f"a new key,field:{secret}"}
        hall.environment.update(moved)
        hall.start().stop()
    finally:
        hall.kill()
