import { html, nothing } from "lit";

import { HallElement } from "../room/elements/base.js";
import { author } from "../room/elements/opinion-card.js";
import { spoken } from "../room/time.js";
import { _ } from "../room/words.js";
import { mute } from "./mute.js";

const SLOW = [0, 15, 30, 60, 120, 300];

/** 发言: how people may post here, and who was asked to be silent. */
class PostingPanel extends HallElement {
  static properties = {
    room: { attribute: false },
    state: { attribute: false },
    now: { type: Number },
    busy: { state: true },
    chosen: { state: true },
  };

  render() {
    const { posting } = this.state;
    const slow = SLOW.includes(posting.slow_seconds) ? SLOW : [...SLOW, posting.slow_seconds];
    return html`
      <h3>${_("怎样发言")}</h3>
      <label class="console__check"
        ><input
          type="checkbox"
          .checked=${posting.holds_residents}
          ?disabled=${this.busy}
          @change=${({ target }) => this.#set({ holds_residents: target.checked })}
        /><span
          ><b>${_("居民发言先审后发")}</b
          ><span class="soft small">${_("您通过以后大家才看得到；委员和部门的直接公开。")}</span></span
        ></label
      >
      <label class="field" for="slow"
        ><b>${_("慢速发言")}</b>
        <select
          id="slow"
          ?disabled=${this.busy}
          @change=${({ target }) => this.#set({ slow_seconds: Number(target.value) })}
        >
          ${slow.map(
            (n) =>
              html`<option value=${n} .selected=${n === posting.slow_seconds}>
                ${n ? _("每人 {n} 秒一条", { n }) : _("不限")}
              </option>`,
          )}
        </select>
      </label>
      <div>
        <button
          type="button"
          class="button panel__wide ${posting.closed ? "button--main" : ""}"
          ?disabled=${this.busy}
          @click=${() => this.#set({ closed: !posting.closed })}
        >
          ${posting.closed ? _("恢复大家发言") : _("暂停大家发言")}
        </button>
        <p class="soft small">
          ${posting.closed
            ? _("现在只有主持人、记录员和机关工作人员能发言。")
            : _("暂停以后大家还能看、能表态，写好的内容留在各自手机里。")}
        </p>
      </div>
      <h3>${_("请人暂停发言")}</h3>
      ${this.#muted()} ${this.#others()}
    `;
  }

  get #mutes() {
    return this.state.mutes.filter(({ until }) => new Date(until) > this.room.store.now());
  }

  #muted() {
    const mutes = this.#mutes;
    if (!mutes.length) return html`<p class="soft small">${_("现在没有人被暂停发言。")}</p>`;
    return html`<ul class="console__people">
      ${mutes.map(
        ({ person, until, reason }) =>
          html`<li>
            <p>${author(person)}</p>
            <p class="soft small">${_("到 {t}。理由：{reason}", { t: spoken(until, this.now), reason })}</p>
            <button
              type="button"
              class="button button--small"
              ?disabled=${this.busy}
              @click=${() => this.#act({ do: "person.unmute", person: person.id })}
            >
              ${_("恢复发言")}
            </button>
          </li>`,
      )}
    </ul>`;
  }

  /** Who has spoken of late and can be muted. */
  #others() {
    const silent = new Set(this.#mutes.map(({ person }) => person.id));
    const people = new Map();
    for (const { author: who } of [...this.state.cards.values()].reverse()) {
      const staff = ["staff", "admin"].includes(who.identity) || who.id === this.state.seat?.person.id;
      if (!staff && !silent.has(who.id)) people.set(who.id, who);
    }
    if (!people.size) return nothing;
    return html`<form class="console__line" @submit=${(event) => this.#mute(event, people)}>
      <label class="field" for="mute-whom"
        ><b>${_("最近发言的人")}</b>
        <select
          id="mute-whom"
          name="person"
          required
          @change=${({ target }) => (this.chosen = Number(target.value))}
        >
          <option value="">${_("请选择")}</option>
          ${[...people.values()]
            .slice(0, 50)
            .map(
              ({ id, name, belongs_to: from }) =>
                html`<option value=${id} .selected=${id === this.chosen}>${name}${from ? ` · ${from}` : ""}</option>`,
            )}
        </select>
      </label>
      <button type="submit" class="button button--small">${_("请其暂停…")}</button>
    </form>`;
  }

  #mute(event, people) {
    event.preventDefault();
    mute(this.room, people.get(Number(event.target.elements.person.value)));
  }

  #set(fields) {
    return this.#act({ do: "posting.set", ...fields });
  }

  async #act(command) {
    this.busy = true;
    const done = await this.room.act(command);
    this.busy = false;
    if (done) return;
    // The hall declined: the controls show again what holds.
    const { holds_residents: holds, slow_seconds: slow } = this.state.posting;
    this.querySelector("input[type=checkbox]").checked = holds;
    this.querySelector("#slow").value = String(slow);
  }
}

customElements.define("posting-panel", PostingPanel);
