import { html, nothing } from "lit";

import { parts } from "../parts.js";
import { _ } from "../words.js";
import { HallElement } from "./base.js";

/** The opinion map's place in the side panel: the map is fetched when it is opened. */
class MapPanel extends HallElement {
  static properties = {
    room: { attribute: false },
    news: { attribute: false },
    online: { type: Boolean },
    pageUrl: { attribute: "page-url" },
    open: { state: true },
    here: { state: true },
  };

  #turn(event) {
    this.open = event.target.open;
    if (this.open) parts.map().then(() => (this.here = true));
  }

  render() {
    return html`<details class="panel panel--map" @toggle=${this.#turn}>
      <summary class="side__title">${_("意见图谱")}</summary>
      ${this.open ? this.#inside() : nothing}
    </details>`;
  }

  #inside() {
    if (!this.here) return html`<p class="soft" role="status">${_("正在取图…")}</p>`;
    return html`<opinion-map
      .room=${this.room}
      .news=${this.news}
      .online=${this.online}
      page-url=${this.pageUrl}
    ></opinion-map>`;
  }
}

customElements.define("map-panel", MapPanel);
