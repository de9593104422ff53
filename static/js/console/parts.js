/** Pieces that several panels of the console draw. */

import { html } from "lit";

import { _ } from "../room/words.js";

/** What stands where a panel has nothing to show: that it is so, and what one could do. */
export const empty = (what, hint) =>
  html`<div class="console__empty">
    <p><b>${what}</b></p>
    <p class="small soft">${hint}</p>
  </div>`;

/** A key of the keyboard, as a hint beside the button that does the same. */
export const key = (name) => html`<kbd class="key" aria-hidden="true">${name}</kbd>`;

/** Give a command whose button does not wait for the answer: that the line is away is said. */
export function give(room, command) {
  if (room.status.state !== "open") room.notice(_("等待网络，请不要关闭本页"));
  return room.act(command);
}
