import { html, nothing } from "lit";

import { KINDS, _ } from "../words.js";
import { HallElement } from "./base.js";
import { icon } from "./icons.js";

/** What this person has said and the room does not show yet: on its way, or declined and why. */
class UnderWay extends HallElement {
  static properties = { room: { attribute: false }, entries: { attribute: false }, online: { type: Boolean } };

  render() {
    if (!this.entries?.length) return nothing;
    return html`<ul class="under-way" aria-label=${_("正在发送的内容")}>
      ${this.entries.map((entry) => this.#entry(entry))}
    </ul>`;
  }

  #entry(entry) {
    const refused = entry.state === "refused";
    return html`<li class="sent ${refused ? "sent--refused" : ""}">
      <p class="sent__text plain">${entry.text}</p>
      <p class="sent__state">
        ${refused ? icon("warning") : icon("clock")}
        <span>${KINDS[entry.kind]} · ${this.#words(entry)}</span>
      </p>
      ${refused
        ? html`<p class="actions">
            <button type="button" class="button button--small" @click=${() => this.#again(entry)}>
              ${_("修改后再发")}
            </button>
            <button
              type="button"
              class="button button--small button--plain"
              @click=${() => this.room.outbox.take(entry.key)}
            >
              ${_("不发了")}
            </button>
          </p>`
        : nothing}
    </li>`;
  }

  #words({ state, reason }) {
    if (state === "refused") return _("未通过：{reason}", { reason });
    if (state === "received") return _("已收到");
    if (reason) return _("{reason}到时自动发出。", { reason });
    return this.online ? _("发送中…") : _("等待网络，联网后自动发出");
  }

  #again({ key }) {
    this.tell("hall-edit", this.room.outbox.take(key));
  }
}

customElements.define("under-way", UnderWay);
