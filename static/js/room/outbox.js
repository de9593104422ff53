/**
 * What this person has said and the hall has not yet confirmed: kept on the device, sent in order,
 * one at a time, each under one key however often it is sent.
 *
 * The tabs of one person share a place on the device. What one of them has had confirmed, or has
 * taken out, is gone from the others; what a closed one has left is sent by whichever looks next.
 */

import { Declined, newKey } from "./connection.js";

const LATER = { busy: 2_000, too_many: 4_000, too_soon: 3_000 };

/**
 * Dispatches "change" when an entry or its state changed, "received" (detail: the receipt with the
 * entry's kind), and "refused" (detail: the entry with its reason).
 *
 * An entry is `{key, kind, text, reply_to, after, state: "sending" | "received" | "refused",
 * reason}`; `after` is the highest opinion number known when it was said. One with a `command`
 * gives that command instead of a post. One that is added as "refused", without a reason, is laid
 * aside and not sent.
 */
export class Outbox extends EventTarget {
  #call;
  #kept;
  #running = false;
  #ours;

  /**
   * @param {(command: object) => Promise<{number: number}>} call
   * @param {ReturnType<typeof import("./keep.js").keep>} kept a place for the list
   */
  constructor(call, kept) {
    super();
    this.#call = call;
    this.#kept = kept;
    this.entries = kept.read() ?? [];
    this.#ours = new Set(this.entries.map(({ key }) => key));
    kept.watch((isGone) => {
      this.entries = this.entries.filter(({ key }) => !isGone(key));
      this.dispatchEvent(new Event("change"));
    });
  }

  /** Send what an earlier visit has left, or another tab. */
  start() {
    const left = this.#others();
    if (left.length) this.#set([...this.entries, ...left]);
    this.#run();
  }

  /** Queue a post; it is kept before this returns. */
  add(post) {
    const entry = { key: newKey(), state: "sending", reason: "", ...post };
    this.#set([...this.entries, entry]);
    this.#run();
  }

  /** Take an entry out and return it, to be changed or forgotten. */
  take(key) {
    const entry = this.entries.find((each) => each.key === key);
    this.#set(this.entries.filter((each) => each.key !== key));
    return entry;
  }

  /** Forget what has appeared in the room. `appeared(entry)` tells which. */
  settle(appeared) {
    const rest = this.entries.filter((entry) => entry.state !== "received" || !appeared(entry));
    if (rest.length !== this.entries.length) this.#set(rest);
  }

  async #run() {
    if (this.#running) return;
    this.#running = true;
    for (let entry = this.#next(); entry; entry = this.#next()) await this.#deliver(entry);
    this.#running = false;
  }

  #next() {
    return this.entries.find((entry) => entry.state === "sending");
  }

  async #deliver({ key, kind, text, reply_to, command: given }) {
    const post = { do: "opinion.post", kind, text, ...(reply_to && { reply_to }) };
    const command = { ...(given ?? post), key };
    try {
      const receipt = await this.#call(command);
      this.#mark(key, { state: "received", number: receipt.number });
      this.dispatchEvent(new CustomEvent("received", { detail: { ...receipt, kind, key } }));
    } catch (error) {
      if (!(error instanceof Declined)) throw error;
      if (error.code in LATER) {
        this.#mark(key, { reason: error.code === "too_soon" ? error.message : "" });
        await new Promise((go) => setTimeout(go, LATER[error.code]));
      } else if (error.code === "sign_in") {
        // It waits, and so do those behind it, for the page that follows the sign-in.
        await new Promise(() => {});
      } else {
        this.#mark(key, { state: "refused", reason: error.message });
        const entry = this.entries.find((each) => each.key === key);
        if (entry) this.dispatchEvent(new CustomEvent("refused", { detail: entry }));
      }
    }
  }

  #others() {
    return (this.#kept.read() ?? []).filter(({ key }) => !this.#ours.has(key));
  }

  #mark(key, fields) {
    this.#set(this.entries.map((each) => (each.key === key ? { ...each, ...fields } : each)));
  }

  #set(entries) {
    this.entries = entries;
    for (const { key } of entries) this.#ours.add(key);
    // What the hall has is not left behind on the device: at the desk it bears people's names.
    const waiting = entries.filter(({ state }) => state !== "received");
    // What another tab of the same person has queued stays where it is.
    const kept = [...this.#others(), ...waiting];
    this.#kept.write(kept.length ? kept : null);
    this.dispatchEvent(new Event("change"));
  }
}
