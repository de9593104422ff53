/** Keeping the page still under the eyes of whoever reads it. All moves are immediate. */

const NEAR = 96;

/** Whether the end of the page is in view, or nearly. */
export const nearEnd = () =>
  document.documentElement.scrollHeight - innerHeight - scrollY < NEAR;

export const toEnd = () => scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" });

/**
 * The first article below the page's fixed head, and where it is now; null where none is in view.
 * @param {Element} feed
 * @returns {{article: Element, top: number} | null}
 */
export function topmost(feed) {
  const head = document.querySelector(".room-top")?.getBoundingClientRect().bottom ?? 0;
  for (const article of feed.querySelectorAll("article")) {
    const { top, bottom } = article.getBoundingClientRect();
    if (bottom > head) return top < innerHeight ? { article, top } : null;
  }
  return null;
}

/** Scroll by as much as the article has moved. */
export function hold({ article, top }) {
  if (!article.isConnected) return;
  const moved = article.getBoundingClientRect().top - top;
  if (Math.abs(moved) >= 1) scrollBy({ top: moved, behavior: "instant" });
}
