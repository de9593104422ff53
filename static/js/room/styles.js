/** Style sheets that are fetched with what needs them: the page names their addresses. */

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
