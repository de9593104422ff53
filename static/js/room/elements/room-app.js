import { html, nothing } from "lit";

import { hasConsole } from "../can.js";
import { keep } from "../keep.js";
import { isAway, parts } from "../parts.js";
import { measured } from "../styles.js";
import { _ } from "../words.js";
import { HallElement, senior } from "./base.js";
import "./notices.js";
import "./opinion-form.js";
import "./order-bar.js";
import "./room-header.js";

const TICK = 10_000;
const wide = matchMedia("(min-width: 60rem)");

/** The whole room, which its `room` knows. The page as the server wrote it stands until the first state has arrived. */
class RoomApp extends HallElement {
  static properties = {
    signIn: { attribute: "sign-in" },
    consultationUrl: { attribute: "consultation-url" },
    outcomeUrl: { attribute: "outcome-url" },
    order: { state: true },
    thread: { state: true },
    item: { state: true },
    one: { state: true },
    side: { state: true },
    inside: { state: true },
    said: { state: true },
    wayTo: { state: true },
  };

  constructor() {
    super();
    Object.assign(this, { order: "time", thread: 0, item: 0, side: false, said: "" });
    this.one = senior && (keep("hall.one").read() ?? true);
    const on = (name, act) => this.addEventListener(name, ({ detail }) => act(detail));
    on("hall-reply", (number) => this.querySelector("opinion-form").reply(number));
    on("hall-edit", (entry) => this.querySelector("opinion-form").edit(entry));
    on("hall-thread", (number) => this.#turnThread(number));
    on("hall-turn", (to) => Object.assign(this, to));
    on("hall-one", () => this.#go("turnOne"));
    on("hall-jump", (number) => this.#jump(number));
    on("hall-side", () => this.#go("openSide"));
    on("hall-retry", () => this.room.connection.retry());
    on("hall-say", (words) => this.#say(words));
    on("hall-sent", () => this.#sent());
    on("hall-gone", () => parts.going().then(({ back }) => back(this)));
  }

  connectedCallback() {
    super.connectedCallback();
    if (this.clock) return;
    this.room.addEventListener("change", () => this.requestUpdate());
    this.clock = setInterval(() => this.requestUpdate(), TICK);
    (this.one ? parts.one() : parts.feed()).then(() => this.requestUpdate());
    wide.addEventListener("change", () => this.requestUpdate());
    addEventListener("hashchange", () => this.#follow());
    this.addEventListener("click", (event) => this.#again(event));
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.closeSide());
  }

  /** Open what few people need, fetched now. */
  async ask(fetching, name, ...words) {
    if (!(await this.#have(fetching))) return;
    const dialog = this.querySelector(name) ?? this.appendChild(document.createElement(name));
    dialog.room = this.room;
    await dialog.updateComplete;
    await dialog.ask(...words);
  }

  /** What is fetched now; null where the line is away, and that is said. */
  async #have(fetching) {
    try {
      return await fetching;
    } catch (error) {
      if (!isAway(error)) throw error;
      this.room.notice(_("现在取不到，请看看网络，稍后再试。"), "problem");
      return null;
    }
  }

  willUpdate() {
    const { before } = this;
    const now = (this.before = this.room.state);
    const { may, ballots, outcome, room, speaking } = now;
    const isNew = () =>
      before.room !== room || before.ballots !== ballots || before.speaking.now !== speaking.now;
    if (before?.ready && isNew())
      parts.calls().then(({ call }) => call(this.room, before, now));
    if (outcome) parts.outcome();
    if (hasConsole(may)) parts.console();
    if (ballots.length) parts.ballots().then(({ wayTo }) => (this.wayTo = wayTo));
    const page = !this.standing && this.#ready && this.#page;
    if (page) this.place = this.#shown.placeIn?.(page);
  }

  updated() {
    const { state, status } = this.room;
    if (state.ready && !this.inside && this.#hasColumn(state.may))
      parts.side().then(({ inside }) => (this.inside = inside));
    if (state.ready) parts.underWay();
    if (state.ready || status.state !== "connecting") parts.banner();
    // Once: to search a page full of cards for what is not there takes longer than to show a card.
    if (this.standing || !this.#ready) return;
    this.standing = true;
    measured(this);
    const first = this.#page;
    if (!first) return;
    if (this.place) this.reader.goOn(this.place);
    this.querySelector("opinion-form").takeOver(first);
    if (state.ballots.length) parts.ballots().then(({ takeOver }) => takeOver(this, first));
    first.remove();
    this.#opinions().then(() => this.#follow());
  }

  /** The page as the server wrote it; null once it has given way. */
  get #page() {
    return this.querySelector(":scope > .room-static");
  }

  /** What is to show the opinions; undefined until it has come. */
  get #shown() {
    return customElements.get(this.one ? "one-by-one" : "opinion-feed");
  }

  /** Whether the page as the server wrote it can give way. */
  get #ready() {
    return this.room.state.ready && this.#shown && !this.composing;
  }

  render() {
    const { state, status } = this.room;
    const now = Math.floor(this.room.store.now() / TICK) * TICK;
    return html`
      <connection-banner .status=${status} .known=${state.ready} .signIn=${this.signIn}>
      </connection-banner>
      ${this.#ready ? this.#inside(state, now) : nothing}
      <room-notices .room=${this.room}></room-notices>
      <p class="visually-hidden" role="log" aria-live="polite">${this.said}</p>
    `;
  }

  #inside(state, now) {
    return html`
      <div class="room-top">
        <div class="wrap">
          <div class="room-lead">
            <room-header .state=${state} .now=${now}></room-header>
            ${this.#speaking(state)}
          </div>
          ${this.wayTo?.(state)}
          <order-bar
            .state=${state}
            .order=${this.order}
            .item=${this.item}
            .thread=${this.thread}
            .one=${this.one}
          ></order-bar>
        </div>
      </div>
      <div class="wrap room-body">
        <section class="room-talk" aria-label=${_("讨论")}>
          ${state.ballots.length
            ? html`<ballot-list
                .room=${this.room}
                .ballots=${state.ballots}
                .acts=${this.room.acts.entries}
                .may=${state.may}
                .now=${now}
              ></ballot-list>`
            : nothing}
          ${this.#reader(state)}
          <under-way
            .room=${this.room}
            .entries=${this.room.underWay}
            .status=${this.room.status}
            .signIn=${this.signIn}
          ></under-way>
          <opinion-form .room=${this.room} .state=${state}></opinion-form>
        </section>
        ${this.#aside(state, now)}
      </div>
    `;
  }

  /** What shows the opinions: the same element as long as the same view is chosen. */
  #reader(state) {
    const name = this.one ? "one-by-one" : "opinion-feed";
    if (this.reader?.localName !== name) this.reader = document.createElement(name);
    const { room, order, thread, item } = this;
    const { acts, status } = room;
    const online = status.state === "open";
    return Object.assign(this.reader, { room, state, online, acts: acts.entries, order, thread, item });
  }

  /** Open the thread of this opinion; with 0 go back to where it was opened. */
  #turnThread(number) {
    const at = number || this.thread;
    this.thread = number;
    this.#show(at);
  }

  /** Have another page of opinions begin with this one in sight. */
  async #show(number) {
    this.reader.going = true;
    await this.updateComplete;
    if (!(await (await this.#opinions()).show(number))) this.querySelector("order-bar button").focus();
  }

  /** The ways to other views are fetched with the first going. */
  async #go(how, ...words) {
    (await this.#have(import("../going.js")))?.[how](this, ...words);
  }

  /** What shows the opinions, with all of them in it. */
  async #opinions() {
    await this.reader.updateComplete;
    return this.reader;
  }

  /** The floor, while there is something about it to know or to do. */
  #speaking(state) {
    const { speaking, may, room } = state;
    const mine = may.includes("hand") && speaking.open;
    if (room.stage !== "live" || !(mine || speaking.now || speaking.waiting.length)) return nothing;
    parts.speaking();
    return html`<speaking-bar .room=${this.room} .state=${state}></speaking-bar>`;
  }

  #aside(state, now) {
    return html`<aside class="room-side ${this.side ? "is-open" : ""}" aria-label=${_("议程与在场")}>
      ${this.inside ? this.inside(this, state, now) : nothing}
    </aside>`;
  }

  /** Whether the side is in sight without being opened. */
  #hasColumn = (may) => wide.matches || hasConsole(may);

  closeSide() {
    if (this.side) this.#go("closeSide");
  }

  /** Have it read out, also where the same was said before. */
  async #say(words) {
    this.said = "";
    await this.updateComplete;
    this.said = words;
  }

  async #sent() {
    if (this.thread || this.item || this.order !== "time") return;
    await (await this.#opinions()).latest({ sent: true });
  }

  /** A link to where one is already is no change of address, and still a wish to go there. */
  #again(event) {
    const link = event.target.closest?.('a[href^="#opinion-"]');
    if (!link) return;
    if (link.hash === location.hash) this.#follow();
    this.closeSide();
  }

  #jump(number) {
    if (location.hash === `#opinion-${number}`) this.#follow();
    else location.hash = `opinion-${number}`;
  }

  async #follow() {
    const number = Number(/^#opinion-(\d+)$/.exec(location.hash)?.[1] ?? 0);
    if (!number || !this.room.state.ready) return;
    Object.assign(this, { order: "time", thread: 0, item: 0 });
    await this.updateComplete;
    const { state, status } = this.room;
    // What came while the line was down is not known yet.
    let found = status.state === "open" ? false : null;
    if (number <= state.total) found = await (await this.#opinions()).show(number);
    if (found) return;
    const text =
      found === null
        ? _("现在取不到第 {n} 号意见，联网后请再试。", { n: number })
        : _("没有第 {n} 号意见。", { n: number });
    this.room.notice(text, "problem");
  }
}

customElements.define("room-app", RoomApp);
