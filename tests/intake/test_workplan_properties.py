"""Any plan, however numbered, encoded and spaced, reads back as the same plan; any bytes are
either read or refused."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations.intake.workplan import WorkPlanUnreadable, read_workplan

WordMaker = Callable[..., bytes]
Sections = list[tuple[str, list[tuple[str, list[str]]]]]

HAN_UNITS = "零一二三四五六七八九"
SYLLABLES = [
    *"水路桥渠山田林湖会议访谈调研办理答复居民委员村镇",
    "2031年",
    "3次",
    "1.5万亩",
    "“一桥两路”",
    "《办法》",
    "“要实。”",
    "（试行）",
    "三农",
    "十五分钟",
]
PHRASES = st.lists(st.sampled_from(SYLLABLES), min_size=2, max_size=8).map("".join)
SENTENCES = st.lists(PHRASES, min_size=1, max_size=3).map(lambda parts: "，".join(parts) + "。")
PARAGRAPHS = st.lists(SENTENCES, min_size=1, max_size=3).map("".join)
# A heading is numbered: what it begins with must not read as a continuation of its number.
HEADINGS = PHRASES.map(lambda phrase: "抓" + phrase)
ITEMS = st.tuples(HEADINGS, st.lists(PARAGRAPHS.map(lambda text: "要" + text), max_size=3))
PLANS = st.lists(
    st.tuples(HEADINGS, st.lists(ITEMS, min_size=1, max_size=4)), min_size=1, max_size=4
)


def han(number: int) -> str:
    tens, units = divmod(number, 10)
    head = ("" if tens < 2 else HAN_UNITS[tens]) + ("十" if tens else "")
    return head + (HAN_UNITS[units] if units or not tens else "")


def full_width(text: str) -> str:
    return text.translate({ord("0") + at: ord("０") + at for at in range(10)} | {ord("."): "．"})


SECTION_STYLES: dict[str, Callable[[int], str]] = {
    "part": lambda n: f"第{han(n)}部分 ",
    "chapter": lambda n: f"第{n}章　",
    "han": lambda n: f"{han(n)}、",
    "han dot": lambda n: f"{han(n)}．",
}
ITEM_STYLES: dict[str, Callable[[int], str]] = {
    "han paren": lambda n: f"（{han(n)}）",
    "half paren": lambda n: f"({han(n)})",
    "dot": lambda n: f"{n}.",
    "dot space": lambda n: f"{n}. ",
    "comma": lambda n: f"{n}、",
    "full width": lambda n: full_width(f"{n}."),
    "paren": lambda n: f"（{n}）",
    "right paren": lambda n: f"{n}）",
    "circled": lambda n: chr(ord("①") + n - 1),
}


@dataclass(frozen=True)
class Layout:
    section: str
    item: str
    restart: bool
    blank: int
    inline: bool
    footer: bool


LAYOUTS = st.builds(
    Layout,
    section=st.sampled_from(sorted(SECTION_STYLES)),
    item=st.sampled_from(sorted(ITEM_STYLES)),
    restart=st.booleans(),
    blank=st.integers(0, 2),
    inline=st.booleans(),
    footer=st.booleans(),
)


def numbered(plan: Sections, restart: bool) -> list[list[int]]:
    numbers, last = [], 0
    for _, items in plan:
        start = 0 if restart else last
        numbers.append([start + at for at in range(1, len(items) + 1)])
        last = numbers[-1][-1]
    return numbers


def render(plan: Sections, layout: Layout) -> list[str]:
    """The lines of a page that holds the plan; ``inline`` sets an item's first paragraph right
    behind its title."""
    section_number, item_number = SECTION_STYLES[layout.section], ITEM_STYLES[layout.item]
    lines = [
        "首页 | 公开",
        "临溪县政协2031年工作要点",
        "发布时间：2031-02-06",
        "总的要求是：多走访。",
    ]
    for at, ((heading, items), numbers) in enumerate(
        zip(plan, numbered(plan, layout.restart), strict=True), 1
    ):
        lines.append(section_number(at) + heading)
        for (title, body), number in zip(items, numbers, strict=True):
            behind = body[0] if layout.inline and body else ""
            lines.append(f"{item_number(number)}{title}。{behind}")
            lines += body[1:] if behind else body
    spaced = [piece for line in lines for piece in (line, *[""] * layout.blank)]
    return [*spaced, "", "", "", "", "上级网站", "版权所有 2031"] if layout.footer else spaced


def assert_reads_as(data: bytes, plan: Sections, restart: bool) -> None:
    read = read_workplan(data)
    assert (read.title, read.year, read.issuer) == ("临溪县政协2031年工作要点", 2031, "临溪县政协")
    assert (read.published_on, read.preamble) == (date(2031, 2, 6), "总的要求是：多走访。")
    assert [section.number for section in read.sections] == list(range(1, len(plan) + 1))
    found = [
        (section.title, [(item.title, item.body.split("\n")) for item in section.items])
        for section in read.sections
    ]
    assert found == [
        (heading, [(title, body or [""]) for title, body in items]) for heading, items in plan
    ]
    numbers = [[item.number for item in section.items] for section in read.sections]
    assert numbers == numbered(plan, restart)


@given(
    plan=PLANS,
    layout=LAYOUTS,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=150, deadline=None)
def test_any_plan_reads_back_from_text(
    plan: Sections, layout: Layout, encoding: str, end: str
) -> None:
    assert_reads_as(end.join(render(plan, layout)).encode(encoding), plan, layout.restart)


@given(plan=PLANS, layout=LAYOUTS)
@settings(max_examples=15, deadline=None)
def test_any_plan_reads_back_from_word(
    make_word: WordMaker, plan: Sections, layout: Layout
) -> None:
    assert_reads_as(make_word(render(plan, layout)), plan, layout.restart)


@given(
    plan=PLANS,
    levels=st.sampled_from(
        [
            (("chineseCounting", "%1、"), ("decimal", "%2.")),
            (("chineseCountingThousand", "第%1部分"), ("chineseCounting", "（%2）")),
            (("decimal", "%1、"), ("decimalEnclosedCircle", "%2")),
        ]
    ),
)
@settings(max_examples=15, deadline=None)
def test_any_plan_reads_back_from_automatic_numbers(
    make_word: WordMaker, plan: Sections, levels: object
) -> None:
    paragraphs: list[object] = [
        "临溪县政协2031年工作要点",
        "发布时间：2031-02-06",
        "总的要求是：多走访。",
    ]
    for heading, items in plan:
        paragraphs.append((heading, 0))
        for title, body in items:
            paragraphs += [(f"{title}。", 1), *body]
    assert_reads_as(make_word(paragraphs, levels), plan, restart=True)


@given(plan=PLANS, layout=LAYOUTS, choice=st.integers(0, 10_000), repeat=st.booleans())
@settings(max_examples=100, deadline=None)
def test_one_wrong_item_number_is_one_complaint_at_its_line(
    plan: Sections, layout: Layout, choice: int, repeat: bool
) -> None:
    plan = [("抓水", [("抓渠", []), ("抓路", [])]), *plan]
    layout = Layout(layout.section, layout.item, False, layout.blank, layout.inline, layout.footer)
    lines = render(plan, layout)
    number = ITEM_STYLES[layout.item]
    numbers = [each for section in numbered(plan, False) for each in section]
    # The first keeps its number, so that the rest cannot pass for a restart.
    wrong = numbers[1 + choice % (len(numbers) - 1)]
    at = next(i for i, line in enumerate(lines) if line.startswith(f"{number(wrong)}抓"))
    if repeat:
        lines[at] = number(wrong - 1) + lines[at].removeprefix(number(wrong))
    else:
        first_after = at
        for each in numbers[wrong - 1 :]:
            where = next(
                i
                for i in range(first_after, len(lines))
                if lines[i].startswith(f"{number(each)}抓")
            )
            lines[where] = number(each + 1) + lines[where].removeprefix(number(each))
            first_after = where + 1
    try:
        read_workplan("\n".join(lines).encode())
    except WorkPlanUnreadable as refusal:
        assert [complaint.line for complaint in refusal.complaints] == [at + 1]
        assert ("重复" if repeat else "缺少") in refusal.complaints[0].message
    else:
        raise AssertionError("a wrong number was read")


@given(data=st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_refused_and_never_break_the_reading(data: bytes) -> None:
    with suppress(WorkPlanUnreadable):
        read_workplan(data)
        raise AssertionError("random bytes were read as a plan")


PIECES = [
    *"一二三1２.．、。（）()①第部分章年 \n\n\n\u3000“”：",
    "2031",
    "工作要点",
    "\n一、",
    "\n1.",
]


@given(text=st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_in_order_or_refused_with_reasons(text: str) -> None:
    try:
        plan = read_workplan(("临溪县政协2031年工作要点\n" + text).encode())
    except WorkPlanUnreadable as refusal:
        assert refusal.complaints
        assert all(complaint.message for complaint in refusal.complaints)
    else:
        assert [section.number for section in plan.sections] == list(
            range(1, len(plan.sections) + 1)
        )
        assert all(item.title for section in plan.sections for item in section.items)


@given(at=st.integers(0, 100_000), value=st.integers(0, 255), inside=st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_word_file_is_read_or_refused(
    make_word: WordMaker, at: int, value: int, inside: bool
) -> None:
    whole = make_word(["临溪县政协2031年工作要点", ("甲", 0), ("子。", 1)])
    if not inside:
        position = at % len(whole)
        damaged = whole[:position] + bytes([value]) + whole[position + 1 :]
    else:
        damaged = with_damaged_part(whole, at, value)
    with suppress(WorkPlanUnreadable):
        assert read_workplan(damaged, filename="要点.docx").sections


def with_damaged_part(whole: bytes, at: int, value: int) -> bytes:
    """The package, sound as a zip, with one byte changed in its text or its numbering."""
    stream = BytesIO()
    with ZipFile(BytesIO(whole)) as package, ZipFile(stream, "w", ZIP_DEFLATED) as copy:
        for name in package.namelist():
            content = package.read(name)
            if name in ("word/document.xml", "word/numbering.xml"):
                position = at % len(content)
                content = content[:position] + bytes([value]) + content[position + 1 :]
            copy.writestr(name, content)
    return stream.getvalue()
