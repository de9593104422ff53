/** All opinions of one kind: those of a large room are not all loaded. */

/**
 * For an element with `room` and `state`: what it needs comes into the state. Call `look()` in
 * `updated`.
 */
export class AllOf {
  #host;
  #only;
  #known = "";

  /**
   * @param {import("lit").ReactiveElement} host
   * @param {"hidden" | "unanswered" | "merged"} only as `room.list` takes it
   */
  constructor(host, only) {
    this.#host = host;
    this.#only = only;
  }

  /** Have them where something may be unknown: once, after a snapshot, and after a missed event. */
  async look() {
    const { room, state } = this.#host;
    const here = [state.snapshots, state.missed].join();
    if (here === this.#known || room.status.state !== "open") return;
    this.#known = here;
    const wanted = { only: this.#only, limit: 100 };
    let page;
    do {
      page = await room.list(wanted);
      wanted.after = page?.numbers[page.numbers.length - 1];
    } while (page?.more);
    if (!page && here === this.#known) this.#known = "";
  }
}
