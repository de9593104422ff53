import { html, nothing } from "lit";

import { parts } from "../parts.js";
import { placeOf, speechLeft, waitOf } from "../speaking.js";
import { styled } from "../styles.js";
import { IDENTITIES, _ } from "../words.js";
import { HallElement } from "./base.js";
import { waits } from "./opinion-card.js";

/** Who speaks and how long still, my own place, and the hand: one line under the question. */
class SpeakingBar extends HallElement {
  static properties = {
    room: { attribute: false },
    state: { attribute: false },
    busy: { state: true },
  };

  constructor() {
    super();
    this.busy = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.clock = setInterval(() => this.state.speaking.now && this.requestUpdate(), 1000);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.clock);
  }

  get #me() {
    return this.state.seat?.person.id;
  }

  get #speaking() {
    const { now } = this.state.speaking;
    return now !== null && now.person.id === this.#me;
  }

  render() {
    const { speaking } = this.state;
    const place = placeOf(speaking, this.#me);
    return html`<section class="speaking ${this.#speaking ? "is-mine" : ""}" aria-label=${_("发言")}>
      <p class="speaking__now">${speaking.now ? this.#now(speaking.now) : this.#nobody(place)}</p>
      <p class="speaking__mine" role="status">${this.busy ? waits(_("等待网络，请不要关闭本页")) : this.#mine(place)}</p>
      <div class="speaking__acts">
        ${this.#act(place)}
        <button type="button" class="act" aria-haspopup="dialog" @click=${this.#list}>
          ${_("名单")}${speaking.waiting.length
            ? html` <span class="number">${speaking.waiting.length}</span>`
            : nothing}
        </button>
      </div>
    </section>`;
  }

  #now(turn) {
    const { text, over } = speechLeft(turn, this.room.store.now());
    return html`<b>${this.#speaking ? _("请您发言") : _("正在发言：{name}", { name: turn.person.name })}</b>
      ${this.#speaking ? nothing : html`<span class="identity speaking__long">${IDENTITIES[turn.person.identity]}</span>`}
      <span class="speaking__left number ${over ? "is-over" : ""}" role="timer">${text}</span>`;
  }

  #nobody(place) {
    const { waiting } = this.state.speaking;
    if (place) return nothing;
    return waiting.length
      ? _("{n} 人举手，等主持人请", { n: waiting.length })
      : html`${_("想当面说？")}<span class="speaking__long">${_("举手排队，主持人会请您。")}</span>`;
  }

  #mine(place) {
    if (!place) return nothing;
    const wait = waitOf(this.state.speaking, place, this.room.store.now());
    if (place === 1) return _("下一位就是您，请准备");
    return wait ? _("您排第 {n} 位，约 {m} 分钟后", { n: place, m: wait }) : _("您排第 {n} 位", { n: place });
  }

  #act(place) {
    const { speaking, may } = this.state;
    const button = (words, command, main = "") => html`<button
      type="button"
      class="button button--small ${main}"
      ?disabled=${this.busy}
      @click=${() => this.#do(command)}
    >
      ${words}
    </button>`;
    if (this.#speaking) return button(_("我讲完了"), { do: "speech.end", number: speaking.now.number }, "button--main");
    if (!may.includes("hand")) return nothing;
    if (place) return button(_("放下手"), { do: "hand.lower" });
    return speaking.open ? button(_("举手发言"), { do: "hand.raise" }, "button--main") : nothing;
  }

  async #do(command) {
    this.busy = true;
    const done = await this.room.act(command);
    this.busy = false;
    if (done?.place) {
      this.room.notice(_("已举手，您排第 {n} 位。点“名单”可以写上想说的事。", { n: done.place }));
    }
  }

  async #list() {
    await parts.speakingSheet();
    const sheet = this.querySelector("speaking-sheet") ?? document.createElement("speaking-sheet");
    this.append(Object.assign(sheet, { room: this.room }));
    await sheet.ask();
  }
}

styled("floor-styles").then(() => customElements.define("speaking-bar", SpeakingBar));
