/** What a moderator decides on several opinions at once, and says why. */

import { _ } from "../room/words.js";
import { give } from "./parts.js";

const AT_ONCE = 50;
const RETURNS = [
  _("请说具体一些"),
  _("与议题无关"),
  _("涉及他人隐私"),
  _("用语不文明"),
  _("一条请只说一件事"),
];
const HIDES = [_("与议题无关"), _("涉及他人隐私"), _("用语不文明"), _("与前面的意见重复")];

const CONFIRMED_ABOVE = 5;

const desk = () => document.querySelector("moderator-console");
const dialog = () => desk().querySelector("reason-dialog");

const several = (numbers) =>
  numbers.length === 1 ? _("第 {n} 号", { n: numbers[0] }) : _("{n} 条意见", { n: numbers.length });

/** Returns the numbers that were decided now. */
async function decide(room, numbers, command) {
  const decided = [];
  for (let at = 0; at < numbers.length; at += AT_ONCE) {
    const answer = await give(room, { ...command, numbers: numbers.slice(at, at + AT_ONCE) });
    if (answer?.already.length) {
      room.notice(answer.already.map(({ message }) => message).join(""), "problem");
    }
    decided.push(...(answer?.numbers ?? []));
  }
  return decided;
}

/** Let these opinions through: many only when one is sure, and for a while it can be undone. */
export async function approve(room, numbers) {
  if (numbers.length > CONFIRMED_ABOVE) {
    const answer = await dialog().ask({
      title: _("通过{what}", { what: several(numbers) }),
      hint: _("通过后大家马上看得到。请确认这些发言您都看过了。"),
      confirm: _("全部通过"),
    });
    if (!answer) return;
  }
  const done = await decide(room, numbers, { do: "opinion.approve" });
  if (!done.length) return;
  desk().offer(_("已通过 {n} 条。", { n: done.length }), async () => {
    const back = await decide(room, done, { do: "opinion.take_back" });
    if (back.length) room.notice(_("已收回 {n} 条，在“已隐藏”里。", { n: back.length }));
  });
}

/** Return these opinions to their authors; asks for the reason. */
export async function sendBack(room, numbers) {
  const answer = await dialog().ask({
    title: _("退回{what}", { what: several(numbers) }),
    hint: _("只有发言人看得到理由，可以修改后再发。退回以后可以重新审核。"),
    reasons: RETURNS,
    confirm: _("退回"),
  });
  if (answer) await decide(room, numbers, { do: "opinion.return", ...answer });
}

/** Hide these opinions one by one; asks for the reason once. */
export async function hide(room, numbers) {
  const answer = await dialog().ask({
    title: _("隐藏{what}", { what: several(numbers) }),
    hint: _("别人将看不到；发言人会看到理由。随时可以恢复。"),
    reasons: HIDES,
    confirm: _("隐藏"),
  });
  if (!answer) return;
  for (const number of numbers) await give(room, { do: "opinion.hide", number, ...answer });
}

/** Begin the session; asks first, for there is no way back. */
export async function begin(room) {
  const answer = await dialog().ask({
    title: _("现在宣布开始吗？"),
    hint: _("大家马上看到会议开始，到场开始计入。开始以后不能退回。"),
    confirm: _("宣布开始"),
  });
  if (answer) await give(room, { do: "session.begin" });
}

/** Break a ballot off without a result; asks for the reason. */
export async function voidBallot(room, number) {
  const answer = await dialog().ask({
    title: _("作废表决 {n}", { n: number }),
    hint: _("没有结果，已投的票不公布；大家会看到理由。不能恢复，可以重新发起。"),
    reasons: [_("题目写错了"), _("选项写错了"), _("方式选错了")],
    confirm: _("作废"),
  });
  if (answer) await give(room, { do: "ballot.void", number, ...answer });
}

/** Bring these hidden opinions back. */
export async function restore(room, numbers) {
  for (const number of numbers) await give(room, { do: "opinion.restore", number });
}

/** Have these returned opinions wait again. */
export async function reconsider(room, numbers) {
  for (const number of numbers) await give(room, { do: "opinion.reconsider", number });
}
