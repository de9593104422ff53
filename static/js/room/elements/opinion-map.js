import { html, nothing, svg } from "lit";

import { LineGone } from "../connection.js";
import { MARKS, UNGROUPED, ownLabel, scaleOf, viewBoxOf } from "../map-marks.js";
import { sided } from "../shares.js";
import { styled } from "../styles.js";
import { _ } from "../words.js";
import { HallElement } from "./base.js";

const SPREAD = 1_000;
const TOLD = 3;

/**
 * Where people stand, in the side panel. The map is asked for while the panel is open, and again
 * when the room tells of a newer one: a little apart, so that not everybody asks at once.
 */
class OpinionMap extends HallElement {
  static properties = {
    room: { attribute: false },
    news: { attribute: false },
    online: { type: Boolean },
    pageUrl: { attribute: "page-url" },
    found: { state: true },
  };

  constructor() {
    super();
    Object.assign(this, { found: null, waiting: 0 });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.waiting);
    this.waiting = 0;
  }

  updated(changed) {
    if (!this.online) return;
    if (changed.has("online")) this.#ask();
    else if (changed.has("news")) this.#askSoon();
  }

  #askSoon() {
    if (this.waiting) return;
    this.waiting = setTimeout(() => {
      this.waiting = 0;
      this.#ask();
    }, Math.random() * SPREAD);
  }

  async #ask() {
    try {
      this.found = (await this.room.act({ do: "room.map" })) ?? this.found;
    } catch (error) {
      if (!(error instanceof LineGone)) throw error;
    }
  }

  render() {
    if (!this.found) return html`<p class="soft" role="status">${_("正在取图…")}</p>`;
    const { map, you } = this.found;
    return html`<div class="map-panel">
      ${map.status === "ready" ? this.#map(map, you) : html`<p>${map.missing}</p>`}
      ${you ? html`<p class="map-you">${you.sentence}</p>` : nothing}
      ${map.status === "ready" ? this.#told(map) : nothing}
      <p><a href=${this.pageUrl}>${_("看完整的图和表格")}</a></p>
    </div>`;
  }

  #map({ dots, groups }, you) {
    const scale = scaleOf(dots);
    return html`<svg
        class="map-drawing"
        viewBox=${viewBoxOf(dots)}
        role="img"
        aria-labelledby="panel-map-title panel-map-desc"
      >
        <title id="panel-map-title">${_("意见图谱")}</title>
        <desc id="panel-map-desc">
          ${groups.map(({ letter, size, sentence }) =>
            _("{letter} 组 {n} 人：{sentence}", { letter, n: size, sentence }),
          )}
        </desc>
        ${groups.map(({ slot, outline }) => svg`<polygon
          class="map-outline map-outline--${slot}"
          points=${outline.map((point) => point.join(",")).join(" ")}
        />`)}
        ${dots.map(([x, y, slot, count]) => svg`<path
          class="map-mark map-mark--${slot ?? "none"}"
          d=${slot === null ? UNGROUPED : MARKS[slot]}
          transform="translate(${x} ${y}) scale(${scale(count)})"
        />`)}
        ${you?.place ? this.#me(you.place, ownLabel(you.place, groups)) : nothing}
        ${groups.map(({ letter, centre: [x, y] }) => svg`<text class="map-letter" x=${x} y=${y}>${letter}</text>`)}
      </svg>
      <p class="small soft">
        ${_("一个图形是一个人（大的是几个人站在同一处）。两个人对各条意见的看法越接近，站得越近。图上没有名字。")}
      </p>
      <ul class="map-groups">
        ${groups.map(
          ({ letter, slot, size, sentence }) => html`<li class="map-group">
            <b class="map-line__group">
              ${this.#key(slot)}${_("{letter} 组 {n} 人", { letter, n: size })}
            </b>
            <span class="small">${sentence}</span>
          </li>`,
        )}
      </ul>`;
  }

  #me([x, y], [labelX, labelY]) {
    return svg`<g class="map-me" transform="translate(${x} ${y})">
      <circle r="7"></circle><circle r="2"></circle><text x=${labelX} y=${labelY}>${_("您")}</text>
    </g>`;
  }

  #key(slot) {
    return html`<svg class="map-key" viewBox="-4 -4 8 8" aria-hidden="true">
      <path class="map-mark map-mark--${slot}" d=${MARKS[slot]} />
    </svg>`;
  }

  #told({ uniting, dividing }) {
    if (!uniting.length && !dividing.length) return nothing;
    return html`<p class="small soft">${_("括号里是一个范围：要是再多请些人来表态，比例多半落在这中间，人越少范围越宽。")}</p>
      ${this.#list(_("大家看法一致的"), uniting, ({ share }) => sided(share))}
      ${this.#list(_("各组看法不同的"), dividing, ({ groups }) =>
        groups.map((one) => _("{letter} 组 {share}", { letter: one.letter, share: sided(one) })).join(_("，")),
      )}`;
  }

  #list(title, opinions, words) {
    if (!opinions.length) return nothing;
    return html`<h3>${title}</h3>
      <ul class="map-told">
        ${opinions.slice(0, TOLD).map(
          (one) => html`<li>
            <a href="#opinion-${one.number}">${_("意见 {n}", { n: one.number })}</a> ${one.text}
            <span class="small soft">${words(one)}</span>
          </li>`,
        )}
      </ul>`;
  }
}

styled("map-styles").then(() => customElements.define("opinion-map", OpinionMap));
