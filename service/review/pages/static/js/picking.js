// What is picked in the article: selected words become a quote, a name the speaker of the current quote.
import { $, isDone } from "./page.js";
import { current } from "./pieces.js";
import { selected, set } from "./limits.js";
import { enqueue } from "./sending.js";

const SELECTED_AFTER_MS = 150;

// Offers something to do beside a place in the article.
function offer(place, label, act) {
  $(".pick")?.remove();
  const button = document.createElement("button");
  button.type = "button";
  button.className = "pick primary";
  button.textContent = label;
  button.style.left = `${Math.max(8, Math.min(place.left, innerWidth - 260))}px`;
  button.style.top = `${Math.max(8, Math.min(place.bottom + 6, innerHeight - 48))}px`;
  button.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the selection
  button.addEventListener("click", () => {
    button.remove();
    act();
  });
  document.body.append(button);
  return button;
}

export function addQuote() {
  const form = $("#add-quote"), chosen = selected();
  if (!form || isDone()) return;
  form.open = true;
  if (chosen) {
    set($("[name=part]", form), $("[name=near]", form), chosen.words, chosen.start);
    getSelection().empty();
  }
  form.scrollIntoView({ block: "center" });
  $(chosen ? "[name=speaker]" : "[name=part]", form).focus();
}

export function listenToSelections() {
  let selecting;
  document.addEventListener("selectionchange", () => {
    clearTimeout(selecting);
    selecting = setTimeout(() => {
      const chosen = selected();
      if (chosen && !isDone()) offer(chosen.range.getBoundingClientRect(), "Add as a quote", addQuote);
      else if ($(".pick")?.textContent === "Add as a quote") $(".pick").remove();
    }, SELECTED_AFTER_MS);
  });
  document.addEventListener("click", (event) => {
    const name = event.target.closest?.(".stretch.person"), quote = current();
    if (!event.target.closest?.(".pick")) $(".pick")?.remove();
    if (!name || quote?.dataset.kind !== "quote" || isDone() || !getSelection().isCollapsed) return;
    event.preventDefault(); // the piece stays the current one
    const { person, start } = name.dataset;
    offer(name.getBoundingClientRect(), `${person} said this`, () =>
      enqueue({ do: "set-speaker", piece: quote.id, speaker: person, mention_near: start }),
    );
  }, true);
}
