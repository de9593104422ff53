// What a person has said in rooms, and the hall does not have yet, is kept on the device by the room:
// <div data-unsent="their id" hidden> tells of it, <section data-kept="their id" hidden> forgets it.

const PLACE = /^hall\.(room|desk)\.(\d+)\.(\d+)\.(?:answer\d+\.)?(outbox|acts|draft)$/;

export function tellUnsent(strip) {
  const { unsent, words, room, desk } = strip.dataset;
  // The desk shows by itself what waits in it.
  const left = kept(unsent)
    .map((place) => ({ ...place, href: { room, desk }[place.where].replace("0", place.id) }))
    .filter(({ part, href }) => part !== "draft" && href !== location.pathname);
  if (!left.length) return;
  const all = left.reduce((sum, { count }) => sum + count, 0);
  strip.querySelector("span").textContent = words.replace("{n}", all);
  strip.querySelector("a").href = left[0].href;
  strip.hidden = false;
}

export function offerClearing(section) {
  const count = () => kept(section.dataset.kept).reduce((sum, place) => sum + place.count, 0);
  const said = section.querySelector("[data-words]");
  const left = count();
  if (!left) return;
  said.textContent = said.dataset.words.replace("{n}", left);
  section.hidden = false;
  section.querySelector("button").addEventListener("click", () => {
    for (const { name } of kept(section.dataset.kept)) localStorage.removeItem(name);
    said.textContent = said.dataset.done;
    section.querySelector("details").remove();
  });
}

function kept(person) {
  try {
    return Object.keys(localStorage).flatMap((name) => {
      const [, where, id, whose, part] = PLACE.exec(name) ?? [];
      if (whose !== person) return [];
      const held = JSON.parse(localStorage.getItem(name));
      return [{ name, where, id, part, count: Array.isArray(held) ? held.length : 1 }];
    });
  } catch {
    return [];
  }
}
