import { html, nothing } from "lit";

import { _ } from "../words.js";
import { HallElement } from "./base.js";

/** What the room came to, once it is published, with the opinions that each sentence rests on. */
class RoomOutcome extends HallElement {
  static properties = { outcome: { attribute: false } };

  render() {
    if (!this.outcome) return nothing;
    const { clauses, dissent } = this.outcome;
    return html`<section class="panel panel--outcome">
      <h2 class="side__title">${_("协商成果")}</h2>
      ${this.#sentences(_("共识"), clauses)} ${this.#sentences(_("分歧"), dissent)}
    </section>`;
  }

  #sentences(title, sentences) {
    if (!sentences.length) return nothing;
    return html`<h3>${title}</h3>
      <ol class="sentences">
        ${sentences.map(
          ({ text, evidence, few_voices }) => html`<li>
            ${text} ${few_voices ? html`<span class="small soft">${_("（表态不足 9 人）")}</span>` : nothing}
            ${evidence.map((n) => html`<a class="cite" href="#opinion-${n}">${n}</a> `)}
          </li>`,
        )}
      </ol>`;
  }
}

customElements.define("room-outcome", RoomOutcome);
