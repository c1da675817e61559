"""The report: one inert, self-contained file that says what the runs say."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from eval import runs
from eval.compare import ComparisonVerdict
from eval.datasets import Gold, GoldAttribution, Sample
from eval.datasets.load import Dataset
from eval.metrics.measures import Interval
from eval.report import samples, write
from eval.report.axes import fit_axis
from eval.report.findings import caveat, finding
from eval.report.groups import grouped
from eval.runs import ArticleRecord, EvaluationRun
from eval.systems.shape import quoting
from eval.tasks import TASKS
from service.domain import Analysis, Article, Quote, QuoteKind, Span, Speaker
from service.errors import PullquoteError

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> & \u2028 \u2029 \ud83d \x00 😀 "
QUOTE = "“We will rebuild the pier,” Mayor Ana Ruiz said."
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class Quoter:
    """Answers with the quote, or with nothing, or not at all."""

    def __init__(self, answer: str) -> None:
        self._answer = answer

    def analyse(self, article: Article) -> Analysis:
        if self._answer == "fails":
            raise PullquoteError("the model <b>broke</b>")
        if self._answer == "nothing":
            return quoting(article, (), "nothing")
        at = article.text.index(QUOTE)
        quote = Quote(
            kind=QuoteKind.DIRECT,
            parts=(Span(at, at + 27),),
            cue=Span(at + 43, at + 47),
            speaker=Speaker("Ana Ruiz", None, Span(at + 34, at + 42)),
            confidence=0.9,
            rank=1,
        )
        return quoting(article, (quote,), "finds")


def sample(index: int) -> Sample:
    text = f"{QUOTE} The sea was calm on day {index}."
    attribution = GoldAttribution(QuoteKind.DIRECT, ((1, 26),), ((28, 42),), ((43, 47),), "Ana Ruiz")
    return Sample(
        Article(f"a{index}", text),
        Gold(attributions=(attribution,)),
        {"publisher": "pier news" if index % 2 else "sea <news>"},
    )


def data(size: int = 8, name: str = "tiny_dev") -> Dataset:
    mark = "sha256:" + "ab" * 32
    return Dataset(name, f"/data/{name}.jsonl", mark, "CC0", tuple(sample(i) for i in range(size)))


def done(answer: str, name: str, dataset: Dataset | None = None) -> EvaluationRun:
    return runs.run(TASKS["quotes"](), Quoter(answer), name, dataset or data())


def hostile(run: EvaluationRun) -> EvaluationRun:
    """The run, had its articles begun with what no door lets in."""
    moved = []
    for record in run.records:
        marks = [
            {**m, "start": m["start"] + len(HOSTILE), "end": m["end"] + len(HOSTILE)} for m in record.marks
        ]
        notes = [["note", HOSTILE]]
        moved.append(replace(record, text=HOSTILE + record.text, marks=marks, notes=notes, error=HOSTILE))
    return EvaluationRun(run.config, moved)


def page(made: Sequence[EvaluationRun], folder: Path) -> str:
    write(made, folder / "report.html")
    return (folder / "report.html").read_text(encoding="utf-8")


class Elements(HTMLParser):
    """Collects the elements of a page, and what stands in its data blocks."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.blocks: list[Any] = []
        self._in_data = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self._in_data = tag == "script" and dict(attrs).get("type") == "application/json"

    def handle_data(self, data: str) -> None:
        if self._in_data:
            self.blocks.append(json.loads(data))
            self._in_data = False


def test_the_file_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    html = page([done("finds", "pullquote"), done("nothing", "mute")], tmp_path)
    for tag, attributes in Elements(html).found:
        assert tag not in {"link", "img", "iframe", "object", "embed", "base"}
        assert "src" not in attributes
        assert (attributes.get("href") or "#").startswith("#")
        assert "style" not in attributes  # the policy would refuse it
        assert not any(name.startswith("on") for name in attributes)
    assert "url(" not in html
    assert "@import" not in html
    policy = dict(Elements(html).found[3][1])
    assert policy["http-equiv"] == "Content-Security-Policy"
    assert "default-src 'none'" in str(policy["content"])
    assert "unsafe" not in str(policy["content"])


def test_hostile_text_is_inert_and_unchanged(tmp_path: Path) -> None:
    made = hostile(done("finds", "pullquote"))
    elements = Elements(page([made], tmp_path))
    assert [tag for tag, _ in elements.found].count("script") == 2
    first = elements.blocks[0]["runs"][0]["samples"][0]
    assert "".join(piece[0] for piece in first["pieces"]) == made.records[0].text
    assert first["notes"] == [["note", HOSTILE]]
    assert first["error"] == HOSTILE


def test_hostile_names_are_inert(tmp_path: Path) -> None:
    html = page([done("finds", "<script>x</script>\ud83d", data(name="<b>d"))], tmp_path)
    assert "<script>x" not in html
    assert "<b>d" not in html
    assert [tag for tag, _ in Elements(html).found].count("script") == 2


def test_every_system_and_headline_measure_is_there(tmp_path: Path) -> None:
    made = [done("finds", "pullquote"), done("nothing", "mute"), done("fails", "broken")]
    html = page(made, tmp_path)
    for run in made:
        assert str(run.config["system"]) in html
    labels = {measure.name: measure.label for measure in made[0].task.measures}
    for name in made[0].task.headline:
        assert f">{labels[name]} <" in html
    assert "failed on 8 of 8" in html
    assert "CC0" in html
    assert "abababababab…" in html
    assert "ab" * 32 in html


def test_the_product_comes_first_and_is_ahead_of_worse() -> None:
    (group,) = grouped([done("nothing", "mute"), done("finds", "pullquote"), done("finds", "twin")])
    assert [system.name for system in group.systems] == ["pullquote", "mute", "twin"]
    mute, twin = group.against
    assert mute.verdict is ComparisonVerdict.AHEAD
    assert twin.verdict is ComparisonVerdict.NOTHING_SHOWN
    assert mute.change == Interval(100, 100, 100)
    said = re.sub("<[^>]+>", "", str(finding(group)))
    assert said == (
        "On tiny_dev (8 articles), pullquote is ahead of mute on direct content, exact, F1 "
        "by 100.0 [100.0, 100.0]; it shows no difference from twin (0.0 [0.0, 0.0])."
    )
    assert caveat(group) == "On no other headline figure is it shown to be behind."


def test_the_product_is_behind_of_better() -> None:
    (group,) = grouped([done("nothing", "pullquote"), done("finds", "other")])
    assert group.against[0].verdict is ComparisonVerdict.BEHIND
    assert "is behind other on" in re.sub("<[^>]+>", "", str(finding(group)))
    assert caveat(group) == "Of the other headline figures, it is behind other on 6."


def test_without_the_product_the_first_run_leads_and_order_is_kept() -> None:
    made = [done("nothing", "b"), done("finds", "a"), done("finds", "a"), done("finds", "c", data(name="x"))]
    first, second = grouped(made)
    assert [system.name for system in first.systems] == ["b", "a", "a (2)"]
    assert [system.name for system in second.systems] == ["c"]


def test_the_same_runs_give_the_same_bytes(tmp_path: Path) -> None:
    made = [done("finds", "pullquote"), done("nothing", "mute")]
    assert page(made, tmp_path) == page(made, tmp_path)


def test_pairs_are_the_shared_articles_only() -> None:
    (group,) = grouped([done("finds", "pullquote"), done("nothing", "half", data(4))])
    assert group.against[0].articles == 4


def test_one_run_is_enough(tmp_path: Path) -> None:
    html = page([done("finds", "pullquote")], tmp_path)
    assert "no other system ran on these articles" in html
    assert 'class="chip' not in html


def test_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one run"):
        write([], tmp_path / "report.html")


def test_tasks_are_mixed_and_measures_may_be_absent(tmp_path: Path) -> None:
    made = done("finds", "pullquote")
    bare = EvaluationRun(
        {"task": "topics", "system": "pullquote", "data": {"name": "bare", "sha256": ""}},
        [ArticleRecord("1", "Text.", {}, 0.1, None, None, None, {"coverage": [1, 1]}, 0.5, [], [])],
    )
    empty = EvaluationRun({"task": "support", "system": "judge", "data": {"name": "none", "sha256": ""}}, [])
    html = page([made, bare, empty], tmp_path)
    assert "articles with a topic" in html
    assert "These runs hold no figures." in html
    assert "judge</b> has no figure" in html


def test_stored_answers_have_no_speed(tmp_path: Path) -> None:
    html = page([done("finds", "pullquote"), done("finds", "stored:/some/citron_dev.jsonl.gz")], tmp_path)
    assert "Quality against speed" not in html
    assert "answers read from a file" in html
    assert ">citron" in html


def test_worst_first_and_no_more_than_are_read() -> None:
    record = done("finds", "pullquote").records[0]
    many = [replace(record, id=str(i), quality=i / 100) for i in reversed(range(90))]
    many.append(replace(record, id="failed", quality=1.0, error="broke"))
    shown = samples.worst(EvaluationRun({}, many))
    assert [r.id for r in shown[:3]] == ["failed", "0", "1"]
    assert len(shown) == samples.MOST


def test_pieces_count_code_points_and_carry_every_mark() -> None:
    text = "😀 “Hi 😀 there”, she said"
    marks = [
        {"start": 3, "end": 13, "side": "gold", "role": "content", "label": "direct"},
        {"start": 2, "end": 14, "side": "predicted", "role": "content", "label": "direct"},
        {"start": 6, "end": 7, "side": "gold", "role": "cue", "label": ""},
        {"start": 16, "end": 19, "side": "predicted", "role": "source", "label": "Ana"},
    ]
    cut = samples.pieces(text, marks, "quotes")
    assert "".join(piece[0] for piece in cut) == text
    assert cut == [
        ["😀 "],
        ["“", [["content", "shown", 1, "a"]], "predicted content: direct"],
        ["Hi ", [["content", "agree", 1, "a"]], "gold content: direct; predicted content: direct"],
        [
            "😀",
            [["content", "agree", 1, ""], ["cue", "gold", 1, "az"]],
            "gold content: direct; predicted content: direct; gold cue",
        ],
        [" there", [["content", "agree", 1, "z"]], "gold content: direct; predicted content: direct"],
        ["”", [["content", "shown", 1, "z"]], "predicted content: direct"],
        [", "],
        ["she", [["source", "spurious", 1, "az"]], "predicted source: Ana"],
        [" said"],
    ]


def test_missed_and_spurious_are_only_said_where_both_sides_are_marked() -> None:
    gold = {"start": 0, "end": 2, "side": "gold", "role": "cue", "label": ""}
    assert samples.pieces("ab", [gold], "quotes")[0][1] == [["cue", "missed", 1, "az"]]
    evidence = {"start": 0, "end": 2, "side": "predicted", "role": "evidence", "label": ""}
    assert samples.pieces("ab", [evidence], "summaries")[0][1] == [["evidence", "shown", 1, "az"]]
    end = {"start": 1, "end": 2, "side": "gold", "role": "missed end", "label": ""}
    assert samples.pieces("a.", [end], "segmentation")[1][1] == [["end", "missed", 1, "az"]]


def test_overlaps_of_one_role_are_told_by_depth() -> None:
    outer = {"start": 0, "end": 6, "side": "gold", "role": "content", "label": ""}
    cut = samples.pieces("abcdef", [outer, {**outer, "start": 2, "end": 4}], "quotes")
    assert [(piece[0], piece[1][0][2]) for piece in cut] == [("ab", 1), ("cd", 2), ("ef", 1)]


@pytest.mark.parametrize(
    ("low", "high", "within"),
    [(0, 0, (0, 100)), (100, 100, (0, 100)), (93.7, 99.0, (0, 100)), (-3, 250, None), (0.001, 0.0012, None)],
)
def test_an_axis_holds_its_figures(low: float, high: float, within: tuple[float, float] | None) -> None:
    axis = fit_axis([Interval((low + high) / 2, low, high)], within=within)
    assert axis.low <= low <= high <= axis.high
    assert 2 <= len(axis.ticks) <= 8
    if within:
        assert within[0] <= axis.low < axis.high <= within[1]


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH (apt-get install chromium)")
def test_a_browser_shows_the_first_article_with_its_marks(tmp_path: Path) -> None:
    page([hostile(done("finds", "pullquote")), hostile(done("nothing", "mute"))], tmp_path)
    shown = subprocess.run(
        [
            str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0",
            f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=3000", "--dump-dom",
            (tmp_path / "report.html").as_uri(),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    dom = shown.stdout.decode("utf-8", "replace")
    assert "CONSOLE" not in shown.stderr.decode("utf-8", "replace")
    assert '<output aria-live="polite">1 of 8</output>' in dom
    agreed = r'<mark class="layer role-content is-agree[^"]*" title="[^"]*gold content: direct[^"]*">'
    assert re.search(agreed + "We will rebuild", dom)
    assert re.search(r'<mark class="layer role-source is-missed[^"]*"[^>]*>Mayor ', dom)
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in dom
    assert "\ufffd" in dom  # half a surrogate pair
    assert "😀" in dom
