import { html, nothing } from "lit";

import { parts } from "../parts.js";
import { KINDS, _ } from "../words.js";
import { HallElement } from "./base.js";
import { icon } from "./icons.js";

/** What this person has said and the room does not show yet: on its way, or declined and why. */
class UnderWay extends HallElement {
  static properties = {
    room: { attribute: false },
    entries: { attribute: false },
    status: { attribute: false },
    signIn: { attribute: false },
  };

  render() {
    if (!this.entries?.length) return nothing;
    return html`<ul class="under-way" aria-label=${_("正在发送的内容")}>
      ${this.entries.map((entry) => this.#entry(entry))}
    </ul>`;
  }

  #entry(entry) {
    const { state, reason, text } = entry;
    const refused = state === "refused";
    const stuck = refused || (state === "sending" && this.status.state === "ended");
    return html`<li class="sent ${refused && reason ? "sent--refused" : ""}">
      <p class="sent__text plain">${text}</p>
      ${stuck ? this.#stuck(entry) : this.#state(entry)}
    </li>`;
  }

  #state(entry) {
    return html`<p class="sent__state">
      ${icon("clock")}<span>${KINDS[entry.kind]} · ${this.#words(entry)}</span>
    </p>`;
  }

  #words({ state, reason }) {
    if (state === "received") return _("已收到");
    if (reason) return _("{reason}到时自动发出。", { reason });
    return this.status.state === "open" ? _("发送中…") : _("等待网络，联网后自动发出");
  }

  #stuck(entry) {
    parts.stuck();
    const { room, status, signIn } = this;
    return html`<stuck-entry
      .room=${room}
      .entry=${entry}
      .status=${status}
      .signIn=${signIn}
      .may=${room.state.may}
    ></stuck-entry>`;
  }
}

customElements.define("under-way", UnderWay);
