"""Runs ``pullquote archive`` in this process, with the stand-in for the models; for the tests."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner, Result

from service.__main__ import app


def archive(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["archive", *map(str, arguments)])


def run(
    inputs: object, out: Path, *arguments: object, pipeline: str = "support.archive_pipelines:build"
) -> Result:
    several = inputs if isinstance(inputs, list) else [inputs]
    options = ("--out", out, "--pipeline", pipeline, "--progress", "none", "--language", "en")
    options = (*options, "--shard-articles", 200)
    return archive("run", *several, *options, *arguments)


def verified(job: Path) -> bool:
    result = archive("verify", job)
    assert (result.exit_code == 0) == result.stdout.startswith("all is well")
    return result.exit_code == 0
