import { html, nothing } from "lit";

import { timeLeft } from "../time.js";
import { _ } from "../words.js";
import { HallElement } from "./base.js";

const KINDS = {
  briefing: _("情况通报"),
  questions: _("提问解答"),
  discussion: _("发言讨论"),
  stances: _("表态"),
};

/** The agenda: what is done, what runs, what is to come. */
class AgendaBar extends HallElement {
  static properties = { agenda: { attribute: false }, room: { attribute: false }, now: { type: Number } };

  render() {
    return html`<h2 class="side__title">${_("议程")}</h2>
      <ol class="agenda">
        ${this.room.agenda.map((item) => this.#item(item))}
      </ol>`;
  }

  #item(item) {
    const runs = Boolean(item.started_at && !item.ended_at);
    const done = Boolean(item.ended_at);
    const kind = KINDS[item.kind];
    return html`<li
      class="agenda__item ${runs ? "is-now" : ""} ${done ? "is-done" : ""}"
      aria-current=${runs ? "step" : nothing}
    >
      <span class="agenda__title">${item.title}</span>
      <span class="agenda__minutes">
        ${item.title === kind ? nothing : html`${kind} · `}${_("{n} 分钟", { n: item.minutes })}${done
          ? html` · ${_("已结束")}`
          : nothing}${runs ? html` · <b>${timeLeft(this.room, this.now).text}</b>` : nothing}
      </span>
    </li>`;
  }
}

customElements.define("agenda-bar", AgendaBar);
