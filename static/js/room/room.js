/** One room as its elements use it: what is known, what can be asked for, what is on its way. */

import { Connection, Declined, LineGone } from "./connection.js";
import { keep } from "./keep.js";
import { Outbox } from "./outbox.js";
import { parts } from "./parts.js";
import { Store } from "./store.js";
import { _ } from "./words.js";

const FIRST = 40;

/**
 * Dispatches "change" when `state`, `status` or `outbox.entries` changed, and "notice" (detail:
 * `{text, tone: "plain" | "problem", stays}`) for what should be said once; what `stays` is in sight
 * until it has been read.
 *
 * Posts wait in `outbox`, stances and votes in `acts`: a room that is slow for posts is not for them.
 */
export class Room extends EventTarget {
  /**
   * @param {string} id
   * @param {string} personId what is kept on the device is kept for this person
   */
  constructor(id, personId) {
    super();
    const name = `hall.room.${id}.${personId}`;
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.draft = this.#keep(`${name}.draft`);
    this.connection = new Connection(`${scheme}//${location.host}/ws/rooms/${id}/`, personId);
    this.store = new Store((question) => this.connection.call(question, { again: false }), FIRST);
    const call = (command) => this.connection.call(command);
    this.outbox = new Outbox(call, this.#keep(`${name}.outbox`));
    this.acts = new Outbox(call, this.#keep(`${name}.acts`));
    const changed = () => this.dispatchEvent(new Event("change"));
    this.connection.addEventListener("frame", ({ detail }) => this.store.receive(detail));
    this.connection.addEventListener("status", ({ detail }) => {
      if (detail.state === "open") this.#send();
      changed();
    });
    this.store.addEventListener("change", () => {
      this.outbox.settle((entry) => this.state.cards.has(entry.number));
      changed();
    });
    for (const queue of [this.outbox, this.acts]) {
      queue.addEventListener("change", changed);
      queue.addEventListener("refused", ({ detail }) =>
        parts.stuck().then(({ refused }) => refused(this, detail)),
      );
    }
    this.acts.addEventListener("received", ({ detail: { number, value, choices } }) => {
      this.acts.settle(() => true);
      if (!choices) return this.store.took(number, value);
      this.store.voted(number, choices);
      parts.receipts().then(({ voted }) => voted(this));
    });
    this.outbox.addEventListener("received", ({ detail }) =>
      parts.receipts().then(({ received }) => received(this, id, detail)),
    );
  }

  get state() {
    return this.store.state;
  }

  get status() {
    return this.connection.status;
  }

  start() {
    this.connection.start();
    this.#send();
  }

  #send() {
    this.outbox.start();
    this.acts.start();
  }

  /** A place on the device; where it takes nothing, that is said once. */
  #keep(name) {
    const place = keep(name);
    const write = (value) => {
      if (place.write(value) || this.unkept) return;
      this.unkept = true;
      this.notice(_("本机存不下您写的内容，发出之前请不要关闭本页。"), "problem", true);
    };
    return { ...place, write };
  }

  /** What is queued and not yet to be seen as a card. */
  get underWay() {
    const me = this.state.seat?.person.id;
    const latest = [];
    for (let number = this.state.total; number > this.state.total - 50 && number > 0; number -= 1) {
      const card = this.state.cards.get(number);
      if (card?.author.id === me) latest.push(card);
    }
    // The event may arrive before the receipt: the same words must not stand there twice.
    const isThis = (entry, card) =>
      entry.number === card.number ||
      (card.number > entry.after && card.kind === entry.kind && card.text === entry.text);
    return this.outbox.entries.filter(
      (entry) => entry.state === "refused" || !latest.some((card) => isThis(entry, card)),
    );
  }

  /** Say something: it is queued, and appears through its event. With `refused` it is laid aside. */
  say({ kind, text, reply_to = null }, state = "sending") {
    const { total: after } = this.state;
    this.outbox.add({ kind, text: text.normalize("NFC").trim(), reply_to, after, state });
  }

  /**
   * Give a command; what the hall declines is said aloud.
   * @returns {Promise<object | null>} the answer, or null where it was declined
   */
  async act(command) {
    try {
      return await this.connection.call(command);
    } catch (error) {
      if (!(error instanceof Declined)) throw error;
      this.notice(error.message, "problem");
      return null;
    }
  }

  /** Take a stance or vote: it is queued, and counts from its receipt on. The last wish is sent. */
  queue(command) {
    const earlier = this.#waits(command.do, command.number);
    if (earlier) this.acts.take(earlier.key);
    this.acts.add({ command });
  }

  /** The command of this kind about this number that the hall has not confirmed yet. */
  waiting(kind, number) {
    return this.#waits(kind, number)?.command;
  }

  #waits(kind, number) {
    return this.acts.entries.find(({ command }) => command.do === kind && command.number === number);
  }

  /** Have the cards from `first` on; false where the line is down just now. */
  async load(first, last) {
    return (await this.#read(this.store.load(first, last).then(() => true))) ?? false;
  }

  /** A page of `{numbers, more}` as `room.list` gives it; null where the line is down just now. */
  list(wanted) {
    return this.#read(this.store.list(wanted));
  }

  async #read(answer) {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof LineGone) return null;
      if (!(error instanceof Declined)) throw error;
      this.notice(error.message, "problem");
      return null;
    }
  }

  notice(text, tone = "plain", stays = false) {
    this.dispatchEvent(new CustomEvent("notice", { detail: { text, tone, stays } }));
  }
}
