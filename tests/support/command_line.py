"""The command line in this process, for tests: run with words, its output read back."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from service import wire
from service.__main__ import app

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
RAIN = "The mayor of the town said that it was raining, and that it would rain again."


def run(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def analyses(result: Result) -> list[wire.AnalysisModel]:
    return [wire.AnalysisModel.model_validate_json(line) for line in result.stdout.splitlines()]


def ids(result: Result) -> list[str]:
    return [analysis.article.id for analysis in analyses(result)]


def jsonl(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)
