"""Forget newcomers who asked for a code and never came: run it once a day."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from members.people import clear_unverified


class Command(BaseCommand):
    help = "Delete residents who asked for a code and never proved their phone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=7, help="how long ago (default 7)")

    def handle(self, *_args: Any, days: int, **_options: Any) -> None:
        deleted = clear_unverified(older_than=timedelta(days=max(days, 1)))
        self.stdout.write(f"删去了 {deleted} 个一直没有核验手机号的登记。")
