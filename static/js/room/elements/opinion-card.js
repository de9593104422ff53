import { html, nothing, svg } from "lit";

import * as can from "../can.js";
import { parts } from "../parts.js";
import { spoken } from "../time.js";
import { IDENTITIES, KINDS, STANCES, _ } from "../words.js";
import { HallElement } from "./base.js";
import { icon } from "./icons.js";

const EXCERPT = 40;

export const excerpt = (text) => (text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text);

/** What is said where an act has not arrived, once that has lasted for a while. */
export const waits = (words = _("等待网络，联网后自动发出")) =>
  html`<span class="waits" role="status">${words}</span>`;

/** Who said it, with the identity that counts are split by. */
export const author = ({ name, identity, belongs_to: from }) => html`
  <b class="opinion__author">${name}</b>
  <span class="identity identity--${identity}"
    >${IDENTITIES[identity] ?? identity}${from ? ` · ${from}` : ""}</span
  >
`;

/** One opinion with all that can be done with it. */
class OpinionCard extends HallElement {
  static properties = {
    room: { attribute: false },
    card: { attribute: false },
    parent: { attribute: false },
    replies: { type: Number },
    may: { attribute: false },
    own: { type: Boolean },
    requests: { attribute: false },
    wish: { attribute: false },
  };

  constructor() {
    super();
    this.replies = 0;
    this.may = [];
  }

  render() {
    const { card } = this;
    const gone = card.state === "hidden" && !card.text;
    const classes = [
      "opinion",
      `opinion--${card.kind}`,
      (card.state !== "visible" || card.merged_into) && "is-hidden",
      this.own && "is-own",
      card.pinned && "is-pinned",
    ];
    return html`<article
      id="opinion-${card.number}"
      class=${classes.filter(Boolean).join(" ")}
      tabindex="-1"
      aria-posinset=${card.number}
      aria-setsize="-1"
      aria-labelledby="opinion-${card.number}-head"
    >
      ${gone ? this.#note() : [this.#head(), this.#body(), this.#stances(), this.#foot()]}
    </article>`;
  }

  #head() {
    const { card } = this;
    const { outcome, room } = this.room.state;
    // Once there is an outcome, the way leads on to what became of the opinion.
    const page = outcome ? `/consultations/${room.id}/opinions/${card.number}/` : "";
    return html`<header class="opinion__head" id="opinion-${card.number}-head">
      <a
        class="opinion__number number"
        href=${page || `#opinion-${card.number}`}
        aria-label=${_("{kind} {n} 的链接", { kind: KINDS[card.kind], n: card.number })}
        >${card.number}</a
      >
      <span class="kind kind--${card.kind}">${KINDS[card.kind]}</span>
      <span class="opinion__who">${author(card.author)}</span>
      ${card.pinned ? html`<span class="mark mark--pin">${icon("pin")}${_("置顶")}</span>` : nothing}
      ${card.answered ? html`<span class="mark mark--good">${_("已答复")}</span>` : nothing}
      <time class="opinion__at" datetime=${card.at}>${spoken(card.at, this.room.store.now())}</time>
    </header>`;
  }

  #body() {
    const { card, parent } = this;
    return html`
      ${card.reply_to ? this.#quote(card.reply_to, parent) : nothing}
      ${card.state !== "visible" || card.merged || card.merged_into ? this.#note() : nothing}
      <p class="opinion__text plain">${card.text}</p>
      ${card.entered_by ? this.#entered(card) : nothing}
      ${this.requests ? this.#asked(card.number) : nothing}
    `;
  }

  #entered(card) {
    parts.deskMark();
    return html`<desk-mark .card=${card} .now=${this.room.store.now()}></desk-mark>`;
  }

  #asked(number) {
    parts.answerMark();
    return html`<answer-mark .room=${this.room} .number=${number} .requests=${this.requests}></answer-mark>`;
  }

  /** What few cards have, fetched with the first of them. */
  #note() {
    parts.cardNote();
    return html`<card-note .card=${this.card} .own=${this.own} .may=${this.may}></card-note>`;
  }

  #quote(number, parent) {
    const said = parent?.text ? parent.author.name + _("：") + excerpt(parent.text) : "";
    return html`<a class="quote" href="#opinion-${number}"
      ><b>${_("回复 {n}", { n: number })}</b> ${said}</a
    >`;
  }

  #stances() {
    const { card } = this;
    if (card.state !== "visible") return nothing;
    const counts = { agree: card.agree, disagree: card.disagree, pass: card.passed };
    const open = can.canTakeStance(this.may, card);
    const label = _("对第 {n} 号的表态", { n: card.number });
    return html`<div class="stances" role="group" aria-label=${label}>
      ${this.#bar(counts)}
      ${STANCES.map(({ value, name, label: word }) => {
        const inside = html`${icon(name)}<span>${word}</span
          ><span class="stance__count number">${counts[name]}</span>`;
        if (!open) return html`<span class="stance stance--${name} is-closed">${inside}</span>`;
        return html`<button
          type="button"
          class="stance stance--${name}"
          aria-pressed=${card.mine === value}
          aria-busy=${this.wish?.value === value}
          @click=${() => this.#take(value)}
        >
          ${inside}
        </button>`;
      })}
      ${this.wish ? waits() : nothing}
    </div>`;
  }

  #bar({ agree, disagree, pass }) {
    const all = agree + disagree + pass;
    const at = (n) => (all ? (n / all) * 100 : 0);
    return html`<svg class="tally" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      ${svg`<rect class="tally__agree" width=${at(agree)} height="4"/>
        <rect class="tally__disagree" x=${at(agree)} width=${at(disagree)} height="4"/>
        <rect class="tally__pass" x=${at(agree + disagree)} width=${at(pass)} height="4"/>`}
    </svg>`;
  }

  #take(value) {
    const { number, mine } = this.card;
    if ((this.wish?.value ?? mine) !== value) this.room.queue({ do: "stance.take", number, value });
  }

  #foot() {
    const { card, may } = this;
    const reply = can.canReply(may, card);
    if (!reply && !this.replies && !can.canModerate(may)) return nothing;
    return html`<footer class="opinion__foot">
      ${reply
        ? html`<button type="button" class="act" @click=${() => this.tell("hall-reply", card.number)}>
            ${icon("reply")}${_("回复")}
          </button>`
        : nothing}
      ${this.replies
        ? html`<button type="button" class="act" @click=${() => this.tell("hall-thread", card.number)}>
            ${icon("thread")}${_("{n} 条回复", { n: this.replies })}
          </button>`
        : nothing}
      ${can.canModerate(may)
        ? html`<manage-opinion .room=${this.room} .card=${card} .may=${may}></manage-opinion>`
        : nothing}
    </footer>`;
  }
}

customElements.define("opinion-card", OpinionCard);
