/** The receipts of what was said here, kept on the phone: the hall cannot take these back. */

import { keep } from "./keep.js";
import { KINDS, _ } from "./words.js";

const MOST = 300;
const kept = keep("hall.receipts");

/** Say that a vote has arrived. */
export const voted = (room) => room.notice(_("您的投票已收到。"));

/**
 * Say that a post has arrived, and keep one more receipt, the latest first.
 * @param {import("./room.js").Room} room
 * @param {string} id the room's
 * @param {{kind: string, number: number, seq: number, digest: string}} receipt
 */
export function received(room, id, { kind, number, seq, digest }) {
  room.notice(_("{kind} {number} 已收到", { kind: KINDS[kind], number }));
  const code = `${id}:${seq}:${digest}`;
  const rest = (kept.read() ?? []).filter((each) => each.code !== code);
  kept.write([{ code, number, at: Date.now() }, ...rest].slice(0, MOST));
}
