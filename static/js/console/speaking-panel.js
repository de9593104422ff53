import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { identityOf, speechLeft } from "../room/speaking.js";
import { styled } from "../room/styles.js";
import { _ } from "../room/words.js";
import { HallElement } from "../room/elements/base.js";
import "../room/elements/voice-meter.js";
import { empty } from "./parts.js";

const MORE = 1;
const MOST = 30;

const back = ({ number }) => ({ do: "hand.return", number });
const call = ({ number }) => ({ do: "speech.call", number });
const unsay = ({ number }) => ({ do: "hand.hide_subject", number });
const isPublic = ({ subject, held }) => subject && !held;
const withheld = ({ held }) => (held ? _("（只有主持人看得到）") : nothing);
const isGone = (turn, { now, waiting }) =>
  [now, ...waiting].every((one) => one?.number !== turn.number);

/** What can be taken back after an act: in words, by which commands, and how long it holds. */
const skipped = (turn) => ({
  words: _("已跳过 {name}", { name: turn.person.name }),
  steps: [back(turn)],
  holds: (speaking) => isGone(turn, speaking),
});
const ended = (turn) => ({
  words: _("{name} 的发言已结束", { name: turn.person.name }),
  steps: [back(turn), call(turn)],
  holds: (speaking) => !speaking.now && isGone(turn, speaking),
});
const changed = (before, next) => ({
  words: _("已换 {name} 发言", { name: next.person.name }),
  steps: [back(next), back(before), call(before)],
  holds: ({ now }) => now?.number === next.number,
});

/** The speaking list for those who give the floor: call, time, end, skip, order, and undo. */
class SpeakingPanel extends HallElement {
  static properties = {
    room: { attribute: false },
    state: { attribute: false },
    now: { type: Number },
    busy: { state: true },
    undo: { state: true },
  };

  constructor() {
    super();
    Object.assign(this, { busy: false, undo: null });
  }

  connectedCallback() {
    super.connectedCallback();
    styled("floor-styles");
    this.clock = setInterval(() => this.state.speaking.now && this.requestUpdate(), 1000);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.clock);
  }

  render() {
    const { now, waiting } = this.state.speaking;
    return html`
      ${now ? this.#speaking(now) : nothing} ${this.#next(waiting)} ${this.#undo()}
      ${now || waiting.length
        ? nothing
        : empty(_("现在没有人举手"), _("参加的人点“举手发言”以后，会按公平次序排在这里。"))}
      ${waiting.length ? this.#list(waiting) : nothing} ${this.#settings()}
      <voice-meter .room=${this.room} .state=${this.state}></voice-meter>
    `;
  }

  #speaking(turn) {
    const { text, over } = speechLeft(turn, this.room.store.now());
    const { number, limit } = turn;
    return html`<section class="floor-now" aria-labelledby="floor-now-title">
      <h3 id="floor-now-title">${_("正在发言：{name}", { name: turn.person.name })}</h3>
      <p class="soft">
        ${identityOf(turn.person)}${turn.subject ? html` · ${turn.subject}${withheld(turn)}` : nothing}
      </p>
      <p class="floor-now__left number ${over ? "is-over" : ""}" role="timer">${text}</p>
      <div class="actions">
        ${this.#button(_("发言结束"), { do: "speech.end", number }, "button--main", ended(turn))}
        ${limit / 60 + MORE <= MOST
          ? this.#button(_("加 {n} 分钟", { n: MORE }), {
              do: "speech.time",
              number,
              minutes: Math.ceil(limit / 60) + MORE,
            })
          : nothing}
        ${this.#button(_("不在场，跳过"), { do: "hand.skip", number }, "", skipped(turn))}
        ${this.#button(_("叫错了，放回名单"), { do: "hand.return", number })}
        ${isPublic(turn) ? this.#button(_("不公开他写的事"), unsay(turn)) : nothing}
      </div>
    </section>`;
  }

  #next([next]) {
    if (!next) return nothing;
    const { name } = next.person;
    const { now } = this.state.speaking;
    return now
      ? this.#button(_("换下一位：{name}", { name }), call(next), "panel__wide", changed(now, next))
      : this.#button(_("请下一位：{name}", { name }), call(next), "button--main panel__wide");
  }

  #undo() {
    if (!this.undo?.holds(this.state.speaking)) return nothing;
    const { words, steps } = this.undo;
    return html`<p class="note-line" role="status">
      ${words}
      <button type="button" class="button button--small" ?disabled=${this.busy} @click=${() => this.#do(...steps)}>
        ${_("撤销")}
      </button>
    </p>`;
  }

  #list(waiting) {
    return html`<section aria-labelledby="floor-waiting">
      <h3 id="floor-waiting">${_("等待发言 {n} 人", { n: waiting.length })}</h3>
      <ol class="speaking-list">
        ${repeat(
          waiting,
          ({ number }) => number,
          (turn, at) => this.#waiting(turn, at + 1, waiting.length),
        )}
      </ol>
      <p class="small soft">${_("各类身份轮流；同一身份里，说得少的先说。您调整过的人留在您排的位置。")}</p>
    </section>`;
  }

  #waiting(turn, place, last) {
    const { number, person } = turn;
    const move = (to) => ({ do: "hand.move", number, to });
    const name = (words) => _("{words}：{name}", { words, name: person.name });
    return html`<li>
      <span
        ><b>${person.name}</b> <span class="identity">${identityOf(person)}</span>
        ${turn.subject ? html`<br /><span class="soft">${turn.subject}${withheld(turn)}</span>` : nothing}</span
      >
      <details class="manage" @keydown=${this.#escape}>
        <summary class="act" aria-label=${name(_("调整"))}>${_("调整")}</summary>
        <div class="manage__acts">
          ${this.#act(_("请他发言"), { do: "speech.call", number })}
          ${place > 1 ? this.#act(_("提前一位"), move(place - 1)) : nothing}
          ${place < last ? this.#act(_("推后一位"), move(place + 1)) : nothing}
          ${place > 1 ? this.#act(_("排到最前"), move(1)) : nothing}
          ${this.#act(_("恢复公平次序"), move(null))}
          ${this.#act(_("跳过"), { do: "hand.skip", number }, skipped(turn))}
          ${isPublic(turn) ? this.#act(_("不公开他写的事"), unsay(turn)) : nothing}
        </div>
      </details>
    </li>`;
  }

  #act(words, command, undo = null) {
    return html`<button
      type="button"
      class="act"
      ?disabled=${this.busy}
      @click=${(event) => {
        const menu = event.currentTarget.closest("details");
        menu.open = false;
        menu.querySelector("summary").focus();
        this.#do(command).then((done) => done && (this.undo = undo));
      }}
    >
      ${words}
    </button>`;
  }

  #button(words, command, style = "", undo = null) {
    return html`<button
      type="button"
      class="button button--small ${style}"
      ?disabled=${this.busy}
      @click=${() => this.#do(command).then((done) => done && (this.undo = undo))}
    >
      ${words}
    </button>`;
  }

  #escape(event) {
    if (event.key !== "Escape" || !event.currentTarget.open) return;
    event.stopPropagation();
    event.currentTarget.open = false;
    event.currentTarget.querySelector("summary").focus();
  }

  #settings() {
    const { open, minutes } = this.state.speaking;
    return html`<form class="floor-settings" @submit=${this.#set}>
      <label class="field"
        ><b>${_("每人发言分钟")}</b
        ><input name="minutes" type="number" min="1" max=${MOST} required .value=${String(minutes)} />
      </label>
      <button type="submit" class="button button--small" ?disabled=${this.busy}>${_("改时间")}</button>
      ${this.#button(open ? _("暂停举手") : _("恢复举手"), { do: "speaking.set", open: !open })}
    </form>`;
  }

  #set(event) {
    event.preventDefault();
    const minutes = Number(new FormData(event.target).get("minutes"));
    this.#do({ do: "speaking.set", minutes });
  }

  /** Give these commands, each after the one before; false where one is declined. */
  async #do(...commands) {
    this.undo = null;
    this.busy = true;
    let done = true;
    for (const command of commands) done &&= await this.room.act(command);
    this.busy = false;
    return Boolean(done);
  }
}

customElements.define("speaking-panel", SpeakingPanel);
