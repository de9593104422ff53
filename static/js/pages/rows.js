// Rows of a formset: <fieldset data-rows="form"> with [data-row]s and a <template>.

export function keepRows(root) {
  for (const box of root.querySelectorAll("[data-rows]")) keep(box);
}

function keep(box) {
  const total = box.querySelector('input[name$="-TOTAL_FORMS"]');
  const most = Number(box.querySelector('input[name$="-MAX_NUM_FORMS"]').value);
  const list = box.querySelector("[data-row-list]");
  const template = box.querySelector("template");
  const add = box.querySelector("[data-row-add]");

  const limit = () => {
    add.disabled = Number(total.value) >= most;
  };

  add.hidden = false;
  add.addEventListener("click", () => {
    const holder = document.createElement("template");
    holder.innerHTML = template.innerHTML.replaceAll("__prefix__", total.value);
    list.append(holder.content);
    total.value = Number(total.value) + 1;
    limit();
    list.lastElementChild.querySelector("select, input").focus();
  });

  // A row keeps its number when another goes: an empty title tells the server to pass it over.
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-row-remove]");
    if (!button) return;
    const row = button.closest("[data-row]");
    row.querySelector('input[name$="-title"]').value = "";
    row.hidden = true;
    const next = list.querySelector("[data-row]:not([hidden]) [data-row-remove]");
    (next ?? add).focus();
  });

  for (const button of box.querySelectorAll("[data-row-remove]")) button.hidden = false;
  limit();
}
