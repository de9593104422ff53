import { html, nothing, svg } from "lit";

import { _ } from "../words.js";
import { HallElement } from "./base.js";
import { icon } from "./icons.js";

const VOICE = svg`<path d="M12 3.5a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0v-5a3 3 0 0 1 3-3zM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>`;

const Recognition = globalThis.SpeechRecognition ?? globalThis.webkitSpeechRecognition;
const PROBLEMS = {
  "not-allowed": _("没有得到使用麦克风的许可。"),
  "service-not-allowed": _("没有得到使用麦克风的许可。"),
  "no-speech": _("没有听到声音，请再说一遍。"),
  network: _("现在听不了，请打字。"),
};

/** Writes down what is said: "hall-heard" (detail: the words). Not there where the browser cannot. */
class VoiceInput extends HallElement {
  static properties = { listening: { state: true }, heard: { state: true }, problem: { state: true } };

  disconnectedCallback() {
    super.disconnectedCallback();
    this.listening?.abort();
  }

  render() {
    if (!Recognition) return nothing;
    return html`<button
        type="button"
        class="button"
        aria-pressed=${Boolean(this.listening)}
        @click=${() => (this.listening ? this.listening.stop() : this.#listen())}
      >
        ${icon(VOICE)}${this.listening ? _("说完了") : _("说话输入")}
      </button>
      <span class="soft small" role="status">${this.#words()}</span>`;
  }

  #words() {
    if (this.listening) return this.heard || _("正在听，请说话…");
    return this.problem ?? "";
  }

  #listen() {
    const listening = new Recognition();
    Object.assign(listening, { lang: "zh-CN", continuous: true, interimResults: true });
    listening.onresult = (event) => this.#result(event);
    listening.onerror = ({ error }) => (this.problem = PROBLEMS[error] ?? PROBLEMS.network);
    listening.onend = () => (this.listening = null);
    Object.assign(this, { listening, heard: "", problem: null });
    listening.start();
  }

  #result({ results, resultIndex }) {
    const fresh = [...results].slice(resultIndex);
    const words = (some) => some.map(([best]) => best.transcript).join("");
    this.heard = words(fresh.filter((result) => !result.isFinal));
    const said = words(fresh.filter((result) => result.isFinal));
    if (said) this.tell("hall-heard", said);
  }
}

customElements.define("voice-input", VoiceInput);
