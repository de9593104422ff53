"""Titles wrap between their phrases, and are otherwise what they were."""

import pytest

from hall.templatetags.hall import phrases


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("城乡供水一体化对口协商会", "城乡供水一体化<wbr>对口协商会"),
        ("旧小区改造协商会", "旧小区改造<wbr>协商会"),
        ("排涝民主监督协商会", "排涝<wbr>民主监督协商会"),
        ("委员讲堂第三期：守住养老钱", "委员讲堂第三期：<wbr>守住养老钱"),
        ("改什么，谁来管；", "改什么，<wbr>谁来管；"),
        ("对口协商会", "对口协商会"),
        ("协商会怎么开", "协商会怎么开"),
        ("<b>，</b>", "&lt;b&gt;，<wbr>&lt;/b&gt;"),
        ("", ""),
    ],
)
def test_title_wraps_between_phrases(title: str, shown: str) -> None:
    assert phrases(title) == shown
