/** The room's line is opened while the modules that show the room are still on their way. */

import { later } from "./parts.js";
import { Room } from "./room.js";

const app = document.querySelector("room-app");
app.room = new Room(app.getAttribute("room-id"), app.getAttribute("person-id"));
app.room.start();
// Taking the field away in the middle of a word would spoil the word.
for (const when of ["start", "end"]) {
  app.firstElementChild.addEventListener(`composition${when}`, () => {
    app.composing = when === "start";
    app.requestUpdate?.();
  });
}
later(() => import("../pages/offline.js"))().then(({ keepOfflinePage }) => keepOfflinePage());
