import { html, nothing } from "lit";

import * as can from "../can.js";
import { parts } from "../parts.js";
import { KINDS, _ } from "../words.js";
import { HallElement, senior } from "./base.js";
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
    if (draft && !this.text) this.#put(draft);
  }

  updated() {
    const writing = this.querySelector("form.composer") !== null;
    document.body.classList.toggle("is-writing", writing);
    if (writing) parts.tabs().then(({ share }) => (this.shared ??= share(this)));
    if (writing && this.querySelector("voice-input")) parts.voice();
  }

  /** Go on with what was typed into the server's page, after what an earlier visit has left. */
  takeOver(page) {
    const typed = page.querySelector("textarea");
    const focus = typed !== null && typed === document.activeElement;
    if (typed?.value.trim()) {
      const kind = page.querySelector("[name=kind]:checked")?.value;
      const draft = this.room.draft.read();
      this.#put({ kind, ...draft, text: [draft?.text, typed.value].filter(Boolean).join("\n") });
    }
    if (focus) this.#openUp();
  }

  /** Put this into the form, to be changed and sent; what was being written is laid aside. */
  edit(said) {
    if (this.text.trim()) this.room.say(this.#said, "refused");
    this.#put(said);
    return this.#focus();
  }

  #put({ kind = "opinion", text = "", reply_to = null }) {
    Object.assign(this, { kind: reply_to ? "opinion" : kind, text, replyTo: reply_to, open: true });
    this.#keep();
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
    this.querySelector("textarea, .composer__open")?.focus({ preventScroll: true });
  }

  #keep() {
    const { kind, text, replyTo } = this;
    this.room.draft.write(text || replyTo ? { kind, text, reply_to: replyTo } : null);
  }

  /** Why what is written cannot be sent as it is; empty where it can. */
  get #bar() {
    const { may } = this.state;
    const speak = can.canSpeak(may);
    if (this.replyTo === null ? speak : may.includes("reply")) return "";
    if (speak) return _("这一步不能回复；去掉引用可作{kind}。", { kind: KINDS[this.#kind] });
    return _("现在发不出，先留在这里。") + can.whatNow(this.state, this.room.store.now());
  }

  render() {
    const { may } = this.state;
    const bar = this.#bar;
    if (!this.text && !can.canSpeak(may)) return this.#closed();
    if (!this.open) return this.#handle(bar);
    return html`<form class="composer" aria-label=${_("发言")} @submit=${this.#send}>
      ${bar ? html`<p class="composer__bar" role="status">${bar}</p>` : nothing} ${this.#copy(may)}
      ${this.replyTo === null ? this.#kinds(can.kindsOpen(may)) : this.#quote()}
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
      ${senior
        ? html`<voice-input .text=${this.text} @hall-heard=${this.#heard}></voice-input>`
        : nothing}
      ${this.#rules()}
      <div class="composer__foot">
        <span id="composer-count" class="composer__count ${this.#length > WARN ? "is-near" : ""}">
          ${this.#length > MOST
            ? _("超出 {n} 字", { n: this.#length - MOST })
            : _("{n}/{most} 字", { n: this.#length, most: MOST })}
        </span>
        <button type="button" class="button button--plain" @click=${this.#fold}>
          ${_("收起")}
        </button>
        <button
          type="submit"
          class="button button--main composer__send"
          ?disabled=${!this.#ready}
        >
          ${icon("send")}${_("发送")}
        </button>
      </div>
    </form>`;
  }

  /** What becomes of a post here is fetched with the first rule of the room. */
  #rules() {
    const { holds_residents: holds, slow_seconds: slow } = this.state.posting;
    if (!holds && !slow) return nothing;
    parts.postingRules();
    return html`<posting-rules .state=${this.state}></posting-rules>`;
  }

  /** Who cannot send it any more can take it along. */
  #copy(may) {
    if (!this.text || can.canSpeak(may)) return nothing;
    parts.stuck();
    return html`<copy-text .text=${this.text}></copy-text>`;
  }

  get #length() {
    return [...this.text.trim()].length;
  }

  get #kind() {
    const open = can.kindsOpen(this.state.may);
    return open.includes(this.kind) ? this.kind : (open[0] ?? this.kind);
  }

  /** What is written, as it is said. */
  get #said() {
    const { text, replyTo } = this;
    return { kind: replyTo ? "reply" : this.#kind, text, reply_to: replyTo };
  }

  get #ready() {
    return this.text.trim() && this.#length <= MOST && !this.#bar;
  }

  #closed() {
    return html`<div class="composer composer--closed"><p>${can.whatNow(this.state, this.room.store.now())}</p></div>`;
  }

  #handle(bar) {
    const kinds = can.kindsOpen(this.state.may);
    const words = kinds.length === 1 && kinds[0] === "question" ? _("我要提问…") : _("说说您的看法…");
    return html`<div class="composer composer--handle">
      ${bar ? html`<p class="composer__bar">${bar}</p>` : nothing}
      <button type="button" class="composer__open" @click=${this.#openUp}>
        ${icon("write")}<span>${this.text ? _("接着写：{t}", { t: excerpt(this.text) }) : words}</span>
      </button>
    </div>`;
  }

  #openUp() {
    this.firstUpdated();
    this.open = true;
    this.#focus();
  }

  #fold() {
    this.open = false;
    this.#focus();
  }

  #kinds(open) {
    if (!open.length) return nothing;
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
          this.#focus();
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
    this.text = detail;
    this.#keep();
  }

  #key(event) {
    // Enter confirms a candidate during composition, and is a new line otherwise.
    if (event.isComposing || event.keyCode === 229 || event.key !== "Enter") return;
    if (event.ctrlKey || event.metaKey) this.querySelector(".composer__send").click();
  }

  #send(event) {
    event.preventDefault();
    if (!this.#ready) return;
    this.room.say(this.#said);
    Object.assign(this, { text: "", replyTo: null, open: matchMedia("(min-width: 60rem)").matches });
    this.room.draft.write(null);
    this.tell("hall-sent");
    this.#focus();
  }
}

customElements.define("opinion-form", OpinionForm);
