// What is being written: kept while other things are saved and other pieces looked at, and checked as it grows.
import { $, $$, workspace } from "./page.js";
import { move } from "./limits.js";

const CHECK_AFTER_MS = 300;
const kept = new Map(); // by piece: the values of its fields in an editor of the dock, and which editor
const fields = (editor) => $$("textarea, input:not([type=hidden]), [name=near]", editor);
const changed = (editor) => fields(editor).some((field) => field.value !== field.defaultValue);

export const isDirty = (within) => $$(".editor", within).some(changed);

// Where something is being written that isn't saved.
export function drafts() {
  const inPage = $$("#workspace .editor").filter(changed).map((editor) => place(editor));
  return [...new Set([...kept.keys(), ...inPage])];
}

function place(editor) {
  return $("[name=piece]", editor)?.value ?? editor.closest("[id]").id;
}

export function keepDraft() {
  const dock = $("#dock");
  for (const editor of $$(".editor", dock)) {
    if (changed(editor)) {
      const tool = editor.closest("details").className.split(" ")[0];
      kept.set(dock.dataset.for, { tool, values: fields(editor).map((field) => field.value) });
    }
  }
}

export function resumeDraft() {
  const draft = kept.get($("#dock").dataset.for), details = draft && $(`#dock details.${draft.tool}`);
  if (!details) return;
  kept.delete($("#dock").dataset.for);
  fields($(".editor", details)).forEach((field, index) => (field.value = draft.values[index] ?? field.value));
  details.open = true;
}

// What was saved is no draft any more.
export function forgetDraft(job) {
  kept.delete(job.get("piece"));
  for (const editor of $$("#workspace .editor")) {
    const same = ["do", "piece", "person"].every((name) => new FormData(editor).get(name) === job.get(name));
    if (!same) continue;
    for (const field of fields(editor)) field.value = field.defaultValue;
    editor.closest("details").open = false;
  }
}

let checking, checked = 0;

function check(area) {
  clearTimeout(checking);
  const number = ++checked;
  checking = setTimeout(async () => {
    const form = new URLSearchParams(new FormData(area.form));
    form.set("csrf", workspace().dataset.csrf);
    const answer = await fetch(area.dataset.check, { method: "POST", body: form }).catch(() => null);
    const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page || number !== checked || !area.isConnected) return;
    $(".checked", area.form).replaceChildren(...$$(".check", page).map((part) => document.adoptNode(part)));
  }, CHECK_AFTER_MS);
}

export function listenToEditors() {
  document.addEventListener("input", (event) => event.target.dataset?.check && check(event.target));
  document.addEventListener("toggle", (event) => {
    const area = event.target.open && $("[data-check]", event.target);
    if (area && event.target.classList.contains("edit")) check(area);
  }, true);
  document.addEventListener("click", (event) => {
    const way = event.target.dataset?.move;
    if (way) move(event.target.closest("fieldset"), way);
  });
  window.addEventListener("beforeunload", (event) => drafts().length && event.preventDefault());
}
