import { html } from "lit";

import * as feed from "../feed.js";
import { Pages } from "../pages.js";
import { parts } from "../parts.js";
import { _ } from "../words.js";
import { HallElement } from "./base.js";
import "./opinion-card.js";

const AGAIN = 3_000;
const TURNS = ["order", "thread", "item"];

/**
 * What the feed and the view of one opinion at a time have in common: which opinions, in which
 * order, and what is told of new ones. How they are laid out, `again()`, `latest()` and `show()`
 * are each one's own.
 */
export class OpinionReader extends HallElement {
  static properties = {
    room: { attribute: false },
    state: { attribute: false },
    online: { type: Boolean },
    acts: { attribute: false },
    order: { type: String },
    thread: { type: Number },
    item: { type: Number },
    seen: { state: true },
    loading: { state: true },
    nothingYet: { state: true },
  };

  constructor() {
    super();
    this.order = "time";
    this.thread = this.item = 0;
    this.loading = this.stale = false;
    this.seen = Infinity;
    this.pages = new Pages();
  }

  get live() {
    return this.order === "time" && !this.thread && !this.item;
  }

  get ranks() {
    return feed.isRanking(this.order) && !this.thread;
  }

  turned(changed) {
    return this.hasUpdated && TURNS.some((name) => changed.has(name));
  }

  /** A snapshot takes the place of all that was known: what is read stands until it is there again. */
  shouldUpdate(changed) {
    const { snapshots } = this.state;
    if (this.snapshots !== snapshots) {
      this.stale = this.hasUpdated;
      this.left = null;
    }
    this.snapshots = snapshots;
    if (this.stale && this.turned(changed)) {
      this.stale = false;
      this.forget();
    }
    if (this.stale && this.online) this.#renew();
    return !this.stale;
  }

  /** Forget where one was: another order is wanted, and a snapshot has come between. */
  forget() {}

  async #renew() {
    if (this.renewing) return;
    const { snapshots } = this;
    this.renewing = true;
    const there = await this.again();
    this.renewing = false;
    if (there && snapshots === this.room.state.snapshots) {
      this.stale = false;
      this.arrived();
      this.requestUpdate();
    } else if (this.stale) setTimeout(() => this.requestUpdate(), AGAIN);
  }

  willUpdate(changed) {
    this.seen = Math.min(this.seen, this.state.total);
    const turns = TURNS.filter((name) => changed.has(name));
    // Whoever comes back from a thread finds the order as it was left.
    if (turns.length) this.turn(turns.join() === "thread" && !this.thread && this.left);
    else if (this.online && changed.has("online") && this.pages.away) this.page();
  }

  turn(left) {
    this.loading = false;
    this.left = this.thread ? this.pages : null;
    this.pages = left || new Pages();
    if (left) return;
    this.pages.begin(feed.wanted(this.order, this.item, this.thread));
    if (!this.live && (this.thread || this.order !== "pinned")) this.page();
  }

  /** Have the next page of an order that is not that of time alone. */
  async page() {
    this.loading = true;
    if (await this.pages.next(this.room)) this.arrived();
  }

  /** What was fetched is in the room's state before the room's elements are told of it. */
  arrived() {
    this.state = this.room.state;
    this.loading = false;
  }

  /** The numbers of an order other than that of time alone. */
  listed() {
    const { state, order, thread, item } = this;
    const { floor, numbers } = this.pages;
    if (thread) return feed.thread(state, thread, floor);
    if (feed.isRanking(order)) return numbers.filter((number) => state.cards.has(number));
    const passes = feed.passing(state, order, item);
    return feed.those(state, (card) => (order === "pinned" || card.number >= floor) && passes(card));
  }

  update(changed) {
    this.numbers = [];
    super.update(changed);
    this.#lay();
  }

  async getUpdateComplete() {
    const done = await super.getUpdateComplete();
    const cards = this.querySelector(".feed")?.children ?? [];
    await Promise.all([...cards].filter((card) => card.isUpdatePending).map((card) => card.updateComplete));
    return done;
  }

  /** Put the `numbers` of what is rendered into its feed, each in the element that it has: what has
   * the focus, or is unfolded, stays so. Lit's `repeat` does the same with three files more. */
  #lay() {
    const feed = this.querySelector(".feed");
    if (!feed) return;
    const there = new Map(Array.from(feed.children, (one) => [one.card.number, one]));
    const wanted = new Set(this.numbers);
    for (const [number, one] of there) if (!wanted.has(number)) one.remove();
    let at = feed.firstElementChild;
    for (const number of this.numbers) {
      const one = there.get(number) ?? document.createElement("opinion-card");
      Object.assign(one, this.#about(number));
      if (one === at) at = at.nextElementSibling;
      else feed.insertBefore(one, at);
    }
  }

  #about(number) {
    const { room, state } = this;
    const card = state.cards.get(number);
    return {
      room,
      card,
      parent: card.reply_to ? state.cards.get(card.reply_to) : null,
      replies: this.thread ? 0 : (state.replies.get(number)?.length ?? 0),
      may: state.may,
      own: card.author.id === state.seat?.person.id,
      requests: state.requests.get(number),
      wish: room.waiting("stance.take", number),
    };
  }

  empty() {
    if (this.loading) return html`<p class="empty">${_("正在取来…")}</p>`;
    if (!this.pages.away) {
      parts.empty().then(({ nothingYet }) => (this.nothingYet = nothingYet));
      return html`<p class="empty">${this.nothingYet?.(this.order, this.item)}</p>`;
    }
    return html`<p class="empty" role="status">
      ${_("现在取不到，联网后会自动再取。")}
      <button type="button" class="act" @click=${() => this.page()}>${_("再试一次")}</button>
    </p>`;
  }

  /** Say that the line kept away what was asked for. */
  away() {
    if (!this.online) this.room.notice(_("现在取不到，请看看网络，稍后再试。"), "problem");
  }

  hint() {
    return html`<p class="feed__hint">
      ${_("排序不会在您阅读时变动。")}
      <button type="button" class="act" @click=${() => this.turn()}>${_("按最新表态重排")}</button>
    </p>`;
  }

  /** What tells of new opinions is fetched with the first of them. */
  updated() {
    const { total, late } = this.state;
    this.known ??= total;
    if (this.news) this.news.announce();
    else if (total > this.known || late.length || this.last < Infinity) this.#haveNews();
  }

  async #haveNews() {
    const { News } = await parts.news();
    this.news ??= new News(this, this.known);
    this.requestUpdate();
  }
}
