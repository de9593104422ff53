/** Dropping from a long feed what scrolled out above: fetched when there is that much. */

import { toGo } from "./scroll.js";

const PATIENCE = 10;
const frame = () => new Promise(requestAnimationFrame);

/** Whether the page comes to rest at its very end: not moved by anything for a whole picture. */
async function restsAtEnd() {
  for (let pictures = 0; pictures < PATIENCE; pictures += 1) {
    const { scrollHeight } = document.documentElement;
    const top = scrollY;
    await frame();
    if (top === scrollY && scrollHeight === document.documentElement.scrollHeight && toGo() < 1) return true;
  }
  return false;
}

/**
 * Keep the last `few` cards of a feed that follows what comes, in a picture in which nothing else
 * moves: then nothing in sight does. Until then the feed shows nothing new.
 */
export async function shorten(feed, few) {
  if (feed.held) return;
  feed.held = true;
  await frame();
  if ((await restsAtEnd()) && feed.follows()) feed.first = feed.shown - few + 1;
  await frame();
  feed.held = false;
  feed.requestUpdate();
}
