/** What this person can do now. The hall decides; this only shows or hides a control. */

import { spoken } from "./time.js";
import { _ } from "./words.js";

const SPEAKING = ["opinion", "suggestion", "question"];
const ACTS = {
  opinion: _("提意见"),
  suggestion: _("提建议"),
  question: _("提问题"),
  reply: _("回复"),
  stance: _("表态"),
};

/** The kinds that may be posted now, in the order of the choice. */
export const kindsOpen = (may) => SPEAKING.filter((kind) => may.includes(kind));

export const canSpeak = (may) => kindsOpen(may).length > 0;
export const canReply = (may, card) => may.includes("reply") && card.state === "visible";
export const canTakeStance = (may, card) =>
  may.includes("stance") && card.state === "visible" && !card.merged_into;
export const canModerate = (may) => may.includes("moderate");
export const canVote = (may, ballot) =>
  may.includes("vote") &&
  !ballot.closed_at &&
  (ballot.mine === null || ballot.secrecy === "open");
/** Who runs the session, from its announcement to its review. */
export const hasConsole = (may) => may.includes("screen");

/** One sentence: what this person can do now, or why nothing. `now` is the hall's. */
export function whatNow({ room, may, seat, ballots, posting, mutes }, now) {
  if (ballots.some((each) => each.mine === null && canVote(may, each))) return _("正在表决，请您投票。");
  const muted = mutes.find(({ person }) => person.id === seat?.person.id);
  if (!canSpeak(may) && muted && new Date(muted.until) > now) {
    const { until, reason } = muted;
    return _("主持人请您暂停发言到 {t}。理由：{reason}", { t: spoken(until, now), reason });
  }
  const open = room.stage === "live" || room.stage === "collecting";
  if (posting.closed && open && !canSpeak(may)) return _("主持人已暂停大家发言，请稍候。");
  const acts = Object.keys(ACTS).filter((act) => may.includes(act));
  if (acts.length) return _("现在您可以：{acts}", { acts: acts.map((act) => ACTS[act].toLowerCase()).join(_("、")) });
  const closed = {
    announced: _("协商还没有开始，请先了解情况，到时再来。"),
    summarising: _("发言已经结束，主持人正在梳理共识。"),
    review: _("发言已经结束，协商成果正在公示确认。"),
    sealed: _("本场已经归档，可以查看，不再发言。"),
    cancelled: _("本场已经取消。"),
  }[room.stage];
  if (closed) return closed;
  if (seat?.role === "observer") return _("您在旁听席：可以看，不能发言。");
  return _("现在请先听，稍后再发言。");
}
