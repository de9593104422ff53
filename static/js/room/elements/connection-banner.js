import { html, nothing } from "lit";

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
  };

  willUpdate(changed) {
    if (!changed.has("status")) return;
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
    if (state === "ended") return this.#ended(code);
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

  #ended(code) {
    if (code === 4001) {
      return this.#bar(
        _("登录已过期，您写的内容已保存在本机。"),
        html`<a class="button button--small" href=${this.signIn}>${_("重新登录")}</a>`,
      );
    }
    if (code === 4003) return this.#bar(_("您不能进入这个议事厅。如有疑问，请联系工作人员。"));
    return this.#bar(_("没有找到这场协商会，可能已经撤回。"));
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
