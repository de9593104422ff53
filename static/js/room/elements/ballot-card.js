import { html, nothing } from "lit";

import { canModerate, canVote } from "../can.js";
import { parts } from "../parts.js";
import { length, spoken } from "../time.js";
import { IDENTITIES, _ } from "../words.js";
import { HallElement, senior } from "./base.js";
import { waits } from "./opinion-card.js";

const MINUTE = 60_000;
const RESULT_STAYS = 5 * MINUTE;
const ENDED = { hand: _("主持人结束"), time: _("时间到"), stage: _("随会议结束"), void: _("作废") };

/** One ballot: the question, its choices while it is open, the counts as far as they are public. */
class BallotCard extends HallElement {
  static properties = {
    room: { attribute: false },
    ballot: { attribute: false },
    may: { attribute: false },
    now: { type: Number },
    busy: { state: true },
    ending: { state: true },
    wish: { attribute: false },
  };

  render() {
    const { ballot } = this;
    const title = `ballot-title-${ballot.number}`;
    return html`<section
      class="ballot ${ballot.closed_at ? "is-closed" : ""}"
      id="ballot-${ballot.number}"
      role="group"
      aria-labelledby=${title}
    >
      <p class="ballot__rules">
        <b class="ballot__mark">${_("表决 {n}", { n: ballot.number })}</b> ${this.#rules()}
      </p>
      <h2 class="ballot__question" id=${title}>${ballot.question}</h2>
      ${senior && !ballot.closed_at ? this.#aloud() : nothing}
      ${canVote(this.may, ballot) ? this.#form() : this.#counts()}
      <p class="ballot__sum">${this.#sum()}</p>
      ${!ballot.closed_at && canModerate(this.may) ? this.#end() : nothing}
    </section>`;
  }

  /** What was ticked or begun on one ballot says nothing of the next that stands in its place. */
  updated(changed) {
    const { number } = changed.get("ballot") ?? this.ballot;
    if (number === this.ballot.number) return;
    this.ending = false;
    this.querySelector("form")?.reset();
  }

  #aloud() {
    parts.aloud();
    const { number, question, options } = this.ballot;
    const words = [question, ...options.map(({ position, text }) => `${position} ${text}`)];
    return html`<read-aloud name=${_("朗读表决")} .of=${number} .words=${() => words.join("\n")}></read-aloud>`;
  }

  #rules() {
    const { kind, secrecy, max_choices, closes_at, closed_at, how } = this.ballot;
    const rules = [secrecy === "secret" ? _("无记名") : _("记名")];
    if (kind === "multiple") rules.push(_("最多选 {n} 项", { n: max_choices }));
    if (closed_at) rules.push(_("{t} 结束（{how}）", { t: spoken(closed_at, this.now), how: ENDED[how] }));
    else if (closes_at) {
      const left = new Date(closes_at) - this.now;
      if (left > 0 && left < MINUTE) rules.push(_("还剩不到 1 分钟"));
      else rules.push(left > 0 ? _("还剩 {t}", { t: length(left) }) : _("时间到，正在计票"));
    }
    return rules.join(" · ");
  }

  #form() {
    const { number, kind, options, mine, secrecy, max_choices } = this.ballot;
    const type = kind === "multiple" ? "checkbox" : "radio";
    // A vote that waits may be on its way already, and a secret one is final.
    const chosen = this.wish?.choices ?? mine;
    return html`<form @submit=${this.#vote}>
      <fieldset class="ballot__choices" ?disabled=${this.wish}>
        <legend class="visually-hidden">
          ${kind === "multiple" ? _("请选择，最多 {n} 项", { n: max_choices }) : _("请选择一项")}
        </legend>
        ${options.map(
          ({ position, text }, at) => html`<label class="ballot__choice">
            <input
              type=${type}
              name="ballot-${number}"
              value=${position}
              ?required=${type === "radio"}
              ?checked=${chosen?.includes(position)}
            />
            <span class="ballot__text">${text}</span>
            ${this.#figure(at)}
          </label>`,
        )}
      </fieldset>
      <div class="ballot__foot">
        <button type="submit" class="button button--main" ?disabled=${this.wish}>
          ${mine ? _("改投") : _("投票")}
        </button>
        ${this.wish ? waits() : nothing}
        <span class="small soft" role="status">
          ${mine
            ? _("您已投票，结束前可以更改。")
            : secrecy === "secret"
              ? _("无记名：谁也查不到您投了什么；投出后不能更改。")
              : _("记名：结束前可以更改。")}
        </span>
      </div>
    </form>`;
  }

  #counts() {
    const { options, mine, closed_at } = this.ballot;
    return html`<ul class="ballot__choices">
        ${options.map(
          ({ position, text }, at) => html`<li class="ballot__choice">
            <span class="ballot__text"
              >${text}${mine?.includes(position) ? html` <b class="ballot__mine">${_("我的选择")}</b>` : nothing}</span
            >
            ${this.#figure(at)}
          </li>`,
        )}
      </ul>
      ${mine && !closed_at ? html`<p role="status">${_("您已投票。")}</p>` : nothing}`;
  }

  /** Votes and share in words, and the same as a bar. */
  #figure(at) {
    const { counts, voted, result } = this.ballot;
    if (!counts) return nothing;
    const percent = voted ? Math.round((counts[at] / voted) * 100) : 0;
    const shares = Object.entries(result?.options[at].by_identity ?? {}).map(
      ([identity, n]) => `${IDENTITIES[identity]} ${n}`,
    );
    const hands = this.ballot.hands?.counts?.[at];
    if (hands) shares.push(_("现场举手 {n}", { n: hands }));
    const split = shares.join(" · ");
    return html`<span class="ballot__figure"
        >${_("{n} 票", { n: counts[at] })}${_("（{n}%）", { n: percent })}</span
      >
      <svg class="ballot__bar" aria-hidden="true"><rect width="${percent}%" height="100%" /></svg>
      ${split ? html`<span class="ballot__split">${split}</span>` : nothing}`;
  }

  #sum() {
    const { kind, voted, quorum, result, counts, hands, how, reason } = this.ballot;
    if (how === "void") return _("本项表决作废，没有结果。理由：{reason}", { reason });
    const parts = [_("{n} 人已投票", { n: voted })];
    if (hands) parts.push(_("其中现场举手 {n} 人", { n: hands.people }));
    if (quorum && result) {
      parts.push(
        result.quorum_reached
          ? _("达到法定票数 {n}", { n: quorum })
          : _("未达到法定票数 {n}，结果不成立", { n: quorum }),
      );
    } else if (quorum) parts.push(_("法定票数 {n}", { n: quorum }));
    if (!counts) parts.push(_("结果在结束后公布"));
    else if (kind === "multiple") parts.push(_("一人可选几项，百分比按投票人数算"));
    return parts.join(" · ");
  }

  #end() {
    if (!this.ending) {
      return html`<p class="actions">
        <button type="button" class="button button--small" @click=${() => (this.ending = true)}>
          ${_("结束表决…")}
        </button>
        <button type="button" class="button button--small" @click=${() => this.tell("hall-void", this.ballot.number)}>
          ${_("作废…")}
        </button>
      </p>`;
    }
    return html`<p class="actions">
      <button type="button" class="button button--small button--main" ?disabled=${this.busy} @click=${this.#close}>
        ${_("现在结束并公布结果")}
      </button>
      <button type="button" class="button button--small" @click=${() => (this.ending = false)}>
        ${_("继续表决")}
      </button>
    </p>`;
  }

  #vote(event) {
    event.preventDefault();
    const { number, max_choices } = this.ballot;
    const choices = new FormData(event.target).getAll(`ballot-${number}`).map(Number);
    const more = choices.length - max_choices;
    const problem = choices.length
      ? more > 0 && _("最多选 {n} 项，请去掉 {more} 项再投票。", { n: max_choices, more })
      : _("请先选择，再投票。");
    if (problem) return this.room.notice(problem, "problem");
    this.room.queue({ do: "ballot.vote", number, choices });
  }

  async #close() {
    this.busy = true;
    await this.room.act({ do: "ballot.close", number: this.ballot.number });
    Object.assign(this, { busy: false, ending: false });
  }
}

customElements.define("ballot-card", BallotCard);

/** The way to the open ballot, or for a while to the result, from wherever in the feed one is. */
export function wayTo({ ballots, offset }) {
  const [last] = ballots.slice(-1);
  if (!last || last.how === "void") return nothing;
  const { number, question, closed_at: closed } = last;
  if (closed && performance.now() + offset - new Date(closed) > RESULT_STAYS) return nothing;
  return html`<a class="room-ballot ${closed ? "is-closed" : ""}" href="#ballot-${number}"
    ><b>${closed ? _("表决结果") : _("正在表决")}</b><span>${question}</span></a
  >`;
}

/** Go on with what was chosen in the page as the server wrote it. */
export async function takeOver(app, page) {
  await app.updateComplete;
  for (const { value, form } of page.querySelectorAll(".ballot input:checked")) {
    const name = `ballot-${form.elements.number.value}`;
    const input = app.querySelector(`ballot-card [name="${name}"][value="${value}"]`);
    if (input) input.checked = true;
  }
}

/** The ballots, latest first: the open one or the last result whole, the others folded. */
class BallotList extends HallElement {
  static properties = {
    room: { attribute: false },
    ballots: { attribute: false },
    acts: { attribute: false },
    may: { attribute: false },
    now: { type: Number },
  };

  render() {
    const [latest, ...earlier] = [...this.ballots].reverse();
    if (!earlier.length) return this.#card(latest);
    return html`${this.#card(latest)}
      <details class="panel__list">
        <summary>${_("以往的表决")}<span class="number">${earlier.length}</span></summary>
        ${earlier.map((each) => this.#card(each))}
      </details>`;
  }

  #card(ballot) {
    return html`<ballot-card
      .room=${this.room}
      .ballot=${ballot}
      .wish=${this.room.waiting("ballot.vote", ballot.number)}
      .may=${this.may}
      .now=${this.now}
    ></ballot-card>`;
  }
}

customElements.define("ballot-list", BallotList);
