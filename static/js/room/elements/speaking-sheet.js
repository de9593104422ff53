import { html, nothing } from "lit";

import { openOver } from "../over.js";
import { identityOf, placeOf, waitOf } from "../speaking.js";
import { _ } from "../words.js";
import { HallElement } from "./base.js";
import { waits } from "./opinion-card.js";
import "./voice-meter.js";

const MOST = 60;

/** The whole speaking list: who waits in which order and why, my own subject, who has had the floor. */
class SpeakingSheet extends HallElement {
  static properties = { room: { attribute: false }, busy: { state: true }, shown: { state: true } };

  constructor() {
    super();
    Object.assign(this, { busy: false, shown: false });
    this.redraw = () => this.shown && this.requestUpdate();
  }

  connectedCallback() {
    super.connectedCallback();
    this.room.addEventListener("change", this.redraw);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.room.removeEventListener("change", this.redraw);
  }

  /** Open the list. */
  async ask() {
    this.shown = true;
    await this.updateComplete;
    const dialog = this.querySelector("dialog");
    if (!dialog.open) openOver(dialog, this.room);
  }

  render() {
    const { state } = this.room;
    return html`<dialog
      class="dialog speaking-sheet"
      aria-labelledby="speaking-title"
      @close=${() => (this.shown = false)}
    >
      <div class="stack">
        <h2 id="speaking-title" tabindex="-1" autofocus>${_("发言名单")}</h2>
        ${this.#now(state.speaking)} ${this.#waiting(state)} ${this.#hand(state)}
        ${this.shown ? html`<voice-meter .room=${this.room} .state=${state}></voice-meter>` : nothing}
        <div class="actions">
          <button type="button" class="button" @click=${() => this.querySelector("dialog").close()}>
            ${_("关闭")}
          </button>
        </div>
      </div>
    </dialog>`;
  }

  #now({ now }) {
    if (!now) return nothing;
    return html`<p>
      <b>${_("正在发言：{name}", { name: now.person.name })}</b>
      <span class="identity">${identityOf(now.person)}</span>
      ${now.subject ? html`<br /><span class="soft">${now.subject}</span>` : nothing}
    </p>`;
  }

  #waiting({ speaking, seat }) {
    const { waiting, minutes } = speaking;
    if (!waiting.length) return html`<p class="soft">${_("现在没有人在等待发言。")}</p>`;
    return html`<ol class="speaking-list">
        ${waiting.map((one, at) => {
          const mine = one.person.id === seat?.person.id;
          const wait = waitOf(speaking, at + 1, this.room.store.now());
          return html`<li class=${mine ? "is-mine" : ""}>
            <span
              ><b>${mine ? _("我") : one.person.name}</b>
              <span class="identity">${identityOf(one.person)}</span></span
            >
            <span class="small soft">${wait ? _("约 {m} 分钟后", { m: wait }) : _("即将")}</span>
            ${one.subject ? html`<span class="speaking-list__subject soft">${one.subject}</span>` : nothing}
          </li>`;
        })}
      </ol>
      <p class="small soft">
        ${_("委员、居民、部门轮流发言；同一身份里，今天说得少的先说。每人 {n} 分钟。", { n: minutes })}
      </p>`;
  }

  #hand({ speaking, seat, may, posting }) {
    if (!may.includes("hand") || speaking.now?.person.id === seat?.person.id) return nothing;
    const mine = speaking.waiting[placeOf(speaking, seat?.person.id) - 1];
    if (!mine && !speaking.open) return html`<p class="soft">${_("主持人暂时停止了举手。")}</p>`;
    const held = mine?.held || (posting.holds_residents && seat?.person.identity === "resident");
    return html`<form class="stack stack--tight" @submit=${this.#raise}>
      <label class="field"
        ><b>${_("想说的事（可以不写）")}</b
        ><input name="subject" maxlength=${MOST} .value=${mine?.subject ?? ""} autocomplete="off" />
      </label>
      ${held ? html`<p class="small soft">${_("您写的只有主持人看得到。")}</p>` : nothing}
      <div class="actions">
        <button type="submit" class="button button--main" ?disabled=${this.busy}>
          ${mine ? _("改成这样") : _("举手发言")}
        </button>
        ${mine
          ? html`<button type="button" class="button" ?disabled=${this.busy} @click=${this.#lower}>
              ${_("放下手")}
            </button>`
          : nothing}
        ${this.busy ? waits(_("等待网络，请不要关闭本页")) : nothing}
      </div>
    </form>`;
  }

  async #raise(event) {
    event.preventDefault();
    const subject = new FormData(event.target).get("subject");
    const { speaking, seat } = this.room.state;
    const raised = placeOf(speaking, seat?.person.id);
    const done = await this.#act({ do: "hand.raise", subject });
    if (!done) return;
    const { place: n } = done;
    this.room.notice(raised ? _("已改好，您排第 {n} 位。", { n }) : _("已举手，您排第 {n} 位。", { n }));
  }

  #lower() {
    return this.#act({ do: "hand.lower" });
  }

  async #act(command) {
    this.busy = true;
    const done = await this.room.act(command);
    this.busy = false;
    return done;
  }
}

customElements.define("speaking-sheet", SpeakingSheet);
