/**
 * The panels of the moderator's console, in the order of their tabs. To add one, write one file that
 * defines one element, and add one entry here.
 *
 * - `name`: short, the same for ever: it is what the device remembers, and part of the tab's id.
 * - `title`: the word on the tab, two to four characters.
 * - `tag`, `load`: the element and the module that defines it, fetched when its tab is first chosen.
 * - `open(state)`: whether this person has the panel now; `state` as in room/state.js.
 * - `badge(state)`: how many things wait here; shown on the tab and on the console's handle.
 *
 * The element gets these properties, all without attributes, and again on every change: `room`
 * (room/room.js: `act(command)` gives a command and says aloud what the hall declines), `state`,
 * `now` (ms on the hall's clock, in steps of ten seconds), `consultationUrl`, `outcomeUrl`. It
 * extends HallElement and draws into the page itself; headings inside begin at h3. Where there is
 * nothing to do it says so, and what could be done (`empty`, in parts.js). Styles: css/console.css.
 */

import { canModerate } from "../room/can.js";
import { _ } from "../room/words.js";

export const PANELS = [
  {
    name: "meeting",
    title: _("会议"),
    tag: "moderator-panel",
    load: () => import("../room/elements/moderator-panel.js"),
    open: () => true,
  },
  {
    name: "queue",
    title: _("审核"),
    tag: "queue-panel",
    load: () => import("./queue-panel.js"),
    open: ({ may }) => canModerate(may),
    badge: ({ cards }) => [...cards.values()].filter(({ state }) => state === "held").length,
  },
  {
    name: "floor",
    title: _("发言"),
    tag: "speaking-panel",
    load: () => import("./speaking-panel.js"),
    open: ({ may }) => may.includes("floor"),
    badge: ({ speaking }) => speaking.waiting.length,
  },
  {
    name: "answers",
    title: _("答复"),
    tag: "answers-panel",
    load: () => import("./answers-panel.js"),
    open: ({ may }) => canModerate(may),
    badge: ({ requests }) =>
      new Set([...requests.values()].flat().filter((one) => !one.answer)).size,
  },
  {
    name: "merge",
    title: _("合并"),
    tag: "merge-panel",
    load: () => import("./merge-panel.js"),
    open: ({ may }) => canModerate(may),
  },
  {
    name: "drafts",
    title: _("草稿"),
    tag: "drafts-panel",
    load: () => import("./drafts-panel.js"),
    open: ({ may }) => may.includes("outcome"),
  },
  {
    name: "notes",
    title: _("便签"),
    tag: "notes-panel",
    load: () => import("./notes-panel.js"),
    open: ({ may }) => canModerate(may),
  },
  {
    name: "posting",
    title: _("规则"),
    tag: "posting-panel",
    load: () => import("./posting-panel.js"),
    open: ({ may }) => canModerate(may),
  },
];
