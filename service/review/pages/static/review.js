// The page without leaving it: evidence lights up, forms are sent in place, keys work.
// Everything here is a shortcut for links and forms that work without it.
import { $ } from "./js/page.js";
import { listenToKeys } from "./js/keys.js";
import { listenToCopies } from "./js/copying.js";
import { listenToSelections } from "./js/picking.js";
import { listenToEditors } from "./js/editing.js";
import { listenToDrags } from "./js/dragging.js";
import { listenToForms } from "./js/sending.js";
import { begin, listenToPieces } from "./js/pieces.js";

document.documentElement.classList.add("scripted");
listenToKeys();
if ($("#workspace")) {
  listenToPieces();
  listenToForms();
  listenToEditors();
  listenToSelections();
  listenToDrags();
  listenToCopies();
  begin();
}
