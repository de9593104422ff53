// “引用”: put an opinion's number into the evidence field that was used last.

const NUMBER = /\d+/g;

export function citeOpinions(root) {
  const fields = [...root.querySelectorAll('input[name="evidence"]')];
  const buttons = [...root.querySelectorAll("[data-cite]")];
  if (!fields.length || !buttons.length) return;
  let field = fields.find((each) => each.dataset.first !== undefined) ?? fields[0];

  const cited = () => new Set((field.value.match(NUMBER) ?? []).map(Number));

  const show = () => {
    const numbers = cited();
    for (const button of buttons) {
      const on = numbers.has(Number(button.dataset.cite));
      button.setAttribute("aria-pressed", String(on));
    }
  };

  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const number = Number(button.dataset.cite);
      const numbers = cited();
      if (!numbers.delete(number)) numbers.add(number);
      field.value = [...numbers].sort((a, b) => a - b).join("、");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
  root.addEventListener("focusin", (event) => {
    const form = event.target.closest?.("form");
    const near = form?.querySelector('input[name="evidence"]');
    if (near && near !== field) {
      field = near;
      show();
    }
  });
  for (const each of fields) each.addEventListener("input", show);
  show();
}
