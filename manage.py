#!/usr/bin/env python
"""Django's command line for the hall."""

import sys
from typing import NoReturn

BAD_SETTING, FAILED, INTERRUPTED = 2, 1, 130


def main() -> None:
    """What an operator can do something about ends in one sentence; all else in a traceback."""
    try:
        run()
    except KeyboardInterrupt:
        end("\n已中断。没有做完的不会留下，可以重新运行。", INTERRUPTED)


def run() -> None:
    # Imported here so that an interruption, and a bad setting, end in order from the beginning.
    import logging  # noqa: PLC0415
    import os  # noqa: PLC0415

    from hall import interruption  # noqa: PLC0415

    interruption.heed()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hall.settings")
    # A command says itself, and once, that the database does not answer; `serve` takes this back.
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
    from django.core.management import execute_from_command_line  # noqa: PLC0415
    from django.db import DatabaseError  # noqa: PLC0415

    from hall.env import SettingError  # noqa: PLC0415

    try:
        execute_from_command_line(sys.argv)
    except SettingError as error:
        end(str(error), BAD_SETTING)
    except DatabaseError as error:
        from hall.management.starting import why_database_failed  # noqa: PLC0415 (needs the apps)

        sentence = why_database_failed(error)
        if sentence is None or "--traceback" in sys.argv:
            raise
        end(sentence, FAILED)


def end(sentence: str, code: int) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    raise SystemExit(code) from None


if __name__ == "__main__":
    main()
