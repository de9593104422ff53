import { html, nothing } from "lit";

import { HallElement } from "../room/elements/base.js";
import "../room/elements/connection-banner.js";
import { icon } from "../room/elements/icons.js";
import { _ } from "../room/words.js";
import "./desk-check-in.js";
import "./desk-hands.js";
import "./desk-speech.js";
import { Desk } from "./desk.js";

/** The whole desk: checking in, entering what is said, counting hands, and what is on its way. */
class HallDesk extends HallElement {
  static properties = {
    roomId: { attribute: "room-id" },
    personId: { attribute: "person-id" },
    signIn: { attribute: "sign-in" },
    part: { state: true },
  };

  constructor() {
    super();
    this.part = "check_in";
  }

  connectedCallback() {
    super.connectedCallback();
    if (this.desk) return;
    this.desk = new Desk(this.roomId, this.personId);
    this.desk.addEventListener("change", () => this.requestUpdate());
    this.addEventListener("hall-retry", () => this.desk.connection.retry());
    this.replaceChildren();
    this.desk.start();
  }

  render() {
    const { desk } = this;
    const parts = {
      check_in: _("签到"),
      speech: _("代录发言"),
      hands: _("举手计票"),
    };
    return html`
      <connection-banner .status=${desk.status} .known=${desk.state.ready} .signIn=${this.signIn}>
      </connection-banner>
      ${this.#waiting()}
      <nav class="desk-parts" aria-label=${_("签到台")}>
        ${Object.entries(parts).map(
          ([part, words]) => html`<button
            type="button"
            class="desk-part"
            aria-pressed=${this.part === part}
            @click=${() => (this.part = part)}
          >
            ${words}${part === "hands" && this.#open() ? html`<span class="desk-part__mark">${_("正在表决")}</span>` : nothing}
          </button>`,
        )}
      </nav>
      ${this.#part()}
    `;
  }

  #open() {
    return this.desk.state.ballots.find((each) => !each.closed_at);
  }

  #part() {
    const fresh = { attendees: this.desk.attendees, state: this.desk.state };
    if (this.part === "speech") {
      return html`<desk-speech
        .desk=${this.desk}
        .attendees=${fresh.attendees}
        .state=${fresh.state}
        .view=${this.desk.view}
      ></desk-speech>`;
    }
    if (this.part === "hands") {
      return html`<desk-hands .desk=${this.desk} .view=${this.desk.view} .state=${fresh.state}></desk-hands>`;
    }
    return html`<desk-check-in
      .desk=${this.desk}
      .attendees=${fresh.attendees}
      .view=${this.desk.view}
    ></desk-check-in>`;
  }

  /** What waits for the line, what was declined and why, and what was received last. */
  #waiting() {
    const { entries } = this.desk.outbox;
    const done = this.desk.done.filter(({ key }) => !entries.some((entry) => entry.key === key));
    if (!entries.length && !done.length) return nothing;
    return html`<ul class="desk-sent" aria-label=${_("发送情况")} aria-live="polite">
      ${entries.map((entry) => this.#entry(entry))}
      ${done.map(
        ({ label }) => html`<li class="desk-sent__item is-done">
          ${icon("agree")}<span><b>${_("已收到")}</b> ${label}</span>
        </li>`,
      )}
    </ul>`;
  }

  #entry({ key, label, state, reason }) {
    if (state === "received") {
      return html`<li class="desk-sent__item is-done">
        ${icon("agree")}<span><b>${_("已收到")}</b> ${label}</span>
      </li>`;
    }
    if (state === "refused") {
      return html`<li class="desk-sent__item is-refused">
        ${icon("warning")}<span><b>${_("未通过：{reason}", { reason })}</b> ${label}</span>
        <button type="button" class="button button--small" @click=${() => this.#forget(key)}>
          ${_("知道了")}
        </button>
      </li>`;
    }
    const online = this.desk.status.state === "open";
    return html`<li class="desk-sent__item">
      ${icon("clock")}<span
        ><b>${online ? _("发送中") : _("等待网络，联网后按顺序发出")}</b> ${label}</span
      >
    </li>`;
  }

  #forget(key) {
    this.desk.outbox.take(key);
  }
}

customElements.define("hall-desk", HallDesk);
