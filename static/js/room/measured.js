/** How high the fixed parts of the page are, for the style sheet. */

const MEASURED = { ".room-top": "--room-top", "opinion-form": "--composer" };
const heights = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (!target.isConnected) continue;
    const name = MEASURED[target.localName] ?? MEASURED[`.${target.className}`];
    document.documentElement.style.setProperty(name, `${target.offsetHeight}px`);
  }
});

/** Let the style sheet know how high the page's fixed head and foot are. */
export function measured(root) {
  for (const part of Object.keys(MEASURED)) {
    const found = root.querySelector(part);
    if (found) heights.observe(found);
  }
}
