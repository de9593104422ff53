/** The desk in the hall: what it knows, and what waits in it for the line. */

import { Connection, Declined, LineGone, newKey } from "../room/connection.js";
import { keep } from "../room/keep.js";
import { Outbox } from "../room/outbox.js";
import { Store } from "../room/store.js";

const PAUSE = 800;
const DONE_STAYS = 2;
const isReceived = ({ state }) => state === "received";
const CHANGES = /^(attendee|seat|ballot)\./;

/**
 * Dispatches "change" when anything that it shows has changed.
 *
 * `view` is what `desk.view` told last, or null: `{attendees, expected, hands, counted}`. What the
 * desk does goes through `outbox`, in order, one after the other; `done` are the last that were
 * received. `fixing` is the correction that is being written, see `fix`.
 */
export class Desk extends EventTarget {
  #due = 0;
  #keys;
  #known;
  #askedAt = -PAUSE;

  /**
   * @param {string} id the room
   * @param {string} personId what waits on the device is kept for this person
   */
  constructor(id, personId) {
    super();
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.view = null;
    this.done = [];
    this.fixing = null;
    this.connection = new Connection(`${scheme}//${location.host}/ws/rooms/${id}/`, personId);
    this.store = new Store((question) => this.connection.call(question, { again: false }));
    this.#known = keep(`hall.desk.${id}.${personId}.known`);
    this.#keys = this.#known.read() ?? {};
    this.draft = keep(`hall.desk.${id}.${personId}.draft`);
    this.outbox = new Outbox(
      (command) => this.#send(command),
      keep(`hall.desk.${id}.${personId}.outbox`),
    );
    this.connection.addEventListener("frame", ({ detail }) => this.#hear(detail));
    this.connection.addEventListener("status", ({ detail }) => this.#line(detail));
    this.store.addEventListener("change", () => this.#tell());
    this.outbox.addEventListener("change", () => this.#tell());
    this.outbox.addEventListener("received", ({ detail }) => this.#received(detail));
  }

  start() {
    this.connection.start();
    this.outbox.start();
  }

  get state() {
    return this.store.state;
  }

  get status() {
    return this.connection.status;
  }

  get may() {
    return this.state.may;
  }

  /** Whom an opinion can be entered for: those who are checked in, and those on their way. */
  get attendees() {
    const known = this.view?.attendees ?? [];
    const keys = new Set(known.map(({ key }) => key));
    const coming = this.outbox.entries
      .filter(({ key, command }) => command.do === "desk.check_in" && !keys.has(key))
      .map(({ key, command, label, state }) => ({
        key,
        person: { id: 0, name: label, identity: command.identity, belongs_to: "", real_name: "" },
        votes: true,
        votes_by_hand: command.votes_by_hand,
        waits: true,
        refused: state === "refused",
      }));
    return [...coming.reverse(), ...known];
  }

  /**
   * Do something at the desk: it is kept on the device until the hall has it.
   * @param {object} command without its key
   * @param {string} label what people read of it while it waits
   */
  do(command, label) {
    this.outbox.add({ key: newKey(), command, label });
  }

  /**
   * Begin to put right what was entered. `known` are the wordings that the clerk has seen,
   * `expected` the one that the correction replaces: of what waits for the line, the last.
   * @param {number} number
   * @param {string} [own] words to begin with, where others have come to stand there meanwhile
   */
  fix(number, own) {
    const now = this.state.cards.get(number).text;
    const expected = this.#waiting("desk.correct", number, ["sending"])?.command.text ?? now;
    const newer = own === undefined ? "" : now;
    this.fixing = { number, expected, known: [now, expected], newer, text: own ?? expected };
    this.#tell();
  }

  unfix() {
    this.fixing = null;
    this.#tell();
  }

  /** The key of the count of hands that one entered now would replace, as far as is known here. */
  counted(ballot) {
    return this.#waiting("desk.count_hands", ballot)?.key ?? this.view?.counted?.key ?? null;
  }

  /** The last that was done so here, and that what the hall tells does not have yet. */
  #waiting(what, number, states = ["sending", "received"]) {
    const same = ({ state, command }) =>
      states.includes(state) && command.do === what && command.number === number;
    return this.outbox.entries.filter(same).pop();
  }

  /** The key by which the hall calls someone whom the desk has checked in under this one. */
  keyOf(attendee) {
    return this.#keys[attendee] ?? attendee;
  }

  /**
   * Someone whom the desk has checked in without a line may have come in by phone meanwhile, or at
   * another desk: what waits for them is theirs all the same.
   */
  async #send(command) {
    const { attendee, key } = command;
    const sent = attendee ? { ...command, attendee: this.keyOf(attendee) } : command;
    const answer = await this.connection.call(sent);
    if (command.do === "desk.check_in" && answer.key !== key) {
      this.#keys[key] = answer.key;
      this.#known.write(this.#keys);
    }
    return answer;
  }

  /** Ask again what the hall knows of the attendees: at once, or once for many reasons that come
   * one upon another. */
  refresh() {
    const pause = Math.max(0, this.#askedAt + PAUSE - performance.now());
    this.#due ||= setTimeout(() => this.#ask(), pause);
  }

  async #ask() {
    this.#due = 0;
    this.#askedAt = performance.now();
    try {
      const told = this.outbox.entries.filter(isReceived).map(({ key }) => key);
      this.view = await this.connection.call({ do: "desk.view" }, { again: false });
      this.outbox.settle(({ key }) => told.includes(key));
      this.#tell();
    } catch (error) {
      if (!(error instanceof LineGone) && !(error instanceof Declined)) throw error;
    }
  }

  #hear(frame) {
    this.store.receive(frame);
    // A desk that does not moderate gets the bare number of a check-in.
    if (frame.hello || (frame.seq && (!frame.type || CHANGES.test(frame.type)))) this.refresh();
  }

  #line(status) {
    if (status.state === "open") this.refresh();
    this.#tell();
  }

  #received({ key, number }) {
    const { label } = this.outbox.entries.find((entry) => entry.key === key) ?? { label: "" };
    this.done = [{ key, label, number }, ...this.done].slice(0, DONE_STAYS);
    this.refresh();
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}
