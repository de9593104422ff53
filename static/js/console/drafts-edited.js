/** The sentence that is being edited, while others change the drafts around it. */

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
