/** The big screen's script: defining the element is all it takes. */

import "./hall-screen.js";
