/** What the big screen shows of the room's state. Pure, so that it can be told without a picture. */

import { _ } from "../room/words.js";

const SHOWN = 3;
const MANY = 4;
const MOST = 8;
// Characters that an option has room for in its line.
const LONG = 22;
const RESULT_STAYS = 3 * 60_000;

/** Opinions that stand for themselves and that everyone may read. */
const readable = (state) =>
  [...state.cards.values()].filter(
    (card) => card.state === "visible" && card.text && !card.reply_to && !card.merged_into,
  );

/** The opinions that everyone may read since last, newest first: what was held is new when it is let through. */
export const latest = (state) =>
  readable(state)
    .sort((a, b) => b.seq - a.seq || b.number - a.number)
    .slice(0, SHOWN);

/** The opinions that most people agree with, without those that nobody has agreed with yet. */
export const agreed = (state) =>
  readable(state)
    .filter((card) => card.agree > 0)
    .sort((a, b) => b.agree - a.agree || a.disagree - b.disagree || a.number - b.number)
    .slice(0, SHOWN);

/** The ballot to show: the open one, or the last one's result for three minutes; or null. */
export function ballotNow(state, now) {
  const last = state.ballots[state.ballots.length - 1];
  if (!last) return null;
  return !last.closed_at || now - new Date(last.closed_at) < RESULT_STAYS ? last : null;
}

/**
 * What runs, and the time on its clock.
 * @param {object} room as in the snapshot
 * @param {number} now milliseconds on the hall's clock
 * @returns {{title: string, clock: string, words: string, over: boolean}} `clock` is "" where
 *   nothing runs out
 */
export function running(room, now) {
  const still = { title: room.stage_label, clock: "", words: "", over: false };
  if (room.stage === "announced" || room.stage === "collecting") {
    const wait = new Date(room.starts_at) - now;
    if (wait <= 0) return { ...still, words: _("即将开始") };
    if (wait > 24 * 3_600_000) return still;
    return { ...still, clock: minutes(wait), words: _("距开始") };
  }
  if (room.stage !== "live") return still;
  const item = room.agenda.find((each) => each.started_at && !each.ended_at);
  if (!item) return still;
  const left = new Date(item.started_at).getTime() + item.minutes * 60_000 - now;
  const over = left < 0;
  return {
    title: item.title,
    clock: minutes(Math.abs(left)),
    words: over ? _("已超时") : _("本项还剩"),
    over,
  };
}

/** What of an agenda is shown: where more than `few` steps do not fit, those from the running one on. */
export function steps(agenda, few) {
  if (agenda.length <= few) return agenda;
  const runs = agenda.findIndex(({ started_at: begun, ended_at: ended }) => begun && !ended);
  // Between two steps the next one; what was passed over is behind whatever runs.
  const next = runs < 0 ? agenda.findIndex(({ ended_at: ended }) => !ended) : runs;
  return agenda.slice(next < 0 ? -few : next);
}

/** How a ballot's options crowd the picture: the names of classes, "" for few and short ones. */
export function crowd(options) {
  if (options.length > MANY) return options.length > MOST ? "vote--many vote--most" : "vote--many";
  return options.some(({ text }) => text.length > LONG) ? "vote--many vote--few" : "";
}

/** "4:05" or "1:04:05". */
export function minutes(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${hours ? two(Math.floor((seconds % 3600) / 60)) : Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}
