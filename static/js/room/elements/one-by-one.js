import { html, nothing } from "lit";

import * as feed from "../feed.js";
import { Pages } from "../pages.js";
import { IDENTITIES, KINDS, _ } from "../words.js";
import { HallElement } from "./base.js";
import { icon } from "./icons.js";
import "./opinion-card.js";
import "./read-aloud.js";

const NEAR = 10;
const TURNS = ["order", "thread", "item"];

/** The same opinions as in the feed, one at a time: before, next, read aloud. */
class OneByOne extends HallElement {
  static properties = {
    room: { attribute: false },
    state: { attribute: false },
    order: { type: String },
    thread: { type: Number },
    item: { type: Number },
    at: { state: true },
    loading: { state: true },
  };

  constructor() {
    super();
    Object.assign(this, { order: "time", thread: 0, item: 0, at: 0, loading: false });
    this.sentAfter = -1;
    this.pages = new Pages();
  }

  get #live() {
    return this.order === "time" && !this.thread && !this.item;
  }

  willUpdate(changed) {
    if (TURNS.some((name) => changed.has(name))) this.#turn();
    if (!this.at && this.#live) this.at = this.state.total;
    if (this.sentAfter >= 0) this.#lookForOwn();
  }

  /** What this person has just said is shown as soon as it is there, and nobody else's. */
  #lookForOwn() {
    const me = this.state.seat?.person.id;
    for (let number = this.sentAfter + 1; number <= this.state.total; number += 1) {
      if (this.state.cards.get(number)?.author.id !== me) continue;
      Object.assign(this, { at: number, sentAfter: -1 });
    }
  }

  #turn() {
    this.at = 0;
    this.loading = false;
    this.pages.begin(feed.wanted(this.order, this.item, this.thread));
    if (!this.#live && (this.thread || this.order !== "pinned")) this.#page();
  }

  async #page() {
    this.loading = true;
    if (!(await this.pages.next(this.room))) return;
    this.state = this.room.state;
    this.loading = false;
  }

  /** The numbers to go through, in their order; those by time the oldest first. */
  get #numbers() {
    const { state, order, thread, item } = this;
    const { floor, numbers } = this.pages;
    if (this.#live) return Array.from({ length: state.total }, (_nothing, place) => place + 1);
    if (thread) return feed.thread(state, thread, floor);
    if (feed.isRanking(order)) return numbers;
    const passes = feed.passing(state, order, item);
    return feed.those(state, (card) => (order === "pinned" || card.number >= floor) && passes(card));
  }

  get #fromEnd() {
    return !feed.isRanking(this.order) && !this.thread;
  }

  /** Go to the newest opinion, and on to one's own that is on its way. */
  async latest({ sent = false } = {}) {
    this.at = this.state.total;
    if (sent) this.sentAfter = this.state.total;
    await this.updateComplete;
  }

  /** Bring one opinion into view; false where it cannot be fetched. */
  async show(number) {
    if (!this.state.cards.has(number)) await this.#fetch(number);
    if (!this.state.cards.has(number)) return false;
    this.at = number;
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
    if (!there()) return;
    this.at = numbers[place];
    await this.updateComplete;
    this.scrollIntoView({ block: "start", behavior: "instant" });
    this.querySelector("article")?.focus({ preventScroll: true });
  }

  render() {
    const numbers = this.#numbers;
    const known = numbers.indexOf(this.at);
    const place = known >= 0 ? known : this.#fromEnd ? numbers.length - 1 : 0;
    const card = this.state.cards.get(numbers[place]);
    if (!card) {
      return html`<p class="empty">${this.loading ? _("正在取来…") : feed.nothingYet(this.order, this.item)}</p>`;
    }
    return html`<div class="one">
      <div class="one__steps">
        ${this.#button(_("上一条"), "before", place > 0, () => this.#step(numbers, place, -1))}
        <p class="one__where">${_("第 {n} 条，共 {all} 条", { n: place + 1, all: numbers.length })}</p>
        ${this.#button(_("下一条"), "next", place < numbers.length - 1, () => this.#step(numbers, place, 1))}
      </div>
      <div class="feed" role="feed" aria-label=${_("大家的意见")} aria-busy=${this.loading}>
        ${this.#card(card)}
      </div>
      <div class="one__foot">
        <read-aloud .words=${this.#spoken(card)}></read-aloud>
        ${this.pages.more
          ? html`<button type="button" class="button" ?disabled=${this.loading} @click=${() => this.#page()}>
              ${_("再取一些")}
            </button>`
          : nothing}
        ${this.#live && place < numbers.length - 1
          ? html`<button type="button" class="button" @click=${() => this.latest()}>
              ${icon("down")}${_("看最新的一条")}
            </button>`
          : nothing}
      </div>
    </div>`;
  }

  #button(words, name, open, act) {
    return html`<button type="button" class="button one__${name}" ?disabled=${!open} @click=${act}>
      ${words}
    </button>`;
  }

  #card(card) {
    const { state } = this;
    return html`<opinion-card
      .room=${this.room}
      .card=${card}
      .parent=${card.reply_to ? state.cards.get(card.reply_to) : null}
      .replies=${this.thread ? 0 : (state.replies.get(card.number)?.length ?? 0)}
      .total=${state.total}
      .may=${state.may}
      .own=${card.author.id === state.seat?.person.id}
      .requests=${state.requests.get(card.number)}
    ></opinion-card>`;
  }

  #spoken({ kind, number, author, text, agree, disagree }) {
    const who = `${author.name}，${author.belongs_to || (IDENTITIES[author.identity] ?? "")}`;
    const counts = _("赞成 {agree} 人，不赞成 {disagree} 人。", { agree, disagree });
    return `${KINDS[kind]} ${number}。${who}。${text}。${counts}`;
  }
}

customElements.define("one-by-one", OneByOne);
