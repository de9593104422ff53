/** Asking someone to be silent for a while. */

import { _ } from "../room/words.js";
import { give } from "./parts.js";

const REASONS = [_("请先听听别人的意见"), _("请勿重复发言"), _("用语不文明"), _("与议题无关")];
const MINUTES = [5, 10, 30, 60];

/** Ask how long and why, and mute the person; whoever is muted reads the reason. */
export async function mute(room, person) {
  const answer = await document.querySelector("moderator-console reason-dialog").ask({
    title: _("请{name}暂停发言", { name: person.name }),
    hint: _("对方会看到理由和到什么时候；还可以看和表态。随时可以恢复。"),
    reasons: REASONS,
    minutes: MINUTES,
    confirm: _("暂停发言"),
  });
  if (!answer) return;
  await give(room, { do: "person.mute", person: person.id, ...answer });
}
