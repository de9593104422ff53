/** What happens in the room that calls for who is in it: fetched when such a thing changes. */

import { html, nothing } from "lit";

import { canModerate, canVote } from "./can.js";
import { parts } from "./parts.js";
import { _ } from "./words.js";

const running = ({ agenda }) => agenda.find((item) => item.started_at && !item.ended_at);

/** The number of the turn in which this person has the floor, or 0. */
const turn = ({ seat, speaking }) =>
  seat && speaking.now?.person.id === seat.person.id ? speaking.now.number : 0;

const notices = () => document.querySelector("room-notices");

/** Whoever follows what was said has read it, and goes there from whatever lies over the room. */
function read() {
  notices().notices = [];
  document.querySelector("room-app").closeSide();
}
const way = (number, words) => html`<a href="#ballot-${number}" @click=${read}>${words}</a>`;

const opened = ({ may }, { question, number, ...rest }) => html`${_("开始表决：{question}", { question })}
  ${canVote(may, rest) ? way(number, _("去投票")) : nothing}`;
const closed = ({ question, number, how }) =>
  how === "void"
    ? _("表决作废：{question}", { question })
    : html`${_("表决结束：{question}", { question })} ${way(number, _("看结果"))}`;

/** What was said last of the turn, the step and the ballot: what is said next takes its place. */
const told = {};

/** What was said of this is old: one is there already, has voted, or it is over. */
function forget(what) {
  notices().notices = notices().notices.filter(({ text }) => text !== told[what]);
}

addEventListener("hashchange", () => /^#ballot-/.test(location.hash) && forget("ballot"));

/**
 * Say what there is to say to a person who knew the one state of the room, now that it is the other.
 * @param {Room} room
 * @param {object} before as in state.js
 * @param {object} state as in state.js
 */
export function call(room, before, state) {
  const say = (what, words) => {
    forget(what);
    told[what] = words;
    room.notice(words, "call");
  };
  if (!turn(state)) forget("turn");
  else if (turn(state) !== turn(before)) say("turn", _("轮到您了，请您发言。"));
  const [last] = state.ballots.slice(-1);
  const known = before.ballots.find(({ number }) => number === last?.number);
  if (last?.mine && !last.closed_at) forget("ballot");
  if (last?.closed_at && !known?.closed_at && (last.how === "time" || !canModerate(state.may))) {
    say("ballot", closed(last));
  }
  // Whoever moves the rest sees it move.
  if (canModerate(state.may)) return;
  if (last && !known && !last.closed_at) {
    // The way there is shown once there is something at its end.
    parts.ballots().then(() => say("ballot", opened(state, last)));
  }
  const step = running(state.room);
  if (before.room.stage !== state.room.stage) {
    say("step", _("会议进入：{stage}", { stage: state.room.stage_label }));
  } else if (step && step.position !== running(before.room)?.position) {
    say("step", _("现在进行：{title}", { title: step.title }));
  }
}
