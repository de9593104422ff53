/** What the page's style is told by scripts: which sheets more, and how high its fixed parts are. */

const heights = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (!target.isConnected) continue;
    const name = target.localName === "opinion-form" ? "--composer" : "--room-top";
    document.documentElement.style.setProperty(name, `${target.offsetHeight}px`);
  }
});

/** Let the style sheet know how high the page's fixed head and foot are. */
export function measured(root) {
  for (const part of root.querySelectorAll(".room-top, opinion-form")) heights.observe(part);
}

/**
 * Have the sheet that room-app's attribute `name` points to; resolves when it applies, or failed.
 * @param {string} name
 */
export function styled(name) {
  const href = document.querySelector("room-app")?.getAttribute(name);
  if (!href || document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  document.head.append(link);
  return new Promise((done) => (link.onload = link.onerror = done));
}
