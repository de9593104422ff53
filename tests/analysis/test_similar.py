"""Likely duplicates: what was reworded is found, what shares only the subject is not."""

import random
import time

from hypothesis import given
from hypothesis import strategies as st

from consultations.analysis.similar import grams, similar_groups

PAIRS = [
    (
        "市场一楼下雨就积水，老人不敢进去，能不能先把排水沟疏通了。",
        "一楼下雨积水，老人不敢进，先把排水沟疏通。",
    ),
    (
        "我支持夜间开放到九点，下班的人也买得到菜。",
        "支持夜间开放，下班的人能买菜。",
    ),
    ("先把下水管道换了", "下水道该换了，先换下水管道"),
]
OTHERS = [
    "建议改造期间在东侧停车场搭临时棚，让卖菜的有地方去。",
    "改造以后摊位费会不会涨？有没有书面承诺？",
    "夜间卸货吵到楼上住户，时间要限制在晚上八点以前。",
    "希望增加停车位，现在停车太难。",
    "好",
    "支持",
]


def test_reworded_texts_are_found_and_others_are_not() -> None:
    texts = [text for pair in PAIRS for text in pair] + OTHERS
    found = similar_groups(dict(enumerate(texts, 1)))
    assert sorted(group.numbers for group in found) == [(1, 2), (3, 4), (5, 6)]


def test_case_width_and_punctuation_make_no_difference() -> None:
    texts = {1: "请装ＷiＦi，老人也要用！", 2: "请装WIFI老人也要用", 3: "公厕要修一修了"}
    found = similar_groups(texts)
    assert [group.numbers for group in found] == [(1, 2)]
    assert found[0].likeness > 0.99


def test_likeness_does_not_travel_on() -> None:
    texts = {
        1: "路灯不亮要修理",
        2: "路灯不亮要修理，井盖松了要换",
        3: "井盖松了要换，绿化带没人管",
    }
    found = similar_groups(texts, least=0.3)
    assert [group.numbers for group in found] == [(1, 2)]


def test_short_texts_are_like_none() -> None:
    assert similar_groups({1: "支持", 2: "支持", 3: "同意！", 4: "同意"}) == []
    assert not grams("好的。")


@given(st.dictionaries(st.integers(1, 10**6), st.text(max_size=40), max_size=12))
def test_groups_are_disjoint_and_of_what_was_given(texts: dict[int, str]) -> None:
    found = similar_groups(texts)
    numbers = [number for group in found for number in group.numbers]
    assert len(numbers) == len(set(numbers))
    assert set(numbers) <= set(texts)
    for group in found:
        assert list(group.numbers) == sorted(group.numbers)
        assert len(group.numbers) > 1
        assert 0 < group.likeness <= 1.001


def test_copies_in_a_large_room_are_found_within_seconds() -> None:
    chooser = random.Random(7)
    characters = [chr(0x4E00 + n) for n in range(3000)]
    texts = {n: "".join(chooser.choices(characters, k=60)) for n in range(1, 3001)}
    texts |= {n + 5000: f"再说一遍：{texts[n]}" for n in range(1, 21)}
    began = time.process_time()
    found = similar_groups(texts)
    assert time.process_time() - began < 10
    assert sorted(group.numbers for group in found) == [(n, n + 5000) for n in range(1, 21)]
