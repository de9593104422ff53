"""What counts as a quotation of an erased opinion, and what stays when it goes."""

import pytest
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from consultations.domain.passages import passages, without
from consultations.domain.redaction import Quotable

LONG = "三号楼五零二漏水已经半年"
GONE = "〔3 号意见已依法删除〕"


def taken(text: str, *said: str, about: bool = False) -> str:
    return Quotable(3, said).taken_from(text, about=about)


@pytest.mark.parametrize(
    ("said", "before", "after"),
    [
        (
            LONG,
            f"王大姐提出：{LONG}。（意见 3，赞成 1）",
            f"王大姐提出：{GONE}。（意见 3，赞成 1）",
        ),
        (LONG, f"有人提出：{LONG}。", f"有人提出：{GONE}。"),
        (LONG, f"{LONG}（意见 13、3）", f"{GONE}（意见 13、3）"),
        ("同意", "提出：同意。（意见 3，同意 2）", f"提出：{GONE}。（意见 3，同意 2）"),
        ("同意", "不同意的人说“同意”（意见 3）", f"不同意的人说“{GONE}”（意见 3）"),
        ("同意", "大家：同意。", "大家：同意。"),
        ("同意", "提出：同意。（意见 4）", "提出：同意。（意见 4）"),
        ("居民", "王大姐（居民）提出：居民。（意见 3）", f"王大姐（居民）提出：{GONE}。（意见 3）"),
        ("3", "王大姐提出：3。（意见 3，赞成 3）", f"王大姐提出：{GONE}。（意见 3，赞成 3）"),
        ("几时？", "提问 3：几时？县水务局尚未答复。", f"提问 3：{GONE}县水务局尚未答复。"),
        ("十月 动工", "答复（回复 3）：十月\n动工。", f"答复（回复 3）：{GONE}。"),
        (LONG, f"{LONG}，{LONG}", f"{GONE}，{GONE}"),
    ],
)
def test_quotation_goes_and_the_rest_stays(said: str, before: str, after: str) -> None:
    assert taken(before, said) == after


def test_words_of_another_opinion_that_is_named_stay() -> None:
    found = Quotable(3, (LONG,), frozenset({13}))
    for text, after in (
        (f"{LONG}（意见 13）", f"{LONG}（意见 13）"),
        (f"{LONG}（意见 13、意见 3）", f"{GONE}（意见 13、意见 3）"),
        (f"{LONG}（意见 14）", f"{GONE}（意见 14）"),
        (f"有人提出：{LONG}", f"有人提出：{GONE}"),
    ):
        assert found.taken_from(text) == after


def test_text_about_the_opinion_need_not_name_it() -> None:
    assert taken("我没有说“同意”。", "同意") == "我没有说“同意”。"
    assert taken("我没有说“同意”。", "同意", about=True) == f"我没有说“{GONE}”。"


def test_texts_that_overlap_leave_one_tombstone() -> None:
    assert taken(f"提出：{LONG}了（意见 3）", f"{LONG}了", LONG) == f"提出：{GONE}（意见 3）"
    assert taken("甲乙丙丁戊己庚辛壬", "甲乙丙丁戊己庚辛", "乙丙丁戊己庚辛壬") == GONE


def test_quotation_is_found_across_tags_entities_and_lines() -> None:
    found = Quotable(3, ("甲 & 乙丙丁戊己",))
    body = "<p>提出：甲 &amp;<br>乙<strong>丙丁</strong>戊己。（意见 3）</p><p>甲 &amp; 乙</p>"
    assert without(body, lambda one: found.spans_in(one.text), GONE) == (
        f"<p>提出：{GONE}<strong></strong>。（意见 3）</p><p>甲 &amp; 乙</p>"
    )


_TEXTS = st.text(st.sampled_from("甲乙 &<>\n\u3000"), max_size=6)


@given(st.lists(_TEXTS, max_size=4), st.data())
def test_span_of_a_paragraph_goes_and_everything_else_stays(
    texts: list[str], data: st.DataObject
) -> None:
    body = "".join(f"<p>{escape(text[:2])}<em>{escape(text[2:])}</em></p>" for text in texts)
    spans = {}
    for one in passages(body):
        start = data.draw(st.integers(0, len(one.text) - 1))
        spans[one.number] = (start, data.draw(st.integers(start + 1, len(one.text))))
    after = {
        one.number: one.text
        for one in passages(without(body, lambda one: [spans[one.number]], "〇"))
    }
    for one in passages(body):
        start, end = spans[one.number]
        left = one.text[:start] + "〇" + one.text[end:]
        assert after[one.number].split() == left.split() or (
            after[one.number].replace(" ", "") == left.replace(" ", "")
        )
