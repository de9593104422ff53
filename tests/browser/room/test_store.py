"""The room's state, run in Chromium as it is served."""

from typing import Any

from playwright.sync_api import Page

# What every script below starts from: a snapshot with one opinion, and how an event is made.
BASE = """
const card = (number, more) => ({number, kind: "opinion", text: `第${number}条`, state: "visible",
  author: {id: 1, name: "甲", identity: "resident", belongs_to: ""}, at: "2026-05-12T01:00:00Z",
  reply_to: null, agenda_item: 1, origin: "online", pinned: false, answered: false,
  agree: 0, disagree: 0, passed: 0, mine: null, ...more});
const snapshot = (head, opinions, more) => ({epoch: "e1", head, opinions, total: opinions.length,
  server_time: new Date().toISOString(), may: ["opinion"], outcome: null,
  presence: {count: 1, by_identity: {resident: 1}},
  room: {id: 7, stage: "live", stage_label: "协商进行中", agenda: [
    {position: 1, kind: "discussion", title: "讨论", minutes: 10, started_at: null, ended_at: null}
  ]}, ...more});
const posted = (seq, number, more) => ({seq, type: "opinion.posted", at: "2026-05-12T01:00:00Z",
  by: 1, body: (({state, at, pinned, answered, agree, disagree, passed, mine, ...body}) => body)(
    card(number, more))});
const hello = {hello: {epoch: "e1", head: 1, may: [], server_time: new Date().toISOString(),
  seat: {person: {id: 2}, role: "participant"}}};
const settled = () => new Promise(done => setTimeout(done));
"""


def run(modules: Page, script: str) -> Any:
    """What the asynchronous body `script` returns, with state.js and store.js at hand."""
    return modules.evaluate(
        f"""async () => {{
        const state = await import("/js/room/state.js");
        const {{ Store }} = await import("/js/room/store.js");
        {BASE}
        const begin = state.withSnapshot(state.NOTHING, snapshot(1, [card(1)]));
        {script}
    }}"""
    )


def test_next_event_applies_and_others_do_not(modules: Page) -> None:
    head, numbers = run(
        modules,
        """const after = state.withEvents(
          begin, [posted(1, 9), posted(2, 2), posted(2, 8), posted(4, 7)]);
        return [after.head, [...after.cards.keys()]];""",
    )
    assert (head, numbers) == (2, [1, 2])


def test_events_change_no_earlier_state_and_keep_other_cards(modules: Page) -> None:
    assert run(
        modules,
        """const two = state.withEvents(begin, [posted(2, 2)]);
        const after = state.withEvents(two, [
          {seq: 3, type: "opinion.pinned", body: {number: 2, pinned: true}}]);
        return [begin.cards.size, two.cards.get(2).pinned, after.cards.get(2).pinned,
          after.cards.get(1) === two.cards.get(1)];""",
    ) == [1, False, True, True]


def test_skip_advances_the_head_and_unknown_types_are_harmless(modules: Page) -> None:
    assert (
        run(
            modules,
            """const events = [{seq: 2}, {seq: 3, type: "new.thing", body: {}}];
            return state.withEvents(begin, events).head;""",
        )
        == 3
    )


def test_hidden_text_is_dropped_and_comes_back_with_the_restoring(modules: Page) -> None:
    hidden, told, restored = run(
        modules,
        """const steps = [{seq: 2, type: "opinion.hidden", body: {number: 1}},
          {seq: 3, type: "opinion.hide_reason", body: {number: 1, reason: "离题", text: "第1条"}},
          {seq: 4, type: "opinion.restored", body: {number: 1, text: "第1条"}}];
        return [1, 2, 3].map(n => state.withEvents(begin, steps.slice(0, n)).cards.get(1));""",
    )
    assert (hidden["state"], hidden["text"], "reason" in hidden) == ("hidden", "", False)
    assert (told["state"], told["text"], told["reason"]) == ("hidden", "第1条", "离题")
    assert (restored["state"], restored["text"], "reason" in restored) == (
        "visible",
        "第1条",
        False,
    )


def test_replies_gather_under_what_they_answer(modules: Page) -> None:
    assert run(
        modules,
        """const after = state.withEvents(begin, [
          posted(2, 2, {kind: "reply", reply_to: 1}), posted(3, 3, {kind: "reply", reply_to: 1})]);
        return [begin.replies.size, after.replies.get(1)];""",
    ) == [0, [2, 3]]


OPENED = """const opened = (seq, more) => ({seq, type: "ballot.opened", at: "2026-05-12T01:00:00Z",
  by: 1, body: {number: 1, question: "问", kind: "yes_no", secrecy: "open", results: "live",
    quorum: 0, max_choices: 1, opened_at: "2026-05-12T01:00:00Z", closes_at: null,
    options: [{position: 1, text: "赞成"}, {position: 2, text: "反对"}], ...more}});
const result = {voted: 3, by_identity: {resident: 3}, quorum_reached: true, votes_digest: "d",
  options: [{position: 1, count: 2, by_identity: {resident: 2}},
    {position: 2, count: 1, by_identity: {resident: 1}}]};
const closed = {seq: 3, type: "ballot.closed", at: "2026-05-12T01:05:00Z", by: null,
  body: {number: 1, how: "time", result}};
"""


def test_ballot_opens_counts_and_closes(modules: Page) -> None:
    opened, told, mine, over = run(
        modules,
        OPENED
        + """const one = state.withEvents(begin, [opened(2)]);
        const two = state.withNews(one, {now: "ballot", number: 1, voted: 1, counts: [1, 0]});
        const three = state.withVote(two, 1, [1]);
        const four = state.withEvents(three, [closed]);
        return [one, two, three, four].map(each => each.ballots[0]);""",
    )
    assert (opened["voted"], opened["counts"], opened["mine"]) == (0, [0, 0], None)
    assert (told["voted"], told["counts"]) == (1, [1, 0])
    assert mine["mine"] == [1]
    assert (over["closed_at"], over["how"]) == ("2026-05-12T01:05:00Z", "time")
    assert (over["voted"], over["counts"], over["mine"]) == (3, [2, 1], [1])


def test_what_was_done_elsewhere_is_kept_for_what_has_yet_to_come_in(modules: Page) -> None:
    mine, voted, older = run(
        modules,
        OPENED
        + """const own = {now: "own", stances: [[1, 1], [2, -1], [3, 0]], votes: [[1, [2]]]};
        const told = state.withNews(begin, own);
        const after = state.withOlder(state.withEvents(told, [opened(2), posted(3, 2)]), [card(3)]);
        return [[1, 2].map(n => after.cards.get(n).mine), after.ballots[0].mine,
          after.cards.get(3).mine];""",
    )
    assert (mine, voted, older) == ([1, -1], [2], 0)


def test_late_news_of_a_ballot_do_not_touch_its_result(modules: Page) -> None:
    counts, secret, earlier = run(
        modules,
        OPENED
        + """const over = state.withEvents(begin, [opened(2), closed]);
        const late = state.withNews(over, {now: "ballot", number: 1, voted: 9, counts: [9, 9]});
        const hidden = state.withEvents(begin, [opened(2, {results: "at_close"})]);
        return [late.ballots[0].counts, hidden.ballots[0].counts, begin.ballots.length];""",
    )
    assert (counts, secret, earlier) == ([2, 1], None, 0)


def test_store_asks_for_what_is_missing_and_keeps_what_came_meanwhile(modules: Page) -> None:
    asked, numbers, head = run(
        modules,
        """const asked = [];
        const store = new Store(async question => {
          asked.push(question);
          if (!question.epoch) return {snapshot: snapshot(1, [card(1)])};
          return {events: [posted(2, 2), posted(3, 3)], head: 3};
        }, 40);
        store.receive(hello); await settled();
        store.receive(posted(4, 4)); store.receive(posted(5, 5)); await settled();
        return [asked, [...store.state.cards.keys()], store.state.head];""",
    )
    assert asked == [
        {"do": "room.since", "seq": 0, "epoch": "", "opinions": 40},
        {"do": "room.since", "seq": 1, "epoch": "e1", "opinions": 40},
    ]
    assert (numbers, head) == ([1, 2, 3, 4, 5], 5)


def test_store_asks_again_until_it_has_all(modules: Page) -> None:
    assert (
        run(
            modules,
            """const store = new Store(async ({seq, epoch}) => epoch
          ? {events: [posted(seq + 1, seq + 1)], head: 4} : {snapshot: snapshot(1, [card(1)])});
        store.receive(hello); await settled();
        store.receive({now: "head", head: 4}); await settled();
        return store.state.head;""",
        )
        == 4
    )


def test_store_starts_afresh_in_another_epoch(modules: Page) -> None:
    assert run(
        modules,
        """let epoch = "e1";
        const store = new Store(async question => question.epoch === epoch
          ? {events: [], head: 9}
          : {snapshot: snapshot(9, [card(1), card(2)].slice(epoch === "e1" ? 0 : 1), {epoch})});
        store.receive(hello); await settled();
        epoch = "e2"; store.receive(hello); await settled();
        return [store.state.epoch, [...store.state.cards.keys()]];""",
    ) == ["e2", [2]]


def test_store_loads_older_pages_once(modules: Page) -> None:
    asked, numbers = run(
        modules,
        """const asked = [];
        const all = Array.from({length: 250}, (_, n) => card(n + 1));
        const store = new Store(async ({before, limit, epoch}) => {
          if (epoch !== undefined) return {snapshot: snapshot(1, all.slice(-20), {total: 250})};
          asked.push(before);
          const older = all.filter(({number}) => number < before);
          return {opinions: older.slice(-limit), more: older.length > limit};
        });
        store.receive(hello); await settled();
        await store.load(1); await store.load(1);
        return [asked, store.state.cards.size];""",
    )
    assert (asked, numbers) == ([231, 131, 31], 250)


def test_two_tabs_keep_what_each_has_queued(modules: Page) -> None:
    """Both write to one place; the line of neither answers yet, then that of the first does."""
    kept = modules.evaluate(
        """async () => {
        const { Outbox } = await import("/js/room/outbox.js");
        const { keep } = await import("/js/room/keep.js");
        const texts = () => keep("tabs").read()?.map(({text}) => text) ?? [];
        const silent = new Promise(() => {});
        let answer;
        const answers = new Promise((give) => (answer = () => give({number: 1})));
        const one = new Outbox(() => answers, keep("tabs"));
        const other = new Outbox(() => silent, keep("tabs"));
        const seen = [];
        one.add({kind: "opinion", text: "甲"}); seen.push(texts());
        other.add({kind: "opinion", text: "乙"}); seen.push(texts());
        answer();
        await new Promise((done) => one.addEventListener("received", done, {once: true}));
        seen.push(texts());
        seen.push(new Outbox(() => silent, keep("tabs")).entries.map(({text}) => text));
        return seen;
    }"""
    )
    assert kept == [["甲"], ["甲", "乙"], ["乙"], ["乙"]]


def test_event_about_a_card_that_is_not_known_is_missed_and_a_tally_is_not(modules: Page) -> None:
    missed = run(
        modules,
        """const hidden = (seq, number) => ({seq, type: "opinion.hidden", body: {number}});
        const known = state.withEvents(begin, [hidden(2, 1)]);
        const tallied = state.withNews(known, {now: "tally", tallies: [[7, 1, 0, 0]]});
        const unknown = state.withEvents(tallied, [hidden(3, 7)]);
        const again = state.withSnapshot(unknown, snapshot(3, [card(1)]));
        return [known, tallied, unknown, again]
          .map(({missed, snapshots}) => [missed, snapshots]);""",
    )
    assert missed == [[0, 1], [0, 1], [3, 1], [0, 2]]


def test_void_ballot_is_as_a_snapshot_tells_it(modules: Page) -> None:
    ballot = run(
        modules,
        """const asked = {number: 1, question: "同意？", options: [{position: 1, text: "是"}],
          results: "live", secrecy: "open"};
        return state.withEvents(begin, [
          {seq: 2, type: "ballot.opened", body: asked},
          {seq: 3, type: "ballot.voided", at: "2026-05-12T01:00:00Z",
           body: {number: 1, reason: "写错了"}}]).ballots[0];""",
    )
    assert ballot["how"] == "void"
    assert ballot["reason"] == "写错了"
    assert ballot["closed_at"] == "2026-05-12T01:00:00Z"
    assert [ballot[name] for name in ("voted", "counts", "result", "hands")] == [
        0,
        None,
        None,
        None,
    ]


def test_clock_is_the_halls_whatever_the_device_and_a_late_snapshot_say(modules: Page) -> None:
    """Two hours ahead at the greeting, and set back by a day meanwhile."""
    assert run(
        modules,
        """const there = Date.now() + 7_200_000;
        const late = { ...snapshot(1, [card(1)]), server_time: new Date(there - 60_000) };
        const store = new Store(async () => ({ snapshot: late }));
        store.receive({ hello: { epoch: "a", head: 1, seat: null, may: [],
          server_time: new Date(there).toISOString() } });
        await new Promise((done) => store.addEventListener("change", () =>
          store.state.ready && done()));
        const device = Date.now;
        Date.now = () => device() - 86_400_000;
        return Math.abs(store.now() - there) < 30_000;""",
    )


def test_mute_is_over_by_the_halls_clock(modules: Page) -> None:
    assert run(
        modules,
        """const { whatNow } = await import("/js/room/can.js");
        const until = "2026-05-12T01:30:00.000000Z";
        const mute = { person: { id: 7 }, until, reason: "吵闹" };
        const muted = { ...begin, may: [], seat: { person: { id: 7 } }, mutes: [mute] };
        return ["01:29", "01:31"].map((at) =>
          whatNow(muted, new Date(`2026-05-12T${at}:00Z`).getTime()).includes("吵闹"));""",
    ) == [True, False]
