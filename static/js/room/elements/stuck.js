/** What does not go on by itself, fetched when there is such a thing: the hall has just said so. */

import { html, nothing } from "lit";

import { canSpeak } from "../can.js";
import { KINDS, _ } from "../words.js";
import { HallElement } from "./base.js";
import "./copy-text.js";
import { icon } from "./icons.js";
import { excerpt } from "./opinion-card.js";

/** Say that the hall has declined something, and stay in sight with it; an act is forgotten then. */
export function refused(room, { key, text, command, reason }) {
  const what = {
    "stance.take": () => _("您对第 {n} 号的表态没有成功。", { n: command.number }),
    "ballot.vote": () => _("您在表决 {n} 中的投票没有成功，不计入结果。", { n: command.number }),
  }[command?.do];
  if (command) room.acts.take(key);
  const words = what?.() ?? _("“{t}”没有发出，内容还在本页下方。", { t: excerpt(text) });
  room.notice(words + reason, "problem", true);
}

const again = (signIn) =>
  html`<a class="button button--small" href=${signIn}>${_("重新登录")}</a>`;

/** The line has ended for good: what is said of that, and what one can do. */
export function ended(code, signIn) {
  if (code === 4001) return [_("登录已过期，您写的内容已保存在本机。"), again(signIn)];
  if (code === 4003) return [_("您不能进入这个议事厅。如有疑问，请联系工作人员。")];
  return [_("没有找到这场协商会，可能已经撤回。")];
}

/** Why an entry under way does not go on, and what one can do with it. */
class StuckEntry extends HallElement {
  static properties = {
    room: { attribute: false },
    entry: { attribute: false },
    status: { attribute: false },
    signIn: { attribute: false },
    may: { attribute: false },
  };

  render() {
    const { entry, signIn, status } = this;
    const refused = entry.state === "refused";
    const expired = !refused && status.code === 4001;
    return html`<p class="sent__state">
        ${icon(refused ? "warning" : "clock")}<span>${KINDS[entry.kind]} · ${this.#words(refused, expired)}</span>
      </p>
      <p class="actions">
        ${expired ? again(signIn) : html`<copy-text .text=${entry.text}></copy-text>`}
        ${refused && canSpeak(this.may)
          ? html`<button type="button" class="button button--small" @click=${this.#change}>
              ${entry.reason ? _("修改后再发") : _("接着写")}
            </button>`
          : nothing}
        ${refused
          ? html`<button type="button" class="button button--small button--plain" @click=${this.#drop}>
              ${_("不发了")}
            </button>`
          : nothing}
      </p>`;
  }

  #words(refused, expired) {
    const { reason } = this.entry;
    if (!refused) return expired ? _("登录后自动发出") : _("现在发不出");
    return reason ? _("未通过：{reason}", { reason }) : _("没写完，先放在这里");
  }

  #drop() {
    this.#take();
    this.tell("hall-gone");
  }

  #take() {
    return this.room.outbox.take(this.entry.key);
  }

  #change() {
    this.tell("hall-edit", this.#take());
  }
}

customElements.define("stuck-entry", StuckEntry);
