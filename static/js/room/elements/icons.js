import { svg, html } from "lit";

const PATHS = {
  agree: svg`<path d="m5 12.5 4.5 4.5L19 7.5"/>`,
  disagree: svg`<path d="m6.5 6.5 11 11m0-11-11 11"/>`,
  pass: svg`<path d="M6 12h12"/>`,
  reply: svg`<path d="M9.5 7 4.5 12l5 5M5 12h9a5.5 5.5 0 0 1 5.5 5.5V19"/>`,
  thread: svg`<path d="M5 5.5h14v10H11l-4 3.5v-3.5H5z"/>`,
  down: svg`<path d="M12 5v14m-6-6 6 6 6-6"/>`,
  pin: svg`<path d="M9 4h6l-1 6 3 3H7l3-3zm3 9v7"/>`,
  close: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
  people: svg`<circle cx="9" cy="8.5" r="3.25"/><path d="M3 19.5c0-3.5 2.7-5.5 6-5.5s6 2 6 5.5M15.5 5.6a3.25 3.25 0 0 1 0 5.8M17.5 14.5c2.1.8 3.5 2.5 3.5 5"/>`,
  clock: svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>`,
  write: svg`<path d="m14.5 5.5 4 4L8 20H4v-4zM12.5 7.5l4 4"/>`,
  send: svg`<path d="m4 12 16-8-5 16-3.5-6.5z"/>`,
  warning: svg`<path d="M12 4 2.8 19.5h18.4zM12 10v4.5m0 2.5h.01"/>`,
};

/** A picture beside words, by its name or path: never alone to say what a control does. */
export const icon = (which) =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${PATHS[which] ?? which}</svg>`;
