import { html, nothing } from "lit";

import { LineGone } from "../connection.js";
import { minutesAndSeconds } from "../speaking.js";
import { IDENTITIES, _ } from "../words.js";
import { HallElement } from "./base.js";

const REST = 2_000;

/**
 * Share of voice: for each identity its part of those present, of the time spoken, and of what was
 * posted. Asked anew when something was said, at most every two seconds.
 */
class VoiceMeter extends HallElement {
  static properties = {
    room: { attribute: false },
    state: { attribute: false },
    voice: { state: true },
  };

  constructor() {
    super();
    this.voice = null;
    this.known = "";
    this.waiting = 0;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.waiting);
    this.waiting = 0;
  }

  updated() {
    const { epoch, changed, total } = this.state;
    const here = `${epoch} ${changed.speech ?? 0} ${changed.seat ?? 0} ${total}`;
    if (here === this.known || this.waiting) return;
    const first = !this.known;
    this.known = here;
    this.waiting = setTimeout(() => this.#ask(), first ? 0 : REST);
  }

  async #ask() {
    this.waiting = 0;
    try {
      const found = await this.room.connection.call({ do: "room.voice" }, { again: false });
      this.voice = found.voice;
    } catch (error) {
      if (!(error instanceof LineGone)) throw error;
      this.known = "";
    }
  }

  render() {
    if (!this.voice) return nothing;
    const sum = (name) => this.voice.reduce((all, one) => all + one[name], 0);
    const [seats, seconds, opinions] = ["seats", "seconds", "opinions"].map(sum);
    if (!seconds && !opinions) return nothing;
    return html`<section class="voice" aria-labelledby="voice-title">
      <h3 id="voice-title">${_("谁说了多少")}</h3>
      <table class="voice__table">
        <thead>
          <tr>
            <th scope="col">${_("身份")}</th>
            <th scope="col">${_("到场")}</th>
            <th scope="col">${_("发言时间")}</th>
            <th scope="col">${_("意见")}</th>
          </tr>
        </thead>
        <tbody>
          ${this.voice.map(
            (one) => html`<tr>
              <th scope="row">${IDENTITIES[one.identity] ?? one.identity}</th>
              ${this.#cell(one.seats, seats, _("{n} 人", { n: one.seats }))}
              ${this.#cell(one.seconds, seconds, minutesAndSeconds(one.seconds))}
              ${this.#cell(one.opinions, opinions, _("{n} 条", { n: one.opinions }))}
            </tr>`,
          )}
        </tbody>
      </table>
    </section>`;
  }

  /** A figure, its share in words, and the same as a bar. */
  #cell(part, all, words) {
    const percent = all ? Math.round((part / all) * 100) : 0;
    return html`<td>
      <span class="number">${words}</span> <span class="small soft">${percent}%</span>
      <svg class="voice__bar" aria-hidden="true"><rect width="${percent}%" height="100%" /></svg>
    </td>`;
  }
}

customElements.define("voice-meter", VoiceMeter);
