"""manage.py erase_opinion ID NUMBER --basis … --reason … --by PERSON_ID [--confirm PERSON_ID]"""

import sys
from argparse import ArgumentParser
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from consultations.domain.erasures import ask_erasure, confirm_erasure
from consultations.exports.archived import archive_documents
from consultations.models import Consultation
from hall.errors import Refusal
from members.models import Person


class Command(BaseCommand):
    help = "依法删除一条意见的内容：一人提出，另一人复核。删除后不能恢复。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", type=int, help="协商会的编号")
        parser.add_argument("number", type=int, help="意见编号")
        parser.add_argument("--basis", required=True, help="法律依据（公开）")
        parser.add_argument("--reason", required=True, help="理由")
        parser.add_argument("--by", type=int, required=True, help="提出人的编号")
        parser.add_argument(
            "--confirm", type=int, help="复核人的编号；不写则只提出，在页面上由另一人复核"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        consultation = Consultation.objects.filter(pk=options["id"]).first()
        if consultation is None:
            self._fail(f"没有编号为 {options['id']} 的协商会。")
        by = self._person(options["by"])
        confirms = self._person(options["confirm"]) if options["confirm"] is not None else None
        if confirms == by:
            self._fail("提出人和复核人不能是同一个人。")
        try:
            erasure = ask_erasure(
                consultation,
                number=options["number"],
                basis=options["basis"],
                reason=options["reason"],
                by=by,
            )
            if confirms is not None:
                erasure = confirm_erasure(erasure, by=confirms, documents=archive_documents)
        except Refusal as refusal:
            self._fail(refusal.message)
        self.stdout.write(
            f"{consultation.title} {options['number']} 号意见：{erasure.get_state_display()}"
        )

    def _person(self, pk: int) -> Person:
        found = Person.objects.filter(pk=pk).first()
        if found is None:
            self._fail(f"没有编号为 {pk} 的人员。")
        return found

    def _fail(self, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        sys.exit(1)
