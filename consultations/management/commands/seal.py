"""python manage.py seal ID [--by PERSON_ID]"""

import sys
from argparse import ArgumentParser
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from consultations.domain.archives import archive_file, seal
from consultations.exports.archived import archive_documents
from consultations.models import Consultation
from hall.errors import Refusal
from members.models import Person


class Command(BaseCommand):
    help = "归档一场处于“公示确认”阶段的协商会。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", type=int, help="协商会的编号")
        parser.add_argument("--by", type=int, help="归档人的编号；不写则为筹备人")

    def handle(self, *_args: Any, **options: Any) -> None:
        found = Consultation.objects.select_related("prepared_by").filter(pk=options["id"]).first()
        if found is None:
            self._fail(f"没有编号为 {options['id']} 的协商会。")
        person: Person | None = found.prepared_by
        if options["by"] is not None:
            person = Person.objects.filter(pk=options["by"]).first()
        if person is None:
            self._fail(f"没有编号为 {options['by']} 的人员。")
        try:
            archive = seal(found, by=person, documents=archive_documents)
            path = archive_file(archive)
        except Refusal as refusal:
            self._fail(refusal.message)
        self.stdout.write(f"已归档，归档号 {archive.number}，摘要 {archive.digest}\n{path}")

    def _fail(self, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        sys.exit(1)
