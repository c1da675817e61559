// The front page: sends the article to this service, and shows the answer beside the words that it rests on.
// Whatever an article holds is set as text, never as markup.

const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const number = new Intl.NumberFormat("en");
const LOOKS_LIKE_HTML = /^\s*<(?:!doctype|!--|\?xml|html|head|body|main|article|section|div|p|h1)\b/i;
const MOST_TRIES = 20;
const KINDS = { evidence: "evidence", part: "quoted", cue: "cue", mention: "speaker" };

const form = $("#ask"), field = $("#article-text"), go = $("#go"), article = $("#article"), analysis = $("#analysis");
document.documentElement.classList.add("scripted");

function make(tag, { text, ...properties } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") element.className = value;
    else if (name.includes("-")) element.setAttribute(name, value);
    else element[name] = value;
  }
  if (text !== undefined) element.textContent = text;
  element.append(...children.filter(Boolean));
  return element;
}

const say = (text) => ($("#said").textContent = text);

// --- asking -----------------------------------------------------------------------------------------

function showSize() {
  const most = Number(field.dataset.most), size = field.value.length;
  const over = size > most && !LOOKS_LIKE_HTML.test(field.value);
  $("#size").textContent = size ? `${number.format(size)} characters${over ? `, the limit is ${number.format(most)}` : ""}` : "";
  $("#size").classList.toggle("over", over);
}

async function ask() {
  const html = LOOKS_LIKE_HTML.test(field.value);
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  if ($("#key").value) headers.Authorization = `Bearer ${$("#key").value.trim()}`;
  // JavaScript counts UTF-16 code units.
  const query = new URLSearchParams({ offset_unit: "utf16", length: $("#length").value });
  const sent = field.value, started = performance.now();
  const request = { method: "POST", headers, body: JSON.stringify({ [html ? "html" : "text"]: sent }) };
  let response = await fetch(`/v1/analyses?${query}`, request);
  // Whoever comes while the service starts need not press again.
  for (let tries = 0; response.status === 503 && tries < MOST_TRIES; tries++) {
    say("The service is starting; one moment…");
    await new Promise((resolve) => setTimeout(resolve, 1000 * (Number(response.headers.get("Retry-After")) || 2)));
    response = await fetch(`/v1/analyses?${query}`, request);
  }
  const answer = await response.json();
  if (!response.ok) throw new Problem(answer, response.headers.get("Retry-After"));
  return { answer, text: answer.article.text ?? sent, seconds: (performance.now() - started) / 1000 };
}

class Problem extends Error {
  constructor(problem, wait) {
    super(problem.detail ?? "The service could not answer.");
    Object.assign(this, { title: problem.title, status: problem.status, id: problem.request_id, wait });
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (go.disabled || !form.reportValidity()) return;
  go.disabled = true;
  go.textContent = "Analysing…";
  $("#problem").replaceChildren();
  say("Analysing…");
  try {
    show(await ask());
  } catch (error) {
    complain(error);
  } finally {
    go.disabled = false;
    go.textContent = "Analyse the article";
  }
});

function complain(error) {
  say("");
  const known = error instanceof Problem;
  const box = make("div", { class: "error", role: "alert" },
    make("strong", { text: known ? error.title : "No answer came" }),
    make("span", { text: known ? error.message : "The service can’t be reached. Is it still running?" }),
    known && error.wait && make("span", { text: ` Try again in ${error.wait} s.` }),
    known && error.id && make("div", { class: "meta", text: `Request ${error.id}` }));
  box.setAttribute("role", "alert");
  $("#problem").replaceChildren(box);
  if (error.status === 401 || error.status === 403) {
    $("#key-box").open = true;
    $("#key").focus();
  }
}

for (const link of $$("[data-example]"))
  link.addEventListener("click", async (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const page = new DOMParser().parseFromString(await (await fetch(link.href, { headers: { Accept: "text/html" } })).text(), "text/html");
    field.value = $("#article-text", page).value;
    for (const other of $$("[data-example]")) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    showSize();
    go.focus();
  });

field.addEventListener("input", showSize);
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});

// --- showing ----------------------------------------------------------------------------------------

const of = (kind, spans) => (spans ?? []).filter(Boolean).map(({ start, end }) => ({ start, end, kind }));
const percent = (share) => `${Math.round(100 * share)} %`;

// A piece of the answer: its name, what it shows, and the words of the article that it rests on.
function piecesOf(answer) {
  const line = (id, sentence, name) =>
    sentence && { id, spans: of("evidence", sentence.evidence), body: [make("span", { class: name, text: sentence.text })] };
  const groups = [
    ["Headline", [line("headline", answer.headline, "headline"), line("standfirst", answer.standfirst, "standfirst")]],
    ["Summary", answer.summary.sentences.map((sentence, at) => line(`s${at}`, sentence, "sentence"))],
    ["Quotes", answer.quotes.map((quote, at) => quotePiece(`q${at}`, quote))],
    ["Topics", answer.topics.map((topic, at) => ({
      id: `t${at}`,
      spans: of("evidence", topic.evidence),
      body: [make("span", { text: topic.label }), make("span", { class: "meta", text: percent(topic.confidence) })],
    }))],
  ];
  return groups.map(([name, pieces]) => [name, pieces.filter(Boolean)]);
}

function quotePiece(id, quote) {
  const { speaker } = quote, words = quote.parts.map((part) => part.text).join(" … ");
  const said = quote.kind === "indirect" ? words : `“${words}”`;
  const by = make("span", { class: "by" }, "— ",
    speaker ? make("b", { text: speaker.name }) : "nobody that the article names",
    speaker?.role ? `, ${speaker.role}` : "",
    ` · ${quote.kind}${quote.cue ? `, “${quote.cue.text}”` : ""}`);
  return {
    id,
    pull: quote.rank === 1 && quote.kind !== "indirect",
    spans: [...of("part", quote.parts), ...of("cue", [quote.cue]), ...of("mention", [speaker?.mention, speaker?.antecedent])],
    body: [make("span", { class: "words", text: said }), by],
  };
}

function pieceButton({ id, body, pull }) {
  return make("button", { type: "button", class: pull ? "piece pull" : "piece", "data-piece": id, "aria-pressed": "false" }, ...body);
}

// What a stretch of the article is to each piece that rests on it.
const kindsOf = new WeakMap();

// The article, cut wherever a piece begins or ends.
function articleNodes(text, pieces) {
  const marks = pieces.flatMap(({ id, spans }) => spans.map((span) => ({ ...span, id }))).sort((a, b) => a.start - b.start);
  const cuts = [...new Set(marks.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);
  let next = 0, open = [];
  const stretch = (start, end) => {
    while (next < marks.length && marks[next].start <= start) open.push(marks[next++]);
    open = open.filter((mark) => mark.end > start);
    const words = text.slice(start, end);
    if (!open.length) return words;
    const element = make("span", { class: "stretch", "data-pieces": [...new Set(open.map((mark) => mark.id))].join(" "), text: words });
    kindsOf.set(element, new Map(open.map((mark) => [mark.id, mark.kind])));
    return element;
  };
  let at = 0;
  return [...text.matchAll(/[^\n]+/g)].map((line) => {
    const paragraph = make("p"), end = line.index + line[0].length;
    let from = line.index;
    while (at < cuts.length && cuts[at] <= from) at++;
    for (; at < cuts.length && cuts[at] < end; at++) {
      paragraph.append(stretch(from, cuts[at]));
      from = cuts[at];
    }
    paragraph.append(stretch(from, end));
    return paragraph;
  });
}

function show({ answer, text, seconds }) {
  const groups = piecesOf(answer), pieces = groups.flatMap(([, some]) => some);
  article.replaceChildren(
    make("div", { class: "legend" }, ...Object.entries(KINDS).map(([kind, name]) => make("span", { class: `lit ${kind}`, text: name }))),
    ...articleNodes(text, pieces));
  analysis.replaceChildren();
  for (const [name, some] of groups) {
    analysis.append(make("h3", { text: name }));
    if (!some.length) analysis.append(make("p", { class: "meta", text: name === "Headline" ? "None that the article’s words make well." : "None found." }));
    else analysis.append(make("ul", { class: name === "Topics" ? "pieces topics" : "pieces" }, ...some.map((piece) => make("li", {}, pieceButton(piece)))));
  }
  if (answer.warnings.length)
    analysis.append(make("ul", { class: "warnings" }, ...answer.warnings.map(({ detail }) => make("li", { text: detail }))));
  analysis.append(make("details", { class: "raw" },
    make("summary", { text: "The answer as JSON" }),
    make("pre", { tabIndex: 0, text: JSON.stringify(answer, null, 2) })));
  document.body.classList.add("analysed");
  reading(true);
  const quotes = answer.quotes.length;
  say(`${quotes} ${quotes === 1 ? "quote" : "quotes"}, ${number.format(text.length)} characters, ${seconds.toFixed(1)} s`);
  window.scrollTo(0, 0);
  article.scrollTop = 0;
  $("#result-name").focus({ preventScroll: true });
}

function reading(yes) {
  form.hidden = yes;
  article.hidden = $("#change").hidden = !yes;
}

$("#change").addEventListener("click", () => {
  reading(false);
  field.focus();
});

// --- lighting up --------------------------------------------------------------------------------------

function light(piece) {
  for (const other of $$(".piece[aria-pressed=true]")) other.setAttribute("aria-pressed", "false");
  for (const lit of $$(".stretch.lit")) lit.classList.remove("lit", ...Object.keys(KINDS));
  if (!piece) return;
  piece.setAttribute("aria-pressed", "true");
  const found = $$(`[data-pieces~="${piece.dataset.piece}"]`, article);
  for (const stretch of found) stretch.classList.add("lit", kindsOf.get(stretch).get(piece.dataset.piece));
  if (!found.length) return;
  const outer = article.getBoundingClientRect(), inner = found[0].getBoundingClientRect();
  if (inner.top < outer.top || inner.bottom > outer.bottom)
    article.scrollTop += inner.top - outer.top - article.clientHeight / 3;
}

document.addEventListener("click", (event) => {
  const piece = event.target.closest(".piece"), stretch = event.target.closest("[data-pieces]");
  if (piece) light(piece.getAttribute("aria-pressed") === "true" ? null : piece);
  else if (stretch && getSelection().isCollapsed) {
    // Clicking again goes round the pieces that rest on these words.
    const ids = stretch.dataset.pieces.split(" "), now = $(".piece[aria-pressed=true]")?.dataset.piece;
    const chosen = $(`.piece[data-piece="${ids[(ids.indexOf(now) + 1) % ids.length]}"]`);
    light(chosen);
    chosen.scrollIntoView({ block: "nearest" });
  }
});

analysis.addEventListener("keydown", (event) => {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key], all = $$(".piece"), at = all.indexOf(document.activeElement);
  if (event.key === "Escape") light(null);
  else if (by && at >= 0 && all[at + by]) {
    event.preventDefault();
    all[at + by].focus();
    light(all[at + by]);
  }
});

showSize();
