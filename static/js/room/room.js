/** One room as its elements use it: what is known, what can be asked for, what is on its way. */

import { Connection, Declined, LineGone } from "./connection.js";
import { keep } from "./keep.js";
import { Outbox } from "./outbox.js";
import { parts } from "./parts.js";
import { Store } from "./store.js";
import { KINDS, _ } from "./words.js";

const FIRST = 40;

/**
 * Dispatches "change" when `state`, `status` or `outbox.entries` changed, and "notice" (detail:
 * `{text, tone: "plain" | "problem"}`) for what should be said once.
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
    this.draft = keep(`${name}.draft`);
    this.connection = new Connection(`${scheme}//${location.host}/ws/rooms/${id}/`);
    this.store = new Store((question) => this.connection.call(question, { again: false }), FIRST);
    this.outbox = new Outbox((command) => this.connection.call(command), keep(`${name}.outbox`));
    const changed = () => this.dispatchEvent(new Event("change"));
    this.connection.addEventListener("frame", ({ detail }) => this.store.receive(detail));
    this.connection.addEventListener("status", changed);
    this.store.addEventListener("change", () => {
      this.outbox.settle((entry) => this.state.cards.has(entry.number));
      changed();
    });
    this.outbox.addEventListener("change", changed);
    this.outbox.addEventListener("received", ({ detail }) => {
      this.notice(_("{kind} {number} 已收到", { kind: KINDS[detail.kind], number: detail.number }));
      parts.receipts().then(({ keepReceipt }) => keepReceipt(id, detail));
    });
  }

  get state() {
    return this.store.state;
  }

  get status() {
    return this.connection.status;
  }

  start() {
    this.connection.start();
    this.outbox.start();
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

  /** Say something: it is queued, and appears through its event. */
  say({ kind, text, reply_to = null }) {
    this.outbox.add({ kind, text: text.normalize("NFC").trim(), reply_to, after: this.state.total });
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

  async takeStance(number, value) {
    const taken = await this.act({ do: "stance.take", number, value });
    if (taken) this.store.took(number, taken.value);
    return taken !== null;
  }

  /** Vote; false where the hall declined. */
  async vote(number, choices) {
    const taken = await this.act({ do: "ballot.vote", number, choices });
    if (taken) this.store.voted(number, taken.choices);
    return taken !== null;
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

  notice(text, tone = "plain") {
    this.dispatchEvent(new CustomEvent("notice", { detail: { text, tone } }));
  }
}
