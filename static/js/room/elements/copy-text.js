import { html } from "lit";

import { _ } from "../words.js";
import { HallElement } from "./base.js";

const SHOWN = 2_000;

/** A button that copies `text`, and says so for a moment; `words` are on it where others fit better. */
class CopyText extends HallElement {
  static properties = { text: { attribute: false }, words: { attribute: false }, done: { state: true } };

  render() {
    return html`<button type="button" class="button button--small" @click=${this.#copy}>
      ${this.done ? _("已复制") : this.words ?? _("复制")}
    </button>`;
  }

  async #copy() {
    // A page that came without TLS has no clipboard.
    if (navigator.clipboard) await navigator.clipboard.writeText(this.text);
    else this.#copyOld();
    this.done = true;
    setTimeout(() => (this.done = false), SHOWN);
  }

  #copyOld() {
    const field = Object.assign(document.createElement("textarea"), { value: this.text });
    this.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}

customElements.define("copy-text", CopyText);
