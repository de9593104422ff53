/**
 * What a person knows of a room, and how each frame changes it. Pure: every function returns a new
 * state and leaves the old one as it was; cards that did not change stay the same objects, so that
 * whoever shows them can tell by identity.
 *
 * The rule that all of it serves: the state of an old snapshot and the events since equals the
 * state of a new snapshot.
 */

import { FLOOR, byOpinion } from "./floor-state.js";
import { STAGES } from "./words.js";

/** Before anything has arrived. */
export const NOTHING = Object.freeze({
  ready: false,
  snapshots: 0,
  epoch: null,
  head: 0,
  room: null,
  may: Object.freeze([]),
  seat: null,
  cards: new Map(),
  replies: new Map(),
  total: 0,
  late: Object.freeze([]),
  presence: Object.freeze({ count: 0, by_identity: {} }),
  outcome: null,
  ballots: Object.freeze([]),
  stances: new Map(),
  votes: new Map(),
  speaking: null,
  posting: Object.freeze({}),
  mutes: Object.freeze([]),
  requests: new Map(),
  changed: Object.freeze({}),
  missed: 0,
  map: null,
  offset: 0,
});

/**
 * The state after the greeting: who I am here and what I may do, and by how much the server's clock
 * is ahead of `now`. A snapshot may have been long under way, and says nothing of that.
 */
export function withHello(state, { seat, may, server_time }, now) {
  return { ...state, seat, may, offset: new Date(server_time).getTime() - now };
}

/**
 * The state that a snapshot shows; of the old one only seat and clock stay. `snapshots` counts them: with
 * each, cards that were fetched before are gone. `missed` is the last event about one not known.
 */
export function withSnapshot(state, snapshot) {
  const cards = new Map(snapshot.opinions.map((card) => [card.number, card]));
  return {
    ready: true,
    snapshots: state.snapshots + 1,
    epoch: snapshot.epoch,
    head: snapshot.head,
    room: inWords(snapshot.room),
    may: snapshot.may,
    seat: state.seat,
    cards,
    replies: threads(cards.values()),
    total: snapshot.total,
    late: [],
    presence: snapshot.presence,
    outcome: snapshot.outcome ?? null,
    ballots: snapshot.ballots ?? [],
    stances: new Map(),
    votes: new Map(),
    speaking: snapshot.speaking,
    posting: snapshot.posting ?? {},
    mutes: snapshot.mutes ?? [],
    requests: byOpinion(snapshot.requests ?? []),
    changed: {},
    missed: 0,
    map: state.map,
    offset: state.offset,
  };
}

/** The state after cards of earlier opinions were fetched. What is known already is kept. */
export function withOlder(state, older) {
  const cards = new Map(state.cards);
  for (const card of older) {
    const mine = state.stances.get(card.number) ?? card.mine;
    if (!cards.has(card.number)) cards.set(card.number, { ...card, mine });
  }
  return { ...state, cards, replies: threads(cards.values()) };
}

/** The state after this person's stance was accepted. */
export function withMine(state, number, value) {
  return withOwn(state, [[number, value]], []);
}

/** The state after this person's vote was accepted. */
export function withVote(state, number, choices) {
  return withOwn(state, [], [[number, choices]]);
}

/** What is this person's own is kept also for what has yet to come in. */
function withOwn(state, stances, votes) {
  return edited(state, (draft) => {
    draft.stances = new Map([...draft.stances, ...stances]);
    draft.votes = new Map([...draft.votes, ...votes]);
    for (const [number, mine] of stances) if (draft.cards.has(number)) change(draft, number, { mine });
    for (const [number, mine] of votes) draft.ballots = withBallot(draft, number, { mine });
  });
}

/** The state after news that are not in the log. */
export function withNews(state, news) {
  if (news.now === "presence") {
    return { ...state, presence: { count: news.count, by_identity: news.by_identity } };
  }
  if (news.now === "may") return { ...state, may: news.may };
  if (news.now === "ballot") {
    const { number, voted, counts } = news;
    const open = state.ballots.some((each) => each.number === number && !each.closed_at);
    return open ? { ...state, ballots: withBallot(state, number, { voted, counts }) } : state;
  }
  if (news.now === "own") return withOwn(state, news.stances, news.votes);
  if (news.now === "map") return { ...state, map: news };
  if (news.now === "tally") return edited(state, (draft) => tally(draft, news.tallies));
  return state;
}

/**
 * The state after these events, in their order; those not next in line are passed over.
 * @param {typeof NOTHING} state
 * @param {Array<{seq: number, type?: string, at?: string, by?: number, body?: object}>} events
 */
export function withEvents(state, events) {
  return edited(state, (draft) => {
    for (const event of events) {
      if (event.seq !== draft.head + 1) continue;
      draft.head = event.seq;
      APPLY[event.type]?.(draft, event.body, event);
      // For what is fetched beside the room: when something of its kind has happened last.
      if (event.type) draft.changed = { ...draft.changed, [event.type.split(".")[0]]: event.seq };
    }
  });
}

const withBallot = (state, number, fields) =>
  state.ballots.map((each) => (each.number === number ? { ...each, ...fields } : each));

function edited(state, edit) {
  const draft = { ...state, cards: new Map(state.cards) };
  edit(draft);
  return draft;
}

/** Labels come in the hall's own language; a page has its own. That of the form is not shown here. */
function inWords({ kind_label: _label, ...room }) {
  return { ...room, stage_label: STAGES[room.stage] };
}

function threads(cards) {
  const replies = new Map();
  for (const card of cards) if (card.reply_to) join(replies, card);
  return replies;
}

function join(replies, card) {
  const numbers = [...(replies.get(card.reply_to) ?? []), card.number];
  replies.set(card.reply_to, numbers.sort((a, b) => a - b));
}

function change(draft, number, fields) {
  const card = draft.cards.get(number);
  if (card) draft.cards.set(number, { ...card, ...fields });
  else draft.missed = draft.head;
}

function tally(draft, tallies) {
  for (const [number, agree, disagree, passed] of tallies) {
    if (draft.cards.has(number)) change(draft, number, { agree, disagree, passed });
  }
}

/** An opinion comes into the room; where it is known already it stays as it is. */
function comeIn(draft, said) {
  draft.total = Math.max(draft.total, said.number);
  if (draft.cards.has(said.number)) return;
  const mine = draft.stances.get(said.number) ?? null;
  const fresh = { pinned: false, answered: false, agree: 0, disagree: 0, passed: 0, mine };
  draft.cards.set(said.number, { ...said, ...fresh });
  if (!said.reply_to) return;
  draft.replies = new Map(draft.replies);
  join(draft.replies, said);
}

/** Change a card, and take away what it has beside: its reason and earlier wordings, or this. */
function without(draft, number, fields, gone = ["reason", "corrections"]) {
  const card = { ...draft.cards.get(number) };
  if (!card.number) return change(draft, number);
  for (const name of gone) delete card[name];
  draft.cards.set(number, { ...card, ...fields });
}

const APPLY = {
  ...FLOOR,
  "opinion.posted": (draft, body, { at, seq }) => comeIn(draft, { ...body, at, seq, state: "visible" }),
  "opinion.held": (draft, body, { at, seq }) => comeIn(draft, { ...body, at, seq, state: "held" }),
  "opinion.approved"(draft, { posted_at: at, ...body }, { seq }) {
    if (draft.cards.has(body.number)) change(draft, body.number, { seq, state: "visible" });
    else {
      if (body.number < draft.total) draft.late = [...draft.late, body.number];
      comeIn(draft, { ...body, at, seq, state: "visible" });
    }
  },
  "opinion.returned"(draft, { number, reason }) {
    change(draft, number, { state: "returned", reason });
  },
  "opinion.reconsidered": (draft, { number }) => without(draft, number, { state: "held" }),
  "opinion.merged"(draft, { number, into, author }) {
    change(draft, number, { merged_into: into });
    const merged = [...(draft.cards.get(into)?.merged ?? []), { number, author }];
    change(draft, into, { merged: merged.sort((a, b) => a.number - b.number) });
  },
  "opinion.unmerged"(draft, { number, into }) {
    without(draft, number, {}, ["merged_into"]);
    const merged = (draft.cards.get(into)?.merged ?? []).filter((each) => each.number !== number);
    without(draft, into, merged.length ? { merged } : {}, ["merged"]);
  },
  "posting.set"(draft, body) {
    draft.posting = body;
  },
  "person.muted"(draft, mute) {
    const muted = draft.mutes.some((each) => each.person.id === mute.person.id);
    draft.mutes = muted
      ? draft.mutes.map((each) => (each.person.id === mute.person.id ? mute : each))
      : [...draft.mutes, mute];
  },
  "person.unmuted"(draft, { person }) {
    draft.mutes = draft.mutes.filter((each) => each.person.id !== person.id);
  },
  "opinion.hidden"(draft, { number }) {
    without(draft, number, { state: "hidden", text: "", pinned: false });
  },
  // Follows "opinion.hidden" for those who may still read the text.
  "opinion.hide_reason"(draft, { number, ...told }) {
    if (draft.cards.get(number)?.state === "hidden") change(draft, number, told);
  },
  "opinion.restored": (draft, { number, ...told }) =>
    without(draft, number, { state: "visible", ...told }),
  "opinion.corrected"(draft, { number, text, earlier, corrected_by: by }, { at }) {
    const corrections = [...(draft.cards.get(number)?.corrections ?? []), { earlier, by, at }];
    change(draft, number, { text, corrections });
  },
  "opinion.erased"(draft, { number }) {
    draft.cards.delete(number);
    draft.replies = threads(draft.cards.values());
    const all = draft.may.includes("moderate") ? [draft.total, number] : draft.cards.keys();
    draft.total = Math.max(0, ...all);
  },
  "opinion.pinned"(draft, { number, pinned }) {
    change(draft, number, { pinned });
  },
  "opinion.answered"(draft, { number, answered }) {
    change(draft, number, { answered });
  },
  "ballot.opened"(draft, body) {
    const counts = body.results === "live" ? body.options.map(() => 0) : null;
    const mine = draft.votes.get(body.number) ?? null;
    const fresh = { closed_at: null, how: null, voted: 0, counts, result: null, hands: null, mine };
    draft.ballots = [...draft.ballots, { ...body, ...fresh }];
  },
  "ballot.closed"(draft, { number, how, result }, { at }) {
    const counts = result.options.map(({ count }) => count);
    const end = { closed_at: at, how, voted: result.voted, counts, result, hands: result.hands };
    draft.ballots = withBallot(draft, number, end);
  },
  "ballot.voided"(draft, { number, reason }, { at }) {
    const nothing = { voted: 0, counts: null, result: null, hands: null };
    draft.ballots = withBallot(draft, number, { closed_at: at, how: "void", reason, ...nothing });
  },
  "ballot.hands_counted"(draft, { number, people, counts }) {
    draft.ballots = withBallot(draft, number, { hands: { people, counts } });
  },
  "seat.taken"(draft, { person, role }) {
    if (draft.seat?.person.id === person.id) draft.seat = { person, role };
  },
  "outcome.published"(draft, body) {
    draft.outcome = body;
  },
  "stances.closed"(draft, { tallies }) {
    tally(
      draft,
      tallies.map((each) => [each.number, each.agree, each.disagree, each.passed]),
    );
  },
};
