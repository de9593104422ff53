/** The room's line is opened while the modules that show the room are still on their way. */

import { later } from "./parts.js";
import { Room } from "./room.js";

const app = document.querySelector("room-app");
app.room = new Room(app.getAttribute("room-id"), app.getAttribute("person-id"));
app.room.start();
later(() => import("../pages/once.js"))().then(({ submitOnce }) => submitOnce(document));
later(() => import("../pages/offline.js"))().then(({ keepOfflinePage }) => keepOfflinePage());
