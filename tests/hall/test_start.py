import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.hall_server import ROOT, HallInstallation, unsettled_environment
from tests.support.processes import ServerError


def start_and_fail(tmp_path: Path, **settings: str) -> tuple[int, str, str]:
    """Exit code and words of a hall that cannot start."""
    done = subprocess.run(
        [sys.executable, "manage.py", "open_hall"],
        cwd=ROOT,
        env={**unsettled_environment(), "HALL_DATA": str(tmp_path), **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("HALL_DEMO", "perhaps"),
        ("HALL_SECRET_KEY", "short"),
        ("DATABASE_URL", "oracle://db/hall"),
        ("REDIS_URL", "localhost"),
        ("HALL_LOG_LEVEL", "loud"),
        ("HALL_NUMBERS", "minutes=纪{number}号"),
        ("HALL_NUMBERS", "minutes=纪〔{year}〕{number}号{x}"),
        ("HALL_NUMBERS", "novel=〔{year}〕{number}号"),
        ("HALL_ADDRESSEES", "report"),
    ],
)
def test_start_with_a_bad_setting_names_it_in_one_sentence(
    tmp_path: Path, name: str, value: str
) -> None:
    code, said, complained = start_and_fail(tmp_path, **{name: value})

    assert code != 0
    assert said == ""
    assert name in complained
    assert len(complained.splitlines()) == 1


def test_start_with_a_data_folder_that_cannot_be_one_says_so(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")

    code, _, complained = start_and_fail(tmp_path, HALL_DATA=str(file / "data"))

    assert code != 0
    assert str(file / "data") in complained
    assert len(complained.splitlines()) == 1


def test_start_with_a_database_that_does_not_answer_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    url = f"postgresql://hall@127.0.0.1:{port}/hall"

    code, _, complained = start_and_fail(tmp_path, DATABASE_URL=url)

    assert code != 0
    assert "Traceback" not in complained
    assert "数据库" in complained.splitlines()[-1]


def test_start_on_a_port_in_use_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, _, complained = start_and_fail(tmp_path, PORT=port)

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
