/** The sentence that is being edited, while others change the drafts around it. */

import { html } from "lit";

import { _ } from "../room/words.js";

/** By what a draft is: the name of its list, and what people call it. */
export const LISTS = {
  clause: { name: "clauses", title: _("共识草稿") },
  dissent: { name: "dissent", title: _("分歧草稿") },
};

/**
 * What is being edited, now that the drafts `known` have become `found`: the same object, or a new
 * one with the place to which its sentence has come, or without place and time where that was
 * removed. A sentence keeps its time wherever it moves, and has another once its words are changed:
 * then the hall declines what is saved here.
 */
export function followed(editing, known, found) {
  const { name } = LISTS[editing.what];
  const hasTime = (time) => (draft) => draft.updated_at === time;
  const mine = found[name].find(hasTime(editing.updated_at));
  if (mine?.position === editing.position) return editing;
  if (mine) return { ...editing, position: mine.position };
  const there = found[name][editing.position - 1];
  editing.rewritten ||= there && !known[name].some(hasTime(there.updated_at));
  return there && editing.rewritten ? editing : { ...editing, position: null, updated_at: null };
}

/** What is said then. */
export const gone = () => _("这一条刚被别人删去。您写的还在，保存后是新的一条。");

/** Refused as a clause, and why: it can be said in the dissent register, or left. */
export const opposed = (why, busy, register, leave) =>
  html`<div class="stack stack--tight draft-opposed" role="alert">
    <p>${why}</p>
    <div class="actions">
      <button type="button" class="button button--small button--main" ?disabled=${busy} @click=${register}>
        ${_("登记为分歧")}
      </button>
      <button type="button" class="button button--small" @click=${leave}>${_("不登记")}</button>
    </div>
  </div>`;
