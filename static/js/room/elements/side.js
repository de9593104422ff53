/** What stands in the side panel: fetched where it is in sight, or when it is opened. */

import { html, nothing } from "lit";

import { hasConsole } from "../can.js";
import { timeLeft } from "../time.js";
import { IDENTITIES, _ } from "../words.js";
import { icon } from "./icons.js";
import "./map-panel.js";

/** The background papers, here; in a tab of their own for whoever asks for one. */
function papers(app, event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  app.ask(import("./papers-sheet.js"), "papers-sheet", app.consultationUrl);
}

const KINDS = {
  briefing: _("情况通报"),
  questions: _("提问解答"),
  discussion: _("发言讨论"),
  stances: _("表态"),
};

/** One step of the agenda: done, running with the time that it has left, or to come. */
function step(item, room, now) {
  const { title, minutes, started_at: begun, ended_at: done } = item;
  const runs = Boolean(begun && !done);
  const kind = KINDS[item.kind];
  return html`<li
    class="agenda__item ${runs ? "is-now" : ""} ${done ? "is-done" : ""}"
    aria-current=${runs ? "step" : nothing}
  >
    <span class="agenda__title">${title}</span>
    <span class="agenda__minutes">
      ${title === kind ? nothing : html`${kind} · `}${_("{n} 分钟", { n: minutes })}${done
        ? html` · ${_("已结束")}`
        : nothing}${runs ? html` · <b>${timeLeft(room, now).text}</b>` : nothing}
    </span>
  </li>`;
}

/** Who is here, by identity: 在场 23 人：委员 5 · 居民 12 · 部门 3 · 机关 3. */
function presence({ count, by_identity: by }) {
  const counts = new Map();
  for (const [identity, label] of Object.entries(IDENTITIES)) {
    if (by[identity]) counts.set(label, (counts.get(label) ?? 0) + by[identity]);
  }
  const split = [...counts].map(([label, n]) => `${label}\u00a0${n}`).join(" · ");
  return html`<p class="presence">
    ${icon("people")}<span
      ><b>${_("在场 {n} 人", { n: count })}</b>${split ? _("：") + split : ""}</span
    >
  </p>`;
}

/** The panel's inside, of a room-app. */
export const inside = (app, state, now) =>
  html`<div class="room-side__in">
      <button type="button" class="act room-side__close" @click=${() => app.closeSide()}>
        ${icon("close")}${_("关闭")}
      </button>
      ${presence(state.presence)}
      ${hasConsole(state.may)
        ? html`<moderator-console
            .room=${app.room}
            .state=${state}
            .now=${now}
            .consultationUrl=${app.consultationUrl}
            .outcomeUrl=${app.outcomeUrl}
          ></moderator-console>`
        : nothing}
      <room-outcome .outcome=${state.outcome}></room-outcome>
      <div>
        <h2 class="side__title">${_("议程")}</h2>
        <ol class="agenda">
          ${state.room.agenda.map((item) => step(item, state.room, now))}
        </ol>
      </div>
      <map-panel
        .room=${app.room}
        .news=${state.map}
        .online=${app.room.status.state === "open"}
        page-url="${app.consultationUrl}map/"
      ></map-panel>
      <p class="side__about">
        <a href=${app.consultationUrl} @click=${(event) => papers(app, event)}>${_("本场介绍与背景材料")}</a>
        <a href="${app.consultationUrl}#share">${_("分享、二维码、加入日历")}</a>
      </p>
    </div>`;
