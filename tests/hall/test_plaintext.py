import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.errors import Code, Refusal
from hall.plaintext import (
    MAX_COMBINING_MARKS,
    optional_line,
    plain_line,
    plain_text,
    quoted,
)

ANY_TEXT = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "\u0301\u0489\u20dd\u202e\u200b\u2028\u3164\u3000\r\n\t \x00\ufeff한e\U000e0041"
        ),
    ),
    max_size=80,
)


def cleaned(text: str) -> str | None:
    try:
        return plain_text(text, max_length=1000)
    except Refusal as refusal:
        assert refusal.code == Code.EMPTY
        return None


def longest_heap(text: str) -> int:
    longest = heap = 0
    for character in text:
        heap = heap + 1 if unicodedata.category(character)[0] == "M" else 0
        longest = max(longest, heap)
    return longest


@given(ANY_TEXT)
def test_plain_text_cleaned_once_stays_as_it_is(text: str) -> None:
    once = cleaned(text)
    if once is not None:
        assert cleaned(once) == once


@given(ANY_TEXT)
def test_plain_text_is_storable_and_calm(text: str) -> None:
    once = cleaned(text)
    if once is not None:
        assert unicodedata.is_normalized("NFC", once)
        assert longest_heap(once) <= MAX_COMBINING_MARKS
        assert not {unicodedata.category(c) for c in once.replace("\n", "").replace("\t", "")} & {
            "Cc",
            "Cs",
            "Zl",
            "Zp",
        }
        assert "\n\n\n" not in once
        assert once == once.strip()
        assert once.encode()


@given(st.text(max_size=60))
def test_plain_text_never_adds_marks(text: str) -> None:
    marks = [c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c)[0] == "M"]
    once = cleaned(text) or ""
    kept = [c for c in unicodedata.normalize("NFD", once) if unicodedata.category(c)[0] == "M"]
    assert len(kept) <= len(marks)


@given(ANY_TEXT)
def test_plain_line_cleaned_once_stays_one_line(text: str) -> None:
    once = optional_line(text, max_length=1000, field="title")
    assert optional_line(once, max_length=1000, field="title") == once
    assert len(once.splitlines()) <= 1
    assert "  " not in once


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("  修路\r\n修桥 ", "修路\n修桥"),
        ("a\n\n\n \n\nb", "a\n\nb"),
        ("e\u0301", "é"),
        ("甲\u202e乙\u2066丙", "甲乙丙"),
        ("x" + "\u0489" * 20, "x" + "\u0489" * 8),
        ("一\u2028二", "一\n二"),
        ("好\x00的\ufeff", "好的"),
    ],
)
def test_plain_text_cleans(given_text: str, kept: str) -> None:
    assert plain_text(given_text, max_length=100) == kept


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\u200d", "\u3164\u3164", "\u2800", "\u0301"])
def test_plain_text_refuses_what_cannot_be_seen(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        plain_text(text, max_length=10, field="reason")
    assert (refused.value.code, refused.value.field) == (Code.EMPTY, "reason")


def test_plain_text_names_both_lengths() -> None:
    assert plain_text("一" * 10, max_length=10) == "一" * 10
    with pytest.raises(Refusal) as refused:
        plain_text("一" * 11, max_length=10)
    assert refused.value.code == Code.TOO_LONG
    assert refused.value.message == "内容太长：最多 10 字，现在 11 字。"


def test_plain_line_joins_lines() -> None:
    assert (
        plain_line(" 老旧 \n 小区\u2029改造\x00 ", max_length=20, field="title") == "老旧 小区 改造"
    )


def test_optional_line_may_be_empty() -> None:
    assert optional_line(" \u200b ", max_length=20, field="venue") == ""


def test_quotation_within_a_quotation_has_single_marks() -> None:
    assert quoted("开展“有事好商量”协商") == "“开展‘有事好商量’协商”"
