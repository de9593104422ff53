/** What a reader of the opinions is told of new ones: fetched with the first of them. */

import { html, nothing } from "lit";

import { those } from "./feed.js";
import { icon } from "./elements/icons.js";
import { _ } from "./words.js";

const BATCH = 4_000;

const pill = (words, go) =>
  html`<button type="button" class="pill" @click=${go}>${icon("down")}${words}</button>`;

/** Of an opinion-reader: what is new to its reader, as a button that leads there and in words. */
export class News {
  /** `known` opinions were there before; the reader need not be told of them. */
  constructor(reader, known) {
    Object.assign(this, { reader, announced: known, told: 0, met: new Set() });
  }

  get fresh() {
    const { live, state, seen } = this.reader;
    return live ? state.total - seen : 0;
  }

  /** Let in after later ones, and not in sight yet. */
  get late() {
    const { live, state } = this.reader;
    const isNew = (number) => !this.met.has(number) && state.cards.get(number)?.state === "visible";
    return live ? state.late.filter(isNew) : [];
  }

  /** Take note that these are in sight now. */
  meet(inSight) {
    for (const number of this.late.filter(inSight)) {
      this.met.add(number);
      this.reader.requestUpdate();
    }
  }

  /** The button, or the one that leads back where nothing is new. */
  button(back = false) {
    const { reader, fresh } = this;
    const [late] = this.late;
    const latest = () => reader.latest();
    if (fresh > 0) return pill(_("{n} 条新意见", { n: fresh }), latest);
    if (late) return pill(_("第 {n} 号刚刚公开", { n: late }), () => this.#go(late));
    return back ? pill(_("回到最新"), latest) : nothing;
  }

  #go(number) {
    this.met.add(number);
    this.reader.show(number);
  }

  /** Have it read out, several at once. */
  announce() {
    const { total, late } = this.reader.state;
    // After a restore there may be fewer.
    this.announced = Math.min(this.announced, total);
    this.told = Math.min(this.told, late.length);
    if (total > this.announced || late.length > this.told) {
      this.timer ||= setTimeout(() => this.#say(), BATCH);
    }
  }

  #say() {
    this.timer = 0;
    const { total, late, seat } = this.reader.state;
    const isNew = (number) => number > this.announced || late.indexOf(number) >= this.told;
    const fresh = those(
      this.reader.state,
      ({ number, author }) => isNew(number) && author.id !== seat?.person.id,
    );
    this.announced = total;
    this.told = late.length;
    if (fresh.length) this.reader.tell("hall-say", _("新增 {n} 条意见", { n: fresh.length }));
  }
}
