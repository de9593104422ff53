// A note of the page's own above a form, and what stands in it.

export function noteOf(said, parts, kind = "") {
  const note = document.createElement("div");
  note.className = `note ${kind} no-print`;
  note.setAttribute("role", "status");
  const stack = document.createElement("div");
  stack.className = "stack stack--tight";
  const words = document.createElement("p");
  words.textContent = said;
  stack.append(words, ...parts);
  note.append(stack);
  return note;
}

export function buttonOf(words, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--small";
  button.textContent = words;
  button.addEventListener("click", act);
  return button;
}
