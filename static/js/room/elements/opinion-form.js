import { html, nothing } from "lit";

import * as can from "../can.js";
import { parts } from "../parts.js";
import { KINDS, _ } from "../words.js";
import { HallElement } from "./base.js";
import { icon } from "./icons.js";
import { excerpt } from "./opinion-card.js";

const MOST = 1000;
const WARN = 900;

/**
 * Where one writes. What is written is kept on the device with every stroke; sending hands it to
 * the outbox, and the opinion appears through its event, for its author as for everyone.
 */
class OpinionForm extends HallElement {
  static properties = {
    room: { attribute: false },
    state: { attribute: false },
    open: { state: true },
    kind: { state: true },
    text: { state: true },
    replyTo: { state: true },
  };

  constructor() {
    super();
    Object.assign(this, { open: false, kind: "opinion", text: "", replyTo: null });
  }

  firstUpdated() {
    const draft = this.room.draft.read();
    if (draft) this.edit(draft, { focus: false });
  }

  updated() {
    const writing = this.querySelector("form.composer") !== null;
    document.body.classList.toggle("is-writing", writing);
    if (writing && this.querySelector("voice-input")) parts.voice();
  }

  /** Go on with what was typed into the server's page. */
  takeOver(page) {
    const typed = page.querySelector("textarea");
    const focus = typed !== null && typed === document.activeElement;
    if (typed?.value) {
      const kind = page.querySelector("[name=kind]:checked")?.value;
      this.edit({ kind, text: typed.value }, { focus });
    } else if (focus) this.#openUp();
  }

  /** Put this into the form, to be changed and sent. */
  async edit({ kind = "opinion", text = "", reply_to = null }, { focus = true } = {}) {
    Object.assign(this, { kind: reply_to ? "opinion" : kind, text, replyTo: reply_to, open: true });
    this.#keep();
    if (focus) await this.#focus();
  }

  /** Begin a reply to this opinion; what is written already stays. */
  async reply(number) {
    this.replyTo = number;
    this.open = true;
    this.#keep();
    await this.#focus();
  }

  async #focus() {
    await this.updateComplete;
    this.querySelector("textarea")?.focus({ preventScroll: true });
  }

  #keep() {
    const { kind, text, replyTo } = this;
    this.room.draft.write(text || replyTo ? { kind, text, reply_to: replyTo } : null);
  }

  render() {
    const { may } = this.state;
    const replying = this.replyTo !== null && may.includes("reply");
    if (!can.canSpeak(may) && !replying) return this.#closed();
    if (!this.open) return this.#handle();
    return html`<form class="composer" aria-label=${_("发言")} @submit=${this.#send}>
      ${replying ? this.#quote() : this.#kinds(can.kindsOpen(may))}
      <div class="composer__field">
        <label class="visually-hidden" for="composer-text">${_("您想说的话")}</label>
        <textarea
          id="composer-text"
          rows="3"
          placeholder=${this.#hint()}
          aria-describedby="composer-count"
          .value=${this.text}
          @input=${this.#write}
          @keydown=${this.#key}
        ></textarea>
      </div>
      ${document.documentElement.dataset.view === "senior"
        ? html`<voice-input @hall-heard=${this.#heard}></voice-input>`
        : nothing}
      ${this.#rules()}
      <div class="composer__foot">
        <span id="composer-count" class="composer__count ${this.#length > WARN ? "is-near" : ""}">
          ${this.#length > MOST
            ? _("超出 {n} 字", { n: this.#length - MOST })
            : _("{n}/{most} 字", { n: this.#length, most: MOST })}
        </span>
        <button type="button" class="button button--plain" @click=${() => (this.open = false)}>
          ${_("收起")}
        </button>
        <button
          type="submit"
          class="button button--main composer__send"
          ?disabled=${!this.text.trim() || this.#length > MOST}
        >
          ${icon("send")}${_("发送")}
        </button>
      </div>
    </form>`;
  }

  /** What becomes of a post here, for whom the room's rules are. */
  #rules() {
    const { may, posting, seat } = this.state;
    if (can.hasConsole(may)) return nothing;
    const { holds_residents: holds, slow_seconds: n } = posting;
    const rules = [
      holds && seat?.person.identity === "resident" ? _("发言经主持人审核后公开。") : "",
      n ? _("慢速发言：每人 {n} 秒一条。", { n }) : "",
    ].join("");
    return rules ? html`<p class="soft small">${rules}</p>` : nothing;
  }

  get #length() {
    return [...this.text.trim()].length;
  }

  get #kind() {
    const open = can.kindsOpen(this.state.may);
    return open.includes(this.kind) ? this.kind : open[0];
  }

  #closed() {
    return html`<div class="composer composer--closed">
      <p>${can.whatNow(this.state, this.room.store.now())}</p>
      ${this.text ? html`<p class="soft small">${_("您没发出的内容已保存在本机。")}</p>` : nothing}
    </div>`;
  }

  #handle() {
    const kinds = can.kindsOpen(this.state.may);
    const words = kinds.length === 1 && kinds[0] === "question" ? _("我要提问…") : _("说说您的看法…");
    return html`<div class="composer composer--handle">
      <button type="button" class="composer__open" @click=${this.#openUp}>
        ${icon("write")}<span>${this.text ? _("接着写：{t}", { t: excerpt(this.text) }) : words}</span>
      </button>
    </div>`;
  }

  #openUp() {
    this.open = true;
    this.#focus();
  }

  #kinds(open) {
    return html`<fieldset class="segments">
      <legend class="visually-hidden">${_("这是一条")}</legend>
      ${open.map(
        (kind) => html`<label class="segment segment--${kind}">
          <input
            type="radio"
            name="kind"
            value=${kind}
            .checked=${kind === this.#kind}
            @change=${() => {
              this.kind = kind;
              this.#keep();
            }}
          /><span>${KINDS[kind]}</span>
        </label>`,
      )}
    </fieldset>`;
  }

  #quote() {
    const card = this.state.cards.get(this.replyTo);
    const said = card ? card.author.name + _("：") + excerpt(card.text) : "";
    return html`<p class="composer__quote">
      <span class="quote"><b>${_("回复 {n}", { n: this.replyTo })}</b> ${said}</span>
      <button
        type="button"
        class="act"
        aria-label=${_("不再回复这一条")}
        @click=${() => {
          this.replyTo = null;
          this.#keep();
        }}
      >
        ${icon("close")}
      </button>
    </p>`;
  }

  #hint() {
    if (this.replyTo) return _("写下您的回复");
    return {
      opinion: _("您怎么看？一条只说一件事，便于大家表态。"),
      suggestion: _("您建议怎么办？越具体越好。"),
      question: _("您想问哪个部门什么事？"),
    }[this.#kind];
  }

  #write(event) {
    this.text = event.target.value;
    this.#keep();
  }

  #heard({ detail }) {
    this.text += detail;
    this.#keep();
  }

  #key(event) {
    // Enter confirms a candidate during composition, and is a new line otherwise.
    if (event.isComposing || event.keyCode === 229 || event.key !== "Enter") return;
    if (event.ctrlKey || event.metaKey) this.querySelector(".composer__send").click();
  }

  #send(event) {
    event.preventDefault();
    if (!this.text.trim() || this.#length > MOST) return;
    const { text, replyTo } = this;
    const kind = replyTo === null ? this.#kind : "reply";
    this.room.say({ kind, text, reply_to: replyTo });
    Object.assign(this, { text: "", replyTo: null, open: matchMedia("(min-width: 60rem)").matches });
    this.room.draft.write(null);
    this.tell("hall-sent");
  }
}

customElements.define("opinion-form", OpinionForm);
