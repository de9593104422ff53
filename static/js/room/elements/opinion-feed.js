import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import * as feed from "../feed.js";
import { Pages } from "../pages.js";
import { _ } from "../words.js";
import { hold, nearEnd, toEnd, toMiddle, topmost } from "../scroll.js";
import { HallElement } from "./base.js";
import { icon } from "./icons.js";
import "./opinion-card.js";

const FEW = 20;
const STEP = 40;
const MOST = 160;
const BATCH = 4_000;
const frame = () => new Promise(requestAnimationFrame);
const TURNS = ["order", "thread", "item"];

/**
 * The opinions. Whoever is at the end follows what comes; whoever reads elsewhere is not moved,
 * and is told how much is new.
 */
class OpinionFeed extends HallElement {
  static properties = {
    room: { attribute: false },
    state: { attribute: false },
    order: { type: String },
    thread: { type: Number },
    item: { type: Number },
    first: { state: true },
    last: { state: true },
    seen: { state: true },
    loading: { state: true },
  };

  constructor() {
    super();
    this.order = "time";
    this.thread = this.item = 0;
    this.first = this.seen = this.shown = 0;
    this.last = Infinity;
    this.pages = new Pages();
    this.loading = false;
    this.announced = this.told = 0;
    this.met = new Set();
    this.watch = new IntersectionObserver((entries) => this.#reached(entries), {
      rootMargin: "300px 0px",
    });
  }

  connectedCallback() {
    super.connectedCallback();
    this.onScroll = () => this.#look();
    addEventListener("scroll", this.onScroll, { passive: true });
    this.addEventListener("keydown", (event) => this.#walk(event));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("scroll", this.onScroll);
    this.watch.disconnect();
  }

  get #live() {
    return this.order === "time" && !this.thread && !this.item;
  }

  /** At the end, and not in the middle of doing something with a card. */
  #follows() {
    const busy = this.contains(document.activeElement) || !getSelection().isCollapsed;
    return this.#live && this.last === Infinity && nearEnd() && !busy && !this.going;
  }

  willUpdate(changed) {
    if (!this.first) {
      this.first = Math.max(1, this.state.total - FEW + 1);
      this.seen = this.announced = this.state.total;
    }
    if (TURNS.some((name) => changed.has(name))) this.#turn();
    const { total } = this.state;
    if (this.held) return;
    this.shown = total;
    if (!this.#live || this.last !== Infinity || total - this.first < MOST) return;
    // The page stays small: what scrolled out above comes back when someone scrolls there.
    if (this.#follows()) this.#shorten();
    else this.last = total;
  }

  /** Drop the cards above, in a picture of its own: nothing that is in sight moves with it. */
  async #shorten() {
    this.held = true;
    await frame();
    await frame();
    if (this.#follows()) this.first = this.shown - STEP + 1;
    await frame();
    this.held = false;
    this.requestUpdate();
  }

  update(changed) {
    const start = !this.hasUpdated;
    const follow = start || this.#follows();
    const turned = !start && TURNS.some((name) => changed.has(name));
    const anchor = follow || turned || this.going ? null : topmost(this);
    super.update(changed);
    this.updateComplete.then(() => {
      if (turned) this.scrollIntoView({ block: "start", behavior: "instant" });
      if (follow || (turned && this.#live && this.last === Infinity)) toEnd();
      else if (anchor) hold(anchor);
      this.#look();
    });
    if (changed.has("state")) this.#announce();
  }

  async getUpdateComplete() {
    const done = await super.getUpdateComplete();
    const cards = [...this.querySelectorAll("opinion-card")];
    await Promise.all(cards.filter((card) => card.isUpdatePending).map((card) => card.updateComplete));
    return done;
  }

  updated() {
    this.watch.disconnect();
    for (const edge of this.querySelectorAll("[data-edge]")) this.watch.observe(edge);
  }

  #turn() {
    this.loading = false;
    this.pages.begin(feed.wanted(this.order, this.item, this.thread));
    if (!this.#live && (this.thread || this.order !== "pinned")) this.#page();
  }

  /** Have the next page of an order that is not that of time alone. */
  async #page() {
    this.loading = true;
    if (!(await this.pages.next(this.room))) return;
    this.#arrived();
  }

  /** What was fetched is in the room's state before the room's elements are told of it. */
  #arrived() {
    this.state = this.room.state;
    this.loading = false;
  }

  get #numbers() {
    const { state, order, thread, item } = this;
    const { floor, numbers } = this.pages;
    if (thread) return feed.thread(state, thread, floor);
    if (feed.isRanking(order)) return numbers;
    if (this.#live) return feed.between(state, this.first, Math.min(this.last, this.shown));
    const passes = feed.passing(state, order, item);
    return feed.those(state, (card) => (order === "pinned" || card.number >= floor) && passes(card));
  }

  render() {
    const { state } = this;
    const numbers = this.#numbers;
    return html`
      ${this.#top()}
      <div class="feed" role="feed" aria-label=${_("大家的意见")} aria-busy=${this.loading}>
        ${repeat(numbers, (number) => number, (number) => this.#card(state.cards.get(number)))}
      </div>
      ${numbers.length ? nothing : this.#empty()} ${this.#bottom()} ${this.#pill()}
    `;
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

  #empty() {
    const words = this.loading ? _("正在取来…") : feed.nothingYet(this.order, this.item);
    return html`<p class="empty">${words}</p>`;
  }

  #more(words, act, edge) {
    return html`<button
      type="button"
      class="button button--wide feed__more"
      data-edge=${edge}
      ?disabled=${this.loading}
      @click=${act}
    >
      ${this.loading ? _("正在取来…") : words}
    </button>`;
  }

  #top() {
    if (this.#live) {
      return this.first > 1 ? this.#more(_("看更早的意见"), () => this.#earlier(), "top") : nothing;
    }
    if (feed.isRanking(this.order) && !this.thread) {
      return html`<p class="feed__hint">
        ${_("排序不会在您阅读时变动。")}
        <button type="button" class="act" @click=${() => this.#turn()}>${_("按最新表态重排")}</button>
      </p>`;
    }
    return this.pages.more ? this.#more(_("看更早的"), () => this.#page(), "top") : nothing;
  }

  #bottom() {
    if (this.#live && this.last < this.state.total) {
      return this.#more(_("接着往下看"), () => this.#later(), "bottom");
    }
    return feed.isRanking(this.order) && !this.thread && this.pages.more
      ? this.#more(_("再看 {n} 条", { n: STEP }), () => this.#page(), "bottom")
      : nothing;
  }

  #pill() {
    const fresh = this.#live ? this.state.total - this.seen : 0;
    const [late] = this.#late;
    const pill = (words, go) =>
      html`<button type="button" class="pill" @click=${go}>${icon("down")}${words}</button>`;
    if (fresh > 0) return pill(_("{n} 条新意见", { n: fresh }), () => this.latest());
    if (late) return pill(_("第 {n} 号刚刚公开", { n: late }), () => this.#meet(late));
    return this.last < Infinity ? pill(_("回到最新"), () => this.latest()) : nothing;
  }

  /** Let in after later ones, and not in sight yet. */
  get #late() {
    const { late, cards } = this.state;
    const isNew = (number) => !this.met.has(number) && cards.get(number)?.state === "visible";
    return late.filter((number) => this.#live && isNew(number));
  }

  #meet(number) {
    this.met.add(number);
    this.show(number);
  }

  /** Go to the newest opinion. */
  async latest() {
    this.last = Infinity;
    this.first = Math.max(1, Math.max(this.first, this.state.total - MOST + 1));
    this.seen = this.state.total;
    await this.updateComplete;
    toEnd();
  }

  /** Bring one opinion into view; false where it cannot be fetched. */
  async show(number) {
    const far = number < this.first - 2 * STEP || number > Math.min(this.last, this.state.total);
    const from = Math.max(1, number - 10);
    const to = far ? Math.min(this.state.total, number + STEP) : this.state.total;
    if (!(await this.#load(from, to))) return false;
    this.going = true;
    this.first = far ? from : Math.min(this.first, from);
    if (far) this.last = to >= this.state.total ? Infinity : to;
    await this.updateComplete;
    this.going = false;
    const card = this.querySelector(`#opinion-${number}`);
    if (!card) return false;
    toMiddle(card);
    card.focus({ preventScroll: true });
    card.classList.add("is-found");
    card.addEventListener("animationend", () => card.classList.remove("is-found"), { once: true });
    return true;
  }

  async #earlier() {
    const first = Math.max(1, this.first - STEP);
    if (await this.#load(first, this.first - 1)) this.first = first;
  }

  async #later() {
    const last = this.last + STEP;
    if (!(await this.#load(this.last + 1, Math.min(last, this.state.total)))) return;
    this.last = last >= this.state.total ? Infinity : last;
  }

  async #load(first, last) {
    this.loading = true;
    try {
      return await this.room.load(first, last);
    } finally {
      this.#arrived();
    }
  }

  #reached(entries) {
    if (this.loading || !this.hasUpdated || this.room.status.state !== "open") return;
    // Whoever types or walks by keyboard elsewhere is not moved.
    const { activeElement } = document;
    if (!this.contains(activeElement) && activeElement.matches(":focus-visible")) return;
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) target.click();
    }
  }

  #look() {
    if (this.#live && this.last === Infinity && nearEnd()) this.seen = this.state.total;
    for (const number of this.#late) {
      const box = this.querySelector(`#opinion-${number}`)?.getBoundingClientRect();
      if (!box || box.bottom < 0 || box.top > innerHeight) continue;
      this.met.add(number);
      this.requestUpdate();
    }
  }

  #announce() {
    const { total, late } = this.state;
    this.told = Math.min(this.told, late.length);
    if (this.timer || (total <= this.announced && late.length === this.told)) return;
    this.timer = setTimeout(() => {
      this.timer = 0;
      const { total, late, seat } = this.state;
      const isNew = (number) => number > this.announced || late.indexOf(number) >= this.told;
      const fresh = feed.those(
        this.state,
        ({ number, author }) => isNew(number) && author.id !== seat?.person.id,
      );
      this.announced = total;
      this.told = late.length;
      if (fresh.length) this.tell("hall-say", _("新增 {n} 条意见", { n: fresh.length }));
    }, BATCH);
  }

  /** Page Up and Page Down go from opinion to opinion, as in any feed. */
  #walk(event) {
    const step = { PageDown: 1, PageUp: -1 }[event.key];
    const here = step && event.target.closest?.("opinion-card");
    if (!here) return;
    const next = step > 0 ? here.nextElementSibling : here.previousElementSibling;
    next?.querySelector("article")?.focus();
    event.preventDefault();
  }
}

customElements.define("opinion-feed", OpinionFeed);
