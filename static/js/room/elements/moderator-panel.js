import { html, nothing } from "lit";

import { AllOf } from "../../console/all-of.js";
import { begin } from "../../console/decide.js";
import * as can from "../can.js";
import { those } from "../feed.js";
import { timeLeft } from "../time.js";
import { _ } from "../words.js";
import { HallElement } from "./base.js";
import { excerpt } from "./opinion-card.js";

const EXTENSIONS = [5, 10];
const MOST_MINUTES = 600;

/** As seen: where another moderator has moved on meanwhile, the hall declines. */
const move = (to, runs) => ({
  do: "agenda.move",
  to: to?.position ?? null,
  running: runs?.position ?? 0,
});

/** What the moderator does beside reading: the agenda, what was hidden, the ways onward. */
class ModeratorPanel extends HallElement {
  static properties = {
    room: { attribute: false },
    state: { attribute: false },
    now: { type: Number },
    consultationUrl: { type: String },
    outcomeUrl: { type: String },
    busy: { state: true },
  };

  constructor() {
    super();
    this.all = ["hidden", "unanswered"].map((only) => new AllOf(this, only));
  }

  updated() {
    if (can.canModerate(this.state.may)) for (const each of this.all) each.look();
  }

  render() {
    const { may } = this.state;
    return html`<div class="stack stack--tight">
      ${may.includes("open") ? this.#begin() : nothing}
      ${may.includes("agenda") ? [this.#agenda(), this.#ballot()] : nothing}
      ${can.canModerate(may) ? [this.#questions(), this.#hidden()] : nothing}
      <p class="panel__links">
        ${may.includes("outcome")
          ? html`<a class="button button--small" href=${this.outcomeUrl}>${_("写共识与纪要")}</a>`
          : nothing}
        <a class="button button--small" href=${this.consultationUrl}>${_("会务与阶段")}</a>
        ${may.includes("check_in")
          ? html`<a class="button button--small" href="${this.consultationUrl}desk/">${_("现场签到台")}</a>`
          : nothing}
        <a class="button button--small" href="${this.consultationUrl}screens/">${_("投到大屏")}</a>
        <a class="button button--small" href="/help/moderator/" target="_blank">${_("怎么主持")}</a>
      </p>
    </div>`;
  }

  #begin() {
    return html`<div class="stack stack--tight">
      <button type="button" class="button button--main panel__wide" @click=${() => begin(this.room)}>
        ${_("宣布开始")}
      </button>
      <p class="small soft">${_("议事室开放，到场开始计入，然后您推进议程。")}</p>
    </div>`;
  }

  #agenda() {
    const { agenda } = this.state.room;
    const runs = agenda.find((item) => item.started_at && !item.ended_at);
    const next = agenda.find((item) => item.position > (runs?.position ?? 0) && !item.started_at);
    return html`<div class="stack stack--tight">
      ${next
        ? html`<button
            type="button"
            class="button button--main panel__wide"
            ?disabled=${this.busy}
            @click=${() => this.#move(next, runs)}
          >
            ${runs
              ? _("进入下一项：{title}", { title: next.title })
              : _("开始：{title}", { title: next.title })}
          </button>`
        : nothing}
      ${runs ? this.#running(runs) : nothing} ${this.#others(agenda, runs, next)}
    </div>`;
  }

  /** Back to a step that is over, or past one: a step too soon is undone, too. */
  #others(agenda, runs, next) {
    const others = agenda.filter((item) => item !== runs && item !== next);
    if (!others.length) return nothing;
    return html`<details class="panel__list">
      <summary>${_("转到别的一项")}</summary>
      <ul>
        ${others.map(
          (item) => html`<li>
            <button type="button" class="act" ?disabled=${this.busy} @click=${() => this.#move(item, runs)}>
              ${item.title}
            </button>
          </li>`,
        )}
      </ul>
    </details>`;
  }

  #running(runs) {
    const { title, minutes } = runs;
    const { text, over } = timeLeft(this.state.room, this.room.store.now());
    return html`<p class="agenda-time ${over ? "is-over" : ""}">
        ${_("“{title}”计划 {n} 分钟，{text}", { title, n: minutes, text })}
      </p>
      <div class="actions">
        ${EXTENSIONS.map(
          (more) => html`<button
            type="button"
            class="button button--small"
            ?disabled=${this.busy || minutes + more > MOST_MINUTES}
            @click=${() => this.#extend(runs, more)}
          >
            ${_("延长 {n} 分钟", { n: more })}
          </button>`,
        )}
        <button
          type="button"
          class="button button--small"
          ?disabled=${this.busy}
          @click=${() => this.#move(null, runs)}
        >
          ${_("结束“{title}”", { title })}
        </button>
      </div>`;
  }

  async #move(to, runs) {
    const done = await this.#act(move(to, runs));
    if (!done || !runs) return;
    const words = to ? _("已进入“{title}”。", to) : _("已结束“{title}”。", runs);
    this.#offer(words, move(runs, to));
  }

  async #extend({ position, title, minutes }, more) {
    const extend = (all) => ({ do: "agenda.extend", position, minutes: all });
    if (!(await this.#act(extend(minutes + more)))) return;
    this.#offer(_("“{title}”延长了 {n} 分钟。", { title, n: more }), extend(minutes));
  }

  #offer(done, command) {
    this.closest("moderator-console").offer(done, () => this.#act(command));
  }

  async #act(command) {
    this.busy = true;
    const answer = await this.room.act(command);
    this.busy = false;
    return answer;
  }

  #ballot() {
    const open = this.state.ballots.find((each) => !each.closed_at);
    if (open) {
      return html`<a
        class="button button--small"
        href="#ballot-${open.number}"
        @click=${() => this.closest("room-app").closeSide()}
        >${_("看正在进行的表决")}</a
      >`;
    }
    const closed = !this.state.may.includes("ballot");
    return html`<div class="stack stack--tight">
      <button
        type="button"
        class="button button--small panel__wide"
        ?disabled=${closed}
        @click=${() => this.tell("hall-ballot")}
      >
        ${_("发起表决…")}
      </button>
      ${closed
        ? html`<p class="small soft">${_("这一项议程里不能表决。转到“发言讨论”或“表态”以后可以发起。")}</p>`
        : nothing}
    </div>`;
  }

  #questions() {
    const open = those(
      this.state,
      (card) => card.kind === "question" && card.state === "visible" && !card.answered,
    );
    return this.#list(_("待答复的提问"), open);
  }

  #hidden() {
    return this.#list(_("已隐藏"), those(this.state, (card) => card.state === "hidden"));
  }

  #list(title, numbers) {
    if (!numbers.length) return nothing;
    return html`<details class="panel__list">
      <summary>${title}<span class="number">${numbers.length}</span></summary>
      <ul>
        ${numbers.map((number) => {
          const { text } = this.state.cards.get(number);
          return html`<li><a href="#opinion-${number}">${number} · ${excerpt(text)}</a></li>`;
        })}
      </ul>
    </details>`;
  }
}

customElements.define("moderator-panel", ModeratorPanel);
