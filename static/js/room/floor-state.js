/**
 * How the course of the session changes a state: its stage and agenda, who has the floor, and what
 * departments are asked. Pure, as state.js.
 */

import { STAGES } from "./words.js";

/** What departments were asked, by the number of the opinion, and of the answer. */
export function byOpinion(requests) {
  const found = new Map();
  const add = (number, one) => found.set(number, [...(found.get(number) ?? []), one]);
  for (const one of requests) {
    add(one.opinion, one);
    if (one.answer) add(one.answer, one);
  }
  return found;
}

function ask(draft, edit) {
  draft.requests = byOpinion(edit([...new Set([...draft.requests.values()].flat())]));
}

const floor = (draft, fields) => (draft.speaking = { ...draft.speaking, ...fields });

/** Whoever is known stands in the order that the event tells. */
function line(draft, { number, person, order }, _event, now = draft.speaking.now) {
  const known = new Map(draft.speaking.waiting.map((one) => [one.number, one]));
  if (person) known.set(number, { number, person, subject: "", held: false });
  if (order.includes(now?.number)) now = null;
  floor(draft, { now, waiting: order.map((each) => known.get(each)) });
}

function about(draft, { number, subject = "", held = false }) {
  const told = (one) => (one?.number === number ? { ...one, subject, held } : one);
  floor(draft, { now: told(draft.speaking.now), waiting: draft.speaking.waiting.map(told) });
}

export const FLOOR = {
  "agenda.moved"(draft, { ended, started, since, untouched }, { at }) {
    const agenda = draft.room.agenda.map((item) => {
      const { position } = item;
      if (position === started) return { ...item, started_at: since ?? at, ended_at: null };
      if (untouched?.includes(position)) return { ...item, started_at: null, ended_at: null };
      return position === ended ? { ...item, ended_at: at } : item;
    });
    draft.room = { ...draft.room, agenda };
  },
  "agenda.extended"(draft, { position, minutes }) {
    const agenda = draft.room.agenda.map((item) =>
      item.position === position ? { ...item, minutes } : item,
    );
    draft.room = { ...draft.room, agenda };
  },
  "stage.moved"(draft, body, { at }) {
    const room = { ...draft.room, stage: body.to, stage_label: STAGES[body.to] };
    if (body.to === "live") Object.assign(room, { opened_at: room.opened_at ?? at, closed_at: null });
    if (body.from === "live") room.closed_at = at;
    draft.room = room;
  },
  "consultation.changed"(draft, body) {
    const running = new Map(draft.room.agenda.map((item) => [item.position, item]));
    const agenda = body.agenda.map((item) => ({
      started_at: running.get(item.position)?.started_at ?? null,
      ended_at: running.get(item.position)?.ended_at ?? null,
      ...item,
    }));
    draft.room = { ...draft.room, ...body, agenda };
  },
  "hand.raised": line,
  "hand.subject": about,
  "hand.subject_hidden": about,
  "hand.lowered": line,
  "hand.moved": line,
  "hand.returned": line,
  "hands.cleared": (draft) => floor(draft, { waiting: [] }),
  "speech.begun"(draft, body, event) {
    const called = draft.speaking.waiting.find((one) => one.number === body.number);
    line(draft, { order: body.order }, event, { ...called, called_at: event.at, limit: body.limit });
  },
  "speech.timed": (draft, { limit }) => floor(draft, { now: { ...draft.speaking.now, limit } }),
  "speech.ended": (draft) => floor(draft, { now: null }),
  "speaking.set": floor,
  "answer.asked"(draft, body, { at: asked_at }) {
    ask(draft, (every) => [...every, { ...body, asked_at, answer: null, answered_at: null }]);
  },
  "answer.withdrawn"(draft, { number }) {
    ask(draft, (every) => every.filter((one) => one.number !== number));
  },
  "answer.given"(draft, { number, answer }, { at: answered_at }) {
    ask(draft, (every) =>
      every.map((one) => (one.number === number ? { ...one, answer, answered_at } : one)),
    );
  },
};
