import signal
import sys
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from tests.support.postgres_server import PostgresServer
from tests.support.processes import ServerError, ServerProcess, wait_until
from tests.support.redis_server import RedisServer


def test_redis_comes_back_empty_on_the_same_address(redis_server: RedisServer) -> None:
    client = redis.Redis.from_url(redis_server.url)
    client.set("kept", "no")
    before = redis_server.pid

    redis_server.restart()

    assert redis_server.pid != before
    assert client.get("kept") is None
    client.close()


def test_redis_that_is_killed_refuses_its_clients(redis_server: RedisServer) -> None:
    redis_server.kill()

    assert not redis_server.answers()
    assert redis_server.process.exit_code == -signal.SIGKILL


def test_redis_that_is_paused_answers_after_it_is_resumed(redis_server: RedisServer) -> None:
    with redis.Redis.from_url(redis_server.url, socket_timeout=0.2, retry=None) as client:
        redis_server.pause()
        with pytest.raises(redis.TimeoutError):
            client.ping()
    redis_server.resume()
    wait_until(redis_server.answers, seconds=10, what="no answer")


def test_postgres_that_is_killed_keeps_what_it_acknowledged(
    postgres_server: PostgresServer,
) -> None:
    with psycopg.connect(postgres_server.url) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('议')")
        assert connection.execute("SHOW fsync").fetchone() == ("on",)

    postgres_server.kill()
    assert not postgres_server.answers()
    postgres_server.restart()

    with psycopg.connect(postgres_server.url) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("议",)]


REPLACES_ITS_WORKERS = """
import os, pathlib, signal, sys
def work():
    if not os.fork():
        signal.pause()
for _ in range(30):
    work()
pathlib.Path(sys.argv[1]).touch()
while True:
    os.wait()
    work()
"""


def test_killed_server_leaves_none_of_those_it_would_replace(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    command = [sys.executable, "-c", REPLACES_ITS_WORKERS, str(ready)]
    server = ServerProcess(command, log=tmp_path / "log")
    server.start(answers=ready.exists)

    server.kill()

    words = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    assert not [line for line in words if str(ready) in line]


def test_postgres_databases_of_two_tests_are_apart(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        named = connection.execute("SELECT current_database()").fetchone()
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        assert named is not None
        assert named[0].startswith("hall_test_")
        assert tables.fetchone() == (0,)


def test_shared_redis_answers(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.ping()


def test_server_that_ends_at_its_start_is_reported_with_its_words(tmp_path: Path) -> None:
    server = ServerProcess(
        [sys.executable, "-c", "raise SystemExit('the port is taken')"], log=tmp_path / "log"
    )

    with pytest.raises(ServerError, match=r"(?s)ended with 1.*the port is taken"):
        server.start(answers=lambda: False)


def test_server_that_never_answers_is_ended(tmp_path: Path) -> None:
    program = "print('waiting', flush=True); import time; time.sleep(600)"
    server = ServerProcess([sys.executable, "-c", program], log=tmp_path / "log")

    with pytest.raises(ServerError, match=r"did not answer within 1 s"):
        server.start(answers=lambda: False, seconds=1)
    assert server.exit_code == -signal.SIGKILL
