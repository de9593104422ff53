// What someone wrote and the page has no place for any more is shown beside it, to be copied: what it
// was written into reads otherwise by now, or is gone.
import { buttonOf, noteOf } from "./notes.js";

// `here` is what the page's form says by itself, `told` in which words they are told.
export function showAside(draft, here, told, forget) {
  const texts = writtenIn(draft, here);
  if (!texts.length) return null;
  const forgetting = buttonOf(told.forget, () => {
    note.remove();
    forget();
  });
  const parts = [...texts.map((text) => boxOf(text, told)), forgetting];
  const note = noteOf(told.changed, parts, "note--warning");
  return note;
}

// Words alone, as a choice or a date is made anew in a moment; and of these the lines that are not here.
function writtenIn({ base, now }, here) {
  return Object.entries(now)
    .filter(([name, value]) => typeof value === "string" && value !== base[name])
    .map(([name, value]) => {
      const there = new Set(linesOf(here[name] ?? ""));
      return linesOf(value)
        .filter((line) => line && !there.has(line))
        .join("\n");
    })
    .filter((text) => /[^\d\s:T-]/.test(text));
}

const linesOf = (value) =>
  plain(value)
    .split("\n")
    .map((line) => line.trim());

// Rich text as its paragraphs, one a line. A document of its own: nothing in it loads or runs.
function plain(value) {
  const parted = value.replace(/<\/?(p|br|li|h[1-6]|blockquote)\b/gi, "\n$&");
  if (parted === value) return value;
  const { body } = new DOMParser().parseFromString(parted, "text/html");
  return body.textContent.replace(/\n+/g, "\n");
}

function boxOf(text, told) {
  const box = document.createElement("div");
  box.className = "stack stack--tight";
  const area = document.createElement("textarea");
  area.readOnly = true;
  area.rows = Math.min(10, 2 + text.split("\n").length + Math.floor(text.length / 40));
  area.value = text;
  area.setAttribute("aria-label", told.changed);
  box.append(area);
  if (navigator.clipboard) {
    const copy = buttonOf(told.take, async () => {
      await navigator.clipboard.writeText(text);
      copy.textContent = told.taken;
    });
    box.append(copy);
  }
  return box;
}
