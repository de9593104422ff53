import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { those } from "../room/feed.js";
import { keep } from "../room/keep.js";
import { HallElement } from "../room/elements/base.js";
import { author } from "../room/elements/opinion-card.js";
import { _ } from "../room/words.js";
import { AllOf } from "./all-of.js";
import { empty } from "./parts.js";

/** 合并: what is likely the same, to be merged or not; and what was merged, to be taken apart. */
class MergePanel extends HallElement {
  static properties = {
    room: { attribute: false },
    state: { attribute: false },
    groups: { state: true },
    looked: { state: true },
    into: { state: true },
    left: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    Object.assign(this, { groups: [], looked: false, into: {}, left: new Set(), busy: false });
    this.all = new AllOf(this, "merged");
  }

  willUpdate() {
    if (this.kept) return;
    this.kept = keep(`hall.room.${this.state.room.id}.different`);
    this.different = new Set(this.kept.read() ?? []);
    this.#look();
  }

  updated() {
    this.all.look();
  }

  async #look() {
    this.busy = true;
    const found = await this.room.act({ do: "opinion.similar" });
    this.busy = false;
    if (!found) return;
    this.looked = true;
    this.groups = found.groups.map(({ numbers }) => numbers);
    const missing = this.groups.flat().filter((number) => !this.state.cards.has(number));
    if (missing.length) this.room.load(Math.min(...missing), Math.max(...missing));
  }

  /** Those of the group that can still be merged. */
  #open(numbers) {
    return numbers
      .map((number) => this.state.cards.get(number))
      .filter((card) => card && card.state === "visible" && !card.merged_into);
  }

  render() {
    const open = this.groups
      .filter((numbers) => !this.different.has(numbers.join()))
      .map((numbers) => [numbers, this.#open(numbers)])
      .filter(([, cards]) => cards.length > 1);
    return html`
      <p class="soft small">
        ${_("说的是一回事的意见可以合成一条：作者都留名，各条的表态留在原处，随时可以拆开。")}
      </p>
      <h3>${_("看起来相似")}</h3>
      ${open.length
        ? repeat(open, ([numbers]) => numbers.join(), ([numbers, cards]) => this.#group(numbers, cards))
        : empty(
            this.looked ? _("没有找到相似的意见。") : _("正在查找…"),
            _("意见多起来以后，可以再查一次；也可以在下面按编号合并。"),
          )}
      <button type="button" class="button button--small" ?disabled=${this.busy} @click=${() => this.#look()}>
        ${_("再查一次")}
      </button>
      ${this.#byNumber()} ${this.#merged()}
    `;
  }

  #group(numbers, cards) {
    const name = numbers.join();
    const agreed = [...cards].sort((a, b) => b.agree - a.agree || a.number - b.number);
    const into = cards.find(({ number }) => number === this.into[name]) ?? agreed[0];
    const parts = cards.filter((card) => card !== into && !this.left.has(card.number));
    return html`<fieldset class="queue__item">
      <legend class="small"><b>${_("保留哪一条？")}</b></legend>
      ${cards.map((card) => this.#choice(name, card, card === into))}
      <div class="queue__acts">
        <button
          type="button"
          class="button button--small button--main"
          ?disabled=${this.busy || !parts.length}
          @click=${() => this.#merge(parts.map(({ number }) => number), into.number)}
        >
          ${_("并入第 {n} 号", { n: into.number })}
        </button>
        <button type="button" class="button button--small" @click=${() => this.#differ(name)}>
          ${_("不是一回事")}
        </button>
      </div>
    </fieldset>`;
  }

  #choice(name, card, kept) {
    const { number } = card;
    return html`<div class="merge__choice">
      <label
        ><input
          type="radio"
          name=${name}
          .checked=${kept}
          @change=${() => (this.into = { ...this.into, [name]: number })}
        /><span
          ><span class="queue__head"
            ><b class="number">${number}</b> ${author(card.author)}
            <span class="soft small">${_("赞成 {n}", { n: card.agree })}</span></span
          ><span class="plain">${card.text}</span></span
        ></label
      >
      ${kept
        ? nothing
        : html`<label class="small merge__with"
            ><input
              type="checkbox"
              .checked=${!this.left.has(number)}
              @change=${() => this.#leave(number)}
            />${_("合并这一条")}</label
          >`}
    </div>`;
  }

  #leave(number) {
    const left = new Set(this.left);
    if (!left.delete(number)) left.add(number);
    this.left = left;
  }

  #differ(name) {
    this.different.add(name);
    this.kept.write([...this.different]);
    this.requestUpdate();
  }

  #byNumber() {
    return html`<h3>${_("按编号合并")}</h3>
      <form class="console__line" @submit=${this.#typed}>
        <label class="field" for="merge-number"
          ><b>${_("把第几号")}</b><input id="merge-number" name="number" inputmode="numeric" pattern="[0-9]+" required
        /></label>
        <label class="field" for="merge-into"
          ><b>${_("并入第几号")}</b><input id="merge-into" name="into" inputmode="numeric" pattern="[0-9]+" required
        /></label>
        <button type="submit" class="button button--small" ?disabled=${this.busy}>${_("合并")}</button>
      </form>`;
  }

  async #typed(event) {
    event.preventDefault();
    const form = event.target;
    const { number, into } = Object.fromEntries(new FormData(form));
    if (await this.#merge([Number(number)], Number(into))) form.reset();
  }

  async #merge(numbers, into) {
    this.busy = true;
    const done = await this.room.act({ do: "opinion.merge", numbers, into });
    this.busy = false;
    if (done) this.room.notice(_("已并入第 {n} 号。", { n: into }));
    return done;
  }

  #merged() {
    const numbers = those(this.state, (card) => card.merged_into);
    if (!numbers.length) return nothing;
    return html`<h3>${_("已经合并")}</h3>
      <ul class="console__people">
        ${numbers.map((number) => {
          const { author: who, merged_into: into } = this.state.cards.get(number);
          return html`<li class="console__line">
            <span
              ><a href="#opinion-${number}">${number}</a> ${who.name} →
              <a href="#opinion-${into}">${into}</a></span
            >
            <button
              type="button"
              class="button button--small"
              ?disabled=${this.busy}
              @click=${() => this.room.act({ do: "opinion.unmerge", number })}
            >
              ${_("拆开")}
            </button>
          </li>`;
        })}
      </ul>`;
  }
}

customElements.define("merge-panel", MergePanel);
