import { html, nothing, svg } from "lit";

import * as can from "../room/can.js";
import { HallElement } from "../room/elements/base.js";
import { icon } from "../room/elements/icons.js";
import { _ } from "../room/words.js";
import { approve } from "./decide.js";
import { give } from "./parts.js";

const MORE = svg`<path d="M6 12h.01M12 12h.01M18 12h.01"/>`;

/** The menu on a card with what a moderator can do with the opinion. */
class ManageOpinion extends HallElement {
  static properties = {
    room: { attribute: false },
    card: { attribute: false },
    may: { attribute: false },
  };

  render() {
    const { card, may } = this;
    const { number } = card;
    const shown = can.canModerate(may) && card.state === "visible";
    const button = (words, act) =>
      html`<button type="button" class="act" @click=${(event) => this.#moderate(event, act)}>
        ${words}
      </button>`;
    const pick = (panel) => () => document.querySelector("moderator-console").pick(panel, number);
    const command = (fields) => () => give(this.room, { number, ...fields });
    return html`<details class="manage" @keydown=${this.#escape} @toggle=${this.#reveal}>
      <summary class="act" aria-label=${_("管理第 {n} 号", { n: number })}>
        ${icon(MORE)}${_("管理")}
      </summary>
      <div class="manage__acts">
        ${this.#ofState(button, command)}
        ${card.merged_into ? button(_("拆开"), command({ do: "opinion.unmerge" })) : nothing}
        ${shown
          ? button(
              card.pinned ? _("取消置顶") : _("置顶"),
              command({ do: "opinion.pin", pinned: !card.pinned }),
            )
          : nothing}
        ${shown && card.kind === "question"
          ? button(
              card.answered ? _("标为未答复") : _("标为已答复"),
              command({ do: "opinion.mark_answered", answered: !card.answered }),
            )
          : nothing}
        ${can.canModerate(may) && card.state === "visible" && !card.reply_to
          ? button(_("请部门答复…"), pick("answers"))
          : nothing}
        ${may.includes("outcome") && card.state === "visible"
          ? button(_("引用到草稿…"), pick("drafts"))
          : nothing}
        ${can.canModerate(may) ? button(_("写便签…"), pick("notes")) : nothing}
        ${["staff", "admin"].includes(card.author.identity)
          ? nothing
          : button(_("请其暂停发言…"), () => this.tell("hall-mute", card.author))}
      </div>
    </details>`;
  }

  #ofState(button, command) {
    const { number, state } = this.card;
    if (state === "hidden") return button(_("恢复显示"), command({ do: "opinion.restore" }));
    if (state === "returned") return button(_("重新审核"), command({ do: "opinion.reconsider" }));
    if (state === "visible") return button(_("隐藏…"), () => this.tell("hall-hide", number));
    const { room } = this;
    return [
      button(_("通过"), () => approve(room, [number])),
      button(_("退回…"), () => this.tell("hall-return", [number])),
    ];
  }

  #moderate(event, act) {
    const menu = event.currentTarget.closest("details");
    menu.open = false;
    menu.querySelector("summary").focus();
    act();
  }

  #reveal({ currentTarget: menu }) {
    if (menu.open) menu.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  #escape(event) {
    if (event.key !== "Escape" || !event.currentTarget.open) return;
    event.currentTarget.open = false;
    event.currentTarget.querySelector("summary").focus();
  }
}

customElements.define("manage-opinion", ManageOpinion);
