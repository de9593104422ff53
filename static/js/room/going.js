/** The ways to other views of a room-app, and to what has the focus then: fetched with the first going. */

import { keep } from "./keep.js";
import { parts } from "./parts.js";

const wide = matchMedia("(min-width: 60rem)");

/** From one opinion at a time to all in a row, or back; kept on the device. */
export async function turnOne(app) {
  await (app.one ? parts.feed() : parts.one());
  app.one = !app.one;
  keep("hall.one").write(app.one);
}

/** Open the side; where it lies over everything else, that is out of reach until it is closed. */
export async function openSide(app) {
  const opener = document.activeElement;
  app.inside ??= (await parts.side()).inside;
  Object.assign(app, { opener, side: true });
  await app.updateComplete;
  if (wide.matches) return;
  cover(app, true);
  app.querySelector(".room-side__close").focus();
  wide.addEventListener("change", () => app.closeSide(), { once: true });
}

/** Close it; the focus goes back to where it was. */
export async function closeSide(app) {
  app.side = false;
  await app.updateComplete;
  cover(app, false);
  app.opener?.focus();
}

function cover(app, covers) {
  for (const part of document.querySelectorAll(".skip, .room-bar, .room-top, .room-talk")) {
    part.toggleAttribute("inert", covers);
  }
  const side = app.querySelector(".room-side");
  for (const [name, value] of Object.entries({ role: "dialog", "aria-modal": "true" })) {
    if (covers) side.setAttribute(name, value);
    else side.removeAttribute(name);
  }
}

/** What had the focus is gone: have it where one writes or, in large type, reads. */
export async function back(app) {
  await app.updateComplete;
  const places = ["#composer-text", "one-by-one article", ".composer__open", "#main"];
  const found = places.map((place) => document.querySelector(place)).find(Boolean);
  if (document.activeElement === document.body) found.focus({ preventScroll: true });
}
