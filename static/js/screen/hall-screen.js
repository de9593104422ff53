import { html, nothing } from "lit";

import { Connection, Declined, LineGone } from "../room/connection.js";
import { HallElement } from "../room/elements/base.js";
import { Store } from "../room/store.js";
import { IDENTITIES, KINDS, _ } from "../room/words.js";
import { agreed, ballotNow, crowd, latest, minutes, running, steps } from "./scene.js";

const TICK = 1_000;
const CALM = 3_000;
// Steps of the agenda that fit beside the clock and the code.
const FITS = 5;

/** One room on a big screen: it reads, stays connected for ever, and asks nothing of anyone. */
class HallScreen extends HallElement {
  static properties = {
    roomId: { attribute: "room-id" },
    codeUrl: { attribute: "code-url" },
    qrUrl: { attribute: "qr-url" },
    address: {},
    hall: {},
    late: { state: true },
  };

  connectedCallback() {
    super.connectedCallback();
    if (this.store) return;
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const url = `${scheme}//${location.host}/ws/rooms/${this.roomId}/screen/`;
    this.connection = new Connection(url);
    this.store = new Store((question) => this.connection.call(question, { again: false }));
    this.connection.addEventListener("frame", ({ detail }) => this.store.receive(detail));
    this.connection.addEventListener("status", ({ detail }) => this.#line(detail));
    this.store.addEventListener("change", () => this.#changed());
    this.connection.start();
    setInterval(() => this.requestUpdate(), TICK);
    this.#stayAwake();
    document.addEventListener("visibilitychange", () => this.#stayAwake());
  }

  updated() {
    if (this.store.state.ready || this.#ended) this.querySelector(":scope > .screen--first")?.remove();
  }

  get #ended() {
    return this.connection.status.state === "ended";
  }

  render() {
    if (this.#ended) return this.#goodbye();
    const { state } = this.store;
    if (!state.ready) return this.#bar();
    const now = this.store.now();
    const ballot = ballotNow(state, now);
    return html`<div class="screen">
      <header class="screen__head">
        <p class="screen__hall">${this.hall}<span> · ${state.room.title}</span></p>
        <h1 class="screen__question">${state.room.question}</h1>
      </header>
      <div class="screen__main">${ballot ? this.#ballot(ballot, now) : this.#talk(state)}</div>
      ${this.#side(state, now)} ${this.#bar()}
    </div>`;
  }

  #talk(state) {
    if (state.outcome && state.room.stage !== "live") return this.#outcome(state.outcome);
    const best = agreed(state);
    const newest = latest(state);
    if (!newest.length) {
      return html`<p class="screen__empty">${_("还没有意见，欢迎扫码说出您的看法。")}</p>`;
    }
    return html`
      <section class="screen__list ${best.length ? "" : "screen__list--wide"}" aria-label=${_("最新意见")}>
        <h2>${_("最新意见")}</h2>
        ${newest.map((card) => this.#card(card))}
      </section>
      ${best.length
        ? html`<section class="screen__list" aria-label=${_("赞成最多")}>
            <h2>${_("赞成最多")}</h2>
            ${best.map((card) => this.#card(card))}
          </section>`
        : nothing}
    `;
  }

  #card({ number, kind, text, author, origin, corrections, agree, disagree }) {
    return html`<article class="said said--${kind}" data-number=${number}>
      <p class="said__text">${text}</p>
      <p class="said__foot">
        <span class="said__who"
          ><b>${KINDS[kind]} ${number}</b> · ${author.name} ·
          ${IDENTITIES[author.identity] ?? author.identity}${origin === "desk"
            ? html` · ${_("现场代录")}${corrections?.length ? html` · ${_("已更正")}` : nothing}`
            : nothing}</span
        >
        ${agree ? html`<span class="said__count">${_("{n} 人赞成", { n: agree })}</span>` : nothing}
        ${disagree ? html`<span class="said__against">${_("{n} 人不赞成", { n: disagree })}</span>` : nothing}
      </p>
    </article>`;
  }

  #how({ secrecy }) {
    return secrecy === "secret" ? _("正在表决，请用手机投票") : _("正在表决，请用手机投票，登记举手的请举手");
  }

  #ballot(ballot, now) {
    const { question, options, counts, voted, closed_at, closes_at, quorum, result, hands } = ballot;
    const isVoid = ballot.how === "void";
    const left = closes_at && !closed_at ? new Date(closes_at) - now : 0;
    const sum = [_("{n} 人已投票", { n: voted })];
    if (hands) sum.push(_("其中现场举手 {n} 人", { n: hands.people }));
    if (quorum) sum.push(_("法定票数 {n}", { n: quorum }));
    if (result && quorum && !result.quorum_reached) sum.push(_("未达到法定票数，结果不成立"));
    if (!counts) sum.push(_("结果在结束后公布"));
    if (isVoid) sum.splice(0, sum.length, _("本项表决作废，没有结果。理由：{reason}", ballot));
    return html`<section class="vote ${crowd(options)}" aria-label=${_("表决")}>
      <p class="vote__mark">
        ${isVoid ? _("作废") : closed_at ? _("表决结果") : this.#how(ballot)}
        ${left > 0 ? html`<span class="vote__left">${minutes(left)}</span>` : nothing}
      </p>
      <h2 class="vote__question">${question}</h2>
      <ul class="vote__options">
        ${options.map(({ text }, at) => this.#option(text, counts?.[at], voted))}
      </ul>
      <p class="vote__sum">${sum.join(" · ")}</p>
    </section>`;
  }

  #option(text, count, voted) {
    const percent = voted && count ? Math.round((count / voted) * 100) : 0;
    return html`<li>
      <span class="vote__text">${text}</span>
      ${count === undefined
        ? nothing
        : html`<span class="vote__figure">${_("{n} 票", { n: count })}${_("（{n}%）", { n: percent })}</span>
            <svg class="vote__bar" aria-hidden="true"><rect width="${percent}%" height="100%" /></svg>`}
    </li>`;
  }

  #outcome({ clauses }) {
    return html`<section class="screen__list screen__list--wide" aria-label=${_("共识")}>
      <h2>${_("形成的共识")}</h2>
      ${clauses.slice(0, 5).map(
        ({ text }, at) => html`<article class="said"><p class="said__text">${at + 1}. ${text}</p></article>`,
      )}
    </section>`;
  }

  #side({ room, presence, speaking }, now) {
    const { title, clock, words, over } = running(room, now);
    const open = ["announced", "collecting", "live"].includes(room.stage);
    return html`<aside class="screen__side">
      <section class="clock ${over ? "is-over" : ""}">
        <p class="clock__title">${title}</p>
        ${clock ? html`<p class="clock__time" role="timer">${clock}</p>` : nothing}
        ${words ? html`<p class="clock__words">${words}</p>` : nothing}
      </section>
      ${speaking?.now ? this.#speaker(speaking.now, now) : nothing}
      <ol class="screen__agenda">
        ${steps(room.agenda, speaking?.now ? 1 : FITS).map((item) => this.#step(item))}
      </ol>
      <section class="join">
        <img class="join__code" src=${this.qrUrl} alt=${_("议事室的二维码")} width="400" height="400" />
        <p class="join__words">${open ? _("扫码参加") : _("扫码查看")}</p>
        <p class="join__address" translate="no">${this.address}</p>
        <p class="join__people">${_("线上在场 {n} 人", { n: presence.count })}</p>
      </section>
    </aside>`;
  }

  /** Who has the floor, and the time that they still have. */
  #speaker({ person, called_at, limit }, now) {
    const left = new Date(called_at).getTime() + limit * 1000 - now;
    return html`<section class="speaker ${left < 0 ? "is-over" : ""}" aria-label=${_("正在发言")}>
      <p class="speaker__words">${_("正在发言")}</p>
      <p class="speaker__name">${person.name}</p>
      <p class="speaker__time">${left < 0 ? "+" : ""}${minutes(Math.abs(left))}</p>
    </section>`;
  }

  #step({ title, started_at, ended_at }) {
    const runs = started_at && !ended_at;
    return html`<li class=${ended_at ? "is-done" : runs ? "is-now" : ""} aria-current=${runs ? "step" : nothing}>
      ${title}
    </li>`;
  }

  #bar() {
    if (!this.late) return nothing;
    return html`<p class="screen__line" role="status">
      ${_("网络暂时断开，正在自动重新连接。画面可能不是最新的。")}
    </p>`;
  }

  #goodbye() {
    return html`<div class="screen screen--ended" role="status">
      <p class="screen__hall">${this.hall}</p>
      <h1 class="screen__question">${_("这块大屏已经断开")}</h1>
      <p class="screen__soft">
        ${_("要继续投屏，请向主持人要一个新的投屏码。")}
        <a href=${this.codeUrl}>${_("填写投屏码")}</a>
      </p>
    </div>`;
  }

  #line({ state }) {
    if (state === "open" || state === "ended") {
      clearTimeout(this.waiting);
      Object.assign(this, { waiting: 0, late: false, whole: false });
    } else {
      // A hiccup that mends itself at once is nobody's business.
      this.waiting ||= setTimeout(() => (this.late = true), CALM);
    }
    this.requestUpdate();
  }

  #changed() {
    this.requestUpdate();
    const { state } = this.store;
    if (!state.ready || this.whole) return;
    this.whole = true;
    this.#readAll();
  }

  /** What most agree with may have been said long ago: have every opinion, once a connection. */
  async #readAll() {
    try {
      await this.store.load(1);
    } catch (error) {
      if (!(error instanceof LineGone) && !(error instanceof Declined)) throw error;
    }
  }

  async #stayAwake() {
    try {
      if (document.visibilityState === "visible") await navigator.wakeLock?.request("screen");
    } catch {
      // Displays that refuse are set by hand not to sleep.
    }
  }
}

customElements.define("hall-screen", HallScreen);
