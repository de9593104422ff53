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

// Android's recogniser hears whole utterances alone: kept on, it gives each word several times.
const isAndroid = /Android/i.test(navigator.userAgent);

/** What all the results say; one that the next says again, with more behind it, is not counted. */
function wordsOf(results) {
  const said = Array.from(results, ([best]) => best.transcript.trim());
  return said.filter((words, place) => !said[place + 1]?.startsWith(words)).join("");
}

/**
 * Writes down what is said, behind what stands there, while it is still being heard: "hall-heard"
 * (detail: all the text that there is now). Ends where the `text` is changed or sent meanwhile. Not
 * there where the browser cannot.
 */
class VoiceInput extends HallElement {
  static properties = {
    text: { attribute: false },
    listening: { state: true },
    problem: { state: true },
  };

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#end();
  }

  willUpdate() {
    if (this.listening && this.text !== this.written) this.#end();
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
    return this.listening ? _("正在听，请说话…") : (this.problem ?? "");
  }

  #listen() {
    const listening = new Recognition();
    const { text } = this;
    const mine = (act) => (event) => this.listening === listening && act(event);
    Object.assign(listening, { lang: "zh-CN", continuous: !isAndroid, interimResults: true });
    // Browsers differ in what they call final, and from where they count: all of it is taken anew.
    listening.onresult = mine(({ results }) => this.#write(text + wordsOf(results)));
    listening.onerror = mine(({ error }) => (this.problem = PROBLEMS[error] ?? PROBLEMS.network));
    listening.onend = mine(() => (this.listening = null));
    Object.assign(this, { listening, written: text, problem: null });
    listening.start();
  }

  #write(text) {
    this.written = text;
    this.tell("hall-heard", text);
  }

  #end() {
    const { listening } = this;
    this.listening = null;
    listening?.abort();
  }
}

customElements.define("voice-input", VoiceInput);
