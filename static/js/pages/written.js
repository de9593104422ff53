// What is being written in a page's form outlives a reload, a change of view and a session that has
// ended. It stays with the tab, under the writer's id, until the hall has taken it or they leave. Where
// the page reads otherwise by then, or has no such form, it is shown beside instead of put back.
import { showAside } from "./aside.js";
import { buttonOf, noteOf } from "./notes.js";

const PLACE = "hall.written.";
const OF_SIGNING_IN = /^\/accounts\//;
const FIELDS =
  "textarea, select, input:not([type=hidden], [type=password], [type=file], [type=search])";

// `told` is where the page says who writes, and in which words they are told; undefined for a stranger.
export function keepWritten(forms, told) {
  settle();
  document.addEventListener("submit", ({ target }) => {
    if (target.getAttribute("action")?.startsWith("/accounts/logout"))
      drafts().forEach(([place]) => drop(place));
  });
  if (!told) return;
  const met = {};
  const places = new Set();
  const pages = new Set([location.pathname]);
  const here = {};
  for (const form of new Set(forms)) {
    // What came back with a complaint has the address that it was sent to; rows of a list move up.
    const page = form.closest("[data-page]")?.dataset.page ?? location.pathname;
    const action = form.dataset.keep ?? form.getAttribute("action") ?? "";
    met[action] = (met[action] ?? 0) + 1;
    const place = [PLACE + told.unsent, page, action, met[action]].join(" ");
    pages.add(page);
    places.add(place);
    keep(form, place, told);
    for (const [name, value] of Object.entries(stateOf(form, defaultOf)))
      here[name] = `${here[name] ?? ""}\n${value}`;
  }
  for (const [place, draft] of drafts()) {
    const ours = [...pages].some((page) => place.startsWith(`${PLACE + told.unsent} ${page} `));
    if (!ours || places.has(place)) continue;
    const note = showAside(draft, here, told, () => drop(place));
    if (note) document.querySelector("main .wrap").prepend(note);
  }
}

// A form that the hall has taken is answered by leading on to another page.
function settle() {
  const led = performance.getEntriesByType("navigation")[0]?.redirectCount > 0;
  for (const [place, draft] of drafts()) {
    if (!draft.sent) continue;
    if (led && !OF_SIGNING_IN.test(location.pathname)) drop(place);
    else store(place, { ...draft, sent: false });
  }
}

function keep(form, place, told) {
  const draft = read(place);
  let base = stateOf(form, defaultOf);
  let sent = false;
  let aside = "";
  const changed =
    draft && Object.keys(draft.now).filter((name) => draft.now[name] !== draft.base[name]);
  if (draft && changed.every((name) => draft.base[name] === base[name])) {
    // Unless the browser has brought it back itself, or they have begun anew.
    if (same(base, stateOf(form, valueOf))) {
      fill(form, Object.fromEntries(changed.map((name) => [name, draft.now[name]])));
      tell(form, place, told);
    }
  } else if (draft && same(base, draft.now)) {
    // It came back with a complaint: what it began from is what a later page begins from.
    base = draft.base;
  } else if (draft) {
    aside = place;
    form.querySelector("[data-aside]")?.remove();
    const forget = () => {
      drop(aside);
      aside = "";
    };
    const note = showAside(draft, base, told, forget);
    if (note) form.prepend(note);
    else forget();
  }
  const save = () => {
    const now = stateOf(form, valueOf);
    // What is begun here now does not write over what waits beside it.
    if (aside === place && !same(now, base)) {
      aside = `${place} ${Date.now()}`;
      store(aside, draft);
    }
    if (aside === place) return;
    if (same(now, base)) drop(place);
    else store(place, { base, now, sent });
  };
  form.addEventListener("input", save);
  form.addEventListener("change", save);
  form.addEventListener("submit", () => {
    sent = true;
    save();
  });
  addEventListener("pagehide", () => {
    if (!sent && form.isConnected) save();
  });
  addEventListener("pageshow", () => {
    sent = false;
  });
}

function tell(form, place, told) {
  const afresh = buttonOf(told.afresh, () => {
    form.reset();
    drop(place);
    location.reload();
  });
  form.prepend(noteOf(told.again, [afresh]));
  const folded = form.closest("details");
  if (folded) folded.open = true;
}

function fill(form, state) {
  const add = form.querySelector("[data-row-add]");
  for (const row of Object.keys(state)) {
    while (!(row in stateOf(form, valueOf)) && add && !add.disabled) add.click();
  }
  for (const field of fieldsOf(form)) {
    const value = state[nameOf(field)];
    if (value === undefined) continue;
    if (isTicked(field)) field.checked = value;
    else field.value = value;
  }
  if (form.contains(document.activeElement)) document.activeElement.blur();
}

function stateOf(form, part) {
  return Object.fromEntries(fieldsOf(form).map((field) => [nameOf(field), part(field)]));
}

function fieldsOf(form) {
  return [...form.querySelectorAll(FIELDS)].filter(({ name }) => name);
}

const isTicked = ({ type }) => type === "checkbox" || type === "radio";
const nameOf = (field) => (isTicked(field) ? `${field.name}=${field.value}` : field.name);
const valueOf = (field) => (isTicked(field) ? field.checked : field.value);

function defaultOf(field) {
  if (isTicked(field)) return field.defaultChecked;
  if (!field.options) return field.defaultValue;
  const options = [...field.options];
  return (options.find(({ defaultSelected }) => defaultSelected) ?? options[0])?.value;
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function drafts() {
  try {
    return Object.keys(sessionStorage)
      .filter((name) => name.startsWith(PLACE))
      .map((name) => [name, read(name)]);
  } catch {
    return [];
  }
}

function read(place) {
  try {
    return JSON.parse(sessionStorage.getItem(place));
  } catch {
    return null;
  }
}

function store(place, draft) {
  try {
    sessionStorage.setItem(place, JSON.stringify(draft));
  } catch {
    // Full, or not allowed: the page is as it would be without us.
  }
}

function drop(place) {
  try {
    sessionStorage.removeItem(place);
  } catch {
    // Not allowed: then there is nothing.
  }
}
