// The reference: a button to copy each example, and one language at a time if one is chosen. All of it can be
// read without.

const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const KEPT_AS = "pullquote-language";

document.documentElement.classList.add("scripted");

function make(tag, properties, text) {
  const element = Object.assign(document.createElement(tag), properties);
  element.textContent = text;
  return element;
}

// --- copying ------------------------------------------------------------------------------------------

for (const figure of $$(".snippet")) {
  const name = `Copy the example in ${figure.dataset.language}`;
  const button = make("button", { type: "button", className: "copy", ariaLabel: name }, "Copy");
  button.addEventListener("click", async () => {
    const code = figure.querySelector("pre");
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      // No clipboard without TLS or permission: the words are selected, to be copied by hand.
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
  figure.append(button);
}

// --- languages ----------------------------------------------------------------------------------------

const box = document.querySelector("#languages");
const languages = [...new Set($$(".snippet").map((figure) => figure.dataset.language))];

function choose(language) {
  for (const figure of $$(".snippet")) figure.hidden = figure.dataset.language !== language;
  for (const button of $$("button", box)) button.ariaPressed = String(button.textContent === language);
}

for (const language of languages) {
  const button = make("button", { type: "button" }, language);
  button.addEventListener("click", () => {
    localStorage.setItem(KEPT_AS, language);
    choose(language);
  });
  box.append(button);
}
const kept = localStorage.getItem(KEPT_AS);
if (languages.length) choose(languages.includes(kept) ? kept : languages[0]);
