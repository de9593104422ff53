import { html, nothing } from "lit";

import { HallElement } from "../room/elements/base.js";
import { _ } from "../room/words.js";

const MOST = 200;

/** Asks a moderator for a reason that someone else will read, or only whether they are sure. */
class ReasonDialog extends HallElement {
  static properties = { asked: { state: true }, reason: { state: true } };

  constructor() {
    super();
    Object.assign(this, { asked: { title: "", hint: "", confirm: "" }, reason: "" });
  }

  /**
   * Open the dialog, and wait for the answer.
   * @param {{title: string, hint: string, reasons?: string[], confirm: string, minutes?: number[]}}
   *   asked without `reasons` it asks for no reason; with `minutes` it also asks for how long
   * @returns {Promise<{reason: string, minutes?: number} | null>} null where it was cancelled
   */
  async ask(asked) {
    Object.assign(this, { asked, reason: "", answer: null });
    await this.updateComplete;
    const dialog = this.querySelector("dialog");
    dialog.showModal();
    await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
    return this.answer;
  }

  render() {
    const { title, hint, reasons, confirm, minutes } = this.asked;
    return html`<dialog class="dialog" aria-labelledby="reason-title">
      <form method="dialog" class="stack" @submit=${this.#answer}>
        <h2 id="reason-title">${title}</h2>
        <p class="soft small">${hint}</p>
        ${minutes
          ? html`<label class="field" for="reason-minutes"
              ><b>${_("多久")}</b>
              <select id="reason-minutes" name="minutes">
                ${minutes.map((n) => html`<option value=${n}>${_("{n} 分钟", { n })}</option>`)}
              </select>
            </label>`
          : nothing}
        ${reasons ? this.#why(reasons) : nothing}
        <div class="actions">
          <button type="submit" class="button button--main" ?disabled=${reasons && !this.reason.trim()}>
            ${confirm}
          </button>
          <button type="button" class="button" @click=${() => this.querySelector("dialog").close()}>
            ${_("取消")}
          </button>
        </div>
      </form>
    </dialog>`;
  }

  #why(reasons) {
    return html`<div class="choice-row">
        ${reasons.map(
          (reason) =>
            html`<button type="button" class="button button--small" @click=${() => this.#choose(reason)}>
              ${reason}
            </button>`,
        )}
      </div>
      <label class="field" for="reason-text">
        <b>${_("理由")}</b>
        <textarea
          id="reason-text"
          required
          maxlength=${MOST}
          rows="2"
          .value=${this.reason}
          @input=${(event) => (this.reason = event.target.value)}
        ></textarea>
      </label>`;
  }

  #answer({ target }) {
    const minutes = target.elements.minutes?.value;
    this.answer = { reason: this.reason.trim(), ...(minutes && { minutes: Number(minutes) }) };
  }

  #choose(reason) {
    this.reason = reason;
    this.querySelector("textarea").focus();
  }
}

customElements.define("reason-dialog", ReasonDialog);
