/** Keeping the page still under the eyes of whoever reads it. All moves are immediate. */

const NEAR = 96;

/** How far it is to the end of the page. */
export const toGo = () => document.documentElement.scrollHeight - innerHeight - scrollY;

/** Whether the end of the page is in view, or nearly. */
export const nearEnd = () => toGo() < NEAR;

const FRAMES = 4;

let journey = 0;

// Who taps a link to somewhere else meanwhile is not pulled back.
addEventListener("click", () => journey++, true);

/** Move, and again in the next pictures while what came into view finds its height. */
function settle(move, frames = FRAMES, mine = ++journey) {
  if (mine !== journey) return;
  move();
  if (frames) requestAnimationFrame(() => settle(move, frames - 1, mine));
}

/** Go to the end of the page. */
export const toEnd = () =>
  settle(() => scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" }));

/** Bring an element to the middle of the window. */
export const toMiddle = (element) =>
  settle(() => element.scrollIntoView({ block: "center", behavior: "instant" }));

/**
 * The first article below the page's fixed head, and where it is now; null where none is in view.
 * @param {Element} feed
 * @returns {{article: Element, top: number} | null}
 */
export function topmost(feed) {
  // It may have scrolled away itself.
  const head = Math.max(0, document.querySelector(".room-top")?.getBoundingClientRect().bottom ?? 0);
  const cards = feed.querySelector(".feed").children;
  let first = 0;
  let beyond = cards.length;
  while (first < beyond) {
    const middle = (first + beyond) >> 1;
    if (cards[middle].getBoundingClientRect().bottom > head) beyond = middle;
    else first = middle + 1;
  }
  const article = cards[first]?.querySelector("article") ?? cards[first];
  const { top } = article?.getBoundingClientRect() ?? {};
  return top < innerHeight ? { article, top } : null;
}

/** Scroll by as much as the article has moved. */
export function hold({ article, top }) {
  if (!article.isConnected) return;
  const moved = article.getBoundingClientRect().top - top;
  if (Math.abs(moved) >= 1) scrollBy({ top: moved, behavior: "instant" });
}
