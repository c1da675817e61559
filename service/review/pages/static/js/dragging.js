// Quotes are put in another order by dragging their marks.
import { enqueue } from "./sending.js";

export function listenToDrags() {
  let dragged = null;
  document.addEventListener("dragstart", (event) => {
    const mark = event.target.closest?.("#quotes .mark");
    dragged = mark?.closest(".piece") ?? null;
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.id);
  });
  document.addEventListener("dragend", () => (dragged = null));
  document.addEventListener("dragover", (event) => {
    if (dragged && event.target.closest?.("#quotes .piece")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const target = event.target.closest?.("#quotes .piece");
    if (!dragged || !target) return; // words dropped into a field
    event.preventDefault();
    if (dragged !== target) moveTo(dragged, target.dataset.rank);
  });
}

export function moveTo(one, rank) {
  enqueue({ do: "move-quote", piece: one.id, rank });
}

export const quoteCount = () => document.querySelectorAll(".quotes .piece").length;
