import { html, nothing } from "lit";

import { spoken } from "../time.js";
import { _ } from "../words.js";
import { HallElement } from "./base.js";

/** Under what was said in the hall: who wrote it down, and what it said before it was put right. */
class DeskMark extends HallElement {
  static properties = { card: { attribute: false }, now: { type: Number } };

  render() {
    const { entered_by: name, corrections = [] } = this.card;
    const mark = html`<p class="desk-mark">
      <span class="mark">${_("现场代录")}</span>${_("（由 {name} 录入）", { name })}
    </p>`;
    if (!corrections.length) return mark;
    return html`${mark}
      <details class="desk-mark">
        <summary>${_("已更正")}${corrections.length > 1 ? ` ${corrections.length}` : nothing}</summary>
        ${corrections.map(
          ({ earlier, by, at }) => html`<p class="plain">
            <b>${_("{at} 由 {by} 更正，原来是：", { at: spoken(at, this.now), by })}</b>${earlier}
          </p>`,
        )}
      </details>`;
  }
}

customElements.define("desk-mark", DeskMark);
