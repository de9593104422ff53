"""Rich text is read into blocks."""

from consultations.exports.blocks import Heading, Paragraph, Run, Style
from consultations.exports.richtext import read_rich_text
from hall.richtext import ALLOWED_TAGS


def test_every_allowed_tag_has_its_block_or_manner() -> None:
    html = (
        "<h3>大</h3><h4>小</h4><p>甲<strong>乙</strong><em>丙</em>"
        '<a href="https://a.cn/">丁</a><br>戊</p>'
        "<ul><li>己</li></ul><ol><li>庚</li><li>辛</li></ol><blockquote>壬</blockquote>"
    )
    assert all(f"<{tag}" in html for tag in ALLOWED_TAGS)
    assert read_rich_text(html) == (
        Heading(1, (Run("大"),)),
        Heading(2, (Run("小"),)),
        Paragraph(
            (
                Run("甲"),
                Run("乙", strong=True),
                Run("丙", em=True),
                Run("丁", href="https://a.cn/"),
            )
        ),
        Paragraph((Run("戊"),)),
        Paragraph((Run("己"),), Style.ITEM, "•", 1),
        Paragraph((Run("庚"),), Style.ITEM, "1.", 1),
        Paragraph((Run("辛"),), Style.ITEM, "2.", 1),
        Paragraph((Run("壬"),), Style.QUOTE, depth=1),
    )


def test_nested_lists_count_for_themselves() -> None:
    html = "<ol><li>一<ol><li>甲</li></ol></li><li>二<p>续</p></li></ol>"
    found = [
        (block.marker, block.depth, block.runs[0].text)
        for block in read_rich_text(html)
        if isinstance(block, Paragraph)
    ]
    assert found == [("1.", 1, "一"), ("1.", 2, "甲"), ("2.", 1, "二"), ("", 1, "续")]


def test_unknown_markup_leaves_its_text_and_unsafe_links_their_words() -> None:
    blocks = read_rich_text('<div><u>甲</u><a href="javascript:x()">乙</a></div>')
    assert blocks == (Paragraph((Run("甲乙"),)),)


def test_entities_and_white_space_are_read_as_a_browser_shows_them() -> None:
    assert read_rich_text("<p>\n  甲 &lt;b&gt;\n 乙&amp;  </p>\n\n<p> </p>") == (
        Paragraph((Run("甲 <b> 乙&"),)),
    )


def test_nothing_is_no_block() -> None:
    assert read_rich_text("") == ()
