/** An order of opinions that the hall gives by the page, as far as it has been asked for. */

const STEP = 40;

export class Pages {
  constructor() {
    this.begin();
  }

  /**
   * Begin anew, with nothing known. `numbers` are in the order asked for; `floor` is the number
   * from which on all that belong here are known; `away` says that the last page did not come.
   */
  begin(wanted = {}) {
    Object.assign(this, { wanted, numbers: [], more: false, away: false, floor: Infinity, visit: {} });
  }

  /** Have the next page; false where another order was begun meanwhile. */
  async next(room) {
    const { visit, wanted, numbers } = this;
    const [after] = numbers.slice(-1);
    const page = await room.list({ ...wanted, ...(after && { after }), limit: STEP });
    if (visit !== this.visit) return false;
    this.away = !page;
    if (!page) return true;
    // Ranks move while one reads: what was shown stays where it was.
    this.numbers = [...new Set([...numbers, ...page.numbers])];
    this.more = page.more;
    this.floor = this.more ? this.numbers[this.numbers.length - 1] : 0;
    return true;
  }

  /** Have all again, as far as `number` or as many as there were; false where they do not come. */
  async again(room, number) {
    const { wanted, numbers } = this;
    const { order, thread } = wanted;
    this.begin(wanted);
    if (thread && !(await room.load(thread, thread))) return false;
    do {
      if (!(await this.next(room)) || this.away) return false;
    } while (this.more && (order ? this.numbers.length < numbers.length : this.floor > number));
    if (order) this.numbers = [...new Set([...numbers, ...this.numbers])];
    return true;
  }
}
