/** The room page's script: defining the elements is all it takes. */

import "./elements/room-app.js";
