import { html, nothing } from "lit";

import { wordsOf } from "../../pages/aloud.js";
import { parts } from "../parts.js";
import { _ } from "../words.js";
import { HallElement, senior } from "./base.js";
import { icon } from "./icons.js";

/**
 * What the room is about, over the room: the parts of the consultation's own page that it marks as
 * papers. Whoever closes it is where they were.
 */
class PapersSheet extends HallElement {
  static properties = { url: { state: true }, state: { state: true } };

  constructor() {
    super();
    Object.assign(this, { url: "", state: "" });
  }

  /** Open the sheet with the papers of the page at this address. */
  async ask(url) {
    this.url = url;
    await this.updateComplete;
    this.querySelector("dialog").showModal();
    if (this.state === "there") return;
    this.state = "coming";
    try {
      const answer = await fetch(url, { headers: { accept: "text/html" } });
      if (!answer.ok) throw new TypeError(answer.statusText);
      this.#show(await answer.text());
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.state = "away";
    }
  }

  #show(page) {
    const papers = new DOMParser().parseFromString(page, "text/html").querySelectorAll("[data-paper]");
    const body = this.querySelector(".sheet__body");
    body.replaceChildren(...[...papers].map((paper) => document.importNode(paper, true)));
    for (const link of body.querySelectorAll("a[href]")) {
      Object.assign(link, { target: "_blank", rel: "noopener" });
    }
    this.state = papers.length ? "there" : "none";
  }

  render() {
    return html`<dialog class="dialog sheet" aria-labelledby="papers-title" @click=${this.#outside}>
      <header class="sheet__head">
        <h2 id="papers-title">${_("背景材料")}</h2>
        <button type="button" class="act" @click=${this.#close}>${icon("close")}${_("关闭")}</button>
      </header>
      ${senior && this.state === "there" ? this.#aloud() : nothing}
      <p role="status" ?hidden=${this.state === "there"}>${this.#words()}</p>
      <div class="sheet__body stack"></div>
      <p class="small">
        ${this.url ? html`<a href=${this.url}>${_("打开本场介绍页")}</a>` : nothing}
      </p>
    </dialog>`;
  }

  #aloud() {
    parts.aloud();
    const words = () => wordsOf(this.querySelector(".sheet__body"));
    return html`<read-aloud name=${_("朗读材料")} .of=${this.url} .words=${words}></read-aloud>`;
  }

  #words() {
    return {
      coming: _("正在取来…"),
      none: _("本场没有背景材料。"),
      away: _("现在取不到，请看看网络，稍后再试。"),
    }[this.state];
  }

  #close() {
    this.querySelector("dialog").close();
  }

  #outside({ target }) {
    if (target.localName === "dialog") this.#close();
  }
}

customElements.define("papers-sheet", PapersSheet);
