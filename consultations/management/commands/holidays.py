"""python manage.py holidays [FILE] [--check]"""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from consultations.domain.working_days import replace_holidays, work_calendar
from consultations.intake.holidays import HolidaysUnreadable, read_holidays


class Command(BaseCommand):
    help = "列出已有的放假安排；给出 FILE（JSON）时核对并更新其中的年份。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--check", action="store_true", help="只核对文件，不更新")

    def handle(self, *_args: Any, **options: Any) -> None:
        file: Path | None = options["file"]
        if file is None:
            for one in work_calendar().arrangements:
                self.stdout.write(f"{one.year}　{one.source}")
            return
        try:
            data = file.read_bytes()
            brought = read_holidays(data) if options["check"] else replace_holidays(data, by=None)
        except OSError as error:
            self.stderr.write(f"读不到 {file}：{error.strerror or type(error).__name__}。")
            sys.exit(1)
        except HolidaysUnreadable as error:
            for complaint in error.complaints:
                self.stderr.write(str(complaint))
            sys.exit(1)
        done = "核对无误，没有更新" if options["check"] else "已更新"
        self.stdout.write(f"{done}：{'、'.join(str(one.year) for one in brought)}")
