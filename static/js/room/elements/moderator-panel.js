import { html, nothing } from "lit";

import * as can from "../can.js";
import { those } from "../feed.js";
import { _ } from "../words.js";
import { HallElement } from "./base.js";
import { excerpt } from "./opinion-card.js";

/** What the moderator does beside reading: the agenda, what was hidden, the ways onward. */
class ModeratorPanel extends HallElement {
  static properties = {
    room: { attribute: false },
    state: { attribute: false },
    consultationUrl: { type: String },
    outcomeUrl: { type: String },
    busy: { state: true },
  };

  render() {
    const { may } = this.state;
    return html`<div class="stack stack--tight">
      ${can.canMoveAgenda(may) ? this.#agenda() : nothing}
      ${can.canOpenBallot(may) ? this.#ballot() : nothing}
      ${can.canModerate(may) ? [this.#questions(), this.#hidden()] : nothing}
      <p class="panel__links">
        ${can.canWriteOutcome(may)
          ? html`<a class="button button--small" href=${this.outcomeUrl}>${_("写共识与纪要")}</a>`
          : nothing}
        <a class="button button--small" href=${this.consultationUrl}>${_("会务与阶段")}</a>
      </p>
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
            @click=${() => this.#move(next.position)}
          >
            ${runs
              ? _("进入下一项：{title}", { title: next.title })
              : _("开始：{title}", { title: next.title })}
          </button>`
        : nothing}
      ${runs
        ? html`<button
            type="button"
            class="button button--small panel__wide"
            ?disabled=${this.busy}
            @click=${() => this.#move(null)}
          >
            ${_("结束“{title}”", { title: runs.title })}
          </button>`
        : nothing}
    </div>`;
  }

  async #move(to) {
    this.busy = true;
    await this.room.act({ do: "agenda.move", to });
    this.busy = false;
  }

  #ballot() {
    const open = this.state.ballots.find((each) => !each.closed_at);
    if (open) return html`<a class="button button--small" href="#ballot-${open.number}">${_("看正在进行的表决")}</a>`;
    return html`<button
      type="button"
      class="button button--small panel__wide"
      @click=${() => this.tell("hall-ballot")}
    >
      ${_("发起表决…")}
    </button>`;
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
