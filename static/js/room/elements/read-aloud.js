import { html, nothing, svg } from "lit";

import { chineseVoice, read, stop } from "../aloud.js";
import { _ } from "../words.js";
import { HallElement } from "./base.js";
import { icon } from "./icons.js";

const ALOUD = svg`<path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4 4 0 0 1 0 6m2.5-8.5a8 8 0 0 1 0 11"/>`;

/**
 * Reads aloud what `words()` gives when it is pressed, and stops: when pressed again, and where it
 * stands beside something else (`of`). Not there at all where the browser has no Chinese voice.
 */
class ReadAloud extends HallElement {
  static properties = {
    of: { attribute: false },
    name: {},
    voice: { state: true },
    reading: { state: true },
  };

  connectedCallback() {
    super.connectedCallback();
    chineseVoice().then((voice) => (this.voice = voice));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    if (this.reading) this.#stop();
  }

  willUpdate(changed) {
    if (changed.has("of") && this.reading) this.#stop();
  }

  render() {
    if (!this.voice) return nothing;
    return html`<button type="button" class="button" aria-pressed=${Boolean(this.reading)} @click=${this.#turn}>
      ${icon(this.reading ? "close" : ALOUD)}${this.reading ? _("停止朗读") : this.name}
    </button>`;
  }

  #turn() {
    if (this.reading) {
      this.#stop();
      return;
    }
    const reading = {};
    this.reading = reading;
    read(this.words(), this.voice, () => this.reading === reading && (this.reading = null));
  }

  #stop() {
    this.reading = null;
    stop();
  }
}

customElements.define("read-aloud", ReadAloud);
