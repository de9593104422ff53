"""The environment that the settings are read in: loaded by pytest before Django (`-p`).

Tests run in an empty data folder of their own, and never see the installation that the shell's
variables may point to. The database is SQLite unless tests/support/on_postgres.py, which starts
a server for the run, says otherwise.
"""

import atexit
import os
import shutil
import tempfile

from tests.support.made_once import run_folder

ON_POSTGRES = "HALL_TEST_ON_POSTGRES"

for _name in [name for name in os.environ if name.startswith("HALL_")]:
    if not _name.startswith(("HALL_TEST_", "HALL_CHROMIUM", "HALL_SOFFICE", "HALL_SHARED")):
        del os.environ[_name]
for _name in ("DATABASE_URL", "REDIS_URL", "HOST", "PORT"):
    os.environ.pop(_name, None)
if os.environ.get(ON_POSTGRES):
    os.environ["DATABASE_URL"] = os.environ[ON_POSTGRES]

run_folder()
_folder = tempfile.mkdtemp(prefix="hall-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["HALL_DATA"] = _folder
# Most tests go from review to seal at once, whatever day it is; those of the window open one.
os.environ["HALL_OBJECTION_DAYS"] = "0"
