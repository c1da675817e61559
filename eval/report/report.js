"use strict";
// The error browser. Articles are data: they reach the page through textContent only.
(() => {
  const STATES = {
    agree: "gold and predicted",
    missed: "gold, missed",
    spurious: "predicted, not gold",
    gold: "gold",
    shown: "predicted",
  };
  const HEADS = { agree: "agreed", shown: "predicted" };
  const browsers = [];

  function make(name, attributes = {}, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === "text") node.textContent = value;
      else if (value === true) node.setAttribute(key, "");
      else if (value !== false && value !== null) node.setAttribute(key, value);
    }
    node.append(...children);
    return node;
  }

  function option(label, value) {
    return make("option", { value, text: label });
  }

  // One piece of text inside one element for each role that covers it, the outermost role first.
  function drawPiece([text, layers, tip], highlight) {
    if (!layers) return document.createTextNode(text);
    let outer = null;
    let inner = null;
    for (const [role, state, depth, edges] of layers) {
      const layer = make(outer ? "span" : "mark", { class: classes(role, state, depth, edges) });
      if (inner) inner.append(layer);
      outer ??= layer;
      inner = layer;
    }
    outer.title = tip;
    inner.textContent = text;
    outer.addEventListener("click", () => highlight(tip));
    return outer;
  }

  function classes(role, state, depth, edges) {
    const known = /^[a-z]+$/.test(role) ? role : "other";
    const names = ["layer", `role-${known}`, `is-${state}`];
    if (depth > 1) names.push("twice");
    if (edges.includes("a")) names.push("begins");
    if (edges.includes("z")) names.push("ends");
    return names.join(" ");
  }

  function matches(sample, { slice, show, words }) {
    if (slice && JSON.stringify(slice) !== "[]" && sample.slices[slice[0]] !== slice[1]) return false;
    const states = Object.values(sample.words);
    if (show === "missed" && !states.some((counts) => "missed" in counts)) return false;
    if (show === "spurious" && !states.some((counts) => "spurious" in counts)) return false;
    if (show === "failed" && !sample.error) return false;
    return !words || sample.haystack.includes(words);
  }

  // Half a surrogate pair is shown as the replacement character, which copying and printing can take.
  function read(json) {
    const whole = (value) => (typeof value === "string" && value.toWellFormed ? value.toWellFormed() : value);
    return prepare(JSON.parse(json, (_, value) => whole(value)));
  }

  function prepare(data) {
    for (const run of data.runs) {
      for (const sample of run.samples) {
        const notes = sample.notes.map((note) => note.join(" "));
        const text = sample.pieces.map((piece) => piece[0]).join("");
        const tips = sample.pieces.map((piece) => piece[2] || "");
        sample.haystack = [sample.id, text, ...notes, ...tips].join("\n").toLowerCase();
      }
    }
    return data;
  }

  class Browser {
    constructor(section) {
      this.section = section;
      this.data = read(document.getElementById(section.dataset.samples).textContent);
      this.run = this.data.runs[0];
      this.at = 0;
      this.stage = section.querySelector(".stage");
      this.build();
      this.stage.hidden = false;
      this.filter();
    }

    build() {
      this.which = make("select", {}, ...this.data.runs.map((run, index) => option(run.name, String(index))));
      this.show = make("select", {}, option("all articles", ""), ...this.kinds());
      this.slice = make("select", {}, option("every kind", "[]"), ...this.slices());
      this.words = make("input", { type: "search", placeholder: "words, names, ids" });
      this.previous = make("button", { type: "button", title: "Previous article (k)" }, "← Previous");
      this.next = make("button", { type: "button", title: "Next article (j)" }, "Next →");
      this.position = make("output", { "aria-live": "polite" });
      this.card = make("div", { class: "card" });
      const controls = make("div", { class: "controls" });
      if (this.data.runs.length > 1) controls.append(make("label", {}, "System", this.which));
      controls.append(make("label", {}, "Show", this.show), make("label", {}, "Slice", this.slice));
      controls.append(make("label", { class: "grow" }, "Containing", this.words));
      const steps = make("div", { class: "steps" }, this.previous, this.position, this.next);
      steps.append(make("span", { class: "keys" }, make("kbd", { text: "k" }), make("kbd", { text: "j" })));
      this.stage.append(controls, steps, this.legend(), this.card);
      this.which.addEventListener("change", () => this.change());
      for (const control of [this.show, this.slice]) control.addEventListener("change", () => this.filter());
      this.words.addEventListener("input", () => this.filter());
      this.previous.addEventListener("click", () => this.step(-1));
      this.next.addEventListener("click", () => this.step(1));
    }

    kinds() {
      const found = [];
      if (this.data.states.includes("missed")) found.push(option("something missed", "missed"));
      if (this.data.states.includes("spurious")) found.push(option("something spurious", "spurious"));
      if (this.data.runs.some((run) => run.samples.some((sample) => sample.error))) {
        found.push(option("failed", "failed"));
      }
      return found;
    }

    slices() {
      const kinds = new Map();
      for (const run of this.data.runs) {
        for (const sample of run.samples) {
          for (const [kind, group] of Object.entries(sample.slices)) {
            if (!kinds.has(kind)) kinds.set(kind, new Set());
            kinds.get(kind).add(group);
          }
        }
      }
      return [...kinds].map(([kind, groups]) => {
        const options = [...groups].sort().map((group) => option(group, JSON.stringify([kind, group])));
        return make("optgroup", { label: kind }, ...options);
      });
    }

    legend() {
      const legend = make("div", { class: "marks", "aria-label": "Legend", role: "group" });
      for (const state of this.data.states) {
        const [role] = this.data.roles.length === 1 ? this.data.roles[0] : ["any"];
        const swatch = make("span", { class: classes(role, state, 1, "az"), text: STATES[state] });
        legend.append(make("span", { class: "entry" }, swatch));
      }
      if (this.data.roles.length > 1 || this.data.states.length) {
        for (const [role, about] of this.data.roles) {
          const dot = make("span", { class: `hue ${classes(role, "hue", 1, "")}`, "aria-hidden": "true" });
          legend.append(make("span", { class: "entry" }, dot, about));
        }
      }
      return legend;
    }

    // Another system: stay with the article if that system's worst hold it too.
    change() {
      const id = this.found.length ? this.found[this.at].id : null;
      this.run = this.data.runs[Number(this.which.value)];
      this.filter(id);
    }

    filter(id = null) {
      const wanted = {
        slice: JSON.parse(this.slice.value),
        show: this.show.value,
        words: this.words.value.trim().toLowerCase(),
      };
      if (!wanted.slice.length) wanted.slice = null;
      this.found = this.run.samples.filter((sample) => matches(sample, wanted));
      const again = id === null ? -1 : this.found.findIndex((sample) => sample.id === id);
      this.at = Math.max(again, 0);
      const { samples, total } = this.run;
      const some = samples.length < total ? `the ${samples.length} worst of ${total}` : `all ${total}`;
      this.section.querySelector(".scope").textContent = `This page holds ${some} articles of the run by ${this.run.name}.`;
      this.draw();
    }

    step(by) {
      const to = this.at + by;
      if (to < 0 || to >= this.found.length) return;
      this.at = to;
      this.draw();
    }

    draw() {
      const count = this.found.length;
      this.position.textContent = count ? `${this.at + 1} of ${count}` : "0 of 0";
      this.previous.disabled = this.at <= 0;
      this.next.disabled = this.at >= count - 1;
      if (!count) {
        this.card.replaceChildren(make("p", { class: "empty", text: "No article fits. Loosen a filter." }));
        return;
      }
      const sample = this.found[this.at];
      const side = make("div", { class: "side" }, ...this.facts(sample));
      const article = make("div", { class: "article", tabindex: "0", role: "region", "aria-label": "Article" });
      const here = make("p", { class: "here", "aria-live": "polite" });
      const highlight = (tip) => { here.textContent = tip; };
      article.append(...sample.pieces.map((piece) => drawPiece(piece, highlight)));
      const reading = make("div", { class: "reading-pane" }, article, here);
      this.card.replaceChildren(side, reading);
      const first = article.querySelector(".is-missed, .is-spurious") || article.querySelector(".layer");
      if (first) article.scrollTop = Math.max(first.offsetTop - article.offsetTop - article.clientHeight / 4, 0);
    }

    facts(sample) {
      const percent = Math.round(sample.quality * 100);
      const meter = make("meter", { min: 0, max: 1, value: sample.quality, "aria-label": "quality" });
      const head = [
        make("h4", { text: sample.id }),
        make("p", { class: "quality" }, meter, make("span", { text: `quality ${percent} %` })),
      ];
      if (sample.error) head.push(make("p", { class: "error", text: sample.error }));
      const tags = Object.entries(sample.slices);
      if (tags.length) {
        head.push(make("ul", { class: "tags" }, ...tags.map(([kind, group]) => make("li", { text: group, title: kind }))));
      }
      const roles = Object.entries(sample.words);
      if (roles.length) head.push(this.tally(roles));
      for (const [label, text] of sample.notes) {
        head.push(make("section", { class: "told" }, make("h5", { text: label }), make("p", { text: text || "(nothing)" })));
      }
      return head;
    }

    // Words of the article by role and state, so that what the colours say stands in figures too.
    tally(roles) {
      const states = this.data.states;
      const head = make("tr", {}, make("th", { scope: "col", text: "words" }));
      for (const state of states) head.append(make("th", { scope: "col", text: HEADS[state] || state }));
      const body = roles.map(([role, counts]) => {
        const row = make("tr", {}, make("th", { scope: "row", text: role }));
        for (const state of states) row.append(make("td", { text: counts[state] ? String(counts[state]) : "–" }));
        return row;
      });
      return make("table", { class: "words" }, make("thead", {}, head), make("tbody", {}, ...body));
    }

    // How much of the browser is on the screen, for the keys.
    seen() {
      const { top, bottom } = this.section.getBoundingClientRect();
      return Math.min(bottom, window.innerHeight) - Math.max(top, 0);
    }
  }

  for (const section of document.querySelectorAll(".browser")) browsers.push(new Browser(section));

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    const by = { j: 1, k: -1 }[event.key];
    if (!by) return;
    const focused = browsers.find((browser) => browser.section.contains(document.activeElement));
    const best = focused || browsers.reduce((a, b) => (b.seen() > a.seen() ? b : a));
    if (focused || best.seen() > 0) best.step(by);
  });

  // On paper everything is open.
  window.addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
})();
