// Saving, one step after another. A step is about the piece that was current when it was asked for, however
// long the saves before it take; what the server shows then is taken over region by region.
import { $, $$, note, say, settle, warn, workspace } from "./page.js";
import { current, nextOpen, piece, pieces, putDock, showDock, step } from "./pieces.js";
import { drafts, forgetDraft, isDirty } from "./editing.js";

const DECISIONS = ["accept", "reject", "edit-sentence", "edit-quote", "set-speaker"];
const AT_ONCE = ["accept", "reject"]; // what can't be refused for what was typed
const waiting = [];
let running = false;
let leaving = false;
const shown = new Map(); // the server's last word on each region

// Asks for a step. `fields` say what; the version is that of the time of sending.
export function enqueue(fields) {
  const job = new URLSearchParams(fields);
  if (leaving) return;
  if (job.has("then") && drafts().length) {
    warn(note(`Not saved yet: what you are writing in ${drafts().join(", ")}.`));
    return;
  }
  const about = piece(job.get("piece"));
  if (about && AT_ONCE.includes(job.get("do"))) {
    about.classList.add("pending");
    if (about === current()) step(nextOpen(about) ?? about);
  }
  waiting.push(job);
  if (!running) run();
}

async function run() {
  running = true;
  while (waiting.length && !leaving) await send(waiting.shift());
  running = false;
}

function giveUp(job, ...told) {
  waiting.length = 0;
  for (const one of $$(".piece.pending")) one.classList.remove("pending");
  const about = piece(job.get("piece"));
  if (about && about !== current() && !drafts().length) step(about, { focus: false });
  warn(...told);
}

async function send(job) {
  const { key, version, csrf, back } = workspace().dataset;
  const given = { csrf, version: job.get("version-seen") ?? version, back };
  for (const [name, value] of Object.entries(given)) job.set(name, value);
  job.delete("version-seen");
  const was = [current()?.id, String(version)];
  let answer, page;
  try {
    answer = await fetch(`/review/items/${key}`, { method: "POST", body: job, headers: { Accept: "text/html" } });
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    giveUp(job, note("Not saved: the server can’t be reached. What you wrote is still here; try again."));
    return;
  }
  const found = $("#workspace", page);
  if (answer.ok && found?.dataset.key === key) takeOver(found, job, was);
  else if (answer.ok && $("[name=password]", page)) {
    giveUp(job, note("Not saved: you have been signed out. Sign in again in another tab, then save here."));
  } else if (answer.ok) {
    leaving = true; // no key may act on the page that is being left
    location.assign(answer.url);
  } else {
    const told = $("#conflict", page) ?? $("#error", page);
    giveUp(job, told ? document.adoptNode(told) : note(`Not saved: the server answered ${answer.status}.`));
  }
}

// Without what changes with every version, and without the server's idea of the current piece.
function plainly(region) {
  const copy = region.cloneNode(true);
  for (const field of $$("[name=version], [name=shown]", copy)) field.remove();
  for (const one of $$(".piece.current", copy)) {
    one.classList.remove("current");
    one.removeAttribute("aria-current");
  }
  return copy.outerHTML;
}

function takeOver(found, job, [was]) {
  const here = workspace(), before = new Map(pieces().map((one) => [one.id, one.dataset.verdict]));
  const opened = $$("#pieces details[open]").map((one) => one.id).filter(Boolean);
  const panes = ["#article", "#pieces"].map((pane) => [pane, $(pane).scrollTop]);
  const at = current()?.id, hadFocus = document.activeElement === current();
  settle();
  forgetDraft(job);
  for (const name of ["version", "state"]) here.dataset[name] = found.dataset[name];
  for (const region of $$("[data-region]", found)) {
    const old = document.getElementById(region.id);
    if (!old || region.id === "dock" || (isDirty(old) && !job.has("then"))) continue;
    const html = plainly(region);
    if (shown.get(region.id) === html) continue;
    shown.set(region.id, html);
    old.replaceWith(document.adoptNode(region));
  }
  for (const gone of $$("#add-quote, #add-topic")) if (!found.querySelector(`#${gone.id}`) && here.dataset.state === "done") gone.hidden = true;
  for (const id of opened) if (document.getElementById(id)) document.getElementById(id).open = true;
  for (const waits of waiting) piece(waits.get("piece"))?.classList.add("pending");
  for (const [pane, top] of panes) $(pane).scrollTo({ top, behavior: "instant" });
  const next = follow(job, before, at, was);
  const dock = $("#dock", found);
  const moved = next && next.id !== at;
  if (next) step(next, { focus: moved || hadFocus || document.activeElement === document.body, scroll: moved });
  if (!isDirty($("#dock")) && !$("#dock details.edit[open], #dock details.reject[open], #dock details.speaker[open]"))
    if (dock?.dataset.for === next?.id) putDock(document.adoptNode(dock));
    else if (next) showDock(next.id, { again: true });
  say(told(job));
}

// Which piece is current after a save: the one that the editor is at, unless the step moves on by itself.
function follow(job, before, at, was) {
  const done = job.get("do"), about = piece(job.get("piece"));
  if (["undo", "restore", "add-quote", "add-topic"].includes(done)) {
    const changed = pieces().find((one) => before.get(one.id) !== one.dataset.verdict);
    if (changed) return changed;
  }
  if (done === "accept-all") return piece($("#attention [data-go]")?.dataset.go) ?? piece(at);
  if (DECISIONS.includes(done) && !AT_ONCE.includes(done) && at === job.get("piece")) return nextOpen(about) ?? about;
  return piece(at) ?? piece(was) ?? pieces()[0];
}

function told(job) {
  const version = workspace().dataset.version, left = $$("#attention li").length;
  if (job.get("do") !== "accept-all") return `Saved: version ${version}.`;
  return left ? `Accepted the rest; ${left} need a look.` : "Accepted the rest.";
}

export function listenToForms() {
  for (const region of $$("[data-region]")) shown.set(region.id, plainly(region));
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!("step" in form.dataset)) return;
    event.preventDefault();
    if (!running && event.submitter?.getAttribute("aria-disabled") && $("#attention [data-go]")) {
      step(piece($("#attention [data-go]").dataset.go));
      say("Not finished: this needs a look first.");
      return;
    }
    const fields = new URLSearchParams(new FormData(form, event.submitter));
    // Whoever answers a conflict has seen the version that it told of.
    if (form.closest("#conflict")) fields.set("version-seen", fields.get("version"));
    for (const tool of $$("#dock details.reject[open], #dock details.speaker[open]")) tool.open = false;
    if (form.closest("#dock details.edit")) form.dataset.sent = "";
    enqueue(fields);
  });
}
