// The limits of a quote, moved by whole words within the article, and what is selected in it.
import { $, $$, note, points, say, warn } from "./page.js";

// A word with the signs that cling to it; quotation marks are no part of a quote.
const WORD = /[^\s“”„"«»]*[\p{L}\p{N}][^\s“”„"«»]*/gu;
const BARRIER = /[“”„"«»\n]/u;
let warned = "";

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

// Offsets count code points in the article; between paragraphs the page's text has one line break.
function toPage(runs, offset) {
  const run = runs.findLast((one) => one.start <= offset) ?? runs[0];
  return run.at + [...run.text].slice(0, offset - run.start).join("").length;
}

function toArticle(runs, position) {
  const run = runs.findLast((one) => one.at <= position) ?? runs[0];
  return run.start + points(run.text.slice(0, position - run.at));
}

export function move(fieldset, way) {
  const area = $("textarea", fieldset), near = $("[name=near]", fieldset);
  if (way === "selection") {
    const chosen = selected();
    if (chosen) set(area, near, chosen.words, chosen.start);
    else warn(note("Select words in the article first."));
    return;
  }
  const { runs, text } = readArticle();
  const start = toPage(runs, Number(near.value)), end = start + area.value.length;
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
  if (from >= to) return;
  const crossed = text.slice(from, start) + text.slice(end, to), asked = `${way} ${from} ${to}`;
  if (BARRIER.test(crossed) && warned !== asked) {
    warned = asked;
    say(`${crossed.includes("\n") ? "The paragraph" : "The quotation"} ends here. Once more goes across.`);
    return;
  }
  warned = "";
  set(area, near, text.slice(from, to), toArticle(runs, from));
}

export function set(area, near, words, start) {
  area.value = words;
  near.value = start;
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

export function selected() {
  const selection = getSelection(), words = selection.toString().trim();
  if (!words || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const from = $$("#article [data-start]").find((one) => range.intersectsNode(one));
  if (!from) return null;
  const before = from.contains(range.startContainer) ? from.textContent.slice(0, range.startOffset) : "";
  return { words, start: Number(from.dataset.start) + points(before), range };
}
