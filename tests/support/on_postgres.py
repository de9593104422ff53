"""Run a command, usually pytest, with its database on a real PostgreSQL.

    python -m tests.support.on_postgres pytest tests/domain

The server is the one that HALL_TEST_DATABASE_URL names, or one of its own that ends with the
command. The exit code is the command's.
"""

import contextlib
import os
import subprocess
import sys

from tests.support.environment import ON_POSTGRES
from tests.support.hall_server import ROOT
from tests.support.postgres_server import empty_database, given_database_url, start_postgres


def main() -> int:
    with contextlib.ExitStack() as stack:
        server_url = given_database_url()
        if server_url is None:
            server_url = stack.enter_context(start_postgres()).url
        url = stack.enter_context(empty_database(server_url))
        environment = {**os.environ, ON_POSTGRES: url}
        # Each worker's database is made from this one.
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            cwd=ROOT,
            env={**environment, "DATABASE_URL": url},
            check=True,
        )
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
