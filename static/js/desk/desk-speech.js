import { html, nothing } from "lit";

import { author } from "../room/elements/opinion-card.js";
import { HallElement } from "../room/elements/base.js";
import { spoken } from "../room/time.js";
import { IDENTITIES, KINDS, _ } from "../room/words.js";
import { called } from "./called.js";
import { meanwhile } from "./meanwhile.js";

const MOST = 1000;
const SHOWN = 30;

/** Entering what someone in the hall says, and putting right what was entered. */
class DeskSpeech extends HallElement {
  static properties = {
    desk: { attribute: false },
    attendees: { attribute: false },
    state: { attribute: false },
    view: { attribute: false },
    fixing: { attribute: false },
    speaker: { state: true },
  };

  constructor() {
    super();
    this.speaker = "";
  }

  render() {
    return html`<div class="desk-columns">
      <section class="card stack" aria-labelledby="speech">
        <h2 id="speech">${_("代录发言")}</h2>
        ${this.attendees.length ? this.#form() : this.#nobody()}
      </section>
      <section class="stack" aria-labelledby="entered">
        <h2 id="entered">${_("已代录")}</h2>
        ${this.#entered()}
      </section>
    </div>`;
  }

  #nobody() {
    return this.view
      ? html`<p class="empty">${_("还没有人签到，请先在“签到”里登记发言的人。")}</p>`
      : html`<p class="soft">${_("正在取签到名单…")}</p>`;
  }

  #form() {
    return html`<form class="form" @submit=${this.#say}>
      <div class="field">
        <label for="desk-speaker">${_("发言人")}</label>
        <select id="desk-speaker" name="attendee" required @change=${this.#choose}>
          <option value="">${_("请选择")}</option>
          ${this.attendees
            .filter(({ refused }) => !refused)
            .map(
              ({ key, person }) => html`<option value=${key} .selected=${key === this.desk.keyOf(this.speaker)}>
                ${called(person)} · ${IDENTITIES[person.identity]}
              </option>`,
            )}
        </select>
      </div>
      <fieldset class="field">
        <legend>${_("类别")}</legend>
        <div class="desk-choices">
          ${["opinion", "suggestion", "question"].map(
            (kind) => html`<label class="check"
              ><input type="radio" name="kind" value=${kind} ?checked=${kind === "opinion"} /><span>${KINDS[kind]}</span></label
            >`,
          )}
        </div>
      </fieldset>
      <div class="field">
        <label for="desk-text">${_("说了什么")}</label>
        <div class="field__help" id="desk-text-help">${_("尽量用原话。会标明“现场代录”和您的称呼。")}</div>
        <textarea
          id="desk-text"
          name="text"
          rows="5"
          maxlength=${MOST}
          required
          aria-describedby="desk-text-help"
          .value=${this.desk.draft.read() ?? ""}
          @input=${({ target }) => this.desk.draft.write(target.value || null)}
        ></textarea>
      </div>
      <button type="submit" class="button button--main">${_("录入")}</button>
    </form>`;
  }

  #choose({ target }) {
    this.speaker = target.value;
  }

  #say(event) {
    event.preventDefault();
    const { attendee, kind, text } = Object.fromEntries(new FormData(event.target));
    const said = text.normalize("NFC").trim();
    if (!said) return;
    const { person } = this.attendees.find(({ key }) => key === attendee);
    this.desk.do({ do: "desk.post", attendee, kind, text: said }, called(person) + _("：") + said);
    this.desk.draft.write(null);
    event.target.elements.text.value = "";
    event.target.elements.text.focus();
  }

  #entered() {
    const cards = [...this.state.cards.values()]
      .filter((card) => card.origin === "desk")
      .sort((a, b) => b.number - a.number)
      .filter(({ number }, at) => at < SHOWN || number === this.fixing?.number);
    const waiting = this.desk.outbox.entries.filter(
      ({ state, command }) => state === "sending" && command.do === "desk.post",
    );
    if (!cards.length && !waiting.length) {
      return html`<p class="empty">${_("录入的发言会出现在这里，可以更正。")}</p>`;
    }
    return html`<ul class="rows desk-said">
      ${waiting.reverse().map(
        ({ label }) => html`<li class="desk-card">
          <p class="plain">${label}</p>
          <p class="small soft">${_("等待发送")}</p>
        </li>`,
      )}
      ${cards.map((card) => this.#card(card))}
    </ul>`;
  }

  #card(card) {
    const { number, kind, text, state } = card;
    return html`<li class="desk-card" data-number=${number}>
      <p>
        <span class="kind kind--${kind}">${KINDS[kind]} ${number}</span> ${author(card.author)}
        <span class="small soft">${_("由 {name} 录入", { name: card.entered_by })} · ${spoken(card.at, this.desk.store.now())}</span>
      </p>
      ${this.fixing?.number === number
        ? this.#fix(card)
        : html`<p class="plain">${state === "hidden" ? _("已由主持人隐藏") : text}</p>
            ${card.corrections?.length
              ? html`<details class="small">
                  <summary>${_("已更正 {n} 次", { n: card.corrections.length })}</summary>
                  ${card.corrections.map(
                    ({ earlier, by, at }) => html`<p class="soft">
                      ${_("{at} {by} 更正前：", { at: spoken(at, this.desk.store.now()), by })}${earlier}
                    </p>`,
                  )}
                </details>`
              : nothing}
            ${state === "visible"
              ? html`<button type="button" class="button button--small" @click=${() => this.desk.fix(number)}>
                  ${_("更正")}
                </button>`
              : nothing}`}
    </li>`;
  }

  #fix({ number, text: now, corrections = [] }) {
    const { fixing } = this;
    const unseen = !fixing.known.includes(now);
    const newer = unseen ? now : fixing.newer;
    const by = corrections.slice(-1)[0]?.by ?? "";
    return html`<form class="stack stack--tight" @submit=${(event) => this.#correct(event, number)}>
      ${newer
        ? meanwhile(
            _("{name} 刚才更正为：{text}", { name: by, text: newer }),
            unseen && (() => this.#see(now)),
          )
        : nothing}
      <label class="small" for="fix-${number}">${_("更正为（原来的话仍可查看）")}</label>
      <textarea
        id="fix-${number}"
        name="text"
        rows="4"
        maxlength=${MOST}
        required
        .value=${fixing.text}
        @input=${({ target }) => (fixing.text = target.value)}
      ></textarea>
      <p class="actions">
        <button type="submit" class="button button--small button--main" ?disabled=${unseen}>${_("更正")}</button>
        <button type="button" class="button button--small" @click=${() => this.desk.unfix()}>${_("不改了")}</button>
      </p>
    </form>`;
  }

  #see(now) {
    const { fixing } = this;
    Object.assign(fixing, { known: [...fixing.known, now], expected: now, newer: now });
    this.requestUpdate();
  }

  #correct(event, number) {
    event.preventDefault();
    const { expected } = this.fixing;
    const text = this.fixing.text.normalize("NFC").trim();
    if (text && text !== expected) {
      const words = _("更正第 {n} 号：{text}", { n: number, text });
      this.desk.do({ do: "desk.correct", number, text, expected }, words);
    }
    this.desk.unfix();
  }
}

customElements.define("desk-speech", DeskSpeech);
