/** What the room does not begin with: each part is fetched with the first need of it. */

const AGAIN = 3_000;

/** Whether an import failed because of the line, not of what it fetched. */
export const isAway = (error) => error instanceof TypeError && /import/i.test(error.message);

/** A way to have a module, however often the line fails. */
export function later(load) {
  let coming = null;
  const come = async () => {
    try {
      return await load();
    } catch (error) {
      if (!isAway(error)) throw error;
      await new Promise((go) => setTimeout(go, AGAIN));
      return come();
    }
  };
  return () => (coming ??= come());
}

export const parts = {
  aloud: later(() => import("./elements/read-aloud.js")),
  answerMark: later(() => import("./elements/answer-mark.js")),
  ballots: later(() => import("./elements/ballot-card.js")),
  banner: later(() => import("./elements/connection-banner.js")),
  calls: later(() => import("./calls.js")),
  cardNote: later(() => import("./elements/card-note.js")),
  console: later(() => import("../console/console.js")),
  deskMark: later(() => import("./elements/desk-mark.js")),
  empty: later(() => import("./empty.js")),
  feed: later(() => import("./elements/opinion-feed.js")),
  going: later(() => import("./going.js")),
  map: later(() => import("./elements/opinion-map.js")),
  news: later(() => import("./news.js")),
  one: later(() => import("./elements/one-by-one.js")),
  outcome: later(() => import("./elements/room-outcome.js")),
  postingRules: later(() => import("./elements/posting-rules.js")),
  question: later(() => import("./elements/question-turn.js")),
  receipts: later(() => import("./receipts.js")),
  shorten: later(() => import("./shorten.js")),
  side: later(() => import("./elements/side.js")),
  stuck: later(() => import("./elements/stuck.js")),
  speaking: later(() => import("./elements/speaking-bar.js")),
  speakingSheet: later(() => import("./elements/speaking-sheet.js")),
  tabs: later(() => import("./tabs.js")),
  underWay: later(() => import("./elements/under-way.js")),
  voice: later(() => import("./elements/voice-input.js")),
};
