import { html, nothing } from "lit";

import { parts } from "../parts.js";
import { _ } from "../words.js";
import { HallElement } from "./base.js";
import { icon } from "./icons.js";

const CALM = 1_500;

/** How the line is, in words, and only when there is something to say. */
class ConnectionBanner extends HallElement {
  static properties = {
    status: { attribute: false },
    known: { type: Boolean },
    signIn: { type: String },
    late: { state: true },
    ended: { state: true },
  };

  willUpdate(changed) {
    if (!changed.has("status")) return;
    if (this.status.state === "ended") parts.stuck().then(({ ended }) => (this.ended = ended));
    if (this.status.state === "open") {
      clearTimeout(this.timer);
      Object.assign(this, { timer: 0, late: false });
    } else {
      // A hiccup that mends itself at once is nobody's business.
      this.timer ||= setTimeout(() => (this.late = true), CALM);
    }
  }

  render() {
    const { state, code } = this.status;
    if (state === "ended") return this.ended ? this.#bar(...this.ended(code, this.signIn)) : nothing;
    if (state === "open" || !this.late) return nothing;
    if (!this.known) return this.#bar(_("正在进入议事厅…"));
    const words =
      {
        4008: _("网速较慢，正在重新连接。"),
        4009: _("现在人很多，请稍候，轮到时会自动进入。"),
        4012: _("服务正在更新，马上回来。"),
      }[code] ?? _("网络断开，正在重新连接。您写的内容不会丢失。");
    return this.#bar(words, this.#retry());
  }

  #retry() {
    return html`<button
      type="button"
      class="button button--small"
      @click=${() => this.tell("hall-retry")}
    >
      ${_("立即重连")}
    </button>`;
  }

  #bar(words, control = nothing) {
    return html`<div class="banner" role="status">${icon("warning")}<span>${words}</span>${control}</div>`;
  }
}

customElements.define("connection-banner", ConnectionBanner);
