"""Runs of the evaluation: their folders, failures, scores, and comparisons."""

from __future__ import annotations

import json

import pytest

from eval import runs
from eval.compare import ComparisonVerdict, compare
from eval.datasets import digest
from eval.datasets.load import CORPUS, load
from eval.systems.shape import abstractive, blank
from eval.systems.summaries.baselines import LeadBaseline
from eval.tasks import TASKS
from service.domain import Analysis, Article
from service.errors import ModelFailed


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
