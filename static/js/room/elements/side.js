/** What stands in the side panel: fetched once the room itself is there. */

import "./agenda-bar.js";
import "./opinion-map.js";
import "./presence-bar.js";
