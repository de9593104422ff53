/**
 * What this person has said and the hall has not yet confirmed: kept on the device, sent in order,
 * one at a time, each under one key however often it is sent.
 */

import { Declined, newKey } from "./connection.js";

const LATER = { busy: 2_000, too_many: 4_000, too_soon: 3_000 };

/**
 * Dispatches "change" when an entry or its state changed, and "received" (detail: the receipt with
 * the entry's kind).
 *
 * An entry is `{key, kind, text, reply_to, after, state: "sending" | "received" | "refused",
 * reason}`; `after` is the highest opinion number known when it was said. One with a `command`
 * gives that command instead of a post.
 */
export class Outbox extends EventTarget {
  #call;
  #kept;
  #running = false;
  #ours;

  /**
   * @param {(command: object) => Promise<{number: number}>} call
   * @param {{read: () => any, write: (value: any) => void}} kept
   */
  constructor(call, kept) {
    super();
    this.#call = call;
    this.#kept = kept;
    this.entries = kept.read() ?? [];
    this.#ours = new Set(this.entries.map(({ key }) => key));
  }

  /** Send what an earlier visit left. */
  start() {
    this.#run();
  }

  /** Queue a post; it is kept before this returns. */
  add(post) {
    const entry = { key: newKey(), ...post, state: "sending", reason: "" };
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
      } else this.#mark(key, { state: "refused", reason: error.message });
    }
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
    const others = (this.#kept.read() ?? []).filter(({ key }) => !this.#ours.has(key));
    const kept = [...others, ...waiting];
    this.#kept.write(kept.length ? kept : null);
    this.dispatchEvent(new Event("change"));
  }
}
