/** What another desk has entered while one was writing: told before it can be replaced. */

import { html, nothing } from "lit";

import { _ } from "../room/words.js";

/**
 * @param {string} words what stands there now, and by whom
 * @param {(() => void) | false} see what a tap that says "seen" does; false once it was
 */
export function meanwhile(words, see) {
  return html`<div class="note note--warning" role="alert">
    <div class="stack stack--tight">
      <p class="plain">${words}</p>
      <p>${_("您填写的还在，没有发出。看过以后可以继续更正，以后一次为准。")}</p>
      ${see
        ? html`<p><button type="button" class="button button--small" @click=${see}>${_("看过了")}</button></p>`
        : nothing}
    </div>
  </div>`;
}
