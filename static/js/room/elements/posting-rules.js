import { html, nothing } from "lit";

import { hasConsole } from "../can.js";
import { _ } from "../words.js";
import { HallElement } from "./base.js";

/** What becomes of a post here, for whom the room's rules are. */
class PostingRules extends HallElement {
  static properties = { state: { attribute: false } };

  render() {
    const { may, posting, seat } = this.state;
    if (hasConsole(may)) return nothing;
    const { holds_residents: holds, slow_seconds: n } = posting;
    const rules = [
      holds && seat?.person.identity === "resident" ? _("发言经主持人审核后公开。") : "",
      n ? _("慢速发言：每人 {n} 秒一条。", { n }) : "",
    ].join("");
    return rules ? html`<p class="soft small">${rules}</p>` : nothing;
  }
}

customElements.define("posting-rules", PostingRules);
