"""Two people in one live room, each with a browser of their own."""

import re
import time

from playwright.sync_api import expect

from tests.browser.room.conftest import Enter, Visit
from tests.browser.room.pages import RoomPage
from tests.support.browsing import PHONE
from tests.support.hall_server import HallProcess

OPINIONS = 5


def test_post_reaches_the_other(resident: RoomPage, moderator: RoomPage) -> None:
    resident.post("请先修三号楼的下水道。", kind="建议")
    expect(moderator.saying("请先修三号楼的下水道。")).to_be_visible()
    expect(resident.saying("请先修三号楼的下水道。")).to_have_count(1)
    expect(resident.page.get_by_role("status").filter(has_text="建议 6 已收到")).to_be_visible()

    moderator.post("请街道下周答复。")
    expect(resident.saying("请街道下周答复。")).to_be_visible()
    assert resident.numbers == moderator.numbers == [1, 2, 3, 4, 5, 6, 7]


def test_card_is_not_drawn_again_when_another_comes(
    resident: RoomPage, moderator: RoomPage
) -> None:
    resident.page.evaluate(
        """() => {
          window.drawn = 0;
          for (const card of document.querySelectorAll("opinion-card")) {
            const render = card.render;
            card.render = () => { drawn += 1; return render.call(card); };
          }
        }"""
    )
    moderator.post("请街道下周答复。")
    expect(resident.saying("请街道下周答复。")).to_be_visible()
    assert resident.page.evaluate("drawn") == 0
    moderator.stance(1, "赞成").click()
    expect(resident.stance(1, "赞成").locator(".number")).to_have_text("1")
    assert resident.page.evaluate("drawn") == 1


def test_stance_is_counted_for_all(resident: RoomPage, moderator: RoomPage) -> None:
    agree = resident.stance(1, "赞成")
    agree.click()
    expect(agree).to_have_attribute("aria-pressed", "true")
    expect(moderator.stance(1, "赞成").locator(".number")).to_have_text("1")

    resident.stance(1, "不赞成").click()
    expect(moderator.stance(1, "赞成").locator(".number")).to_have_text("0")
    expect(moderator.stance(1, "不赞成").locator(".number")).to_have_text("1")

    resident.page.reload()
    expect(resident.stance(1, "不赞成")).to_have_attribute("aria-pressed", "true")


def test_hidden_opinion_is_gone_but_for_its_author_who_reads_why(
    enter: Enter, resident: RoomPage, moderator: RoomPage
) -> None:
    neighbour = enter("neighbour", PHONE)
    resident.post("张三家欠了半年物业费。")
    expect(neighbour.saying("张三家")).to_be_visible()

    moderator.hide(6, "点名道姓，不妥")
    expect(neighbour.saying("张三家")).to_have_count(0)
    expect(neighbour.opinion(6)).to_contain_text("已由主持人隐藏")
    expect(neighbour.page.get_by_text("点名道姓，不妥")).to_have_count(0)
    expect(resident.opinion(6)).to_contain_text("理由：点名道姓，不妥")
    expect(resident.opinion(6)).to_contain_text("张三家欠了半年物业费。")

    neighbour.page.reload()
    expect(neighbour.opinion(6)).to_contain_text("已由主持人隐藏")
    expect(neighbour.page.get_by_text("张三家")).to_have_count(0)

    moderator.manage(6, "恢复显示")
    expect(neighbour.saying("张三家欠了半年物业费。")).to_be_visible()
    expect(resident.opinion(6)).not_to_contain_text("理由")


def test_pin_and_answered_mark_are_shown_to_all(resident: RoomPage, moderator: RoomPage) -> None:
    expect(moderator.opinion(3).locator(".manage")).to_be_visible()
    moderator.cut_line()
    moderator.manage(3, "置顶")
    expect(moderator.page.locator(".toast")).to_contain_text("等待网络，请不要关闭本页")
    moderator.mend_line()
    expect(resident.opinion(3).get_by_text("置顶", exact=True)).to_be_visible()
    order = resident.page.locator("order-bar").get_by_role("button", name="置顶")
    expect(order).to_be_in_viewport(ratio=1)
    moderator.manage(3, "标为已答复")
    expect(resident.opinion(3).get_by_text("已答复")).to_be_visible()
    moderator.manage(3, "取消置顶")
    expect(resident.opinion(3).get_by_text("置顶", exact=True)).to_have_count(0)


def test_moving_the_agenda_changes_what_everyone_may_do(
    resident: RoomPage, moderator: RoomPage
) -> None:
    expect(resident.page.locator("room-header")).to_contain_text("发言讨论")
    expect(resident.page.locator("room-header")).to_contain_text("还剩")

    moderator.page.get_by_role("button", name="进入下一项：表态").click()
    expect(resident.page.locator(".room-facts")).to_contain_text("表态")
    expect(resident.page.locator(".composer--closed")).to_have_text("现在您可以：表态")
    expect(resident.page.locator(".composer__open")).to_have_count(0)
    expect(resident.stance(1, "赞成")).to_be_enabled()


def test_reply_quotes_and_joins_the_thread(resident: RoomPage, moderator: RoomPage) -> None:
    resident.opinion(1).get_by_role("button", name="回复").click()
    resident.page.get_by_label("您想说的话").fill("我家门口也是。")
    resident.page.get_by_role("button", name="发送").click()

    expect(moderator.opinion(6)).to_contain_text("回复 1")
    moderator.opinion(1).get_by_role("button", name="1 条回复").click()
    expect(moderator.saying("我家门口也是。")).to_be_visible()
    assert moderator.numbers == [1, 6]
    moderator.page.get_by_role("button", name="返回全部意见").click()
    expect(moderator.opinion(5)).to_be_visible()


def test_network_cut_loses_nothing(resident: RoomPage, moderator: RoomPage) -> None:
    resident.cut_line()
    cut_at = time.monotonic()
    expect(resident.page.get_by_text("网络断开，正在重新连接")).to_be_visible()

    said = ["断网时的第一条。", "断网时的第二条。", "断网时的第三条。"]
    for number, text in enumerate(said, 6):
        moderator.post(text)
        expect(moderator.opinion(number)).to_contain_text(text)
    resident.post("我在断网时写的。")
    expect(resident.page.locator("under-way")).to_contain_text("等待网络")
    assert resident.numbers == [1, 2, 3, 4, 5]

    # The cut lasts five seconds, as long as it takes to walk out of a lift.
    resident.page.wait_for_function(
        "end => Date.now() >= end", arg=(time.time() + 5 - (time.monotonic() - cut_at)) * 1000
    )
    resident.mend_line()
    for number, text in enumerate([*said, "我在断网时写的。"], 6):
        expect(resident.opinion(number)).to_contain_text(text)
        expect(resident.saying(text)).to_have_count(1)
        expect(moderator.saying(text)).to_have_count(1)
    assert resident.numbers == moderator.numbers == list(range(1, 10))
    expect(resident.page.get_by_text("网络断开")).to_have_count(0)
    expect(resident.page.locator("under-way li")).to_have_count(0)


# What the page knows after all events, beside what a fresh snapshot says at the same moment.
COMPARE = """async () => {
  const { store, connection } = document.querySelector("room-app").room;
  const { snapshot } = await connection.call({do: "room.since", seq: 0, epoch: ""});
  const byNumber = cards => [...cards].sort((a, b) => a.number - b.number)
    .map(card => Object.fromEntries(Object.entries(card).sort()));
  delete snapshot.room.kind_label;
  const {head, room, may, total, outcome, presence, cards} = store.state;
  return [
    {head, room, may, total, outcome, presence, opinions: byNumber(cards.values())},
    {...Object.fromEntries(["head", "room", "may", "total", "outcome", "presence"]
      .map(name => [name, snapshot[name]])), opinions: byNumber(snapshot.opinions)},
  ];
}"""


def test_old_snapshot_and_events_equal_a_new_snapshot_for_each(
    enter: Enter, resident: RoomPage, moderator: RoomPage
) -> None:
    neighbour = enter("neighbour", PHONE)
    resident.post("先说一条。", kind="提问")
    expect(moderator.opinion(6)).to_be_visible()
    resident.opinion(6).get_by_role("button", name="回复").click()
    resident.page.get_by_label("您想说的话").fill("自己补充一句。")
    resident.page.get_by_role("button", name="发送").click()
    neighbour.stance(6, "赞成").click()
    moderator.manage(6, "标为已答复")
    moderator.manage(6, "置顶")
    expect(neighbour.opinion(6).get_by_text("已答复")).to_be_visible()
    moderator.hide(6, "暂时隐藏看看")
    moderator.hide(2, "重复")
    moderator.manage(6, "恢复显示")
    moderator.page.get_by_role("button", name="进入下一项：表态").click()
    for person in (resident, neighbour, moderator):
        expect(person.page.locator(".room-facts")).to_contain_text("表态")
        expect(person.stance(6, "赞成").locator(".number")).to_have_text("1")
        known, fresh = person.page.evaluate(COMPARE)
        assert known == fresh


def test_resident_signs_in_by_phone_code_on_the_way_to_the_room(
    laid_out: dict[str, int], process: HallProcess, visit: Visit, moderator: RoomPage
) -> None:
    room = RoomPage(visit(process.url, PHONE), laid_out["room"])
    room.page.goto(f"/rooms/{room.room}/")
    room.page.get_by_label("手机号").fill("138 0013 8000")
    room.page.get_by_role("button", name="获取验证码").click()
    expect(room.page.get_by_label("验证码")).to_be_visible()
    code = re.findall(r"验证码 (\w+)", process.log)[-1]
    room.page.get_by_label("验证码").fill(code)
    room.page.get_by_role("button", name="登录").click()
    expect(room.page.get_by_role("button", name="登录")).to_have_count(0)

    room.enter()
    room.post("我是刚刚登记的居民。")
    expect(moderator.saying("我是刚刚登记的居民。")).to_be_visible()
