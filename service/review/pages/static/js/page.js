// Short names for what every module does with the page.

export const $ = (selector, within = document) => within.querySelector(selector);
export const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
export const workspace = () => $("#workspace");
export const isDone = () => workspace()?.dataset.state === "done";
export const points = (text) => [...text].length; // offsets count code points

export function say(text) {
  $("#said").textContent = text;
}

// What went wrong lies over the page, until it is closed or something is saved.
let interrupted = null;

export function warn(...nodes) {
  $("#notice").replaceChildren(...nodes);
  if (!nodes.length) {
    if (interrupted?.isConnected) interrupted.focus();
    interrupted = null;
    return;
  }
  interrupted ??= document.activeElement;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "Close";
  close.addEventListener("click", () => warn());
  $("#notice").append(close);
  ($("textarea, .primary", $("#notice")) ?? close).focus();
}

export function settle() {
  interrupted = null;
  $("#notice").replaceChildren();
}

export function note(text) {
  const box = document.createElement("div");
  box.className = "error";
  box.setAttribute("role", "alert");
  box.textContent = text;
  return box;
}

// Scrolls a pane, never the page: nothing jumps but what was asked for.
export function scrollWithin(pane, element) {
  const outer = pane.getBoundingClientRect(), inner = element.getBoundingClientRect();
  if (inner.top < outer.top || inner.bottom > outer.bottom)
    pane.scrollTop += inner.top - outer.top - pane.clientHeight / 3;
}
