import { html, nothing } from "lit";

import { between } from "../feed.js";
import { parts } from "../parts.js";
import { hold, nearEnd, toEnd, toMiddle, topmost } from "../scroll.js";
import { _ } from "../words.js";
import { OpinionReader } from "./opinion-reader.js";

const FEW = 20;
const STEP = 40;
const MOST = 160;

/**
 * The opinions. Whoever is at the end follows what comes; whoever reads elsewhere is not moved,
 * and is told how much is new.
 */
class OpinionFeed extends OpinionReader {
  static properties = { first: { state: true }, last: { state: true } };

  constructor() {
    super();
    this.first = this.shown = 0;
    this.last = Infinity;
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

  /**
   * Where the page as the server wrote it is being read; nothing for who has not begun to, or is at
   * its end. By a card that begins in sight: the one above it has more to it here, and pushes.
   */
  static placeIn(page) {
    const article = scrollY && !nearEnd() && topmost(page)?.article.nextElementSibling;
    return article && { article, top: article.getBoundingClientRect().top };
  }

  /** Begin where it was being read. */
  async goOn({ article: { id }, top }) {
    this.going = true;
    await this.updateComplete;
    this.going = false;
    const article = this.querySelector(`#${id}`);
    if (article) hold({ article, top });
  }

  /** At the end, and not in the middle of doing something with a card. */
  follows() {
    const busy = this.contains(document.activeElement) || !getSelection().isCollapsed;
    return this.live && this.last === Infinity && nearEnd() && !busy && !this.going;
  }

  willUpdate(changed) {
    super.willUpdate(changed);
    const { total } = this.state;
    this.first ||= Math.max(1, total - FEW + 1);
    if (this.held) return;
    this.shown = total;
    if (!this.live || this.last !== Infinity || total - this.first < MOST) return;
    // The page stays small: what scrolled out above comes back when someone scrolls there.
    if (this.follows()) parts.shorten().then(({ shorten }) => shorten(this, STEP));
    else this.last = total;
  }

  update(changed) {
    const { going } = this;
    const turned = this.turned(changed);
    const follow = !going && (!this.hasUpdated || this.follows());
    const anchor = follow || turned || going ? null : topmost(this);
    super.update(changed);
    this.updateComplete.then(() => {
      if (turned) this.scrollIntoView({ block: "start", behavior: "instant" });
      if (follow || (turned && !going && this.live && this.last === Infinity)) toEnd();
      else if (anchor) hold(anchor);
      this.#look();
    });
  }

  updated(changed) {
    super.updated(changed);
    this.watch.disconnect();
    for (const part of this.children) if (part.dataset.edge) this.watch.observe(part);
  }

  /** Begin at the end, with what a snapshot brings. */
  forget() {
    Object.assign(this, { first: 0, last: Infinity });
  }

  /** Have again what is being read, after a snapshot; false where it does not come. */
  async again() {
    const { total } = this.room.state;
    const top = topmost(this)?.article ?? this.querySelector("article");
    const number = Math.min(total, Number(top?.id.slice(8) ?? total));
    if (!this.live && !(await this.pages.again(this.room, number))) return false;
    if (!this.live || this.follows()) {
      if (this.stale) this.forget();
      return true;
    }
    const first = Math.max(1, number - FEW);
    const last = Math.min(total, number + STEP);
    if (!(await this.room.load(first, last))) return false;
    // Before the snapshot's own opinions there may be some that are not known.
    if (this.stale) Object.assign(this, { first, last: last > total - FEW ? Infinity : last });
    return true;
  }

  render() {
    const shown = Math.min(this.last, this.shown);
    this.numbers = this.live ? between(this.state, this.first, shown) : this.listed();
    return html`
      ${this.#top()}
      <div class="feed" role="feed" aria-label=${_("大家的意见")} aria-busy=${this.loading}></div>
      ${this.numbers.length && !this.pages.away ? nothing : this.empty()} ${this.#bottom()}
      ${this.news?.button(this.last < Infinity)}
    `;
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
    if (this.live) {
      return this.first > 1 ? this.#more(_("看更早的意见"), () => this.#earlier(), "top") : nothing;
    }
    if (this.ranks) return this.hint();
    return this.pages.more ? this.#more(_("看更早的"), () => this.page(), "top") : nothing;
  }

  #bottom() {
    if (this.live && this.last < this.state.total) {
      return this.#more(_("接着往下看"), () => this.#later(), "bottom");
    }
    return this.ranks && this.pages.more
      ? this.#more(_("再看 {n} 条", { n: STEP }), () => this.page(), "bottom")
      : nothing;
  }

  /** Go to the newest opinion. */
  async latest() {
    const { total } = this.state;
    // Between what was shown and the end there may be some that are not known.
    const first = this.last < Infinity ? total - FEW + 1 : Math.max(this.first, total - MOST + 1);
    Object.assign(this, { first: Math.max(1, first), last: Infinity, seen: total, stale: false });
    await this.updateComplete;
    toEnd();
  }

  /** Bring one opinion into view; false where there is none, null where it cannot be fetched now. */
  async show(number) {
    this.going = false;
    if (this.live && !(await this.#reach(number))) return null;
    const card = this.querySelector(`#opinion-${number}`);
    if (!card) return false;
    toMiddle(card);
    card.focus({ preventScroll: true });
    card.classList.add("is-found");
    card.addEventListener("animationend", () => card.classList.remove("is-found"), { once: true });
    return true;
  }

  /** Have in the feed what is about this number; false where it cannot be fetched now. */
  async #reach(number) {
    const { total } = this.state;
    const far = this.stale || number < this.first - 2 * STEP || number > Math.min(this.last, total);
    const from = Math.max(1, number - 10);
    const to = far ? Math.min(total, number + STEP) : total;
    if (!(await this.#load(from, to))) return false;
    this.going = true;
    this.stale = false;
    this.first = far ? from : Math.min(this.first, from);
    if (far) this.last = to >= total ? Infinity : to;
    await this.updateComplete;
    this.going = false;
    return true;
  }

  async #earlier() {
    const first = Math.max(1, this.first - STEP);
    if (await this.#load(first, this.first - 1)) this.first = first;
    else this.away();
  }

  async #later() {
    const last = this.last + STEP;
    if (!(await this.#load(this.last + 1, Math.min(last, this.state.total)))) return this.away();
    this.last = last >= this.state.total ? Infinity : last;
  }

  async #load(first, last) {
    this.loading = true;
    try {
      return await this.room.load(first, last);
    } finally {
      this.arrived();
    }
  }

  #reached(entries) {
    if (this.loading || this.going || !this.hasUpdated || this.room.status.state !== "open") return;
    // Whoever types or walks by keyboard elsewhere is not moved.
    const { activeElement } = document;
    if (!this.contains(activeElement) && activeElement.matches(":focus-visible")) return;
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) target.click();
    }
  }

  #look() {
    if (this.live && this.last === Infinity && nearEnd()) this.seen = this.state.total;
    this.news?.meet((number) => {
      const box = this.querySelector(`#opinion-${number}`)?.getBoundingClientRect();
      return box && box.bottom > 0 && box.top < innerHeight;
    });
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
