/** The desk's script: what every page has, and the elements, which need no more than a definition. */

import "../pages.js";
import "./hall-desk.js";
