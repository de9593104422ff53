// A page that comes back with a complaint opens at the first field that it is about.

export function goToFirstWrong(root) {
  const wrong = root.querySelector(
    'main [aria-invalid="true"]:not([hidden]), main form .note--error',
  );
  if (!wrong) return;
  for (let fold = wrong.closest("details"); fold; fold = fold.parentElement.closest("details")) {
    fold.open = true;
  }
  wrong.scrollIntoView({ block: "center" });
  if (wrong.matches("input, select, textarea, [contenteditable]"))
    wrong.focus({ preventScroll: true });
}
