// The current piece: what it rests on lights up, and the dock shows what can be done with it.
import { $, $$, scrollWithin, workspace } from "./page.js";
import { keepDraft, resumeDraft } from "./editing.js";

const POINTED_AFTER_MS = 120;

export const pieces = () => $$(".piece");
export const current = () => $(".piece.current");
export const piece = (id) => document.getElementById(id);
export const visible = () => pieces().filter((one) => one.checkVisibility());
export const isOpen = (one) => one.dataset.verdict === "open" && !one.classList.contains("pending");

export function light(one) {
  const found = $$(`#article [data-pieces~="${CSS.escape(one.id)}"]`);
  for (const lit of $$(".stretch.lit")) lit.classList.remove("lit");
  for (const stretch of found) stretch.classList.add("lit");
  if (found.length) scrollWithin($("#article"), found[0]);
}

export function step(one, { focus = true, scroll = true, tool = "" } = {}) {
  if (!one) return;
  for (const other of $$(".piece.current")) {
    other.classList.remove("current");
    other.removeAttribute("aria-current");
  }
  one.classList.add("current");
  one.setAttribute("aria-current", "true");
  for (const mark of $$(".piece > .mark")) mark.tabIndex = mark.parentElement === one ? 0 : -1;
  workspace().classList.toggle("quote-current", one.dataset.kind === "quote");
  const fold = one.closest("details");
  if (fold) fold.open = true;
  if (focus) one.focus({ preventScroll: true });
  if (scroll) one.scrollIntoView({ block: "nearest" });
  light(one);
  showDock(one.id, { tool });
}

// The dock is the server's; until it is here, nothing in the one before can be pressed.
let asked = 0;
// The tool that is to be opened once the dock is here: a save that ends meanwhile doesn't take it back.
let wanted = { id: "", tool: "" };

export async function showDock(id, { tool = "", again = false } = {}) {
  const dock = $("#dock"), number = ++asked;
  wanted = { id, tool: tool || (wanted.id === id ? wanted.tool : "") };
  if (!again && dock.dataset.for === id) {
    dock.inert = false;
    openWanted();
    return;
  }
  keepDraft();
  if (dock.dataset.for !== id) dock.inert = true;
  const address = `/review/items/${workspace().dataset.key}/dock?piece=${encodeURIComponent(id)}`;
  const answer = await fetch(address).catch(() => null);
  if (number !== asked) return;
  const found = answer?.ok && $("#dock", new DOMParser().parseFromString(await answer.text(), "text/html"));
  if (number !== asked || !found) return;
  putDock(document.adoptNode(found));
  openWanted();
}

function openWanted() {
  const { tool } = wanted;
  wanted = { id: "", tool: "" };
  if (tool) openTool(tool);
}

export function putDock(dock) {
  const had = $("#dock").contains(document.activeElement);
  $("#dock").replaceWith(dock);
  resumeDraft();
  if (had && !dock.contains(document.activeElement)) current()?.focus({ preventScroll: true });
}

export function openTool(kind) {
  const details = $(`#dock details.${kind}`);
  if (!details) return;
  details.open = true;
  $("textarea, fieldset button, input:not([type=hidden])", details)?.focus();
  details.scrollIntoView({ block: "nearest" });
}

export function neighbour(by) {
  const all = visible(), at = all.indexOf(current());
  return at < 0 ? all[0] : all[Math.min(Math.max(at + by, 0), all.length - 1)];
}

// The next piece to look at, as the list on top has them.
export function nextFlagged() {
  const listed = $$("#attention [data-go]").map((link) => piece(link.dataset.go)).filter(Boolean);
  const waiting = listed.filter((one) => !one.classList.contains("pending"));
  return waiting[(waiting.indexOf(current()) + 1) % waiting.length];
}

export function nextOpen(after) {
  const all = pieces();
  return all.slice(all.indexOf(after) + 1).find((one) => isOpen(one) && one.checkVisibility());
}

export function begin() {
  const found = location.hash ? piece(decodeURIComponent(location.hash.slice(1))) : null;
  const named = found?.classList.contains("piece") ? found : null;
  step(named ?? current() ?? pieces()[0], { focus: Boolean(named), scroll: Boolean(named) });
}

export function listenToPieces() {
  // Only where the pointer itself moves: pieces that scroll away beneath it are not pointed at.
  let pointed, pointing;
  document.addEventListener("pointermove", (event) => {
    const one = event.target.closest?.(".piece");
    if (!one || one === pointed || event.pointerType === "touch" || !(event.movementX || event.movementY)) return;
    pointed = one;
    clearTimeout(pointing);
    pointing = setTimeout(() => one.isConnected && light(one), POINTED_AFTER_MS);
  });
  document.addEventListener("focusin", (event) => {
    const one = event.target.closest?.(".piece");
    if (one && one !== current()) step(one, { focus: false, scroll: false });
  });
  document.addEventListener("click", (event) => {
    const { target } = event;
    const one = target.closest?.(".piece"), go = target.closest?.("[data-go]");
    const stretch = target.closest?.(".stretch"), link = target.closest?.("#dock a[href^='#']");
    if (go || (one && target.closest(".mark"))) {
      event.preventDefault();
      step(go ? piece(go.dataset.go) : one);
    } else if (link) {
      event.preventDefault();
      workspace().classList.add("drawer");
      const place = document.getElementById(link.hash.slice(1));
      if (place) scrollWithin($("#article"), place);
    } else if (target.closest?.("[data-drawer]")) {
      const shown = workspace().classList.toggle("drawer");
      $("[data-drawer]").setAttribute("aria-expanded", String(shown));
      if (shown && current()) light(current());
    } else if (stretch?.dataset.pieces && !event.defaultPrevented && getSelection().isCollapsed) {
      // Clicking again goes round the pieces that rest on these words.
      const ids = stretch.dataset.pieces.split(" ");
      step(piece(ids[(ids.indexOf(current()?.id) + 1) % ids.length]));
    } else if (one && getSelection().isCollapsed) step(one, { scroll: false });
  });
}
