/** Which cards the feed shows, and in which order. Pure. */

import { _ } from "./words.js";

export const ORDERS = {
  time: _("按时间"),
  pinned: _("置顶"),
  agree: _("最多赞成"),
  divided: _("分歧最大"),
  next: _("请您表态"),
  questions: _("只看提问"),
  mine: _("我的"),
};

/** Orders that the hall gives, by what people think of the opinions: whole threads, no replies. */
export const isRanking = (order) => ["agree", "divided", "next"].includes(order);

/** The numbers from `first` to `last` that are known, ascending. */
export function between(state, first, last) {
  const numbers = [];
  for (let number = Math.max(1, first); number <= Math.min(last, state.total); number += 1) {
    if (state.cards.has(number)) numbers.push(number);
  }
  return numbers;
}

/** An opinion with its replies from `floor` on, ascending. */
export const thread = (state, number, floor) =>
  [number, ...(state.replies.get(number) ?? []).filter((each) => each >= floor)].filter((each) =>
    state.cards.has(each),
  );

/** The numbers of the cards that pass, ascending. */
export function those(state, passes) {
  return [...state.cards.values()]
    .filter(passes)
    .map((card) => card.number)
    .sort((a, b) => a - b);
}

/**
 * Which cards an order shows, all but the rankings: those of one agenda item where one is chosen.
 * @param {object} state as in state.js
 * @param {string} order
 * @param {number} item a position, or 0 for all
 */
export function passing(state, order, item) {
  const me = state.seat?.person.id;
  return (card) =>
    (!item || card.agenda_item === item) &&
    (order === "mine" ? card.author.id === me : card.state === "visible") &&
    (order !== "pinned" || card.pinned) &&
    (order !== "questions" || card.kind === "question");
}

/** What `room.list` is asked for an order, an agenda item or a thread. */
export const wanted = (order, item, thread) => ({
  ...(isRanking(order) && !thread && { order }),
  ...((order === "questions" || order === "mine") && !thread && { only: order }),
  ...(item && !thread && { agenda_item: item }),
  ...(thread && { thread }),
});

export const pinned = (state) => those(state, passing(state, "pinned", 0));
