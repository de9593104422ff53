/** Times as people of the hall read them: on the hall's own clock, whatever the device says. */

import { _ } from "./words.js";

const ZONE = "Asia/Shanghai";
const page = globalThis.document?.documentElement.lang || "zh-Hans";
// The day before the month, as the hall's pages write dates in English.
const LANGUAGE = page === "en" ? "en-GB" : page;
const clock = new Intl.DateTimeFormat(LANGUAGE, {
  timeZone: ZONE,
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const day = new Intl.DateTimeFormat(LANGUAGE, { timeZone: ZONE, month: "long", day: "numeric" });

/**
 * "14:05" for today, "3月8日 14:05" for other days.
 * @param {string} at ISO 8601
 * @param {number} now milliseconds
 */
export function spoken(at, now) {
  const then = new Date(at);
  const date = day.format(then);
  return date === day.format(new Date(now)) ? clock.format(then) : `${date} ${clock.format(then)}`;
}

/** "12 分钟", "3 小时 20 分钟" or "2 天", for a length in milliseconds; never less than a minute. */
export function length(milliseconds) {
  const minutes = Math.max(1, Math.round(milliseconds / 60_000));
  if (minutes < 60) return _("{n} 分钟", { n: minutes });
  if (minutes < 48 * 60) {
    const hours = _("{n} 小时", { n: Math.floor(minutes / 60) });
    return minutes % 60 ? `${hours} ${_("{n} 分钟", { n: minutes % 60 })}` : hours;
  }
  return _("{n} 天", { n: Math.round(minutes / 1440) });
}

/**
 * What runs in the room now, and how long it still has.
 * @param {object} room as in the snapshot
 * @param {number} now milliseconds on the server's clock
 * @returns {{item: object | null, text: string, over: boolean}} `text` is "" where nothing runs out
 */
export function timeLeft(room, now) {
  if (room.stage === "announced" || room.stage === "collecting") {
    const wait = new Date(room.starts_at) - now;
    const text = wait > 0 ? _("距开始还有 {t}", { t: length(wait) }) : _("即将开始");
    return { item: null, text, over: false };
  }
  if (room.stage !== "live") return { item: null, text: "", over: false };
  const item = room.agenda.find((each) => each.started_at && !each.ended_at) ?? null;
  const end = item
    ? new Date(item.started_at).getTime() + item.minutes * 60_000
    : new Date(room.ends_at).getTime();
  const left = end - now;
  const text =
    left > 0 ? _("还剩 {t}", { t: length(left) }) : _("已超时 {t}", { t: length(-left) });
  return { item, text, over: left <= 0 };
}
