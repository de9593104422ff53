"""Paragraphs of rich text, their anchors, and what a comparison of versions says."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from html import escape, unescape
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.domain import passages as passages_module
from consultations.domain import wordings
from consultations.domain.passages import annotated, compare, passages
from hall.richtext import clean

BODY = (
    "<h3>题 &amp; 目</h3><p>一<strong>二</strong>三<br>四</p>"
    "<ul><li>五<ul><li>六</li></ul></li></ul>"
)


def told(old: str, new: str) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (one.kind, [(piece.kind, piece.text) for piece in one.pieces]) for one in compare(old, new)
    ]


def test_passages_are_numbered_by_their_opening_tags() -> None:
    assert [(one.number, one.tag, one.text) for one in passages(BODY)] == [
        (1, "h3", "题 & 目"),
        (2, "p", "一二三 四"),
        (3, "li", "五"),
        (4, "li", "六"),
    ]


def test_paragraph_that_only_holds_others_has_no_text_but_counts() -> None:
    body = "<blockquote><p>引</p></blockquote><p></p><p>后</p>"
    assert [(one.number, one.text) for one in passages(body)] == [(2, "引"), (4, "后")]


def test_annotated_gives_each_paragraph_its_number_and_leaves_the_rest() -> None:
    body = annotated('<p>见意见 3<a href="https://x.cn/">意见 4</a></p><p>b</p>', str.upper)
    assert body == '<p id="p1">见意见 3<a href="https://x.cn/">意见 4</a></p><p id="p2">B</p>'


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("<p>一</p>", "<p>一</p>", [("same", [("same", "一")])]),
        ("", "<p>一</p>", [("new", [("new", "一")])]),
        ("<p>一</p>", "", [("gone", [("gone", "一")])]),
        (
            "<p>管网先换一半。</p><p>后面不变。</p>",
            "<p>管网全部更换。</p><p>后面不变。</p>",
            [
                (
                    "changed",
                    [
                        ("same", "管网"),
                        ("gone", "先换一半"),
                        ("new", "全部更换"),
                        ("same", "。"),
                    ],
                ),
                ("same", [("same", "后面不变。")]),
            ],
        ),
        (
            "<p>甲乙丙丁。</p><p>今年完成 40 户。</p>",
            "<p>今年完成 45 户。</p>",
            [
                ("gone", [("gone", "甲乙丙丁。")]),
                (
                    "changed",
                    [("same", "今年完成 "), ("gone", "40"), ("new", "45"), ("same", " 户。")],
                ),
            ],
        ),
    ],
)
def test_compare_says_what_became_of_each_paragraph(
    old: str, new: str, expected: list[tuple[str, list[tuple[str, str]]]]
) -> None:
    assert told(old, new) == expected


def test_paragraphs_that_were_moved_apart_by_new_ones_find_one_another() -> None:
    kept = [f"第{n}项：由{name}负责，年底前完成。" for n, name in enumerate("甲乙丙丁戊己庚", 1)]
    old = "".join(f"<p>{one}</p>" for one in kept)
    new = "".join(
        f"<p>另有一段全新的文字写在这里，与其他各段毫不相干{n}。</p><p>{one[:-1]}，并公开。</p>"
        for n, one in enumerate(kept)
    )
    assert [kind for kind, _pieces in told(old, new)] == ["new", "changed"] * len(kept)


def test_a_long_paragraph_is_compared_by_sentences_and_letters_where_few_changed() -> None:
    sentences = [f"第{n}户的水管已经换过，住户没有意见。" for n in range(400)]
    changed = [*sentences]
    changed[200] = changed[200].replace("没有意见", "还有意见")
    ((kind, pieces),) = told(f"<p>{''.join(sentences)}</p>", f"<p>{''.join(changed)}</p>")
    assert kind == "changed"
    assert pieces == [
        ("same", "".join(sentences[:200]) + "第200户的水管已经换过，住户"),
        ("gone", "没"),
        ("new", "还"),
        ("same", "有意见。" + "".join(sentences[201:])),
    ]


class Counting(SequenceMatcher[str]):
    """Adds up how many pairs of elements the matchers of a comparison could look at."""

    pairs = 0

    def set_seq2(self, b: Sequence[str]) -> None:
        super().set_seq2(b)
        Counting.pairs += len(self.a) * len(b)


def _rewritten(random: Random, paragraphs: int, letters: int) -> str:
    alphabet = [chr(0x4E00 + n) for n in range(600)]
    return "".join(
        f"<p>{''.join(random.choices(alphabet, k=letters))}。</p>" for _one in range(paragraphs)
    )


@pytest.mark.parametrize(
    ("paragraphs", "letters"), [(2000, 48), (400, 248), (40, 2498), (1, 99_000)]
)
def test_a_wholesale_rewrite_of_large_minutes_stays_in_bounds(
    paragraphs: int, letters: int, monkeypatch: Any
) -> None:
    random = Random(5)
    old, new = (_rewritten(random, paragraphs, letters) for _twice in range(2))
    monkeypatch.setattr(Counting, "pairs", 0)
    for module in (passages_module, wordings):
        monkeypatch.setattr(module, "SequenceMatcher", Counting)
    found = compare(old, new)
    # The paragraphs once, and of each the letters of some few: never all with all.
    assert Counting.pairs <= paragraphs**2 + 1000 * paragraphs * letters
    assert sum(one.kind in {"new", "changed"} for one in found) == paragraphs


_TEXTS = st.lists(st.text("一二三四五 ab1。<&", max_size=12), max_size=5)


def _body(texts: list[str]) -> str:
    return clean("".join(f"<p>{escape(text)}</p>" for text in texts))


@given(_TEXTS, _TEXTS)
def test_comparison_holds_both_versions_whole(before: list[str], after: list[str]) -> None:
    old, new = _body(before), _body(after)
    found = compare(old, new)
    for body, kept, dropped in ((old, "gone", "new"), (new, "new", "gone")):
        texts = [
            "".join(piece.text for piece in one.pieces if piece.kind != dropped)
            for one in found
            if one.kind != dropped
        ]
        assert texts == [one.text for one in passages(body)], kept


@given(_TEXTS)
def test_anchors_are_those_of_the_passages(texts: list[str]) -> None:
    body = _body(texts)
    shown = annotated(body, lambda text: text)
    for one in passages(body):
        start = shown.index(f'id="p{one.number}">')
        text = shown[start:].split(">", 1)[1].split("</p>", 1)[0]
        assert " ".join(unescape(text).split()) == one.text
