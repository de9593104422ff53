import { html, nothing } from "lit";

import { _ } from "../words.js";
import { HallElement } from "./base.js";

/** Unfolds the question before it where its two lines do not hold it, and folds it again. */
class QuestionTurn extends HallElement {
  static properties = {
    question: { attribute: false },
    cut: { state: true },
    whole: { state: true },
  };

  constructor() {
    super();
    this.watch = new ResizeObserver(() => this.#measure());
  }

  connectedCallback() {
    super.connectedCallback();
    this.watch.observe(this.#heading);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.watch.disconnect();
  }

  get #heading() {
    return this.parentElement.querySelector("h1");
  }

  #measure() {
    const { scrollHeight, clientHeight } = this.#heading;
    if (!this.whole) this.cut = scrollHeight > clientHeight + 1;
  }

  render() {
    if (!this.cut) return nothing;
    return html`<button
      type="button"
      class="act"
      aria-label=${this.whole ? _("收起问题") : _("问题全文")}
      aria-expanded=${Boolean(this.whole)}
      @click=${() => (this.whole = !this.whole)}
    >
      ${this.whole ? _("收起") : _("全文")}
    </button>`;
  }

  updated(changed) {
    this.#heading.classList.toggle("is-whole", Boolean(this.whole));
    if (changed.has("question")) this.#measure();
  }
}

customElements.define("question-turn", QuestionTurn);
