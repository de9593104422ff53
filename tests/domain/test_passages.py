"""Paragraphs of rich text, their anchors, and what a comparison of versions says."""

from html import escape, unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
