import { html, nothing } from "lit";

import { keep } from "../keep.js";
import { styled } from "../styles.js";
import { _ } from "../words.js";
import { HallElement } from "./base.js";
import { waits } from "./opinion-card.js";

const MOST = 1000;

/**
 * What departments have to do with an opinion: who was asked, what they answered, and for someone of
 * the department the way to answer. On the answer itself: whose it is. What is being written is kept
 * on the device; where it cannot be the answer any more, the writer has it as a reply.
 */
class AnswerMark extends HallElement {
  static properties = {
    room: { attribute: false },
    number: { type: Number },
    requests: { attribute: false },
    writing: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    Object.assign(this, { writing: 0, busy: false });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#layAside();
  }

  willUpdate() {
    this.#layAside();
    for (const { opinion, answer } of this.requests) {
      const missing = opinion === this.number && answer && !this.room.state.cards.has(answer);
      if (missing) this.room.load(answer, answer).then(() => this.requestUpdate());
    }
  }

  render() {
    return this.requests.map((one) =>
      one.opinion === this.number ? this.#asked(one) : this.#given(one),
    );
  }

  #given({ department, opinion }) {
    return html`<p class="answer__from">
      <b>${_("{name}的正式答复", { name: department.name })}</b>
      <a href="#opinion-${opinion}">${_("答复第 {n} 号", { n: opinion })}</a>
    </p>`;
  }

  #asked(request) {
    const { number, department, answer } = request;
    if (answer) return this.#answered(request);
    const mine = this.#isMine(department);
    return html`<div class="answer" role="group" aria-label=${_("请部门答复")}>
      <p class="answer__head">
        ${mine
          ? html`<b>${_("主持人请您单位答复这一条")}</b>`
          : _("已请{name}答复", { name: department.name })}
        ${mine ? nothing : html`<span class="mark">${_("待答复")}</span>`}
      </p>
      ${mine ? (this.writing === number ? this.#form(number) : this.#begin(number)) : nothing}
    </div>`;
  }

  #answered({ department, answer }) {
    const card = this.room.state.cards.get(answer);
    return html`<div class="answer is-given" role="group" aria-label=${_("部门答复")}>
      <p class="answer__head">
        <b>${_("部门答复")}</b> ${department.name}
        <a href="#opinion-${answer}">${_("第 {n} 号", { n: answer })}</a>
      </p>
      ${card?.text ? html`<p class="plain">${card.text}</p>` : nothing}
    </div>`;
  }

  #isMine({ name }) {
    const { seat, may } = this.room.state;
    const { identity, belongs_to: from } = seat?.person ?? {};
    return identity === "department" && from === name && may.includes("answer");
  }

  #begin(number) {
    return html`<button type="button" class="button button--main" @click=${() => this.#open(number)}>
      ${_("代表本单位答复")}
    </button>`;
  }

  #draft(number) {
    const { room, seat } = this.room.state;
    return keep(`hall.room.${room.id}.${seat.person.id}.answer${number}.draft`);
  }

  /** The request was taken back, or a colleague has answered: what was written becomes a reply. */
  #layAside() {
    const { writing, busy, number, room } = this;
    const asked = room.state.requests.get(number) ?? [];
    if (!writing || busy || asked.some((one) => one.number === writing && !one.answer)) return;
    const text = this.querySelector("textarea").value.trim();
    this.#draft(writing).write(null);
    this.writing = 0;
    if (!text) return;
    document.querySelector("opinion-form").edit({ kind: "reply", text, reply_to: number });
    room.notice(_("不用您正式答复这一条了，您写的放在下面，可以作为普通回复发出。"), "call");
  }

  async #open(number) {
    this.writing = number;
    await this.updateComplete;
    this.querySelector("textarea").focus();
  }

  #form(number) {
    return html`<form class="stack stack--tight" @submit=${(event) => this.#give(event, number)}>
      <label class="field" for="answer-${number}"><b>${_("答复内容")}</b></label>
      <textarea
        id="answer-${number}"
        name="text"
        rows="4"
        maxlength=${MOST}
        required
        .value=${this.#draft(number).read() ?? ""}
        @input=${({ target }) => this.#draft(number).write(target.value || null)}
      ></textarea>
      <p class="small soft">${_("会以您和您单位的名义公开显示在这条意见下面。")}</p>
      <div class="actions">
        <button type="submit" class="button button--main" ?disabled=${this.busy}>${_("正式答复")}</button>
        <button type="button" class="button" ?disabled=${this.busy} @click=${() => (this.writing = 0)}>
          ${_("取消")}
        </button>
        ${this.busy ? waits(_("等待网络，请不要关闭本页")) : nothing}
      </div>
    </form>`;
  }

  async #give(event, number) {
    event.preventDefault();
    const text = new FormData(event.target).get("text");
    this.busy = true;
    const given = await this.room.act({ do: "answer.give", number, text });
    this.busy = false;
    if (!given) return;
    this.#draft(number).write(null);
    this.writing = 0;
    this.room.notice(_("已答复。"));
  }
}

styled("floor-styles").then(() => customElements.define("answer-mark", AnswerMark));
