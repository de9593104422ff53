import { html, nothing } from "lit";

import { HallElement } from "../room/elements/base.js";
import { spoken } from "../room/time.js";
import { IDENTITIES, _ } from "../room/words.js";
import { called } from "./called.js";

const FULL = { resident: _("居民"), member: _("政协委员"), department: _("承办单位") };

/** Checking in by hand whoever has no phone, and the list of those who are there. */
class DeskCheckIn extends HallElement {
  static properties = {
    desk: { attribute: false },
    attendees: { attribute: false },
    view: { attribute: false },
    leaving: { state: true },
    chosen: { state: true },
  };

  render() {
    const here = this.attendees.filter(({ refused }) => !refused);
    return html`<div class="desk-columns">
      <section class="card stack" aria-labelledby="by-hand">
        <h2 id="by-hand">${_("没带手机的，在这里登记")}</h2>
        ${this.#expected()} ${this.#form()}
      </section>
      <section class="stack" aria-labelledby="here">
        <h2 id="here">${_("已到现场")} <span class="number">${this.view ? here.length : ""}</span></h2>
        ${here.length
          ? html`<ul class="rows desk-people">
              ${here.map((one) => this.#attendee(one))}
            </ul>`
          : this.view
            ? html`<p class="empty">${_("还没有人签到。请大家扫入口的二维码，没带手机的由您登记。")}</p>`
            : html`<p class="soft">${_("正在取签到名单…")}</p>`}
      </section>
    </div>`;
  }

  /** People with a seat who have not come yet: one tap. */
  #expected() {
    const known = new Set(this.desk.outbox.entries.map(({ command }) => command.person));
    const expected = (this.view?.expected ?? []).filter(({ id }) => !known.has(id));
    if (!expected.length) return nothing;
    return html`<form class="desk-expected" @submit=${this.#seated}>
      <label for="desk-person">${_("已有席位的人")}</label>
      <div class="desk-line">
        <select id="desk-person" name="person" required @change=${this.#choose}>
          <option value="">${_("请选择")}</option>
          ${expected.map(
            (person) => html`<option value=${person.id} .selected=${person.id === this.chosen}>
              ${called(person)} · ${IDENTITIES[person.identity]}${person.belongs_to ? ` · ${person.belongs_to}` : ""}
            </option>`,
          )}
        </select>
        <button type="submit" class="button">${_("签到")}</button>
      </div>
    </form>`;
  }

  #form() {
    return html`<form class="form" @submit=${this.#byName}>
      <div class="field">
        <label for="desk-name">${_("姓名")}</label>
        <div class="field__help" id="desk-name-help">${_("加密保存，只有签到台和签到表看得到。")}</div>
        <input id="desk-name" name="name" maxlength="24" required autocomplete="off" aria-describedby="desk-name-help" />
      </div>
      <fieldset class="field">
        <legend>${_("身份")}</legend>
        <div class="desk-choices">
          ${Object.entries(FULL).map(
            ([identity, words]) => html`<label class="check"
              ><input type="radio" name="identity" value=${identity} ?checked=${identity === "resident"} /><span
                >${words}</span
              ></label
            >`,
          )}
        </div>
      </fieldset>
      <details>
        <summary>${_("公开的称呼、手机号（可以不填）")}</summary>
        <div class="form desk-more">
          <div class="field">
            <label for="desk-alias">${_("公开的称呼")}</label>
            <div class="field__help">${_("不填时只显示姓，如“王某某”。")}</div>
            <input id="desk-alias" name="alias" maxlength="24" autocomplete="off" />
          </div>
          <div class="field">
            <label for="desk-phone">${_("手机号")}</label>
            <div class="field__help">${_("填了，本人以后可以登录查看自己的意见。")}</div>
            <input id="desk-phone" name="phone" inputmode="tel" autocomplete="off" />
          </div>
        </div>
      </details>
      <button type="submit" class="button button--main">${_("登记签到")}</button>
    </form>`;
  }

  #attendee({ key, person, how, at, by, votes, votes_by_hand: byHand, waits }) {
    const from = person.belongs_to ? ` · ${person.belongs_to}` : "";
    return html`<li class="desk-person" data-key=${key}>
      <div>
        <b>${called(person)}</b> <span class="small soft">${IDENTITIES[person.identity]}${from}</span>
        <p class="small soft">
          ${waits
            ? _("等待发送")
            : html`${spoken(at, this.desk.store.now())} ·
              ${how === "scan" ? _("扫码签到") : _("{by} 登记", { by })} ·
              ${votes ? (byHand ? _("举手表决") : _("手机表决")) : _("旁听，不表决")}`}
        </p>
      </div>
      ${waits ? nothing : this.#acts(key, person, votes, byHand)}
    </li>`;
  }

  #acts(key, person, votes, byHand) {
    const name = called(person);
    if (this.leaving === key) {
      return html`<p class="actions">
        <button type="button" class="button button--small button--danger" @click=${() => this.#withdraw(key, name)}>
          ${_("撤销 {name} 的签到", { name })}
        </button>
        <button type="button" class="button button--small" @click=${() => (this.leaving = null)}>
          ${_("不撤销")}
        </button>
      </p>`;
    }
    const other = byHand ? _("改为手机表决") : _("改为举手表决");
    return html`<p class="actions">
      ${votes
        ? html`<button type="button" class="button button--small" @click=${() => this.#way(key, name, !byHand)}>
            ${other}
          </button>`
        : nothing}
      <button type="button" class="button button--small" @click=${() => (this.leaving = key)}>
        ${_("登记错了…")}
      </button>
    </p>`;
  }

  /** Whoever is chosen stays so while others come in and leave the list. */
  #choose({ target }) {
    this.chosen = Number(target.value);
  }

  #seated(event) {
    event.preventDefault();
    const { person } = event.target.elements;
    const card = this.view.expected.find(({ id }) => id === Number(person.value));
    this.#checkIn({ person: card.id, identity: card.identity, votes_by_hand: true }, called(card));
    this.chosen = 0;
  }

  #byName(event) {
    event.preventDefault();
    const { name, alias, phone, identity } = Object.fromEntries(new FormData(event.target));
    const said = { name: name.trim(), alias: alias.trim(), phone: phone.trim(), identity };
    this.#checkIn({ ...said, votes_by_hand: true }, said.alias || said.name);
    event.target.reset();
    event.target.elements.name.focus();
  }

  /**
   * What was declined stands in the form again, to be put right.
   * @returns {boolean} false where something else is being written there
   */
  putBack(command) {
    const form = this.querySelector("form:not(.desk-expected)");
    const { name, alias, phone } = form.elements;
    const fields = { name, alias, phone };
    const free = Object.values(fields).every(({ value }) => !value);
    if (free) {
      for (const [field, input] of Object.entries(fields)) input.value = command[field];
      form.elements.identity.value = command.identity;
      form.querySelector("details").open = Boolean(command.alias || command.phone);
    }
    name.focus();
    return free;
  }

  #checkIn(fields, label) {
    this.desk.do({ do: "desk.check_in", ...fields }, label);
  }

  #way(attendee, name, byHand) {
    const words = byHand ? _("{name} 改为举手表决", { name }) : _("{name} 改为手机表决", { name });
    this.desk.do({ do: "desk.way", attendee, votes_by_hand: byHand }, words);
  }

  #withdraw(attendee, name) {
    this.leaving = null;
    this.desk.do({ do: "desk.withdraw", attendee }, _("撤销 {name} 的签到", { name }));
  }
}

customElements.define("desk-check-in", DeskCheckIn);
