import { html, nothing } from "lit";

import { _ } from "../words.js";
import { HallElement, senior } from "./base.js";

const NOTICE = 6_000;

/** What the room says once: for a while, or until it has been read. */
class RoomNotices extends HallElement {
  static properties = { room: { attribute: false }, notices: { state: true } };

  constructor() {
    super();
    this.notices = [];
  }

  firstUpdated() {
    this.room.addEventListener("notice", ({ detail }) => this.#say(detail));
  }

  /** What stays, and in large type all, until it has been read; what calls or went wrong beside it. */
  #say(notice) {
    const isKept = ({ text, tone, stays }) =>
      (stays || tone === "call" || (senior && tone === "problem")) && text !== notice.text;
    this.notices = [...this.notices.filter(isKept), notice];
    clearTimeout(this.fading);
    const fade = () => (this.notices = this.notices.filter(({ stays }) => stays));
    if (!senior) this.fading = setTimeout(fade, NOTICE);
  }

  render() {
    const { notices } = this;
    const problem = notices.some(({ tone }) => tone === "problem");
    return html`<div class="toast ${problem ? "toast--problem" : ""}" role="status">
      ${notices.map(({ text }) => html`<p>${text}</p>`)}
      ${notices.some(({ stays }) => senior || stays)
        ? html`<button type="button" class="button" @click=${this.#understood}>${_("知道了")}</button>`
        : nothing}
    </div>`;
  }

  #understood() {
    this.notices = [];
    this.tell("hall-gone");
  }
}

customElements.define("room-notices", RoomNotices);
