/** An order of opinions that the hall gives by the page, as far as it has been asked for. */

const STEP = 40;

export class Pages {
  constructor() {
    this.begin();
  }

  /**
   * Begin anew, with nothing known. `numbers` are in the order asked for; `floor` is the number
   * from which on all that belong here are known.
   */
  begin(wanted = {}) {
    Object.assign(this, { wanted, numbers: [], more: false, floor: Infinity, visit: {} });
  }

  /** Have the next page; false where another order was begun meanwhile. */
  async next(room) {
    const { visit, wanted, numbers } = this;
    const after = numbers.at(-1);
    const page = await room.list({ ...wanted, ...(after && { after }), limit: STEP });
    if (visit !== this.visit) return false;
    // Ranks move while one reads: what was shown stays where it was.
    this.numbers = [...new Set([...numbers, ...(page?.numbers ?? [])])];
    this.more = page?.more ?? false;
    this.floor = this.more ? this.numbers.at(-1) : 0;
    return true;
  }
}
