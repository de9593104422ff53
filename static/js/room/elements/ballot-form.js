import { html, nothing } from "lit";

import { openOver } from "../over.js";
import { _ } from "../words.js";
import { HallElement } from "./base.js";
import { waits } from "./opinion-card.js";

const KINDS = { yes_no: _("赞成、反对、弃权"), single: _("单选"), multiple: _("多选") };
const MOST_OPTIONS = 12;

/** The moderator's form that puts a question to the vote. */
class BallotForm extends HallElement {
  static properties = {
    room: { attribute: false },
    kind: { state: true },
    secret: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    Object.assign(this, { kind: "yes_no", secret: false, busy: false });
  }

  /** Open the form. */
  async ask() {
    await this.updateComplete;
    openOver(this.querySelector("dialog"), this.room);
  }

  render() {
    return html`<dialog class="dialog" aria-labelledby="ballot-form-title">
      <form method="dialog" class="stack" @submit=${this.#open}>
        <h2 id="ballot-form-title">${_("发起表决")}</h2>
        <label class="field"
          ><b>${_("表决事项")}</b><textarea name="question" required maxlength="200" rows="2"></textarea>
        </label>
        <label class="field"
          ><b>${_("方式")}</b>
          <select name="kind" .value=${this.kind} @change=${(event) => (this.kind = event.target.value)}>
            ${Object.entries(KINDS).map(([kind, words]) => html`<option value=${kind}>${words}</option>`)}
          </select>
        </label>
        ${this.kind === "yes_no"
          ? nothing
          : html`<label class="field"
              ><b>${_("选项（每行一个，2 到 {n} 个）", { n: MOST_OPTIONS })}</b
              ><textarea name="options" required rows="4"></textarea>
            </label>`}
        ${this.kind === "multiple"
          ? html`<label class="field"
              ><b>${_("最多选几项（不填为不限）")}</b
              ><input name="max_choices" type="number" min="1" max=${MOST_OPTIONS} />
            </label>`
          : nothing}
        <label class="ballot-form__check"
          ><input
            type="checkbox"
            .checked=${this.secret}
            @change=${(event) => (this.secret = event.target.checked)}
          />${_("无记名（结果只在结束后公布）")}</label
        >
        ${this.secret
          ? nothing
          : html`<label class="ballot-form__check"
              ><input type="checkbox" name="live" />${_("投票时实时公布票数")}</label
            >`}
        <div class="ballot-form__pair">
          <label class="field"
            ><b>${_("法定票数")}</b><input name="quorum" type="number" min="0" max="100000" value="0" />
          </label>
          <label class="field"
            ><b>${_("时限（分钟）")}</b
            ><input name="minutes" type="number" min="1" max="600" placeholder=${_("由主持人结束")} />
          </label>
        </div>
        <div class="actions">
          <button type="submit" class="button button--main" ?disabled=${this.busy}>${_("开始表决")}</button>
          <button type="button" class="button" @click=${this.#close}>${_("取消")}</button>
          ${this.busy ? waits(_("等待网络，请不要关闭本页")) : nothing}
        </div>
      </form>
    </dialog>`;
  }

  #close() {
    this.querySelector("dialog").close();
  }

  async #open(event) {
    event.preventDefault();
    const form = event.target;
    const given = new FormData(form);
    const figure = (name) => (given.get(name) ? Number(given.get(name)) : null);
    const lines = (given.get("options") ?? "").split("\n").map((line) => line.trim());
    this.busy = true;
    const opened = await this.room.act({
      do: "ballot.open",
      question: given.get("question"),
      kind: this.kind,
      options: lines.filter(Boolean),
      secrecy: this.secret ? "secret" : "open",
      results: given.get("live") && !this.secret ? "live" : "at_close",
      quorum: figure("quorum") ?? 0,
      max_choices: figure("max_choices"),
      minutes: figure("minutes"),
    });
    this.busy = false;
    if (!opened) return;
    form.reset();
    Object.assign(this, { kind: "yes_no", secret: false });
    this.#close();
  }
}

customElements.define("ballot-form", BallotForm);
