import { html, nothing } from "lit";

import { canSpeak } from "../can.js";
import { _ } from "../words.js";
import { HallElement } from "./base.js";
import "./copy-text.js";
import { icon } from "./icons.js";

/** Why others do not see an opinion, what stands in its place, and what it was merged with. */
class CardNote extends HallElement {
  static properties = { card: { attribute: false }, own: { type: Boolean }, may: { attribute: false } };

  render() {
    const { number, state, text } = this.card;
    if (state === "hidden" && !text) return this.#gone(number);
    return [this.#standing(), this.#merged()];
  }

  #gone(number) {
    return html`<p class="opinion__gone" id="opinion-${number}-head">${_("意见 {n} 已由主持人隐藏", { n: number })}</p>`;
  }

  #standing() {
    const { card, own } = this;
    if (card.state === "visible") return nothing;
    const words = {
      hidden: own ? _("这条意见已被主持人隐藏，别人看不到。") : _("已隐藏。"),
      held: own ? _("等待审核：主持人通过后，大家才看得到。") : _("等待审核。"),
      returned: own ? _("没有通过审核，别人看不到。") : _("已退回。"),
    };
    return html`<p class="opinion__reason ${card.state === "held" ? "is-waiting" : ""}">
      ${icon(card.state === "held" ? "clock" : "warning")}<span
        ><b>${words[card.state]}</b>
        ${card.reason ? _("理由：{reason}", { reason: card.reason }) : nothing}</span
      >
      ${own && card.state === "returned" ? this.#again(card) : nothing}
    </p>`;
  }

  #again(card) {
    return canSpeak(this.may)
      ? html`<button type="button" class="act" @click=${() => this.tell("hall-edit", card)}>
          ${icon("write")}${_("修改后再发")}
        </button>`
      : html`<copy-text .text=${card.text}></copy-text>`;
  }

  /** That it was merged, or what was merged into it and by whom that was said. */
  #merged() {
    const { merged, merged_into: into } = this.card;
    const link = (n) => html`<a href="#opinion-${n}">${n}</a>`;
    if (into) return html`<p class="opinion__merged">${_("已并入另一条，请到那里表态：")}${link(into)}</p>`;
    if (!merged) return nothing;
    const parts = merged.map(({ number, author: { name } }) => html` ${link(number)} ${name}`);
    return html`<p class="opinion__merged">${_("合并了 {n} 条，作者：", { n: merged.length })}${parts}</p>`;
  }
}

customElements.define("card-note", CardNote);
