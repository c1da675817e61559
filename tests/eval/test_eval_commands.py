"""The command line of the evaluation."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from eval.__main__ import app

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
