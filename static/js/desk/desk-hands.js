import { html, nothing } from "lit";

import { HallElement } from "../room/elements/base.js";
import { _ } from "../room/words.js";
import { meanwhile } from "./meanwhile.js";

/** Counting the hands of those who vote in the hall, for the ballot that is open. */
class DeskHands extends HallElement {
  static properties = {
    desk: { attribute: false },
    view: { attribute: false },
    state: { attribute: false },
    sum: { state: true },
    over: { state: true },
  };

  constructor() {
    super();
    this.sum = 0;
    this.over = null; // the count that the figures being filled in replace, as their clerk knows it
  }

  get #open() {
    return this.state.ballots.find((each) => !each.closed_at);
  }

  /** What was filled in for one ballot is not counted for the next. */
  updated() {
    const number = this.#open?.number;
    if (number === this.number) return;
    this.number = number;
    Object.assign(this, { sum: 0, over: null });
    this.querySelector("form")?.reset();
  }

  render() {
    const ballot = this.#open;
    return html`<section class="card stack desk-hands" aria-labelledby="hands">
      <h2 id="hands">${_("举手计票")}</h2>
      <div class="note">
        <div>
          <p><b>${_("怎样不会重复计票")}</b></p>
          <p>
            ${_("扫码签到的人用手机投票，不举手；在签到台登记为“举手表决”的人举手，不能再用手机投票。举手人数不能超过登记举手、又没有在线投过票的人数。")}
          </p>
        </div>
      </div>
      ${ballot ? this.#ballot(ballot) : html`<p class="empty">${_("现在没有正在进行的表决。主持人发起表决后，在这里录入举手数。")}</p>`}
    </section>`;
  }

  #ballot(ballot) {
    if (ballot.secrecy === "secret") {
      return html`<p>${ballot.question}</p>
        <p class="empty">${_("这是无记名表决。举手是公开的，所以不能举手计票，请大家用手机投票。")}</p>`;
    }
    const allowed = this.view?.hands ?? null;
    const most = allowed ?? nothing;
    const unseen = this.#unseen(ballot);
    return html`<h3>${ballot.question}</h3>
      <p>
        ${allowed === null
          ? _("正在查看可以举手的人数…")
          : _("现在可以举手的有 {n} 人。", { n: allowed })}
      </p>
      ${ballot.hands
        ? html`<div class="note note--success">
            <div>
              <p>${_("已计入举手 {n} 人。数错了可以重新录入，每次录入都有记录。", { n: ballot.hands.people })}</p>
              ${this.#counted(ballot)}
            </div>
          </div>`
        : nothing}
      <form class="form" @submit=${(event) => this.#count(event, ballot)} @input=${(event) => this.#add(event, ballot)}>
        ${unseen ? meanwhile(this.#told(ballot, unseen), () => (this.over = this.#base(ballot))) : nothing}
        ${ballot.max_choices > 1
          ? html`<div class="field">
              <label for="hands-people">${_("举手的一共几人")}</label>
              <input id="hands-people" name="people" type="number" min="0" max=${most} required inputmode="numeric" />
            </div>`
          : nothing}
        ${ballot.options.map(
          ({ position, text }) => html`<div class="desk-count">
            <label for="hands-${position}">${text}</label>
            <input id="hands-${position}" name="option" type="number" min="0" max=${most} value="0" required inputmode="numeric" />
          </div>`,
        )}
        <p role="status">${_("合计 {n} 只手", { n: this.sum })}</p>
        <button type="submit" class="button button--main" ?disabled=${allowed === 0 || unseen}>
          ${ballot.hands ? _("更正举手数") : _("录入举手数")}
        </button>
      </form>`;
  }

  /** What was counted for what, where this desk has been told: to be held against what one saw. */
  #counted({ number, options, hands }) {
    const { key, people, counts } = this.view?.counted ?? {};
    if (!counts || people !== hands.people || key !== this.desk.counted(number)) return nothing;
    return html`<p><b>${this.#words(options, counts)}</b></p>`;
  }

  #words = (options, counts) => options.map(({ text }, at) => `${text} ${counts[at]}`).join(_("，"));

  #figures(form) {
    return new FormData(form).getAll("option").map(Number);
  }

  /** What another desk has counted since the first figure was filled in; null for nothing. */
  #unseen({ number }) {
    const { key } = this.over?.number === number ? this.over : {};
    const counted = this.view?.counted;
    return key !== undefined && counted && counted.key !== key && counted.key === this.desk.counted(number)
      ? counted
      : null;
  }

  #base({ number }) {
    return { number, key: this.desk.counted(number) };
  }

  #told({ options }, { by, people, counts }) {
    return counts
      ? _("{name} 刚才录入了举手 {n} 人：{words}", { name: by, n: people, words: this.#words(options, counts) })
      : _("{name} 刚才录入了举手 {n} 人。", { name: by, n: people });
  }

  #add(event, ballot) {
    if (this.over?.number !== ballot.number) this.over = this.#base(ballot);
    this.sum = this.#figures(event.currentTarget).reduce((a, b) => a + b, 0);
  }

  #count(event, { number, options }) {
    event.preventDefault();
    const counts = this.#figures(event.target);
    const people = event.target.elements.people?.value ?? counts.reduce((a, b) => a + b, 0);
    const words = this.#words(options, counts);
    const expected = this.desk.counted(number);
    const command = { do: "desk.count_hands", number, people: Number(people), counts, expected };
    this.desk.do(command, _("举手：{words}", { words }));
    event.target.reset();
    Object.assign(this, { sum: 0, over: null });
  }
}

customElements.define("desk-hands", DeskHands);
