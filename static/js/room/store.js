/** The room's state over time: frames in, one "change" per picture out. */

import { canModerate } from "./can.js";
import { LineGone } from "./connection.js";
import {
  NOTHING,
  withEvents,
  withHello,
  withMine,
  withNews,
  withOlder,
  withSnapshot,
  withVote,
} from "./state.js";

const PAGE = 100;
const MOST_WAITING = 1_000;

/**
 * Applies frames in the log's order, and asks for what is missing.
 *
 * Dispatches "change", at most once per picture, after `state` was replaced.
 */
export class Store extends EventTarget {
  #ask;
  #asking = null;
  #waiting = new Map();
  #due = false;

  #few;

  /**
   * @param {(command: object) => Promise<object>} ask sends a question that only reads
   * @param {number} [few] how many opinions to begin with, for who does not moderate
   */
  constructor(ask, few) {
    super();
    this.#few = few;
    this.#ask = ask;
    this.state = NOTHING;
  }

  /** Milliseconds on the server's clock, whatever becomes of the device's own. */
  now() {
    return performance.now() + this.state.offset;
  }

  /** Take one frame of the socket, of any sort but an answer. */
  receive(frame) {
    if (frame.hello) {
      this.#set(withHello(this.state, frame.hello, performance.now()));
      this.#catchUp({ afresh: true });
    } else if (frame.now === "head") {
      if (frame.head > this.state.head) this.#catchUp();
    } else if (frame.now) {
      this.#set(withNews(this.state, frame));
    } else {
      this.apply(frame);
    }
  }

  /** Apply one event: the next is taken, an older one ignored, a later one waits for the gap. */
  apply(event) {
    if (!this.state.ready || event.seq > this.state.head + 1) {
      if (this.#waiting.size < MOST_WAITING) this.#waiting.set(event.seq, event);
      this.#catchUp();
      return;
    }
    if (event.seq <= this.state.head) return;
    this.#set(withEvents(this.state, [event]));
  }

  /** Note a stance of this person that the hall has accepted. */
  took(number, value) {
    this.#set(withMine(this.state, number, value));
  }

  /** Note a vote of this person that the hall has accepted. */
  voted(number, choices) {
    this.#set(withVote(this.state, number, choices));
  }

  /** Have the cards of all opinions from `first` to `last`; resolves when they are there. */
  async load(first, last = this.state.total) {
    let upper = last;
    while (upper >= first) {
      while (upper >= first && this.state.cards.has(upper)) upper -= 1;
      if (upper < first) return;
      const page = await this.#ask({ do: "room.opinions", before: upper + 1, limit: PAGE });
      this.#set(withOlder(this.state, page.opinions));
      if (!page.more || !page.opinions.length) return;
      upper = page.opinions[0].number - 1;
    }
  }

  /**
   * Ask for a page of opinions in some order, and keep their cards.
   * @returns {Promise<{numbers: number[], more: boolean}>} the numbers in that order
   */
  async list(wanted) {
    const { opinions, more } = await this.#ask({ do: "room.list", ...wanted });
    this.#set(withOlder(this.state, opinions));
    return { numbers: opinions.map((card) => card.number), more };
  }

  /** Ask for what happened since; one question at a time, and again while there is more. */
  #catchUp({ afresh = false } = {}) {
    if (this.#asking && !afresh) return;
    const asking = this.#since().catch((error) => {
      if (!(error instanceof LineGone)) throw error;
    });
    this.#asking = asking;
    asking.finally(() => {
      if (this.#asking === asking) this.#asking = null;
    });
  }

  async #since() {
    for (;;) {
      const { head, epoch, may } = this.state;
      const opinions = canModerate(may) ? undefined : this.#few;
      const told = await this.#ask({ do: "room.since", seq: head, epoch: epoch ?? "", opinions });
      if (told.snapshot) this.#set(withSnapshot(this.state, told.snapshot));
      else this.#set(withEvents(this.state, told.events));
      this.#takeWaiting();
      if (told.snapshot || this.state.head >= told.head || this.state.head === head) return;
    }
  }

  #takeWaiting() {
    const events = [...this.#waiting.values()].sort((a, b) => a.seq - b.seq);
    this.#waiting.clear();
    this.#set(withEvents(this.state, events));
  }

  #set(state) {
    this.state = state;
    if (this.#due) return;
    this.#due = true;
    const tell = () => {
      if (!this.#due) return;
      this.#due = false;
      this.dispatchEvent(new Event("change"));
    };
    // A page in the background gets no pictures, but its title and announcements stay current.
    requestAnimationFrame(tell);
    setTimeout(tell, 150);
  }
}
