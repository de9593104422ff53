"""manage.py verify_archive FILE… [--previous FILE] [--key KEY] [--receipt R] [--heads FILE]"""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, ProgrammingError, transaction

from consultations.archiving import verify
from consultations.domain.known_archives import hold_against_hall
from consultations.domain.signing_key import key_chain_file, public_key_file


class Command(BaseCommand):
    help = (
        "核验归档文件：通过则退出码为 0，否则为 1 并说明哪里不对。默认信任本厅自己的公钥，"
        "并与本厅数据库里的归档核对。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("archive", nargs="+", help="归档文件，按归档先后排列")
        parser.add_argument("--previous", help="上一份归档")
        parser.add_argument("--key", action="append", default=[], help="可信公钥")
        parser.add_argument("--receipt", action="append", default=[], help="回执，序号：摘要")
        parser.add_argument("--heads", help="会中公布的签名日志头")
        parser.add_argument("--json", action="store_true", help="以 JSON 打印")

    def handle(self, *_args: Any, **options: Any) -> None:
        own, chain = public_key_file(), key_chain_file()
        arguments = [f"--key={key}" for key in options["key"]]
        if not arguments and own is not None:
            arguments = [f"--key={own}"] + ([f"--keys={chain}"] if chain else [])
        arguments += [f"--receipt={receipt}" for receipt in options["receipt"]]
        arguments += [f"--previous={options['previous']}"] if options["previous"] else []
        arguments += [f"--heads={options['heads']}"] if options["heads"] else []
        arguments += ["--json"] if options["json"] else []
        sys.exit(verify.main([*arguments, "--", *options["archive"]], _hold_against))


def _hold_against(reports: Sequence[verify.Report]) -> None:
    try:
        with transaction.atomic():
            hold_against_hall(reports)
    except (OperationalError, ProgrammingError):  # no database here, or an empty one
        for report in reports:
            report.notes.append("这里没有本厅的数据库，没有与它核对")
