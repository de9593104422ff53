/** The room's line is opened while the modules that show the room are still on their way. */

import { keepOfflinePage } from "../pages/offline.js";
import { submitOnce } from "../pages/once.js";
import { Room } from "./room.js";

const app = document.querySelector("room-app");
app.room = new Room(app.getAttribute("room-id"), app.getAttribute("person-id"));
app.room.start();
submitOnce(document);
keepOfflinePage();
