/** Which cards the feed shows, and in which order. Pure. */

import { _ } from "./words.js";

export const ORDERS = {
  time: _("按时间"),
  agree: _("最多赞成"),
  divided: _("分歧最大"),
  questions: _("只看提问"),
  mine: _("我的"),
  pinned: _("置顶"),
};

/** Orders that show opinions by what others think of them: whole threads, no replies. */
export const isRanking = (order) => order === "agree" || order === "divided";

/** How divided a room is on a card: the smaller side first, then how many took a side. */
const dividedBy = (card) => [Math.min(card.agree, card.disagree), card.agree + card.disagree];
const agreedBy = (card) => [card.agree, card.agree - card.disagree];

/**
 * The numbers of visible opinions by rank, highest first; equals by number.
 * @param {object} state as in state.js
 * @param {"agree" | "divided"} order
 */
export function ranked(state, order) {
  const score = order === "agree" ? agreedBy : dividedBy;
  return [...state.cards.values()]
    .filter((card) => !card.reply_to && card.state === "visible")
    .map((card) => [card.number, ...score(card)])
    .sort((a, b) => b[1] - a[1] || b[2] - a[2] || a[0] - b[0])
    .map(([number]) => number);
}

/** The numbers from `first` to `last` that are known, ascending. */
export function between(state, first, last) {
  const numbers = [];
  for (let number = Math.max(1, first); number <= Math.min(last, state.total); number += 1) {
    if (state.cards.has(number)) numbers.push(number);
  }
  return numbers;
}

/** An opinion with its replies, ascending. */
export const thread = (state, number) =>
  [number, ...(state.replies.get(number) ?? [])].filter((each) => state.cards.has(each));

/** The numbers of the cards that pass, ascending. */
export function those(state, passes) {
  return [...state.cards.values()]
    .filter(passes)
    .map((card) => card.number)
    .sort((a, b) => a - b);
}

export const questions = (state) =>
  those(state, (card) => card.kind === "question" && card.state === "visible");
export const mine = (state) => those(state, (card) => card.author.id === state.seat?.person.id);
export const pinned = (state) => those(state, (card) => card.pinned);
