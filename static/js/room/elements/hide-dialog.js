import { html } from "lit";

import { _ } from "../words.js";
import { HallElement } from "./base.js";

const REASONS = [_("与议题无关"), _("涉及他人隐私"), _("用语不文明"), _("与前面的意见重复")];
const MOST = 200;

/** Asks a moderator why an opinion is hidden; its author reads the answer. */
class HideDialog extends HallElement {
  static properties = {
    room: { attribute: false },
    number: { state: true },
    reason: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    this.number = 0;
    this.reason = "";
  }

  /** Open the dialog for this opinion. */
  async ask(number) {
    this.number = number;
    this.reason = "";
    await this.updateComplete;
    this.querySelector("dialog").showModal();
  }

  render() {
    return html`<dialog class="dialog" aria-labelledby="hide-title">
      <form method="dialog" class="stack" @submit=${this.#hide}>
        <h2 id="hide-title">${_("隐藏第 {n} 号意见", { n: this.number })}</h2>
        <p class="soft small">${_("别人将看不到它；发言人会看到理由。随时可以恢复。")}</p>
        <div class="choice-row">
          ${REASONS.map(
            (reason) =>
              html`<button type="button" class="button button--small" @click=${() => this.#choose(reason)}>
                ${reason}
              </button>`,
          )}
        </div>
        <label class="field" for="hide-reason">
          <b>${_("理由")}</b>
          <textarea
            id="hide-reason"
            required
            maxlength=${MOST}
            rows="2"
            .value=${this.reason}
            @input=${(event) => (this.reason = event.target.value)}
          ></textarea>
        </label>
        <div class="actions">
          <button type="submit" class="button button--main" ?disabled=${this.busy || !this.reason.trim()}>
            ${_("隐藏")}
          </button>
          <button type="button" class="button" @click=${this.#close}>${_("取消")}</button>
        </div>
      </form>
    </dialog>`;
  }

  #choose(reason) {
    this.reason = reason;
    this.querySelector("textarea").focus();
  }

  #close() {
    this.querySelector("dialog").close();
  }

  async #hide(event) {
    event.preventDefault();
    this.busy = true;
    const done = await this.room.act({
      do: "opinion.hide",
      number: this.number,
      reason: this.reason.trim(),
    });
    this.busy = false;
    if (done) this.#close();
  }
}

customElements.define("hide-dialog", HideDialog);
