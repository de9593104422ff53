import { html, nothing } from "lit";

import { IDENTITIES, KINDS, _ } from "../words.js";
import { icon } from "./icons.js";
import { OpinionReader } from "./opinion-reader.js";
import "./read-aloud.js";

const NEAR = 10;

/** The same opinions as in the feed, one at a time: before, next, read aloud. */
class OneByOne extends OpinionReader {
  static properties = { at: { state: true } };

  constructor() {
    super();
    this.at = 0;
    this.sentAfter = -1;
  }

  willUpdate(changed) {
    super.willUpdate(changed);
    const numbers = this.#numbers;
    this.at ||= numbers[this.#place(numbers)] ?? 0;
    if (this.sentAfter >= 0) this.#lookForOwn();
    if (!this.live) return;
    if (this.at >= numbers.length) this.seen = numbers.length;
    this.news?.meet((number) => number === this.at);
  }

  /** What this person has just said is shown as soon as it is there, and nobody else's. */
  #lookForOwn() {
    const me = this.state.seat?.person.id;
    for (let number = this.sentAfter + 1; number <= this.state.total; number += 1) {
      if (this.state.cards.get(number)?.author.id !== me) continue;
      Object.assign(this, { at: number, sentAfter: -1 });
    }
  }

  turn(left) {
    this.at = 0;
    super.turn(left);
  }

  /** Have again what is being read, after a snapshot; false where it does not come. */
  async again() {
    const { total, cards } = this.room.state;
    if (!this.live) return this.pages.again(this.room, this.at || total);
    this.at = Math.min(this.at, total);
    return cards.has(this.at) || this.#fetch(this.at);
  }

  /** The numbers to go through, in their order; those by time the oldest first. */
  get #numbers() {
    if (!this.live) return this.listed();
    return Array.from({ length: this.state.total }, (_nothing, place) => place + 1);
  }

  /** The place of what is read; where that is gone, of what is there before it or else after. */
  #place(numbers) {
    const known = numbers.indexOf(this.at);
    const start = known >= 0 ? known : this.ranks || this.thread ? 0 : numbers.length - 1;
    for (const by of [-1, 1]) {
      for (let place = start; numbers[place]; place += by) {
        const card = this.state.cards.get(numbers[place]);
        // What is hidden has no words, and is shown to whoever goes there.
        if (card && (place === known || card.text)) return place;
      }
    }
    return -1;
  }

  /** Go to the newest opinion, and on to one's own that is on its way. */
  async latest({ sent = false } = {}) {
    Object.assign(this, { at: this.state.total, stale: false });
    if (sent) this.sentAfter = this.state.total;
    await this.updateComplete;
  }

  /** Bring one opinion into view; false where there is none, null where it cannot be fetched now. */
  async show(number) {
    if (!this.state.cards.has(number) && !(await this.#fetch(number))) return null;
    if (!this.state.cards.has(number)) return false;
    Object.assign(this, { at: number, stale: false });
    await this.updateComplete;
    this.querySelector(`#opinion-${number}`)?.focus();
    return true;
  }

  /** Fetch the card of an opinion and those about it; false where the line is down just now. */
  async #fetch(number) {
    const last = Math.min(this.state.total, number + NEAR);
    const fetched = await this.room.load(Math.max(1, number - NEAR), last);
    this.state = this.room.state;
    return fetched;
  }

  /** Go on to the next one, or with -1 the one before. Numbers that this person cannot read are
   * passed over: what is held or was returned has one too. */
  async #step(numbers, from, by) {
    this.loading = true;
    let place = from + by;
    const there = () => this.state.cards.has(numbers[place]);
    while (numbers[place] && !there() && (await this.#fetch(numbers[place])) && !there()) place += by;
    this.loading = false;
    if (!there()) return this.away();
    this.at = numbers[place];
    await this.updateComplete;
    this.scrollIntoView({ block: "start", behavior: "instant" });
    this.querySelector("article")?.focus({ preventScroll: true });
  }

  render() {
    const numbers = this.#numbers;
    const place = this.#place(numbers);
    if (place < 0) return this.empty();
    this.numbers = [numbers[place]];
    const card = this.state.cards.get(numbers[place]);
    const last = place === numbers.length - 1;
    return html`<div class="one">
      ${this.ranks ? this.hint() : nothing}
      <div class="one__steps">
        ${this.#button(_("上一条"), "before", place > 0, () => this.#step(numbers, place, -1))}
        <p class="one__where">${_("第 {n} 条，共 {all} 条", { n: place + 1, all: numbers.length })}</p>
        ${this.#button(_("下一条"), "next", !last, () => this.#step(numbers, place, 1))}
      </div>
      <div class="feed" role="feed" aria-label=${_("大家的意见")} aria-busy=${this.loading}></div>
      <div class="one__foot">
        <read-aloud name=${_("朗读")} .of=${card.number} .words=${() => this.#spoken(card)}></read-aloud>
        ${this.pages.more
          ? html`<button type="button" class="button" ?disabled=${this.loading} @click=${() => this.page()}>
              ${_("再取一些")}
            </button>`
          : nothing}
        ${this.live && !last && !(this.news?.fresh > 0)
          ? html`<button type="button" class="button" @click=${() => this.latest()}>
              ${icon("down")}${_("看最新的一条")}
            </button>`
          : nothing}
      </div>
      ${this.pages.away ? this.empty() : nothing} ${this.news?.button()}
    </div>`;
  }

  #button(words, name, open, act) {
    return html`<button type="button" class="button one__${name}" ?disabled=${!open} @click=${act}>
      ${words}
    </button>`;
  }

  #spoken({ kind, number, author, text, agree, disagree }) {
    const who = `${author.name}，${author.belongs_to || (IDENTITIES[author.identity] ?? "")}`;
    const counts = _("赞成 {agree} 人，不赞成 {disagree} 人。", { agree, disagree });
    return `${KINDS[kind]} ${number}。${who}。${text}。${counts}`;
  }
}

customElements.define("one-by-one", OneByOne);
