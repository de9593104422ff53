"""manage.py describe_protocol: the room's protocol as an AsyncAPI 3 document."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from consultations.live.asyncapi import describe


class Command(BaseCommand):
    help = "Print the room's protocol as an AsyncAPI 3 document."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(json.dumps(describe(), ensure_ascii=False, indent=2))
