import { html } from "lit";

import { IDENTITIES, _ } from "../words.js";
import { HallElement } from "./base.js";
import { icon } from "./icons.js";

/** Who is here, by identity: 在场 23 人：委员 5 · 居民 12 · 部门 3 · 机关 3. */
class PresenceBar extends HallElement {
  static properties = { presence: { attribute: false } };

  render() {
    const { count, by_identity: by } = this.presence;
    const counts = new Map();
    for (const [identity, label] of Object.entries(IDENTITIES)) {
      if (by[identity]) counts.set(label, (counts.get(label) ?? 0) + by[identity]);
    }
    const split = [...counts].map(([label, n]) => `${label} ${n}`).join(" · ");
    return html`<p class="presence">
      ${icon("people")}<span
        ><b>${_("在场 {n} 人", { n: count })}</b>${split ? _("：") + split : ""}</span
      >
    </p>`;
  }
}

customElements.define("presence-bar", PresenceBar);
