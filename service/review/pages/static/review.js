// The page without leaving it: evidence lights up, forms are sent in place, keys work.
// Everything here is a shortcut for links and forms that work without it.

const SHORTCUTS_OFF = "pullquote-shortcuts-off";
const CHECK_AFTER_MS = 300, POINTED_AFTER_MS = 120, SELECTED_AFTER_MS = 150;
// A word with the signs that cling to it; quotation marks are no part of a quote.
const WORD = /[^\s“”„"«»]*[\p{L}\p{N}][^\s“”„"«»]*/gu;
const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

document.documentElement.classList.add("scripted");
let busy = false;
let waiting = []; // keys pressed while an answer is on its way: they count after it, in order

// --- pieces and what they rest on ---------------------------------------------------------------

const pieces = () => $$(".piece");
const current = () => $(".piece.current");

function light(piece) {
  const found = $$(`#article [data-pieces~="${CSS.escape(piece.dataset.piece)}"]`);
  for (const lit of $$(".stretch.lit")) lit.classList.remove("lit");
  for (const stretch of found) stretch.classList.add("lit");
  if (found.length) scrollWithin($("#article"), found[0]);
}

// Scrolls a pane, never the page: nothing jumps but what was asked for.
function scrollWithin(pane, element) {
  const outer = pane.getBoundingClientRect(), inner = element.getBoundingClientRect();
  if (inner.top < outer.top || inner.bottom > outer.bottom)
    pane.scrollTop += inner.top - outer.top - pane.clientHeight / 3;
}

function step(piece, { focus = true, scroll = true } = {}) {
  if (!piece) return;
  for (const other of $$(".piece.current")) {
    other.classList.remove("current");
    other.removeAttribute("aria-current");
  }
  piece.classList.add("current");
  piece.setAttribute("aria-current", "true");
  if (focus) piece.focus({ preventScroll: true });
  if (scroll) piece.scrollIntoView({ block: "nearest" });
  light(piece);
}

function neighbour(by) {
  const all = pieces(), at = all.indexOf(current());
  return at < 0 ? all[0] : all[Math.min(Math.max(at + by, 0), all.length - 1)];
}

// --- sending forms -------------------------------------------------------------------------------

// What went wrong lies over the page, until it is closed or something is saved.
let interrupted = null;

function warn(...nodes) {
  $("#notice").replaceChildren(...nodes);
  if (!nodes.length) {
    interrupted?.focus();
    interrupted = null;
    return;
  }
  interrupted ??= document.activeElement;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "Close";
  close.dataset.close = "";
  $("#notice").append(close);
  ($("textarea, .primary", $("#notice")) ?? close).focus();
}

function say(text) {
  $("#said").textContent = text;
}

function note(text) {
  const box = document.createElement("div");
  box.className = "error";
  box.setAttribute("role", "alert");
  box.textContent = text;
  return box;
}

async function send(form, submitter) {
  if (busy) return;
  const fields = new URLSearchParams(new FormData(form, submitter));
  const open = drafts(fields).filter((draft) => draft.open);
  if (fields.has("then") && open.length) {
    warn(note(`Not saved yet: what you are writing in ${open.map((draft) => draft.place).join(", ")}.`));
    return;
  }
  busy = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: fields, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const workspace = $("#workspace", page);
    if (answer.ok && workspace?.dataset.key === $("#workspace").dataset.key) {
      replace(workspace, fields);
    } else if (answer.ok && $("[name=password]", page)) {
      warn(note("Not saved: you have been signed out. Sign in again in another tab, then save here."));
    } else if (answer.ok) {
      location.assign(answer.url);
      return; // busy: no key may act on the page that is being left
    } else {
      const told = $("#conflict", page) ?? $("#error", page);
      warn(told ? document.adoptNode(told) : note(`Not saved: the server answered ${answer.status}.`));
      waiting = [];
    }
  } catch {
    warn(note("Not saved: the server can’t be reached. What you wrote is still here; try again."));
    waiting = [];
  }
  busy = false;
  while (waiting.length && !busy) shortcut(waiting.shift(), document.activeElement);
}

// Takes over what the server shows now, and keeps the place: scroll, the piece, the focus, and what is being
// written elsewhere.
function replace(workspace, fields) {
  const done = fields.get("do"), piece = fields.get("piece") ?? current()?.id;
  const panes = ["#article", "#analysis"].map((pane) => [pane, $(pane).scrollTop]);
  const before = new Map(pieces().map((one) => [one.id, $(".verdict", one).textContent]));
  const order = [...before.keys()];
  const unsaved = drafts(fields);
  interrupted = null;
  $("#workspace").replaceWith(document.adoptNode(workspace));
  for (const [pane, top] of panes) $(pane).scrollTo({ top, behavior: "instant" });
  makeDraggable();
  unsaved.forEach(resume);
  const decided = ["accept", "reject", "edit-sentence", "edit-quote"].includes(done);
  const after = pieces().filter((one) => order.indexOf(one.id) > order.indexOf(piece));
  const next = decided && after.find((one) => one.classList.contains("open"));
  const changed = !decided && pieces().find((one) => before.get(one.id) !== $(".verdict", one).textContent);
  step(next || changed || document.getElementById(piece) || pieces()[0]);
  say(`Saved: version ${workspace.dataset.version}.`);
}

// --- editing -------------------------------------------------------------------------------------

const written = (editor) => $$("textarea, input:not([type=hidden]), [name=near]", editor);

// What is being written but in the form that is sent: where it is, its fields' values, and whether it shows.
function drafts(sent = new URLSearchParams()) {
  const isSent = (editor) => ["do", "piece"].every((name) => new FormData(editor).get(name) === sent.get(name));
  return $$("#workspace .editor")
    .filter((editor) => !isSent(editor) && written(editor).some((field) => field.value !== field.defaultValue))
    .map((editor) => ({
      place: editor.closest("[id]").id,
      values: written(editor).map((field) => field.value),
      open: editor.closest("details").open,
    }));
}

function resume({ place, values, open }) {
  const editor = document.getElementById(place)?.querySelector(".editor");
  if (!editor) return;
  written(editor).forEach((field, index) => (field.value = values[index] ?? field.value));
  editor.closest("details").open = open;
}

let checking, checked = 0;

function check(area) {
  clearTimeout(checking);
  const number = ++checked;
  checking = setTimeout(async () => {
    const fields = new URLSearchParams(new FormData(area.form));
    const answer = await fetch(area.dataset.check, { method: "POST", body: fields }).catch(() => null);
    const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page || number !== checked || !area.isConnected) return;
    $(".checked", area.form).replaceChildren(...$$(".check", page).map((part) => document.adoptNode(part)));
  }, CHECK_AFTER_MS);
}

// The article's text as the page has it, with where each run of words stands in the page and in the article.
function readArticle() {
  const runs = [];
  let text = "";
  for (const paragraph of $$("#article p")) {
    for (const element of $$("[data-start]", paragraph)) {
      runs.push({ text: element.textContent, at: text.length, start: Number(element.dataset.start) });
      text += element.textContent;
    }
    text += "\n";
  }
  return { runs, text };
}

const points = (text) => [...text].length;

// Offsets count code points in the article; between paragraphs the page's text has one line break.
function toPage(runs, offset) {
  const run = runs.findLast((one) => one.start <= offset) ?? runs[0];
  return run.at + [...run.text].slice(0, offset - run.start).join("").length;
}

function toArticle(runs, position) {
  const run = runs.findLast((one) => one.at <= position) ?? runs[0];
  return run.start + points(run.text.slice(0, position - run.at));
}

function move(fieldset, way) {
  const area = $("textarea", fieldset), near = $("[name=near]", fieldset);
  if (way === "selection") {
    const chosen = selected();
    if (chosen) set(area, near, chosen.words, chosen.start);
    else warn(note("Select words in the article first."));
    return;
  }
  const { runs, text } = readArticle();
  const start = toPage(runs, Number(near.value));
  const end = start + area.value.length;
  if (text.slice(start, end) !== area.value) {
    warn(note("Moving by words needs the words as the article has them, within one paragraph."));
    return;
  }
  const words = [...text.matchAll(WORD)].map((word) => [word.index, word.index + word[0].length]);
  let [from, to] = [start, end];
  if (way === "start-out") from = words.findLast(([begin]) => begin < start)?.[0] ?? start;
  if (way === "start-in") from = words.find(([begin]) => begin > start)?.[0] ?? start;
  if (way === "end-out") to = words.find(([, stop]) => stop > end)?.[1] ?? end;
  if (way === "end-in") to = words.findLast(([, stop]) => stop < end)?.[1] ?? end;
  if (from < to) set(area, near, text.slice(from, to), toArticle(runs, from));
}

function set(area, near, words, start) {
  area.value = words;
  near.value = start;
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function selected() {
  const selection = getSelection(), words = selection.toString().trim();
  if (!words || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const from = $$("#article [data-start]").find((one) => range.intersectsNode(one));
  if (!from) return null;
  const before = from.contains(range.startContainer) ? from.textContent.slice(0, range.startOffset) : "";
  return { words, start: Number(from.dataset.start) + points(before), range };
}

function offerQuote() {
  $(".pick")?.remove();
  const chosen = $("#article") && selected();
  if (!chosen) return;
  const place = chosen.range.getBoundingClientRect();
  const button = document.createElement("button");
  button.type = "button";
  button.className = "pick primary";
  button.textContent = "Add as a quote";
  button.style.left = `${Math.max(8, Math.min(place.left, innerWidth - 160))}px`;
  button.style.top = `${Math.max(8, Math.min(place.bottom + 6, innerHeight - 48))}px`;
  button.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the selection
  button.addEventListener("click", () => {
    const form = $("#add-quote");
    form.open = true;
    set($("[name=part]", form), $("[name=near]", form), chosen.words, chosen.start);
    getSelection().empty();
    form.scrollIntoView({ block: "center" });
    $("[name=speaker]", form).focus();
  });
  document.body.append(button);
}

function openEditor(kind) {
  const details = current() && $(`details.${kind}`, current());
  if (!details) return;
  details.open = true;
  $("textarea, fieldset button, input:not([type=hidden])", details)?.focus();
  details.scrollIntoView({ block: "nearest" });
}

// --- dragging quotes ----------------------------------------------------------------------------

function makeDraggable() {
  let dragged = null;
  for (const piece of $$("#quotes .piece")) {
    const handle = $(".piece-head", piece);
    handle.draggable = true;
    handle.addEventListener("dragstart", (event) => {
      dragged = piece;
      piece.classList.add("dragged");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", piece.id);
    });
    handle.addEventListener("dragend", () => {
      dragged = null;
      piece.classList.remove("dragged");
    });
    piece.addEventListener("dragover", (event) => dragged && event.preventDefault());
    piece.addEventListener("drop", (event) => {
      if (!dragged) return; // words dropped into a field
      event.preventDefault();
      if (dragged !== piece) moveTo(dragged, piece.dataset.rank);
    });
  }
}

function moveTo(piece, rank) {
  const form = $(".ranks", piece), button = $("button", form);
  button.value = rank;
  button.disabled = false;
  send(form, button);
}

// --- events ---------------------------------------------------------------------------------------

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!("step" in form.dataset) || !$("#workspace")) return;
  event.preventDefault();
  send(form, event.submitter);
});

document.addEventListener("input", (event) => {
  if (event.target.dataset?.check) check(event.target);
});

document.addEventListener("toggle", (event) => {
  const area = event.target.open && $("[data-check]", event.target);
  if (area) check(area);
}, true);

// Only where the pointer itself moves: pieces that scroll away beneath it are not pointed at.
let pointed, pointing;

document.addEventListener("pointermove", (event) => {
  const piece = event.target.closest?.(".piece");
  if (!piece || piece === pointed || event.pointerType === "touch" || !(event.movementX || event.movementY)) return;
  pointed = piece;
  clearTimeout(pointing);
  pointing = setTimeout(() => piece.isConnected && light(piece), POINTED_AFTER_MS);
});

// A button that is being pressed must stay beneath the pointer.
let pressed = false;
for (const name of ["pointerdown", "pointerup", "pointercancel"])
  document.addEventListener(name, () => (pressed = name === "pointerdown"), true);

document.addEventListener("focusin", (event) => {
  const piece = event.target.closest?.(".piece");
  if (piece && !piece.classList.contains("current")) step(piece, { focus: false, scroll: !pressed });
});

document.addEventListener("click", async (event) => {
  const target = event.target;
  const stretch = target.closest?.(".stretch"), piece = target.closest?.(".piece");
  const link = target.closest?.("a[href^='#']"), copy = target.closest?.("[data-copy]");
  if (target.dataset?.move) move(target.closest("fieldset"), target.dataset.move);
  else if ("close" in (target.dataset ?? {})) warn();
  else if ("keys" in (target.dataset ?? {})) KEYS["?"]();
  else if (copy) {
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(await (await fetch(copy.href)).text());
      say(`Copied as ${copy.textContent}.`);
    } catch {
      location.assign(copy.href); // no clipboard without TLS or permission: the text, to be copied by hand
    }
  } else if (link?.classList.contains("ref")) {
    event.preventDefault();
    step(document.getElementById(link.hash.slice(1)));
  } else if (link && piece) {
    event.preventDefault();
    step(piece);
    const place = document.getElementById(link.hash.slice(1));
    if (place) scrollWithin($("#article"), place);
  } else if (stretch && getSelection().isCollapsed) {
    // Clicking again goes round the pieces that rest on these words.
    const ids = stretch.dataset.pieces.split(" ");
    step(document.getElementById(ids[(ids.indexOf(current()?.id) + 1) % ids.length]));
  } else if (piece && !target.closest("button, a, summary, input, textarea, label, select")) step(piece);
});

let selecting;

document.addEventListener("selectionchange", () => {
  clearTimeout(selecting);
  selecting = setTimeout(offerQuote, SELECTED_AFTER_MS);
});

window.addEventListener("beforeunload", (event) => {
  if (drafts().some((draft) => draft.open)) event.preventDefault();
});

document.addEventListener("change", (event) => {
  if (!("shortcuts" in (event.target.dataset ?? {}))) return;
  if (event.target.checked) localStorage.removeItem(SHORTCUTS_OFF);
  else localStorage.setItem(SHORTCUTS_OFF, "1");
});

const KEYS = {
  j: () => step(neighbour(1)),
  k: () => step(neighbour(-1)),
  a: () => current() && $("button.accept:not(:disabled)", current())?.click(),
  e: () => openEditor("edit"),
  r: () => openEditor("reject"),
  u: () => $("#undo:not(:disabled)")?.click(),
  n: () => $("#next")?.click(),
  A: () => $("#accept-all")?.click(),
  "?": () => $("#keys")?.showModal(),
};

const TYPING = "input:not([type=checkbox]), textarea, select";

// Does what a key without Ctrl stands for, if it stands for anything where the focus is.
function shortcut(key, target) {
  if (target.closest(TYPING) || localStorage.getItem(SHORTCUTS_OFF)) return false;
  const reasons = target.closest("details[open].reject fieldset") ? $$("button", target.closest("fieldset")) : [];
  const act = reasons[key - 1] ? () => reasons[key - 1].click() : KEYS[key];
  if (!act || !$("#workspace")) return false;
  act();
  return true;
}

document.addEventListener("keydown", (event) => {
  // With Caps Lock on, a is still a.
  const key = /^[a-z]$/i.test(event.key) ? event.key[event.shiftKey ? "toUpperCase" : "toLowerCase"]() : event.key;
  const target = event.target, details = target.closest("details[open]"), typing = target.closest(TYPING);
  if (key === "Escape" && $("#notice")?.children.length) warn();
  else if (key === "Escape" && details) {
    details.open = false;
    const piece = details.closest(".piece");
    if (piece) step(piece);
    else $("summary", details).focus();
  } else if (key === "Enter" && (event.ctrlKey || event.metaKey) && typing?.form) {
    event.preventDefault();
    typing.form.requestSubmit();
  }
  if (typing || $("dialog[open]") || event.ctrlKey || event.metaKey) return;
  const by = event.altKey && { ArrowUp: -1, ArrowDown: 1 }[key], rank = Number(current()?.dataset.rank) + by;
  if (by && rank >= 1 && rank <= $$("#quotes .piece").length) {
    event.preventDefault();
    moveTo(current(), rank);
  } else if (event.altKey || (event.repeat && !"jk".includes(key))) return;
  else if (busy && key.length === 1) waiting.push(key);
  else if (shortcut(key, target)) event.preventDefault();
});

for (const box of $$("[data-shortcuts]")) box.checked = !localStorage.getItem(SHORTCUTS_OFF);
makeDraggable();
if ($("#workspace")) {
  const named = location.hash && document.getElementById(location.hash.slice(1))?.closest(".piece");
  step(named || $(".piece.open") || $(".piece"), { focus: Boolean(named) });
}
