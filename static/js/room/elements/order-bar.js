import { html, nothing } from "lit";

import { ORDERS, pinned } from "../feed.js";
import { _ } from "../words.js";
import { HallElement, senior } from "./base.js";

/** How the opinions are ordered, which of them are shown, and the way to one by its number. */
class OrderBar extends HallElement {
  static properties = {
    state: { attribute: false },
    order: { type: String },
    item: { type: Number },
    thread: { type: Number },
    one: { type: Boolean },
    open: { state: true },
  };

  render() {
    if (this.thread) {
      return html`<p class="orders">
        <button type="button" class="order" @click=${() => this.tell("hall-thread", 0)}>
          ${_("‹ 返回全部意见")}
        </button>
        <span class="orders__here">${_("第 {n} 号的回复", { n: this.thread })}</span>
      </p>`;
    }
    // What leads nowhere is left out, but for where one is.
    const some = { pinned: pinned(this.state).length > 0, next: this.state.may.includes("stance") };
    const orders = Object.entries(ORDERS).filter(([order]) => order === this.order || (some[order] ?? true));
    if (senior && !this.open) return this.#way();
    return html`${senior ? this.#way() : nothing}<div
      class="orders"
      role="group"
      aria-label=${_("怎样排列")}
    >
      ${orders.map(
        ([order, words]) => html`<button
          type="button"
          class="order"
          aria-pressed=${this.order === order}
          @click=${() => this.#choose("hall-turn", { order })}
        >
          ${words}
        </button>`,
      )}
      ${this.#items()}
      ${senior
        ? html`<button type="button" class="order" @click=${() => this.#choose("hall-one")}>
            ${this.one ? _("全部列出") : _("一次看一条")}
          </button>`
        : nothing}
      <form class="jump" @submit=${this.#jump}>
        <label class="visually-hidden" for="jump">${_("跳到第几号意见")}</label>
        <input id="jump" name="number" inputmode="numeric" pattern="[0-9]+" placeholder=${_("编号")} />
        <button type="submit" class="order">${_("跳到")}</button>
      </form>
    </div>`;
  }

  /** In large type one button is in sight, and the ways to read behind it. */
  #way() {
    return html`<button
      type="button"
      class="button orders__way"
      aria-expanded=${this.open ? "true" : "false"}
      @click=${() => (this.open = !this.open)}
    >
      ${_("怎样看：{order}", { order: ORDERS[this.order] })}
    </button>`;
  }

  async #choose(name, detail) {
    this.tell(name, detail);
    if (!senior) return;
    this.open = false;
    await this.updateComplete;
    this.querySelector(".orders__way").focus();
  }

  /** What was said while one step of the agenda ran. */
  #items() {
    const { agenda } = this.state.room;
    if (agenda.length < 2) return nothing;
    return html`<select
      class="order"
      aria-label=${_("哪一项议程")}
      @change=${(event) => this.tell("hall-turn", { item: Number(event.target.value) })}
    >
      <option value="0" ?selected=${!this.item}>${_("全部议程")}</option>
      ${agenda.map(
        ({ position, title }) =>
          html`<option value=${position} ?selected=${this.item === position}>${title}</option>`,
      )}
    </select>`;
  }

  #jump(event) {
    event.preventDefault();
    const { value } = event.target.elements.number;
    event.target.reset();
    this.#choose("hall-jump", value);
  }
}

customElements.define("order-bar", OrderBar);
