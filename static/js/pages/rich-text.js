// A small editor in place of a textarea. It posts the tags that hall/richtext.py lets through.

const KEPT = new Set(["P", "BR", "STRONG", "EM", "UL", "OL", "LI", "BLOCKQUOTE", "H3", "H4", "A"]);
const SAME = { B: "STRONG", I: "EM", DIV: "P", H1: "H3", H2: "H3" };
const NEVER = new Set(["SCRIPT", "STYLE", "TEMPLATE", "TITLE"]);
const TOOLS = [
  ["heading", "formatBlock", "<h3>"],
  ["paragraph", "formatBlock", "<p>"],
  ["bold", "bold", null],
  ["bullets", "insertUnorderedList", null],
  ["numbers", "insertOrderedList", null],
  ["quote", "formatBlock", "<blockquote>"],
  ["undo", "undo", null],
];

// `words` names each tool: they come from the page, in its language.
export function makeEditor(textarea, words) {
  const page = document.createElement("div");
  page.className = "rich__page prose";
  page.contentEditable = "true";
  page.setAttribute("role", "textbox");
  page.setAttribute("aria-multiline", "true");
  const label = document.querySelector(`label[for="${textarea.id}"]`);
  if (label) {
    label.id ||= `${textarea.id}_label`;
    page.setAttribute("aria-labelledby", label.id);
    label.addEventListener("click", () => page.focus());
  }
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (textarea.hasAttribute(name)) page.setAttribute(name, textarea.getAttribute(name));
  }
  page.append(cleaned(parse(textarea.value)));

  const box = document.createElement("div");
  box.className = "rich";
  box.append(toolbar(page, words), page);
  textarea.after(box);
  textarea.hidden = true;
  textarea.required = false;

  const save = () => {
    textarea.value = page.textContent.trim() ? html(page) : "";
  };
  page.addEventListener("input", save);
  page.addEventListener("paste", (event) => {
    event.preventDefault();
    document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
  });
  page.addEventListener(
    "focus",
    () => {
      document.execCommand("defaultParagraphSeparator", false, "p");
      document.execCommand("styleWithCSS", false, "false");
    },
    { once: true },
  );
  textarea.form.addEventListener("submit", save, { capture: true });
}

function toolbar(page, words) {
  const bar = document.createElement("div");
  bar.className = "rich__bar";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", words.toolbar);
  for (const [name, command, value] of TOOLS) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "rich__tool";
    button.textContent = words[name];
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      page.focus();
      document.execCommand(command, false, value);
    });
    bar.append(button);
  }
  return bar;
}

// A document of its own: nothing in it loads or runs.
function parse(text) {
  return new DOMParser().parseFromString(text, "text/html").body;
}

function html(element) {
  const holder = document.createElement("div");
  holder.append(cleaned(element));
  return holder.innerHTML;
}

function cleaned(element) {
  const kept = document.createDocumentFragment();
  for (const node of element.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) kept.append(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE || NEVER.has(node.tagName)) continue;
    const tag = SAME[node.tagName] ?? node.tagName;
    const inner = cleaned(node);
    if (!KEPT.has(tag)) {
      kept.append(inner);
      continue;
    }
    const copy = document.createElement(tag);
    const href = node.getAttribute("href");
    if (tag === "A" && href?.startsWith("https://")) copy.setAttribute("href", href);
    copy.append(inner);
    kept.append(copy);
  }
  return kept;
}
