/** The floor as people read it: who, how long still, when it is my turn. Pure. */

import { IDENTITIES, _ } from "./words.js";

/** "2:05" for 125 seconds. */
export const minutesAndSeconds = (seconds) =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/**
 * How much time who speaks still has.
 * @param {{called_at: string, limit: number}} turn
 * @param {number} now milliseconds on the server's clock
 * @returns {{over: boolean, text: string}}
 */
export function speechLeft({ called_at, limit }, now) {
  const left = Math.ceil((Date.parse(called_at) + limit * 1000 - now) / 1000);
  const text = minutesAndSeconds(Math.abs(left));
  return left >= 0
    ? { over: false, text: _("还剩 {t}", { t: text }) }
    : { over: true, text: _("已超 {t}", { t: text }) };
}

/** This person's place among those who wait, from 1; 0 where they do not. */
export const placeOf = ({ waiting }, personId) =>
  waiting.findIndex((one) => one.person.id === personId) + 1;

/** About how many minutes until whoever stands at `place` comes to speak. */
export function waitOf({ now: speaks, minutes, waiting }, place, now) {
  const running = speaks
    ? Math.max(0, (Date.parse(speaks.called_at) + speaks.limit * 1000 - now) / 60_000)
    : 0;
  return Math.round(running + Math.min(place - 1, waiting.length) * minutes);
}

export const identityOf = ({ identity, belongs_to: from }) =>
  from ? `${IDENTITIES[identity]} · ${from}` : IDENTITIES[identity];
