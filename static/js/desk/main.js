/** The desk's script: defining the elements is all it takes. */

import "./hall-desk.js";
