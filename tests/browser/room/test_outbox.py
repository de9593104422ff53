"""What waits for the hall, run in Chromium as it is served: its order, its tabs, its refusals."""

from typing import Any

from playwright.sync_api import Page

# Answers are given by the test: `calls` are those under way, each with its command.
BASE = """
const { Outbox } = await import("/js/room/outbox.js");
const { Declined } = await import("/js/room/connection.js");
const { keep } = await import("/js/room/keep.js");
const calls = [];
const call = (command) => new Promise((answer, fail) => calls.push({
  text: command.text, answer, decline: (code) => fail(new Declined({code, message: "理由"}))}));
const settled = () => new Promise(done => setTimeout(done));
const texts = (outbox) => outbox.entries.map(({text, state}) => `${text} ${state}`);
"""


def run(modules: Page, script: str) -> Any:
    return modules.evaluate(f"async () => {{{BASE}{script}}}")


def test_what_is_said_without_being_signed_in_waits_and_those_behind_it_too(modules: Page) -> None:
    """The page that follows the sign-in sends them in their order."""
    before, after, sent = run(
        modules,
        """const outbox = new Outbox(call, keep("a"));
        outbox.add({kind: "opinion", text: "甲"}); outbox.add({kind: "opinion", text: "乙"});
        calls[0].decline("sign_in"); await settled();
        const before = [texts(outbox), calls.map(({text}) => text)];
        const again = new Outbox(call, keep("a"));
        again.start(); await settled();
        calls[1].answer({number: 1}); await settled();
        return [before, texts(again), calls.map(({text}) => text)];""",
    )
    assert before == [["甲 sending", "乙 sending"], ["甲"]]
    assert after == ["甲 received", "乙 sending"]
    assert sent == ["甲", "甲", "乙"]


def test_refusal_is_told_with_its_reason_and_does_not_hold_up_the_next(modules: Page) -> None:
    told, entries, sent = run(
        modules,
        """const outbox = new Outbox(call, keep("b")), told = [];
        outbox.addEventListener("refused", ({detail}) => told.push([detail.text, detail.reason]));
        outbox.add({kind: "opinion", text: "甲"}); outbox.add({kind: "opinion", text: "乙"});
        calls[0].decline("wrong_stage"); await settled();
        return [told, texts(outbox), calls.map(({text}) => text)];""",
    )
    assert told == [["甲", "理由"]]
    assert entries == ["甲 refused", "乙 sending"]
    assert sent == ["甲", "乙"]


def test_what_is_laid_aside_is_kept_and_not_sent(modules: Page) -> None:
    assert run(
        modules,
        """new Outbox(call, keep("c")).add({kind: "opinion", text: "没写完", state: "refused"});
        const again = new Outbox(call, keep("c"));
        again.start(); await settled();
        return [texts(again), calls.length];""",
    ) == [["没写完 refused"], 0]


def test_what_another_tab_has_taken_out_is_gone_and_what_it_left_is_sent(modules: Page) -> None:
    """The other tab is a frame of the same origin."""
    assert run(
        modules,
        """const place = keep("d"), outbox = new Outbox(call, place);
        outbox.add({kind: "opinion", text: "甲", state: "refused"});
        outbox.add({kind: "opinion", text: "乙", state: "refused"});
        const frame = document.createElement("iframe");
        const loaded = new Promise(done => (frame.onload = done));
        frame.src = "/index.html"; document.body.append(frame); await loaded;
        const elsewhere = frame.contentWindow.localStorage;
        const left = JSON.parse(elsewhere.getItem("d")).slice(1);
        left.push({...left[0], key: "closed", text: "丙", state: "sending"});
        const changed = new Promise(done => outbox.addEventListener("change", done, {once: true}));
        elsewhere.setItem("d", JSON.stringify(left));
        await changed;
        const then = texts(outbox);
        outbox.start(); await settled();
        return [then, texts(outbox), calls.map(({text}) => text),
          place.read().map(({text}) => text)];""",
    ) == [["乙 refused"], ["乙 refused", "丙 sending"], ["丙"], ["乙", "丙"]]


def test_place_tells_whether_it_could_be_kept(modules: Page) -> None:
    assert run(
        modules,
        """const place = keep("e"), full = "x".repeat(6_000_000);
        return [place.write("短"), place.write(full), place.read(), place.write(null)];""",
    ) == [True, False, "短", True]
