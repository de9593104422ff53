/**
 * One room's socket: commands with answers, and a line that mends itself.
 *
 * A command waits for its answer across reconnects and is sent again under the same key, which the
 * hall answers with the same receipt. Questions that only read are not sent again: whoever asked
 * learns at once that the line is gone.
 */

const SHORTEST = 500;
const LONGEST = 30_000;
const SILENCE = 40_000;
const WAIT_WHEN_FULL = 10_000;
const RESTED = 15_000;

/** Close codes after which trying again is of no use. */
export const FINAL = { 4001: "sign_in", 4003: "forbidden", 4004: "not_found" };

/** A command that the hall declined, with its stable code and a sentence for people. */
export class Declined extends Error {
  constructor({ code, message }) {
    super(message);
    this.name = "Declined";
    this.code = code;
  }
}

/** A question that was under way when the line broke. */
export class LineGone extends Error {}

/** A key for a command; also where `randomUUID` is withheld because the page came without TLS. */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Full jitter: anything from half a second up to a bound that doubles with each failure. */
export function delayAfter(failures, random = Math.random()) {
  const bound = Math.min(LONGEST, SHORTEST * 2 ** Math.min(failures, 10));
  return SHORTEST + random * Math.max(0, bound - SHORTEST);
}

/**
 * Dispatches "frame" (detail: the frame) for all but answers, and "status" (detail: the status)
 * where `status` is `{state: "connecting" | "open" | "waiting" | "ended", code, until}`.
 */
export class Connection extends EventTarget {
  #url;
  #socket = null;
  #calls = new Map();
  #failures = 0;
  #timer = 0;
  #watch = 0;
  #heard = 0;
  #greeted = false;
  #who;

  /**
   * @param {string} url
   * @param {string} [who] the id of the person for whom what waits here is said
   */
  constructor(url, who) {
    super();
    this.#url = url;
    this.#who = who;
    this.status = { state: "connecting", code: 0, until: 0 };
  }

  /** Connect, and stay connected until `end`. */
  start() {
    addEventListener("online", () => this.retry());
    addEventListener("offline", () => this.#drop());
    addEventListener("pageshow", (event) => event.persisted && this.retry());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") return;
      if (this.#socket && Date.now() - this.#heard > RESTED + 5_000) this.#drop();
      this.retry();
    });
    this.#connect();
  }

  /** Try now instead of at the end of the present wait. */
  retry() {
    if (!this.#timer) return;
    this.#failures = 0;
    this.#connect();
  }

  /**
   * Send a command and wait for its answer.
   * @param {{do: string, key?: string}} command
   * @param {{again?: boolean}} [options] `again: false` for what only reads
   * @returns {Promise<object>} the answer's `ok`; rejects with `Declined` or `LineGone`
   */
  call(command, { again = true } = {}) {
    const frame = { ...command, key: command.key ?? newKey() };
    return new Promise((resolve, reject) => {
      if (!again && !this.#greeted) {
        reject(new LineGone());
        return;
      }
      this.#calls.set(frame.key, { frame, again, resolve, reject });
      if (this.#greeted) this.#send(frame);
    });
  }

  #connect() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#tell({ state: "connecting", code: this.status.code, until: 0 });
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#hear();
    socket.onmessage = ({ data }) => socket === this.#socket && this.#receive(JSON.parse(data));
    socket.onclose = ({ code }) => socket === this.#socket && this.#closed(code);
  }

  #receive(frame) {
    this.#hear();
    if (frame.re !== undefined) {
      this.#answer(frame);
      return;
    }
    if (frame.hello) {
      // Where someone else has signed in meanwhile, nothing is said in their name.
      if (this.#who && frame.hello.seat?.person.id !== Number(this.#who)) return this.#drop(4001);
      this.#greeted = true;
      this.#failures = 0;
      this.#tell({ state: "open", code: 0, until: 0 });
      for (const { frame: unanswered } of this.#calls.values()) this.#send(unanswered);
    }
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }

  #answer({ re, ok, error }) {
    const call = this.#calls.get(re);
    this.#calls.delete(re);
    if (error) call?.reject(new Declined(error));
    else call?.resolve(ok);
  }

  #send(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #hear() {
    this.#heard = Date.now();
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#drop(), SILENCE);
  }

  /** Give the present socket up; it may be dead without knowing. */
  #drop(code = 1006) {
    const socket = this.#socket;
    if (!socket) return;
    this.#closed(code);
    socket.close();
  }

  #closed(code) {
    // Who has lost a right looks once more at what is left.
    const final = code in FINAL && !(code === 4003 && this.#greeted);
    this.#socket = null;
    this.#greeted = false;
    clearTimeout(this.#watch);
    for (const [key, call] of this.#calls) {
      if (call.again) continue;
      this.#calls.delete(key);
      call.reject(new LineGone());
    }
    if (final) {
      this.#tell({ state: "ended", code, until: 0 });
      return;
    }
    const wait = delayAfter(this.#failures++) + (code === 4009 ? WAIT_WHEN_FULL : 0);
    this.#timer = setTimeout(() => this.#connect(), wait);
    this.#tell({ state: "waiting", code, until: Date.now() + wait });
  }

  #tell(status) {
    this.status = status;
    this.dispatchEvent(new CustomEvent("status", { detail: status }));
  }
}
