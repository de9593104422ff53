import { html, nothing } from "lit";

import { keep } from "../room/keep.js";
import { later } from "../room/parts.js";
import { styled } from "../room/styles.js";
import { _ } from "../room/words.js";
import { HallElement, senior } from "../room/elements/base.js";
import { hide, sendBack, voidBallot } from "./decide.js";
import "./manage-opinion.js";
import { mute } from "./mute.js";
import { PANELS } from "./panels.js";
import "./reason-dialog.js";

const UNDO = 10_000;

/**
 * The moderator's console beside the room: a column on a desk, a sheet on a tablet or a phone, with
 * a handle that shows how much waits. What is in it stands in panels.js.
 */
class ModeratorConsole extends HallElement {
  static properties = {
    room: { attribute: false },
    state: { attribute: false },
    now: { type: Number },
    consultationUrl: { type: String },
    outcomeUrl: { type: String },
    chosen: { state: true },
    undo: { state: true },
  };

  constructor() {
    super();
    this.kept = keep("hall.console");
    this.chosen = this.kept.read()?.panel ?? PANELS[0].name;
    this.panels = new Map();
  }

  connectedCallback() {
    super.connectedCallback();
    document.body.classList.add("has-console");
    const app = this.closest("room-app");
    this.signal = new AbortController();
    const on = (name, act) =>
      app.addEventListener(name, ({ detail }) => act(this.room, detail), this.signal);
    on("hall-return", sendBack);
    on("hall-mute", mute);
    on("hall-void", voidBallot);
    on("hall-hide", (room, number) => hide(room, [number]));
    on("hall-ballot", () => this.#ask(import("../room/elements/ballot-form.js"), "ballot-form"));
    styled("console-styles");
  }

  /** A dialog over the room, and not over the sheet that this stands in. */
  #ask(...what) {
    const app = this.closest("room-app");
    app.closeSide();
    return app.ask(...what);
  }

  /** On a narrow page the composer leaves room for the handle beside it. */
  firstUpdated() {
    const handle = this.querySelector(".console__handle");
    const { style } = document.documentElement;
    new ResizeObserver(() => style.setProperty("--handle", `${handle.offsetWidth}px`)).observe(handle);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.body.classList.remove("has-console");
    this.signal.abort();
  }

  get #open() {
    return PANELS.filter((panel) => panel.open(this.state));
  }

  get #current() {
    return this.#open.find(({ name }) => name === this.chosen) ?? this.#open[0];
  }

  /** Show the panel of this name. */
  choose(name) {
    this.chosen = name;
    this.kept.write({ panel: name });
  }

  /** Show the panel of this name, and begin there with opinion `number`. */
  async pick(name, number) {
    this.choose(name);
    if (getComputedStyle(this.querySelector(".console")).display === "none") this.tell("hall-side");
    await this.updateComplete;
    const panel = this.panels.get(name);
    await customElements.whenDefined(panel.localName);
    await panel.updateComplete;
    await panel.pick(number);
  }

  render() {
    const current = this.#current;
    const waiting = this.#open.reduce((sum, panel) => sum + (panel.badge?.(this.state) ?? 0), 0);
    return html`
      <button type="button" class="button button--main console__handle" @click=${() => this.tell("hall-side")}>
        ${_("主持台")}${this.#badge(waiting)}
      </button>
      <section class="console" aria-labelledby="console-title">
        <h2 class="side__title" id="console-title">${_("主持台")}</h2>
        <div class="console__tabs" role="tablist" aria-label=${_("主持台")} @keydown=${this.#walk}>
          ${this.#open.map((panel) => this.#tab(panel, panel === current))}
        </div>
        <div
          class="console__panel"
          role="tabpanel"
          id="console-panel"
          aria-labelledby="console-tab-${current.name}"
        >
          ${this.#panel(current)}
        </div>
      </section>
      <div class="console__undo" role="status">
        ${this.undo
          ? html`<p>
              ${this.undo.done}
              <button type="button" class="button button--small" @click=${this.#takeBack}>${_("撤销")}</button>
            </p>`
          : nothing}
      </div>
      <reason-dialog></reason-dialog>
    `;
  }

  /** Say what was done, and offer to undo it: for a while, in large type until something else is. */
  offer(done, act) {
    this.undo = { done, act };
    clearTimeout(this.fading);
    if (senior) return;
    this.fading = setTimeout(() => (this.undo = null), UNDO);
  }

  #takeBack() {
    const { act } = this.undo;
    this.undo = null;
    act();
  }

  #tab(panel, selected) {
    return html`<button
      type="button"
      class="console__tab"
      role="tab"
      id="console-tab-${panel.name}"
      aria-controls="console-panel"
      aria-selected=${selected}
      tabindex=${selected ? 0 : -1}
      @click=${() => this.choose(panel.name)}
    >
      ${panel.title}${this.#badge(panel.badge?.(this.state) ?? 0)}
    </button>`;
  }

  #badge(count) {
    if (!count) return nothing;
    return html`<span class="console__badge number"
      >${count}<span class="visually-hidden">${_("项待处理")}</span></span
    >`;
  }

  /** The panel's element, made once and given what has changed. */
  #panel({ name, tag, load }) {
    if (!this.panels.has(name)) {
      this.panels.set(name, document.createElement(tag));
      later(load)();
    }
    const { room, state, now, consultationUrl, outcomeUrl } = this;
    return Object.assign(this.panels.get(name), { room, state, now, consultationUrl, outcomeUrl });
  }

  #walk(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const open = this.#open;
    const next = open[(open.indexOf(this.#current) + step + open.length) % open.length];
    this.choose(next.name);
    this.updateComplete.then(() => this.querySelector(`#console-tab-${next.name}`).focus());
  }
}

customElements.define("moderator-console", ModeratorConsole);
