/** What happens in the room that calls for who is in it: fetched when such a thing changes. */

import { html, nothing } from "lit";

import { canModerate, canVote } from "./can.js";
import { parts } from "./parts.js";
import { _ } from "./words.js";

const running = ({ agenda }) => agenda.find((item) => item.started_at && !item.ended_at);

/** The number of the turn in which this person has the floor, or 0. */
const turn = ({ seat, speaking }) =>
  seat && speaking.now?.person.id === seat.person.id ? speaking.now.number : 0;

/** Whoever follows what was said has read it. */
const read = ({ target }) => (target.closest("room-notices").notices = []);

const ballot = ({ may }, { question, number, ...rest }) => html`${_("开始表决：{question}", { question })}
  ${canVote(may, rest) ? html`<a href="#ballot-${number}" @click=${read}>${_("去投票")}</a>` : nothing}`;

/**
 * Say what there is to say to a person who knew the one state of the room, now that it is the other.
 * @param {Room} room
 * @param {object} before as in state.js
 * @param {object} state as in state.js
 */
export function call(room, before, state) {
  const say = (words) => room.notice(words, "call");
  if (turn(state) && turn(state) !== turn(before)) say(_("轮到您了，请您发言。"));
  // Whoever moves the rest sees it move.
  if (canModerate(state.may)) return;
  const known = new Set(before.ballots.map(({ number }) => number));
  for (const each of state.ballots) {
    if (known.has(each.number) || each.closed_at) continue;
    // The way there is shown once there is something at its end.
    parts.ballots().then(() => say(ballot(state, each)));
  }
  const step = running(state.room);
  if (before.room.stage !== state.room.stage) {
    say(_("会议进入：{stage}", { stage: state.room.stage_label }));
  } else if (step && step.position !== running(before.room)?.position) {
    say(_("现在进行：{title}", { title: step.title }));
  }
}
