/** What a panel shows and the room's state does not hold: asked for, and again when it has changed. */

import { LineGone } from "../room/connection.js";

/**
 * For an element with `room` and `state`. Call `look()` in `updated`; `found` is null until the
 * first answer.
 */
export class Asked {
  #host;
  #command;
  #kinds;
  #known = "";

  /**
   * @param {import("lit").ReactiveElement} host
   * @param {{do: string}} command what to ask
   * @param {string[]} kinds first words of the events that change the answer
   */
  constructor(host, command, kinds) {
    this.#host = host;
    this.#command = command;
    this.#kinds = kinds;
    this.found = null;
  }

  /** Ask where something has changed since. */
  look() {
    const { epoch, changed } = this.#host.state;
    const online = this.#host.room.status.state === "open";
    const here = [epoch, online, ...this.#kinds.map((kind) => changed[kind] ?? 0)].join();
    if (here === this.#known) return;
    this.#known = here;
    if (online) this.ask();
  }

  /** Ask now. */
  async ask() {
    try {
      this.found = await this.#host.room.connection.call(this.#command, { again: false });
      this.#host.requestUpdate();
    } catch (error) {
      if (!(error instanceof LineGone)) throw error;
      this.#known = "";
    }
  }
}
