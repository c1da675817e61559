"""The harness: rows to samples, runs and their folders, comparisons, the gate, the command line."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval import gate, runs
from eval.__main__ import app
from eval.compare import ComparisonVerdict, compare
from eval.datasets import digest, read_rows
from eval.datasets.adapters import to_sample
from eval.datasets.layout import Layout
from eval.datasets.load import CORPUS, load
from eval.systems.product import Product
from eval.systems.shape import blank
from eval.systems.summaries.baselines import LeadBaseline
from eval.tasks import TASKS
from service.domain import Analysis, Article, Quote, QuoteKind, Span
from service.errors import ModelFailed
from service.ingest import Door
from service.wire import to_dict, to_wire

_TEXT = (
    "“The pier opens in May,” Mayor Ana Ruiz said on Tuesday.\nIt cost nine million euros.\nNobody objected."
)


class InProcess(Product):
    """The product over the pipeline that the tests share."""

    def __init__(self, pipeline) -> None:
        self._door, self._pipeline = Door(max_chars=1_000_000), pipeline


class Worsened:
    """A copy of the product that loses the last word of every second quote and every other speaker."""

    def __init__(self, product: Remembering) -> None:
        self._product = product

    def analyse(self, article: Article) -> Analysis:
        analysis = self._product.analyse(article)
        return replace(analysis, quotes=tuple(map(self._worse, range(len(analysis.quotes)), analysis.quotes)))

    @staticmethod
    def _worse(at: int, quote: Quote) -> Quote:
        if at % 2:
            return replace(quote, speaker=None)
        *first, last = quote.parts
        return replace(quote, parts=(*first, Span(last.start, max(last.start + 1, last.end - 9))))


class Remembering:
    """The product in this process; what it said of an article isn't worked out again for the next test."""

    def __init__(self, pipeline) -> None:
        self._product = InProcess(pipeline)
        self._said: dict[Article, Analysis] = {}

    def analyse(self, article: Article) -> Analysis:
        if article not in self._said:
            self._said[article] = self._product.analyse(article)
        return self._said[article]


@pytest.fixture(scope="module")
def product(pipeline) -> Remembering:
    return Remembering(pipeline)


@pytest.fixture(scope="module")
def pair(product):
    data = load(str(CORPUS))
    task = TASKS["quotes"]()
    return (
        runs.run(task, product, "pullquote", data),
        runs.run(task, Worsened(product), "worsened", data),
    )


# Rows and data sets


def test_a_row_becomes_a_sample_with_slices():
    row = {
        "id": 7, "text": _TEXT, "publisher": "gazette",
        "attributions": [
            {"quote_type": "direct", "content": [[0, 24]], "source": [[25, 39]], "cue": [[40, 44]]}
        ],
        "summary": ["The pier opens.", " "], "iptc": ["medtop:04000000"],
    }  # fmt: skip
    sample = to_sample(row)
    assert sample.article.id == "7"
    assert sample.gold.attributions[0].kind is QuoteKind.DIRECT
    assert sample.gold.reference == ("The pier opens.",)
    assert sample.gold.topics == {"medtop:04000000"}
    assert dict(sample.slices) == {
        "publisher": "gazette",
        "length": "under 300 words",
        "quotation marks": "curly double",
    }


def test_judged_rows_are_claims_and_no_reference():
    gold = to_sample({"id": "a", "text": _TEXT, "summary": ["The pier closes."], "label": 0}).gold
    assert (gold.claims, gold.supported, gold.reference) == (("The pier closes.",), 0.0, None)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"id": "a", "text": ""}, "needs text"),
        ({"text": "x"}, "KeyError"),
        ({"id": "a", "text": "x", "attributions": [{"quote_type": "odd", "content": []}]}, "odd"),
        (
            {"id": "a", "text": "x", "attributions": [{"quote_type": "direct", "content": [[0, 9]]}]},
            "does not fit",
        ),
    ],
)
def test_a_row_that_cannot_be_used_is_named(row, words):
    with pytest.raises(ValueError, match="is not usable") as refusal:
        to_sample(row)
    assert words in str(refusal.value)


def test_the_editors_export_is_gold(product, tmp_path):
    article = Article(id="e1", text=_TEXT + " She thanked the divers.")
    line = to_dict(to_wire(product.analyse(article)))
    line["article"]["text"] = article.text
    line["quotes"][0]["speaker"]["name"] = "Ana Ruiz Soler"  # an editor's correction
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    sample = load(str(path)).samples[0]
    assert sample.gold.attributions[0].name == "Ana Ruiz Soler"
    assert sample.gold.reference
    line["quotes"][0]["parts"][0]["text"] = "altered"
    with pytest.raises(ValueError, match="does not read 'altered'"):
        to_sample(line)


def test_rows_are_read_plain_or_packed_and_bad_lines_are_named(tmp_path):
    plain, packed = tmp_path / "a.jsonl", tmp_path / "a.jsonl.gz"
    plain.write_text('{"id": 1}\n\n{"id": 2}\n', encoding="utf-8")
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert list(read_rows(plain)) == list(read_rows(packed)) == [{"id": 1}, {"id": 2}]
    plain.write_text('{"id": 1}\n[2]\n', encoding="utf-8")
    with pytest.raises(ValueError, match="line 2: a row is a JSON object"):
        list(read_rows(plain))


def test_a_digest_tells_data_apart(tmp_path):
    (tmp_path / "a.xml").write_text("x", encoding="utf-8")
    first = digest(tmp_path)
    assert first.startswith("sha256:")
    (tmp_path / "README.md").write_text("about", encoding="utf-8")
    assert digest(tmp_path) == first
    (tmp_path / "a.xml").write_text("y", encoding="utf-8")
    assert digest(tmp_path) != first


def test_absent_data_say_what_can_be_given():
    with pytest.raises(FileNotFoundError, match=r"no data at nowhere\.jsonl: give"):
        load("nowhere.jsonl")


def test_a_hub_data_set_is_read_with_its_columns(tmp_path):
    datasets = pytest.importorskip("datasets")
    folder = tmp_path / "xsum"
    folder.mkdir()
    rows = [{"document": _TEXT, "summary": "The pier opens in May.", "id": str(n)} for n in range(3)]
    (folder / "validation.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    datasets.disable_progress_bars()
    data = load(f"hf:{folder}", limit=2)
    assert [sample.article.id for sample in data.samples] == ["0", "1"]
    assert data.name == "xsum"
    assert data.samples[0].gold.reference == ("The pier opens in May.",)
    assert data.sha256 == load(f"hf:{folder}").sha256
    with pytest.raises(ValueError, match="no text column among document"):
        load(f"hf:{folder}?text=body")


# Runs


def test_a_run_comes_back_from_its_folder_with_the_same_figures(pair, tmp_path):
    runs.save(pair[0], tmp_path / "run")
    again = runs.read(tmp_path / "run")
    assert runs.metrics(again) == runs.metrics(pair[0])
    config = json.loads((tmp_path / "run" / "config.json").read_text(encoding="utf-8"))
    assert config["data"]["sha256"] == digest(CORPUS)
    assert config["provenance"]["heads"].startswith("sha256:")
    assert config["machine"]["cores"] >= 1
    assert config["packages"]["torch"]
    figures = json.loads((tmp_path / "run" / "metrics.json").read_text(encoding="utf-8"))
    assert figures["articles"] == 48
    assert figures["measures"]["verbatim"]["value"] == 100.0
    assert set(figures["slices"]) == {"publisher", "length", "quotation marks"}


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no run"):
        runs.read(tmp_path)


def test_a_system_that_fails_on_an_article_loses_that_article_alone(product):
    class Brittle:
        def analyse(self, article: Article) -> Analysis:
            if "fuel" in article.id:
                raise ModelFailed("out of memory")
            return product.analyse(article)

    done = runs.run(TASKS["quotes"](), Brittle(), "brittle", load(str(CORPUS), 12))
    failed = [record for record in done.records if record.error]
    assert [record.id for record in failed] == ["corpus/09-fuel-levy"]
    assert failed[0].error == "ModelFailed: out of memory"
    assert failed[0].prediction == []
    assert runs.metrics(done)["failed"] == 1


def test_data_without_gold_for_the_task_are_refused(product):
    with pytest.raises(ValueError, match="holds nothing for task 'support'"):
        runs.run(TASKS["support"](), product, "pullquote", load(str(CORPUS), 2))


def test_every_task_but_support_runs_on_the_corpus(product):
    data = load(str(CORPUS), 6)
    for name in ("quotes", "summaries", "topics"):
        figures = runs.metrics(runs.run(TASKS[name](), product, "pullquote", data))
        assert figures["articles"] == 6
        assert figures["measures"]


def test_a_perfect_summary_scores_100_and_the_lead_is_known_as_the_lead():
    data = load(str(CORPUS), 5)

    class Perfect:
        def analyse(self, article: Article) -> Analysis:
            sample = next(s for s in data.samples if s.article == article)
            from eval.systems.shape import abstractive

            return abstractive(article, sample.gold.reference, "perfect")

    figures = runs.metrics(runs.run(TASKS["summaries"](), Perfect(), "perfect", data))["measures"]
    assert figures["rouge1"]["value"] == figures["rouge_lsum"]["value"] == 100.0
    lead = runs.metrics(runs.run(TASKS["summaries"](), LeadBaseline(), "lead-3", data))["measures"]
    assert lead["is_lead"]["value"] == 100.0
    assert lead["novelty"]["value"] == 0.0


def test_silence_is_scored_and_not_skipped():
    class Silent:
        def analyse(self, article: Article) -> Analysis:
            return blank(article, "silent")

    figures = runs.metrics(runs.run(TASKS["quotes"](), Silent(), "silent", load(str(CORPUS))))["measures"]
    assert figures["direct_exact_f1"]["value"] == figures["speaker_end_to_end"]["value"] == 0.0


# Comparing


def test_a_worsened_copy_is_behind_on_what_was_worsened(pair):
    good, bad = pair
    verdicts = {row.measure.name: row.verdict for row in compare(good, bad)}
    assert verdicts["direct_exact_f1"] is ComparisonVerdict.BEHIND
    assert verdicts["speaker_end_to_end"] is ComparisonVerdict.BEHIND
    assert verdicts["cue_f1"] is ComparisonVerdict.NOTHING_SHOWN
    assert {row.measure.name: row.verdict for row in compare(bad, good)}[
        "direct_exact_f1"
    ] is ComparisonVerdict.AHEAD
    assert {row.verdict for row in compare(good, good)} == {ComparisonVerdict.NOTHING_SHOWN}


def test_only_shared_articles_are_compared(product, pair):
    few = runs.run(TASKS["quotes"](), product, "pullquote", load(str(CORPUS), 5))
    for row in compare(few, pair[0]):
        assert row.base == row.other
    topics = runs.run(TASKS["topics"](), product, "pullquote", load(str(CORPUS), 2))
    with pytest.raises(ValueError, match="can't compare task 'quotes' with 'topics'"):
        compare(few, topics)


# The gate


@pytest.fixture(scope="module")
def pinned(product) -> gate.Floors:
    start = gate.Floors((gate.measured("quotes", "eval/corpus", ["direct_exact_f1", "speaker_end_to_end"]),))
    return gate.pin(start, _checks(start, product))


def _checks(floors: gate.Floors, system, root: Path = gate.ROOT) -> list[gate.GateResult]:
    return list(gate.check(floors, system, "system", lambda _: None, root))


def test_the_gate_holds_for_the_product_and_falls_for_a_worsened_copy(pinned, product):
    held = _checks(pinned, product)[0]
    assert not held.failed
    assert held.values["direct_exact_f1"] - gate.SLACK == pytest.approx(
        pinned.floors[0].measures["direct_exact_f1"], abs=0.051
    )
    fallen = _checks(pinned, Worsened(product))[0]
    assert fallen.failed
    assert {measure.name for measure, _, _ in fallen.fallen} >= {"direct_exact_f1", "speaker_end_to_end"}


def test_floors_fall_only_by_wish_and_with_a_reason(pinned, product):
    worse = _checks(pinned, Worsened(product))
    with pytest.raises(ValueError, match=r"would lower floors \(quotes on eval/corpus, direct_exact_f1"):
        gate.pin(pinned, worse)
    with pytest.raises(ValueError, match="--reason"):
        gate.pin(pinned, worse, lower=True, reason=" ")
    lowered = gate.pin(pinned, worse, lower=True, reason="stricter gold")
    assert lowered.floors[0].measures["direct_exact_f1"] < pinned.floors[0].measures["direct_exact_f1"]
    assert lowered.lowered[0]["why"] == "stricter gold"
    raised = gate.pin(lowered, _checks(lowered, product))
    assert raised.floors == pinned.floors
    assert raised.lowered == lowered.lowered


def test_where_less_is_better_a_floor_is_a_ceiling(pinned):
    floor = replace(pinned.floors[0], measures={"calibration_error": 5.0})
    better, worse = (gate.GateResult(floor, {"calibration_error": value}) for value in (3.0, 6.0))
    floors = gate.Floors((floor,))
    assert gate.pin(floors, [better]).floors[0].measures == {"calibration_error": 3.0 + gate.SLACK}
    with pytest.raises(ValueError, match=r"calibration_error: 5\.0 to 6\.3"):
        gate.pin(floors, [worse])


def test_pinning_an_unchanged_product_changes_nothing(pinned, product):
    assert gate.pin(pinned, _checks(pinned, product)) == pinned


def test_changed_data_fail_the_gate_and_absent_data_are_skipped(pinned, product, tmp_path):
    changed = gate.Floors((replace(pinned.floors[0], sha256="sha256:0"),))
    assert "the data changed" in (_checks(changed, product)[0].reason or "")
    assert _checks(changed, product)[0].failed
    absent = _checks(pinned, product, root=tmp_path)[0]
    assert "not on this machine" in (absent.reason or "")
    assert not absent.failed


def test_the_pinned_file_reads_and_names_real_measures():
    floors = gate.read()
    assert any(floor.data == "eval/corpus" for floor in floors.floors)
    for floor in floors.floors:
        known = {measure.name for measure in TASKS[floor.task].measures}
        assert set(floor.measures) <= known
        assert floor.sha256 == digest(CORPUS) or floor.data != "eval/corpus"


# Articles as scrapers leave them


@pytest.mark.parametrize("layout", [layout for layout in Layout if layout is not Layout.AS_IS])
def test_a_damaged_layout_keeps_the_annotated_offsets(layout):
    damaged = load(str(CORPUS), 4, layout)
    assert damaged.name == f"corpus-{layout}"
    losses = []
    for before, after in zip(load(str(CORPUS), 4).samples, damaged.samples, strict=True):
        assert len(after.article.text) == len(before.article.text)
        assert after.gold == before.gold
        assert ("\n" in after.article.text) == (layout is Layout.LOST_MARK)
        marks = [sum(map(text.count, ('"', "”", "''"))) for text in (before.article.text, after.article.text)]
        losses.append(marks[0] - marks[1])
    assert any(losses) == (layout is not Layout.ONE_LINE)
    assert max(losses) <= 1


# The command line

_RUNNER = CliRunner(env={"COLUMNS": "200"})


def test_stored_answers_are_not_scored_on_a_damaged_layout():
    done = _RUNNER.invoke(
        app, ["run", "quotes", "--data", "eval/corpus", "--system", "stored:x.jsonl", "--layout", "one-line"]
    )
    assert done.exit_code == 2
    assert "stored answers are about the articles as they are" in done.output


def test_one_command_scores_compares_and_reports(tmp_path):
    done = _RUNNER.invoke(
        app,
        ["run", "summaries", "--data", "eval/corpus", "--system", "lead-3", "--system", "random",
         "--limit", "4", "--out", str(tmp_path)],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "summaries on corpus, 4 articles" in done.output
    first, second = tmp_path / "summaries-corpus-lead-3", tmp_path / "summaries-corpus-random"
    for name in ("config.json", "samples.jsonl", "metrics.json", "report.html"):
        assert (first / name).exists()
    assert "<html" in (tmp_path / "report.html").read_text(encoding="utf-8")
    compared = _RUNNER.invoke(app, ["compare", str(first), str(second)])
    assert compared.exit_code == 0
    assert "ROUGE-1" in compared.output
    written = _RUNNER.invoke(app, ["report", str(first), str(second), "--out", str(tmp_path / "both.html")])
    assert written.exit_code == 0
    assert (tmp_path / "both.html").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "quotes", "--data", "nowhere.jsonl"], "no data at nowhere.jsonl"),
        (["run", "quotes", "--data", "eval/corpus", "--system", "oracles"], "oracles"),
        (
            ["run", "support", "--data", "eval/corpus", "--system", "coverage"],
            "holds nothing for task 'support'",
        ),
    ],
)
def test_mistakes_cost_one_line_and_exit_2(arguments, words):
    done = _RUNNER.invoke(app, arguments)
    assert done.exit_code == 2
    assert words in done.output.replace("\n", " ")
    assert "Traceback" not in done.output


def test_help_systems_and_datasets_teach():
    assert "eval/corpus" in _RUNNER.invoke(app, ["--help"]).output
    assert "lead-3" in _RUNNER.invoke(app, ["systems"]).output
    listed = _RUNNER.invoke(app, ["datasets"]).output
    assert "corpus" in listed
    assert "MIT" in listed
