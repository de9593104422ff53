"""python manage.py export_outcome ID [--document KIND] --format docx|pdf|xlsx|json|md [-o FILE]"""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from consultations.domain.papers import issue_number
from consultations.exports import FORMATS, export_paper
from consultations.models import Consultation, PaperKind
from hall.errors import Refusal


class Command(BaseCommand):
    help = "把一场协商会的公文导出为文件；不写 --document 就是共识清单（含依据、分歧和纪要）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", help="协商会的编号")
        kinds = "、".join(f"{kind.value}（{kind.label}）" for kind in PaperKind)
        parser.add_argument("--document", default=PaperKind.CONSENSUS.value, help=kinds)
        parser.add_argument("--number", action="store_true", help="还没有文号的，先编发文号")
        parser.add_argument("--format", required=True, help="、".join(FORMATS))
        parser.add_argument(
            "-o", "--output", metavar="FILE", help="写到哪个文件；不写则在当前文件夹用默认文件名"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        given = str(options["id"])
        found = None
        if given.isascii() and given.isdigit() and len(given) < 19:
            found = Consultation.objects.select_related("topic").filter(pk=int(given)).first()
        if found is None:
            self._fail(f"没有编号为 {given} 的协商会。")
        if options["document"] not in PaperKind.values:
            known = "、".join(PaperKind.values)
            self._fail(f"没有“{options['document']}”这种公文，可用的有：{known}。")
        kind = PaperKind(options["document"])
        try:
            if options["number"]:
                issue_number(found, kind=kind)
            file = export_paper(found, kind, options["format"])
        except Refusal as refusal:
            self._fail(refusal.message)
        target = Path(options["output"] or file.name)
        try:
            target.write_bytes(file.data)
        except (OSError, ValueError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or "路径不对"
            self._fail(f"文件 {target} 写不进去：{reason}。")
        self.stdout.write(f"已导出：{target}（{len(file.data)} 字节）")

    def _fail(self, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        sys.exit(1)
