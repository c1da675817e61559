// What a single key does. It acts on the piece that is current when it is pressed.
import { $, $$, isDone, say, warn, workspace } from "./page.js";
import { current, neighbour, nextFlagged, showDock, step } from "./pieces.js";
import { moveTo, quoteCount } from "./dragging.js";
import { move } from "./limits.js";
import { addQuote } from "./picking.js";
import { enqueue } from "./sending.js";

const SHORTCUTS_OFF = "pullquote-shortcuts-off";
const TYPING = "input:not([type=checkbox]), textarea, select";
let choosing = null; // after r or s: the piece, and what each number stands for

const KEYS = {
  f: () => {
    const flagged = nextFlagged();
    if (flagged) step(flagged);
    else say("Nothing more needs a look.");
  },
  j: () => step(neighbour(1)),
  k: () => step(neighbour(-1)),
  c: () => $("#copy")?.click(),
  n: () => $("#next")?.click(),
  "?": () => $("#keys")?.showModal(),
};
const CHANGES = {
  a: () => current() && enqueue({ do: "accept", piece: current().id }),
  e: () => current() && showDock(current().id, { tool: "edit" }),
  r: () => choose("reject"),
  s: () => current()?.dataset.kind === "quote" && choose("speaker"),
  p: () => current()?.dataset.kind === "quote" && enqueue({ do: "pull", piece: current().id }),
  l: () => current()?.dataset.kind === "quote" && moveTo(current(), 1),
  q: addQuote,
  t: () => {
    $("#add-topic").open = true;
    $("#add-topic [name=topic]").focus();
  },
  u: () => $("#undo:not(:disabled)")?.click(),
  A: () => $("#accept-all:not(:disabled)")?.click(),
  F: () => $("#finish")?.click(),
};

function choose(tool) {
  const one = current();
  if (!one) return;
  const reasons = JSON.parse(workspace().dataset.reasons)[one.dataset.kind];
  const names = $$("#people-panel .people > li > strong").slice(0, 9).map((name) => name.textContent);
  const piece = one.id;
  const fields = tool === "reject"
    ? reasons.map((reason) => ({ do: "reject", piece, reason }))
    : names.map((speaker) => ({ do: "set-speaker", piece, speaker }));
  choosing = { piece, fields };
  showDock(one.id, { tool });
}

// Does what a key without Ctrl stands for, if it stands for anything where the focus is.
function shortcut(key, target) {
  if (!workspace() || target.closest(TYPING) || localStorage.getItem(SHORTCUTS_OFF)) return false;
  const chosen = choosing;
  choosing = null;
  if (chosen?.fields[key - 1] && chosen.piece === current()?.id) {
    for (const tool of $$("#dock details.reject[open], #dock details.speaker[open]")) tool.open = false;
    current().focus({ preventScroll: true });
    enqueue(chosen.fields[key - 1]);
    return true;
  }
  if (CHANGES[key] && isDone()) say("This review is finished. Take it up again to change it.");
  else (KEYS[key] ?? CHANGES[key])?.();
  return Boolean(KEYS[key] ?? CHANGES[key]);
}

// With Alt: quotes up and down, and in an editor their limits by a word.
function altered(event) {
  const fieldset = event.target.closest("fieldset.limits") ?? event.target.closest(".editor")?.querySelector("fieldset.limits");
  const way = event.shiftKey
    ? { ArrowLeft: "end-in", ArrowRight: "end-out" }[event.key]
    : { ArrowLeft: "start-out", ArrowRight: "start-in" }[event.key];
  if (fieldset && way) {
    move(fieldset, way);
    return true;
  }
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key], one = current();
  const rank = Number(one?.dataset.rank) + by;
  if (!by || isDone() || event.target.closest(TYPING) || !(rank >= 1 && rank <= quoteCount())) return false;
  moveTo(one, rank);
  return true;
}

function escape(target) {
  if ($("#notice")?.children.length) return warn();
  $(".pick")?.remove();
  const details = target.closest("details[open]");
  choosing = null;
  if (!details) return;
  details.open = false;
  if (details.closest("#dock")) current()?.focus({ preventScroll: true });
  else $("summary", details).focus();
}

export function listenToKeys() {
  document.addEventListener("keydown", (event) => {
    // With Caps Lock on, a is still a.
    const key = /^[a-z]$/i.test(event.key) ? event.key[event.shiftKey ? "toUpperCase" : "toLowerCase"]() : event.key;
    const { target } = event, typing = target.closest(TYPING);
    if ($("dialog[open]")) return;
    if (key === "Escape" && workspace()) escape(target);
    else if (key === "Enter" && (event.ctrlKey || event.metaKey) && typing?.form) {
      event.preventDefault();
      typing.form.requestSubmit();
    } else if (event.altKey && !event.ctrlKey && workspace()) {
      if (altered(event)) event.preventDefault();
    } else if (!typing && !event.ctrlKey && !event.metaKey && (!event.repeat || "jk".includes(key))) {
      if (shortcut(key, target)) event.preventDefault();
    }
  });
  document.addEventListener("click", (event) => "keys" in (event.target.dataset ?? {}) && KEYS["?"]());
  document.addEventListener("change", (event) => {
    if (!("shortcuts" in (event.target.dataset ?? {}))) return;
    if (event.target.checked) localStorage.removeItem(SHORTCUTS_OFF);
    else localStorage.setItem(SHORTCUTS_OFF, "1");
  });
  for (const box of $$("[data-shortcuts]")) box.checked = !localStorage.getItem(SHORTCUTS_OFF);
}
