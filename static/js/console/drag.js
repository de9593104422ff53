/** Dragging opinions out of the feed by their heads, for as long as somebody wants them. */

const TYPE = "application/x-opinion";
const HEAD = ".opinion__head";

let number = 0;

/**
 * Let opinions be dragged; returns what ends it. Text in a card can still be marked: only its head
 * is a handle.
 */
export function dragOpinions() {
  const stop = new AbortController();
  const { signal } = stop;
  const mark = ({ target }) => {
    const head = target.closest?.(`article.opinion ${HEAD}`);
    if (head) head.draggable = true;
  };
  const start = (event) => {
    const article = event.target.closest?.(HEAD)?.closest("article.opinion");
    if (!article) return;
    number = Number(article.id.replace("opinion-", ""));
    event.dataTransfer.setData(TYPE, String(number));
    event.dataTransfer.effectAllowed = "copy";
  };
  document.addEventListener("pointerover", mark, { signal });
  document.addEventListener("dragstart", start, { signal });
  document.addEventListener("dragend", () => (number = 0), { signal });
  return () => {
    stop.abort();
    for (const head of document.querySelectorAll(`${HEAD}[draggable]`)) head.draggable = false;
  };
}

/** The number of the opinion that is being dragged here, or 0. */
export const numberIn = ({ dataTransfer }) => (dataTransfer.types.includes(TYPE) ? number : 0);
