// 长辈版: a button above the page that reads it aloud, where the browser has a Chinese voice.
import { chineseVoice, read, stop } from "../room/aloud.js";

const NOT_READ =
  "nav, form, button, [hidden], .visually-hidden, script, template, svg, details:not([open])";

export async function offerReading(root) {
  const box = root.querySelector("[data-aloud]");
  const voice = box && (await chineseVoice());
  if (!voice) return;
  const button = box.querySelector("button");
  let reading = null;

  const show = () => {
    button.textContent = reading ? box.dataset.stop : box.dataset.start;
    button.setAttribute("aria-pressed", String(Boolean(reading)));
  };

  button.addEventListener("click", () => {
    if (reading) {
      reading = null;
      stop();
    } else {
      const mine = (reading = {});
      read(wordsOf(root.querySelector("main")), voice, () => {
        if (reading !== mine) return;
        reading = null;
        show();
      });
    }
    show();
  });
  box.hidden = false;
  show();
}

/** What a part of a page says, sentence by sentence. */
export function wordsOf(main) {
  const copy = main.cloneNode(true);
  for (const part of copy.querySelectorAll(NOT_READ)) part.remove();
  const parts = [
    ...copy.querySelectorAll("h1, h2, h3, h4, p, li, dt, dd, td, th, blockquote"),
  ].filter((part) => !part.querySelector("p, li, dd, h2, h3"));
  return parts
    .map((part) => part.textContent.replace(/\s+/g, " ").trim())
    .filter(Boolean)
    .join("。\n");
}
