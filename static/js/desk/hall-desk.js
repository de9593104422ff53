import { html, nothing } from "lit";

import { HallElement } from "../room/elements/base.js";
import "../room/elements/connection-banner.js";
import "../room/elements/copy-text.js";
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
        .fixing=${this.desk.fixing}
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

  #entry({ key, label, state, reason, command }) {
    if (state === "received") {
      return html`<li class="desk-sent__item is-done">
        ${icon("agree")}<span><b>${_("已收到")}</b> ${label}</span>
      </li>`;
    }
    if (state === "refused") {
      return html`<li class="desk-sent__item is-refused">
        ${icon("warning")}<span><b>${_("未通过：{reason}", { reason })}</b> ${label}</span>
        <div class="actions">${this.#onward(key, command)}</div>
      </li>`;
    }
    const online = this.desk.status.state === "open";
    return html`<li class="desk-sent__item">
      ${icon("clock")}<span
        ><b>${online ? _("发送中") : _("等待网络，联网后按顺序发出")}</b> ${label}</span
      >
    </li>`;
  }

  #onward(key, command) {
    if (command.text) return this.#spoken(key, command);
    if (!command.name) return this.#dismiss(key, _("知道了"));
    return html`<button type="button" class="button button--small button--main" @click=${() => this.#anew(key, command)}>
        ${_("改后重新登记")}
      </button>
      ${this.#dismiss(key, _("不登记了"))}`;
  }

  /** Words of someone in the hall: they are not gone with a tap. */
  #spoken(key, command) {
    const { may, state } = this.desk;
    const again =
      may.includes("desk") && (command.do === "desk.post" || state.cards.has(command.number));
    return html`${again
        ? html`<button type="button" class="button button--small button--main" @click=${() => this.#again(key)}>
            ${_("改后重发")}
          </button>`
        : nothing}
      <copy-text .text=${command.text}></copy-text>
      ${this.#dismiss(key, _("不发了"))}`;
  }

  /** What was filled in of a person goes back into the form, unless another stands there. */
  async #anew(key, command) {
    this.part = "check_in";
    await this.updateComplete;
    const form = this.querySelector("desk-check-in");
    await form.updateComplete;
    if (form.putBack(command)) this.desk.outbox.take(key);
  }

  #dismiss(key, words) {
    return html`<button type="button" class="button button--small" @click=${() => this.desk.outbox.take(key)}>
      ${words}
    </button>`;
  }

  /** Back into the form, behind what is being written there. */
  #again(key) {
    const { draft, outbox } = this.desk;
    const { text, number } = outbox.take(key).command;
    if (number) this.desk.fix(number, text);
    else draft.write([draft.read(), text].filter(Boolean).join("\n"));
    this.part = "speech";
  }
}

customElements.define("hall-desk", HallDesk);
