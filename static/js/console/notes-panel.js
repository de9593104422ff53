import { html, nothing } from "lit";

import { HallElement } from "../room/elements/base.js";
import { styled } from "../room/styles.js";
import { spoken } from "../room/time.js";
import { _ } from "../room/words.js";
import { Asked } from "./asked.js";
import { empty } from "./parts.js";

const MOST = 300;

/** Notes between those who moderate. Nobody else reads them, in the room or in a document. */
class NotesPanel extends HallElement {
  static properties = {
    room: { attribute: false },
    state: { attribute: false },
    now: { type: Number },
    about: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    Object.assign(this, { about: 0, busy: false });
    this.asked = new Asked(this, { do: "room.notes" }, ["note"]);
  }

  connectedCallback() {
    super.connectedCallback();
    styled("floor-styles");
  }

  updated() {
    this.asked.look();
  }

  /** Begin a note about this opinion. */
  async pick(number) {
    this.about = number;
    await this.updateComplete;
    this.querySelector("textarea").focus();
  }

  render() {
    const notes = this.asked.found?.notes;
    return html`
      ${this.#form()}
      ${notes?.length === 0
        ? empty(_("还没有便签"), _("写给一起主持的人，参加的人看不到，也不进任何文件。"))
        : nothing}
      <ul class="request-list" aria-label=${_("便签")}>
        ${notes?.map((note) => this.#note(note))}
      </ul>
    `;
  }

  #form() {
    return html`<form class="stack stack--tight" @submit=${this.#write}>
      <label class="field" for="note-text"><b>${_("写便签（只有主持人看得到）")}</b></label>
      <textarea id="note-text" name="text" rows="2" maxlength=${MOST} required></textarea>
      ${this.about
        ? html`<p class="small">
            ${_("关于第 {n} 号", { n: this.about })}
            <button type="button" class="act" @click=${() => (this.about = 0)}>${_("不关联")}</button>
          </p>`
        : nothing}
      <button type="submit" class="button button--main button--small" ?disabled=${this.busy}>
        ${_("贴上")}
      </button>
    </form>`;
  }

  #note({ number, text, about, author, at, mine, removed }) {
    const act = (words, gone) => html`<button
      type="button"
      class="act"
      ?disabled=${this.busy}
      @click=${() => this.#act({ do: "note.remove", number, removed: gone })}
    >
      ${words}
    </button>`;
    if (removed) {
      return html`<li><p class="small soft">${_("您删去了一张便签。")} ${act(_("撤销"), false)}</p></li>`;
    }
    return html`<li>
      <p class="plain">${text}</p>
      <p class="small soft">
        ${author} · ${spoken(at, this.now)}
        ${about ? html` · <a href="#opinion-${about}">${_("第 {n} 号", { n: about })}</a>` : nothing}
        ${mine ? act(_("删去"), true) : nothing}
      </p>
    </li>`;
  }

  async #write(event) {
    event.preventDefault();
    const form = event.target;
    const text = new FormData(form).get("text");
    if (!(await this.#act({ do: "note.write", text, about: this.about || null }))) return;
    form.reset();
    this.about = 0;
  }

  async #act(command) {
    this.busy = true;
    const done = await this.room.act(command);
    this.busy = false;
    if (done) await this.asked.ask();
    return done;
  }
}

customElements.define("notes-panel", NotesPanel);
