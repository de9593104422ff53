import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { those } from "../room/feed.js";
import { HallElement } from "../room/elements/base.js";
import { author } from "../room/elements/opinion-card.js";
import { spoken } from "../room/time.js";
import { KINDS, _ } from "../room/words.js";
import { AllOf } from "./all-of.js";
import { approve, hide, reconsider, restore, sendBack } from "./decide.js";
import { empty, key } from "./parts.js";

const LATEST = 40;

/** The lists of the panel: what is in each, and what can be done with it, by key. */
const LISTS = {
  held: {
    title: _("待审核"),
    acts: [
      { key: "a", words: _("通过"), main: true, act: approve },
      { key: "r", words: _("退回…"), act: sendBack },
    ],
    none: [_("没有等待审核的发言。"), _("居民的新发言会出现在这里，您通过后大家才看得到。")],
  },
  visible: {
    title: _("已公开"),
    acts: [{ key: "h", words: _("隐藏…"), act: hide }],
    none: [_("还没有公开的发言。"), _("大家发言以后，可以在这里成批隐藏不妥的。")],
  },
  returned: {
    title: _("已退回"),
    acts: [{ key: "u", words: _("重新审核"), act: reconsider }],
    none: [_("没有退回的发言。"), _("退错了的，可以在这里重新审核。")],
  },
  hidden: {
    title: _("已隐藏"),
    acts: [{ key: "u", words: _("恢复显示"), act: restore }],
    none: [_("没有隐藏的发言。"), _("隐藏错了的，可以在这里恢复。")],
  },
};

/** 审核: what is held, one by one or several at once, with the mouse or by keys. */
class QueuePanel extends HallElement {
  static properties = {
    room: { attribute: false },
    state: { attribute: false },
    now: { type: Number },
    list: { state: true },
    chosen: { state: true },
    at: { state: true },
  };

  constructor() {
    super();
    Object.assign(this, { list: "held", chosen: new Set(), at: 0, busy: false, numbers: [] });
    this.all = new AllOf(this, "hidden");
  }

  /** What comes next takes the place of what is gone, also where somebody else has decided on it. */
  willUpdate() {
    this.inside = this.contains(document.activeElement);
    const { numbers: before, at } = this;
    const numbers = (this.numbers = this.#shown);
    this.chosen = new Set(numbers.filter((number) => this.chosen.has(number)));
    if (numbers.includes(at)) return;
    const place = before.indexOf(at);
    const next = before.slice(place + 1).find((number) => numbers.includes(number));
    this.at = next ?? numbers[place < 0 ? 0 : numbers.length - 1] ?? 0;
  }

  updated() {
    this.all.look();
    if (this.inside && document.activeElement === document.body) this.#rest();
  }

  /** The numbers in the list, in its order: what waits by number, else the latest first. */
  get #shown() {
    const numbers = those(this.state, (card) => card.state === this.list);
    if (this.list === "held") return numbers;
    if (this.list !== "visible") return numbers.reverse();
    const seq = (number) => this.state.cards.get(number).seq;
    return numbers.sort((a, b) => seq(b) - seq(a)).slice(0, LATEST);
  }

  render() {
    const { numbers } = this;
    const chosen = [...this.chosen];
    const { acts, none } = LISTS[this.list];
    return html`
      <div class="console__lists" role="group" aria-label=${_("看哪些发言")}>
        ${Object.entries(LISTS).map(([name, { title }]) => this.#choice(name, title))}
      </div>
      ${numbers.length
        ? html`${this.#bulk(numbers, chosen, acts)}
            <ul class="queue" @keydown=${this.#key} @focusin=${this.#enter}>
              ${repeat(numbers, (number) => number, (number) => this.#item(number, acts))}
            </ul>
            <p class="console__keys soft small">
              ${_("键盘：")}${key("j")}${key("k")} ${_("上下")}
              ${acts.map((act) => html`${key(act.key)} ${act.words.replace("…", "")} `)}
              ${key("x")} ${_("选中")}
            </p>`
        : empty(...none)}
    `;
  }

  #choice(name, title) {
    const count = name === "visible" ? 0 : those(this.state, (card) => card.state === name).length;
    return html`<button
      type="button"
      class="order"
      aria-pressed=${this.list === name}
      @click=${() => Object.assign(this, { list: name, chosen: new Set(), at: 0 })}
    >
      ${title}${count ? html` <span class="number">${count}</span>` : nothing}
    </button>`;
  }

  #bulk(numbers, chosen, acts) {
    const all = chosen.length === numbers.length;
    return html`<div class="queue__bulk">
      <label class="queue__all"
        ><input
          type="checkbox"
          .checked=${all}
          .indeterminate=${chosen.length > 0 && !all}
          @change=${() => (this.chosen = new Set(all ? [] : numbers))}
        />${chosen.length ? _("已选 {n} 条", { n: chosen.length }) : _("全选")}</label
      >
      ${chosen.length
        ? acts.map(
            ({ words, main, act }) =>
              html`<button
                type="button"
                class="button button--small ${main ? "button--main" : ""}"
                @click=${() => this.#do(act, chosen)}
              >
                ${words}
              </button>`,
          )
        : nothing}
    </div>`;
  }

  #item(number, acts) {
    const card = this.state.cards.get(number);
    return html`<li
      class="queue__item"
      tabindex=${number === this.at ? 0 : -1}
      data-number=${number}
      aria-label=${_("第 {n} 号，{name}：{text}", { n: number, name: card.author.name, text: card.text })}
    >
      <p class="queue__head">
        <input
          type="checkbox"
          aria-label=${_("选中第 {n} 号", { n: number })}
          .checked=${this.chosen.has(number)}
          @change=${() => this.#mark(number)}
        />
        <a class="number" href="#opinion-${number}">${number}</a>
        <span class="kind kind--${card.kind}">${KINDS[card.kind]}</span>
        ${author(card.author)}
        <time class="soft small" datetime=${card.at}>${spoken(card.at, this.now)}</time>
      </p>
      ${card.reply_to ? html`<p class="soft small">${_("回复 {n}", { n: card.reply_to })}</p>` : nothing}
      <p class="plain">${card.text}</p>
      ${card.reason ? html`<p class="soft small">${_("理由：{reason}", { reason: card.reason })}</p>` : nothing}
      <div class="queue__acts">
        ${acts.map(
          ({ key: name, words, main, act }) =>
            html`<button
              type="button"
              class="button button--small ${main ? "button--main" : ""}"
              aria-keyshortcuts=${name}
              @click=${() => this.#do(act, [number])}
            >
              ${words}
            </button>`,
        )}
      </div>
    </li>`;
  }

  #mark(number) {
    const chosen = new Set(this.chosen);
    if (!chosen.delete(number)) chosen.add(number);
    this.chosen = chosen;
  }

  async #do(act, numbers) {
    if (this.busy) return;
    const inside = this.contains(document.activeElement);
    this.busy = true;
    await act(this.room, numbers);
    this.busy = false;
    await this.updateComplete;
    if (inside && document.activeElement === document.body) this.#rest();
  }

  #number({ target }) {
    return Number(target.closest(".queue__item")?.dataset.number);
  }

  #enter(event) {
    this.at = this.#number(event) || this.at;
  }

  /** Stay where the work is: at the next row, or at the list's name where nothing is left. */
  #rest() {
    const row = this.querySelector(".queue__item[tabindex='0']");
    (row ?? this.querySelector("[aria-pressed=true]")).focus();
  }

  #go(from, step) {
    const to = this.numbers[this.numbers.indexOf(from) + step];
    this.querySelector(`[data-number="${to ?? from}"]`).focus();
  }

  /** A key acts on what is chosen, else on the row in which it was pressed. */
  #key(event) {
    const number = this.#number(event);
    if (!number || event.ctrlKey || event.metaKey || event.altKey || this.busy) return;
    const act = LISTS[this.list].acts.find((each) => each.key === event.key)?.act;
    if (event.key === "j") this.#go(number, 1);
    else if (event.key === "k") this.#go(number, -1);
    else if (event.key === "x") this.#mark(number);
    else if (act) this.#do(act, this.chosen.size ? [...this.chosen] : [number]);
    else return;
    event.preventDefault();
  }
}

customElements.define("queue-panel", QueuePanel);
