/** Pieces that several panels of the console draw. */

import { html } from "lit";

/** What stands where a panel has nothing to show: that it is so, and what one could do. */
export const empty = (what, hint) =>
  html`<div class="console__empty">
    <p><b>${what}</b></p>
    <p class="small soft">${hint}</p>
  </div>`;

/** A key of the keyboard, as a hint beside the button that does the same. */
export const key = (name) => html`<kbd class="key" aria-hidden="true">${name}</kbd>`;
