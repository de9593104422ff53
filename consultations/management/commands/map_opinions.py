"""python manage.py map_opinions VOTES.csv [--comments FILE] [--groups-from FILE] [--json]"""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from consultations.analysis.matrix import AnalysisRefused
from consultations.analysis.opinion_map import OpinionMap, compute_map
from consultations.analysis.picture import picture
from consultations.analysis.polis_csv import read_conversation, read_groups
from consultations.domain import map_words


class Command(BaseCommand):
    help = "从 Polis 的 participants-votes.csv（或 votes.csv）计算意见图谱。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("votes", type=Path)
        parser.add_argument("--comments", type=Path, help="comments.csv：哪些意见已被隐藏")
        parser.add_argument("--groups-from", type=Path, help="用这个文件里的分组，不另行分组")
        parser.add_argument("--seed", type=_seed, default=0, help="随机数种子（0 或更大）")
        parser.add_argument("--json", action="store_true", help="以 JSON 打印全部数字")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            read = read_conversation(options["votes"], options["comments"])
            given = options["groups_from"]
            groups = read_groups(given) if given is not None else None
            found = compute_map(read.stances, seed=options["seed"], groups=groups)
        except AnalysisRefused as refused:
            self._fail(map_words.refusal_sentence(refused.code, refused.detail))
        if options["json"]:
            self.stdout.write(json.dumps(found.as_reference_json(), allow_nan=False))
        else:
            self.stdout.write("\n".join(_told(found)))

    def _fail(self, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        sys.exit(1)


def _seed(text: str) -> int:
    if not text.isascii() or not text.isdecimal():
        raise ArgumentTypeError(f"种子是 0 或更大的整数，不是 {text!r}")
    return int(text)


def _told(found: OpinionMap) -> Iterator[str]:
    told = picture(found)
    yield (
        f"{told['people']} 人对 {told['opinions']} 条意见作了 {told['stances']} 次表态，"
        f"其中 {told['settled']} 人满 7 条。"
    )
    if found.status != "ready":
        counts = {name: told[name] for name in ("people", "settled", "opinions")}
        yield map_words.missing(found.status, found.reason, **counts)
        return
    everything = found.matrix.opinions.tolist()
    for one in found.portraits:
        sentence = map_words.group_sentence(one.representative, shown=everything)
        yield f"{map_words.letter_of(one.group)} 组 {one.size} 人：{sentence}"
    unnamed = sum(found.figures.sizes) - sum(one.size for one in found.portraits)
    if unnamed:
        yield f"另有 {unnamed} 人所在的组不足 5 人，不作描述。"
    yield "各组看法一致的：" if told["uniting"] else "还没有各组看法一致的意见。"
    for each in told["uniting"]:
        words = "赞成" if each["stance"] == "agree" else "不赞成"
        yield f"  意见 {each['opinion']}：{words} {_share(each[each['stance']], each)}"
    yield "看法分开的：" if told["dividing"] else "没有哪条意见把各组分开。"
    for each in told["dividing"]:
        shares = [
            f"{map_words.letter_of(group['group'])} 组赞成 {_share(group['agree'], group)}"
            for group in each["groups"]
        ]
        yield f"  意见 {each['opinion']}：{'，'.join(shares)}"


def _share(hits: int, of: dict[str, Any]) -> str:
    """`9/10（90%，95% 区间 60%–98%）`"""
    return (
        f"{hits}/{of['seen']}（{hits / of['seen']:.0%}，95% 区间 {of['low']:.0%}–{of['high']:.0%}）"
    )
