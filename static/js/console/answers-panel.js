import { html, nothing } from "lit";

import { HallElement } from "../room/elements/base.js";
import { excerpt } from "../room/elements/opinion-card.js";
import { styled } from "../room/styles.js";
import { spoken } from "../room/time.js";
import { _ } from "../room/words.js";
import { Asked } from "./asked.js";
import { empty } from "./parts.js";

/** Departments: asking one to answer an opinion, what still waits, what was answered. */
class AnswersPanel extends HallElement {
  static properties = {
    room: { attribute: false },
    state: { attribute: false },
    now: { type: Number },
    number: { state: true },
    chosen: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    Object.assign(this, { number: "", chosen: 0, busy: false });
    this.asked = new Asked(this, { do: "room.departments" }, []);
  }

  connectedCallback() {
    super.connectedCallback();
    styled("floor-styles");
  }

  updated() {
    this.asked.look();
  }

  get #departments() {
    return this.asked.found?.departments;
  }

  /** Begin with this opinion. */
  async pick(number) {
    this.number = String(number);
    await this.updateComplete;
    this.querySelector("select")?.focus();
  }

  get #requests() {
    return [...new Set([...this.state.requests.values()].flat())].sort((a, b) => a.number - b.number);
  }

  render() {
    const open = this.#requests.filter((one) => !one.answer);
    const given = this.#requests.filter((one) => one.answer);
    return html`
      ${this.#form()}
      <section aria-labelledby="answers-open">
        <h3 id="answers-open">${_("待答复 {n} 项", { n: open.length })}</h3>
        ${open.length
          ? html`<ul class="request-list">${open.map((one) => this.#open(one))}</ul>`
          : empty(_("没有等待答复的"), _("填上意见编号、选好单位，就会通知该单位的人。"))}
      </section>
      ${given.length
        ? html`<details class="panel__list">
            <summary>${_("已答复")}<span class="number">${given.length}</span></summary>
            <ul>${given.map((one) => this.#given(one))}</ul>
          </details>`
        : nothing}
    `;
  }

  #form() {
    const departments = this.#departments;
    if (departments && !departments.length) {
      return empty(_("还没有承办单位"), _("请管理员先登记承办单位和它的人员。"));
    }
    return html`<form class="stack stack--tight" @submit=${this.#ask}>
      <label class="field"
        ><b>${_("请哪一号意见")}</b
        ><input
          name="number"
          inputmode="numeric"
          pattern="[0-9]+"
          required
          .value=${this.number}
          @input=${(event) => (this.number = event.target.value)}
      /></label>
      <label class="field"
        ><b>${_("由哪个单位答复")}</b>
        <select
          name="department"
          required
          ?disabled=${!departments}
          @change=${({ target }) => (this.chosen = Number(target.value))}
        >
          <option value="">${_("请选择")}</option>
          ${this.#group(_("在场的单位"), true)} ${this.#group(_("其他单位"), false)}
        </select>
      </label>
      <button type="submit" class="button button--main button--small" ?disabled=${this.busy || !departments}>
        ${_("请部门答复")}
      </button>
    </form>`;
  }

  #group(label, here) {
    const found = this.#departments?.filter((one) => one.here === here) ?? [];
    if (!found.length) return nothing;
    return html`<optgroup label=${label}>
      ${found.map(({ id, name }) => html`<option value=${id} .selected=${id === this.chosen}>${name}</option>`)}
    </optgroup>`;
  }

  #open({ number, opinion, department, asked_at: at }) {
    const card = this.state.cards.get(opinion);
    return html`<li>
      <p>
        <a href="#opinion-${opinion}">${_("第 {n} 号", { n: opinion })}</a> ${card ? excerpt(card.text) : nothing}
      </p>
      <p class="small soft">${_("{name} · {t} 转请", { name: department.name, t: spoken(at, this.now) })}</p>
      ${card?.state === "hidden" ? html`<p class="small">${_("这一条已隐藏，单位现在不能答复。")}</p>` : nothing}
      <button
        type="button"
        class="button button--small"
        ?disabled=${this.busy}
        @click=${() => this.#act({ do: "answer.withdraw", number })}
      >
        ${_("撤回")}
      </button>
    </li>`;
  }

  #given({ opinion, answer, department }) {
    return html`<li>
      <a href="#opinion-${answer}">${_("第 {n} 号 · {name}", { n: opinion, name: department.name })}</a>
    </li>`;
  }

  async #ask(event) {
    event.preventDefault();
    const given = new FormData(event.target);
    const department = Number(given.get("department"));
    const asked = { do: "answer.ask", number: Number(given.get("number")), department };
    if (!(await this.#act(asked))) return;
    this.number = "";
    this.room.notice(_("已转请答复，该单位的人会收到通知。"));
  }

  async #act(command) {
    this.busy = true;
    const done = await this.room.act(command);
    this.busy = false;
    return done;
  }
}

customElements.define("answers-panel", AnswersPanel);
