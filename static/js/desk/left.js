/** A desk that is closed, with what this device could not send before it was. */

import { html, nothing } from "lit";

import "../pages.js";
import { HallElement } from "../room/elements/base.js";
import "../room/elements/copy-text.js";
import { keep } from "../room/keep.js";
import { _ } from "../room/words.js";

class DeskLeft extends HallElement {
  static properties = {
    roomId: { attribute: "room-id" },
    personId: { attribute: "person-id" },
    clearing: { state: true },
  };

  connectedCallback() {
    super.connectedCallback();
    this.kept = keep(`hall.desk.${this.roomId}.${this.personId}.outbox`);
    this.draft = keep(`hall.desk.${this.roomId}.${this.personId}.draft`);
  }

  /** What was sent and not received, and what was being written. */
  get #entries() {
    const draft = this.draft.read();
    return [...(this.kept.read() ?? []), ...(draft ? [{ label: draft }] : [])];
  }

  render() {
    const entries = this.#entries;
    if (!entries.length) return nothing;
    return html`<section class="card stack" aria-labelledby="left">
      <h2 id="left">${_("这台设备上还有没发出的 {n} 项", { n: entries.length })}</h2>
      <p>${_("讨论已经结束，不能再录入。可以复制下来，交给梳理共识的人。")}</p>
      <ul class="desk-sent">
        ${entries.map(
          ({ label }) => html`<li class="desk-sent__item"><span class="plain">${label}</span>
            <copy-text .text=${label}></copy-text></li>`,
        )}
      </ul>
      <p class="actions">
        <copy-text .text=${entries.map(({ label }) => label).join("\n")} .words=${_("全部复制")}></copy-text>
        <button type="button" class="button button--small button--danger" @click=${this.#clear}>
          ${this.clearing ? _("确定清除，清除后找不回来") : _("从这台设备上清除")}
        </button>
      </p>
    </section>`;
  }

  #clear() {
    if (this.clearing) for (const place of [this.kept, this.draft]) place.write(null);
    this.clearing = !this.clearing;
  }
}

customElements.define("desk-left", DeskLeft);
