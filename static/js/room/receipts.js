/** The receipts of what was said here, kept on the phone: the hall cannot take these back. */

import { keep } from "./keep.js";

const MOST = 300;
const kept = keep("hall.receipts");

/**
 * Keep one more receipt, the latest first.
 * @param {string} room
 * @param {{number: number, seq: number, digest: string}} receipt
 */
export function keepReceipt(room, { number, seq, digest }) {
  const code = `${room}:${seq}:${digest}`;
  const rest = (kept.read() ?? []).filter((each) => each.code !== code);
  kept.write([{ code, number, at: Date.now() }, ...rest].slice(0, MOST));
}
