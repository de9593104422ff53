"""python manage.py import_workplan FILE [--dry-run] [--json]"""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from consultations.domain.workplan import ImportResult, import_workplan
from consultations.intake.workplan import WorkPlanUnreadable, read_workplan
from hall.errors import Refusal


class Command(BaseCommand):
    help = "读取年度工作要点（UTF-8、GB18030 文本或 .docx）并导入；再次导入只更新，不重复。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="只看结果，不写入")
        parser.add_argument("--json", action="store_true", help="以 JSON 打印读到的内容")

    def handle(self, *_args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            parsed = read_workplan(file.read_bytes(), filename=file.name)
            result = import_workplan(parsed, by=None, dry_run=options["dry_run"])
        except OSError as error:
            self._fail([f"读不到 {file}：{error.strerror or type(error).__name__}。"])
        except WorkPlanUnreadable as error:
            self._fail([str(complaint) for complaint in error.complaints])
        except Refusal as error:
            self._fail([error.message])
        self.stdout.write(parsed.as_json() if options["json"] else _told(result, options))

    def _fail(self, sentences: list[str]) -> NoReturn:
        for sentence in sentences:
            self.stderr.write(sentence)
        sys.exit(1)


def _told(result: ImportResult, options: dict[str, Any]) -> str:
    done = "试读，没有写入" if options["dry_run"] else "已导入"
    lines = [
        f"{done}：{result.plan.title}",
        f"新增 {len(result.created)} 条，更新 {len(result.updated)} 条，"
        f"删除 {len(result.removed)} 条，保留 {len(result.kept)} 条",
    ]
    lines += [
        f"保留（文件中已没有，但关联着协商会）：{item.section}-{item.number} {item.title}"
        for item in result.kept
    ]
    return "\n".join(lines)
