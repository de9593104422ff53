import { html, nothing } from "lit";

import { Declined, LineGone } from "../room/connection.js";
import { HallElement } from "../room/elements/base.js";
import { excerpt } from "../room/elements/opinion-card.js";
import { styled } from "../room/styles.js";
import { _ } from "../room/words.js";
import { Asked } from "./asked.js";
import { LISTS, followed, gone, opposed } from "./drafts-edited.js";
import { fewVoices, sources, support, uniting, ways } from "./drafts-support.js";
import { dragOpinions, numberIn } from "./drag.js";
import { empty } from "./parts.js";

const MOST = 500;
const FRESH = { what: "clause", position: null, text: "", evidence: [], updated_at: null };

/**
 * Drafts of the outcome beside the room. An opinion dropped on one, or chosen by its menu, becomes
 * evidence of it; dropped on the empty place, it begins a new one. What someone else has changed
 * meanwhile is shown again, not overwritten; what is being written follows its sentence to another
 * place, and stays where that is gone. What is refused because people are against it is offered to
 * the dissent register; what is removed can be brought back.
 */
class DraftsPanel extends HallElement {
  static properties = {
    room: { attribute: false },
    state: { attribute: false },
    outcomeUrl: { type: String },
    picked: { state: true },
    editing: { state: true },
    over: { state: true },
    busy: { state: true },
    opposed: { state: true },
    removed: { state: true },
  };

  constructor() {
    super();
    Object.assign(this, { picked: 0, editing: null, over: "", busy: false, opposed: null, removed: null });
    this.asked = new Asked(this, { do: "room.drafts" }, ["clause", "dissent"]);
  }

  connectedCallback() {
    super.connectedCallback();
    styled("floor-styles");
    this.stop = dragOpinions();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.stop();
  }

  willUpdate() {
    const { known, editing } = this;
    this.known = this.asked.found;
    if (known === this.known || !editing?.updated_at) return;
    this.editing = followed(editing, known, this.known);
    if (!this.editing.updated_at) this.room.notice(gone(), "problem");
  }

  updated() {
    this.asked.look();
  }

  /** Choose where this opinion goes: the same as dropping it, for keyboards and touch. */
  async pick(number) {
    this.picked = number;
    await this.updateComplete;
    this.querySelector(".draft-pick button")?.focus();
  }

  render() {
    if (!this.asked.found) return html`<p class="soft" role="status">${_("正在取草稿…")}</p>`;
    return html`
      ${this.picked ? this.#picked() : nothing}
      <p class="small soft">${ways().cite}</p>
      ${this.opposed && !this.editing ? this.#opposed() : nothing}
      ${uniting(this.asked.found, (number) => this.#begin(FRESH, number))}
      ${Object.keys(LISTS).map((what) => this.#list(what))}
      <p><a href=${this.outcomeUrl}>${_("到成果页排序、写纪要")}</a></p>
    `;
  }

  #picked() {
    return html`<p class="note-line draft-pick" role="status">
      ${_("请选第 {n} 号引用到哪一条", { n: this.picked })}
      <button type="button" class="button button--small" @click=${() => (this.picked = 0)}>${_("取消")}</button>
    </p>`;
  }

  #opposed() {
    return opposed(this.opposed.why, this.busy, () => this.#register(this.opposed), () => (this.opposed = null));
  }

  /** Where a draft stood until it was removed. */
  #removed(what, position) {
    if (this.removed?.what !== what || this.removed.position !== position) return nothing;
    return html`<li class="note-line" role="status">
      ${_("已删去“{text}”", { text: excerpt(this.removed.text) })}
      <button type="button" class="button button--small" ?disabled=${this.busy} @click=${this.#restore}>
        ${_("撤销")}
      </button>
    </li>`;
  }

  #list(what) {
    const { name, title } = LISTS[what];
    const drafts = this.asked.found[name];
    return html`<section aria-labelledby="drafts-${what}">
      <h3 id="drafts-${what}">${title}</h3>
      ${drafts.length ? nothing : empty(_("还没有"), ways().begin)}
      <ol class="drafts">
        ${drafts.map((one) => [this.#removed(what, one.position), this.#draft({ ...one, what })])}
        ${this.#removed(what, drafts.length + 1)} ${this.#fresh({ ...FRESH, what })}
      </ol>
    </section>`;
  }

  #draft(draft) {
    if (this.#edits(draft)) return html`<li class="draft">${this.#form()}</li>`;
    const { what, position, text, evidence } = draft;
    return html`<li class="draft ${this.#isOver(draft) ? "is-over" : ""}" data-draft=${this.#name(draft)}
      @dragover=${(event) => this.#hover(event, draft)}
      @dragleave=${() => (this.over = "")}
      @drop=${(event) => this.#drop(event, draft)}
    >
      <p>${position}. ${text}</p>
      <p class="small">${_("依据")}</p>
      <ul class="small draft-support">${support(evidence, this.asked.found.standings)}</ul>
      ${fewVoices(draft, this.busy, () => this.#accept(draft), () => this.#register(draft))}
      <div class="actions">
        ${this.picked
          ? html`<button
              type="button"
              class="button button--small button--main"
              ?disabled=${this.busy || evidence.includes(this.picked)}
              @click=${() => this.#cite(draft, this.picked)}
            >
              ${evidence.includes(this.picked) ? _("已引用") : _("引用到这一条")}
            </button>`
          : nothing}
        <button type="button" class="act" @click=${() => this.#edit(draft)}>${_("改写")}</button>
        <button type="button" class="act" ?disabled=${this.busy} @click=${() => this.#remove(draft)}>${_("删去")}</button>
      </div>
    </li>`;
  }

  #fresh(draft) {
    if (this.#edits(draft)) return html`<li class="draft">${this.#form()}</li>`;
    return html`<li
      class="draft draft--new ${this.#isOver(draft) ? "is-over" : ""}" data-draft=${this.#name(draft)}
      @dragover=${(event) => this.#hover(event, draft)}
      @dragleave=${() => (this.over = "")}
      @drop=${(event) => this.#drop(event, draft)}
    >
      <button type="button" class="button button--small" @click=${() => this.#begin(draft, this.picked)}>
        ${this.picked ? _("用第 {n} 号写一条新的", { n: this.picked }) : _("写一条新的")}
      </button>
    </li>`;
  }

  #form() {
    const { text, evidence, position, cited = evidence.join(" ") } = this.editing;
    return html`<form class="stack stack--tight" @submit=${this.#save} @input=${this.#type}>
      <label class="field" for="draft-text"><b>${_("内容")}</b></label>
      <textarea id="draft-text" name="text" rows="3" maxlength=${MOST} required .value=${text}></textarea>
      <label class="field"
        ><b>${_("依据的意见编号")}</b
        ><input name="evidence" inputmode="numeric" required .value=${cited} />
      </label>
      ${position === null ? sources(evidence, this.state.cards) : nothing}
      ${this.opposed ? this.#opposed() : nothing}
      <div class="actions">
        <button type="submit" class="button button--small button--main" ?disabled=${this.busy}>${_("保存")}</button>
        <button type="button" class="button button--small" @click=${() => this.#close(this.editing)}>${_("取消")}</button>
      </div>
    </form>`;
  }

  #name = ({ what, position }) => `${what}-${position}`;
  #edits = (draft) => this.editing !== null && this.#name(this.editing) === this.#name(draft);
  #isOver = (draft) => this.over === this.#name(draft);

  #hover(event, draft) {
    if (!numberIn(event)) return;
    event.preventDefault();
    this.over = this.#name(draft);
  }

  #drop(event, draft) {
    const number = numberIn(event);
    if (!number) return;
    event.preventDefault();
    this.over = "";
    if (draft.position === null) this.#begin(draft, number);
    else this.#cite(draft, number);
  }

  #begin(draft, number) {
    this.picked = 0;
    this.#edit({ ...draft, evidence: number ? [number] : [] });
  }

  async #edit(draft) {
    this.editing = draft;
    await this.updateComplete;
    this.querySelector("#draft-text").focus();
  }

  async #cite({ what, position, text, evidence, updated_at: expected }, number) {
    if (evidence.includes(number)) {
      this.room.notice(_("第 {n} 号已经是它的依据。", { n: number }));
      return;
    }
    const cited = { what, position, text, evidence: [...evidence, number], expected };
    if (!(await this.#send({ do: "outcome.write", ...cited }))) return;
    this.picked = 0;
    this.room.notice(_("第 {n} 号已引用到第 {p} 条。", { n: number, p: position }));
  }

  /** Kept as typed: it may come to stand at another place. */
  #type({ currentTarget: form }) {
    const given = new FormData(form);
    Object.assign(this.editing, { text: given.get("text"), cited: given.get("evidence") });
  }

  async #save(event) {
    event.preventDefault();
    const given = new FormData(event.target);
    const { what, position, updated_at: expected } = this.editing;
    const evidence = (given.get("evidence").match(/\d+/g) ?? []).map(Number);
    // Kept in the form as written, whatever becomes of it.
    this.editing = { ...this.editing, text: given.get("text"), evidence, cited: undefined };
    const sent = { what, position, text: given.get("text"), evidence, expected };
    const written = this.editing;
    // Whoever has begun the next one meanwhile goes on with it.
    const done = await this.#send({ do: "outcome.write", ...sent });
    if (done && this.editing === written) this.#close({ what, position: position ?? done.position });
  }

  /** Close the form; the focus stays with what was edited. */
  async #close({ what, position }) {
    this.editing = null;
    await this.updateComplete;
    this.querySelector(`[data-draft="${what}-${position}"] .act, [data-draft="${what}-null"] button`).focus();
  }

  async #remove(draft) {
    const { what, position, updated_at: expected } = draft;
    if (await this.#send({ do: "outcome.remove", what, position, expected })) this.removed = draft;
  }

  /** Bring back what was removed, to where it stood. */
  #restore = async () => {
    const { what, position: to, text, evidence } = this.removed;
    const done = await this.#send({ do: "outcome.write", what, text, evidence, position: null });
    if (!done) return;
    this.removed = null;
    const { position } = done;
    if (to < position) await this.#send({ do: "outcome.move", what, position, to });
  };

  /** Let a clause stand as it is; what someone has changed meanwhile is shown again first. */
  async #accept({ position, updated_at: expected }) {
    if (!(await this.#send({ do: "outcome.accept_few", position, expected }))) return;
    this.room.notice(_("第 {n} 条仍作为共识，公示时会注明“表态不足 9 人”。", { n: position }));
  }

  async #register({ text, evidence, position, updated_at: expected }) {
    if (!(await this.#send({ do: "outcome.register", text, evidence, position, expected }))) return;
    this.opposed = this.editing = null;
    this.room.notice(_("已用中立的话登记为分歧，可以再改。"));
  }

  /** Not sent again by itself: a new sentence has no key, and would stand there twice. */
  async #send(command) {
    this.busy = true;
    this.opposed = null;
    let done = null;
    try {
      done = await this.room.connection.call(command, { again: false });
    } catch (error) {
      const words = error instanceof LineGone ? _("网络断开，没有保存，请稍后再试。") : error.message;
      if (error instanceof Declined && error.code === "opposed") {
        this.opposed = { ...command, updated_at: command.expected, why: words };
      }
      else this.room.notice(words, "problem");
    }
    await this.asked.ask();
    this.busy = false;
    await this.updateComplete;
    this.querySelector(".draft-opposed")?.scrollIntoView({ block: "nearest", behavior: "instant" });
    return done;
  }
}

customElements.define("drafts-panel", DraftsPanel);
