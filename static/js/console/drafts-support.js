/** Who stands where on the opinions that drafts rest on, as the drafts panel shows it. */

import { html, nothing } from "lit";

import { excerpt } from "../room/elements/opinion-card.js";
import { sided } from "../room/shares.js";
import { _ } from "../room/words.js";

const FLOOR = 9;

/** A line for each of these opinions; `standings` as `room.drafts` gives them. */
export function support(numbers, standings) {
  const known = new Map(standings.map((one) => [one.number, one]));
  return numbers.map((number) => line(number, known.get(number)));
}

function line(number, standing) {
  const link = html`<a href="#opinion-${number}">${number}</a>`;
  if (!standing?.share) return html`<li>${link} ${_("还没有人表态")}</li>`;
  const { share, enough, groups, against } = standing;
  return html`<li>
    ${link} ${sided(share)} ${enough ? nothing : few()}
    ${groups.map((one) => html`<br />${one.name} ${sided(one.share)} ${one.against ? opposed() : nothing}`)}
    ${against && !groups.some((one) => one.against) ? opposed() : nothing}
  </li>`;
}

/** What these opinions say, to write from; of `cards` those that are known. */
export function sources(numbers, cards) {
  const said = numbers.map((number) => cards.get(number)).filter(Boolean);
  return said.map(
    (card) => html`<p class="small soft">${card.number} · ${excerpt(card.text)} · ${soFar(card)}</p>`,
  );
}

/** The same of an opinion that no draft rests on yet: what its card tells. */
function soFar({ agree, disagree }) {
  const counts = _("赞成 {agree}，不赞成 {disagree}", { agree, disagree });
  return html`${counts} ${agree + disagree < FLOOR ? few() : nothing}`;
}

/** What every group agrees with and no clause rests on yet; `begin` is given a number. */
export function uniting({ uniting: all, clauses, standings }, begin) {
  const cited = new Set(clauses.flatMap(({ evidence }) => evidence));
  const open = all.filter(({ number }) => !cited.has(number));
  if (!open.length) return nothing;
  return html`<details class="draft-uniting">
    <summary>${_("从大家一致赞成的起草（{n} 条）", { n: open.length })}</summary>
    <ul class="drafts">
      ${open.map(
        ({ number, text }) => html`<li class="draft">
          <p>${excerpt(text)}</p>
          <ul class="small draft-support">
            ${support([number], standings)}
          </ul>
          <button type="button" class="button button--small" @click=${() => begin(number)}>
            ${_("用第 {n} 号起草共识", { n: number })}
          </button>
        </li>`,
      )}
    </ul>
  </details>`;
}

/**
 * What is to be decided of a clause that rests on few voices, or was decided: `accept` lets it stand
 * as it is, `register` puts it into the dissent register.
 */
export function fewVoices({ few_voices, few_accepted }, busy, accept, register) {
  if (!few_voices) return nothing;
  if (few_accepted) {
    return html`<p class="small">${_("表态不足 9 人，已确认仍作为共识；公示时会注明。")}</p>`;
  }
  return html`<p class="small">${_("表态都不足 9 人。可以等更多人表态，也可以现在定下来，公示前都行：")}</p>
    <div class="actions">
      <button type="button" class="button button--small" ?disabled=${busy} @click=${accept}>
        ${_("表态少，仍作为共识")}
      </button>
      <button type="button" class="button button--small" ?disabled=${busy} @click=${register}>
        ${_("改登记为分歧")}
      </button>
    </div>`;
}

const few = () => html`<span class="chip">${_("表态不足 9 人")}</span>`;
const opposed = () => html`<strong>${_("反对")}</strong>`;

const beside = matchMedia("(min-width: 60rem)");

/** How an opinion comes into a draft: it can be dragged where the console lies beside the room, not over it. */
export const ways = () =>
  beside.matches
    ? {
        cite: _("把意见卡片拖到一条草稿上，它的编号就成为依据；也可以点意见的“管理”，再点“引用到草稿…”。"),
        begin: _("拖一条意见到下面，写成一句话。"),
      }
    : {
        cite: _("点意见的“管理”，再点“引用到草稿…”，它的编号就成为依据。"),
        begin: _("从一条意见开始，写成一句话。"),
      };
