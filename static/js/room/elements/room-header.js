import { html, nothing } from "lit";

import * as can from "../can.js";
import { pinned } from "../feed.js";
import { parts } from "../parts.js";
import { timeLeft } from "../time.js";
import { _ } from "../words.js";
import { HallElement, senior } from "./base.js";
import { icon } from "./icons.js";
import { excerpt } from "./opinion-card.js";

// More pixels than a character of the question takes in half of its two lines, also in large print.
const WIDE = 24;

/** What is asked, what is going on, how long it still has, and what I can do now. */
class RoomHeader extends HallElement {
  static properties = {
    state: { attribute: false },
    now: { type: Number },
  };

  render() {
    const { may, room } = this.state;
    const { item, text, over } = timeLeft(room, this.now);
    return html`
      <div class="room-asked">
        <h1 class="room-question">${room.question}</h1>
        ${this.#whole(room.question)}
      </div>
      <div class="room-facts">
        <span class="chip chip--${room.stage}"
          ><span class="chip__words"
            >${item ? html`<span class="wide">${_("进行中")} · </span>${item.title}` : room.stage_label}</span
          ></span
        >
        ${text
          ? html`<span class="room-facts__left ${over ? "is-over" : ""}">${icon("clock")}${text}</span>`
          : nothing}
        <button type="button" class="act room-facts__more" @click=${() => this.tell("hall-side")}>
          ${this.#beside()}
        </button>
      </div>
      ${can.canSpeak(may) ? html`<p class="room-now">${can.whatNow(this.state, this.now)}</p>` : nothing}
      ${this.#pinned()}
    `;
  }

  /** What of the side one would look for. */
  #beside() {
    const { outcome, presence } = this.state;
    if (outcome) return _("协商成果");
    return senior ? _("议程") : _("{n} 人 · 议程", { n: presence.count });
  }

  /** The whole of it: in large type to be heard, else unfolded where two lines may not hold it. */
  #whole(question) {
    if (senior) {
      parts.aloud();
      return html`<read-aloud name=${_("朗读问题")} .of=${question} .words=${() => question}></read-aloud>`;
    }
    if (question.length < innerWidth / WIDE) return nothing;
    parts.question();
    return html`<question-turn .question=${question}></question-turn>`;
  }

  #pinned() {
    const numbers = pinned(this.state);
    if (!numbers.length) return nothing;
    return html`<ul class="room-pinned" aria-label=${_("置顶")}>
      ${numbers.map((number) => {
        const card = this.state.cards.get(number);
        return html`<li>
          <a href="#opinion-${number}"
            >${icon("pin")}<span>${_("置顶 {n}", { n: number })} · ${excerpt(card.text)}</span></a
          >
        </li>`;
      })}
    </ul>`;
  }
}

customElements.define("room-header", RoomHeader);
