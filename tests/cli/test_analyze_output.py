"""Where ``analyze`` writes: standard output, files, terminals, pipes."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from support.command_line import RAIN, ROOT, jsonl, run
from support.fake_pipeline import FakePipeline, Gate

from service.errors import ModelFailed
from service.pipeline import Pipeline
from service.settings import Settings


def test_on_a_terminal_no_line_of_progress_is_left_beside_the_output(tmp_path: Path) -> None:
    (tmp_path / "rain.txt").write_text(RAIN)
    code = "import service.cli.analyze as a; from support.fake_pipeline import Failing; "
    code += "from service.__main__ import app; a.build_pipeline = lambda settings: Failing('No.'); app()"
    words = ["analyze", "--summarizer", "openai:foo", *[str(tmp_path / "rain.txt")] * 2]
    main, terminal = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "PYTHONPATH": f"{ROOT / 'tests'}{os.pathsep}{ROOT}"}
    with subprocess.Popen(
        [sys.executable, "-c", code, *words], stdout=terminal, stderr=terminal, env=environment
    ) as process:
        os.close(terminal)
        shown = b""
        with contextlib.suppress(OSError):  # its end, on Linux
            while read := os.read(main, 65_536):
                shown += read
    os.close(main)
    assert process.returncode == 0
    # What stands before a line of output on the same line of the screen has been erased.
    before = [line.partition(b'{"article"')[0] for line in shown.split(b"\n") if b'{"article"' in line]
    assert [line.rpartition(b"\x1b[2K")[2] for line in before] == [b"", b""], shown
    assert shown.count(b"Analysing") >= 2, "it comes back for the second article"


def test_the_output_file_gets_what_standard_output_would(fake: FakePipeline, tmp_path: Path) -> None:
    (tmp_path / "rain.txt").write_text(RAIN)
    result = run("analyze", tmp_path / "rain.txt", "--output", tmp_path / "out.jsonl")
    assert result.stdout == ""
    assert (tmp_path / "out.jsonl").read_text() == run("analyze", tmp_path / "rain.txt").stdout


def test_an_input_is_never_overwritten_by_the_output(fake: FakePipeline, tmp_path: Path) -> None:
    (tmp_path / "rain.txt").write_text(RAIN)
    assert run("analyze", tmp_path / "rain.txt", "-o", tmp_path / "rain.txt").exit_code == 2
    assert (tmp_path / "rain.txt").read_text() == RAIN


def test_an_output_within_the_folder_is_not_read_back(fake: FakePipeline, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(RAIN)
    (tmp_path / "z").mkdir()
    (tmp_path / "z" / "b.txt").write_text(RAIN)
    for output in (tmp_path / "out.jsonl", tmp_path / "z" / ".." / "z" / "out.jsonl"):
        for _ in range(2):
            result = run("analyze", tmp_path, "-o", output)
            assert (result.exit_code, result.stderr) == (0, "")
            written = map(json.loads, output.read_text().splitlines())
            assert [analysis["article"]["id"] for analysis in written] == ["a.txt", "z/b.txt"]
        output.unlink()


def test_an_output_that_is_not_there_yet_is_no_input_either(fake: FakePipeline, tmp_path: Path) -> None:
    (tmp_path / "rain.txt").write_text(RAIN)
    out = tmp_path / "out.jsonl"
    assert run("analyze", tmp_path / "rain.txt", out, "-o", out).exit_code == 2
    assert not out.exists()


def test_an_output_is_kept_until_the_models_are_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def load(settings: Settings) -> Pipeline:
        raise ModelFailed("heads file x is missing. Reinstall pullquote.")

    monkeypatch.setattr("service.cli.analyze.build_pipeline", load)
    (tmp_path / "out.jsonl").write_text("an earlier run's")
    assert run("analyze", "-", "-o", tmp_path / "out.jsonl", stdin=RAIN).exit_code == 1
    assert (tmp_path / "out.jsonl").read_text() == "an earlier run's"


def test_an_output_without_any_analysis_is_empty(fake: FakePipeline, tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").write_text("an earlier run's")
    assert run("analyze", "-", "-o", tmp_path / "out.jsonl", stdin="…").exit_code == 1
    assert (tmp_path / "out.jsonl").read_text() == ""


def test_an_output_that_cannot_be_written_is_named(fake: FakePipeline, tmp_path: Path) -> None:
    result = run("analyze", "-", "--output", tmp_path / "no" / "out.jsonl", stdin=RAIN)
    assert result.exit_code == 1
    assert "out.jsonl: No such file" in result.stderr


def test_a_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    feed = tmp_path / "feed.jsonl"
    # Far more than a pipe holds.
    feed.write_text(jsonl(*({"id": str(number), "text": RAIN} for number in range(500))))
    code = "import service.cli.analyze as a; import service.__main__ as m; "
    code += "from support.fake_pipeline import FakePipeline; "
    code += "a.build_pipeline = lambda settings: FakePipeline(); m.main()"
    command = f"{sys.executable} -c '{code}' analyze {feed} | head -c 10"
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'tests'}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, env=environment, check=False
    )
    assert done.stdout == '{"article"'
    assert done.stderr == ""


def test_a_line_is_out_before_the_next_article_is_begun(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import threading

    gate, pipeline = Gate(), FakePipeline()
    pipeline.before = lambda article: gate(article) if article.id == "two" else None
    monkeypatch.setattr("service.cli.analyze.build_pipeline", lambda settings: pipeline)
    out = tmp_path / "out.jsonl"
    feed = jsonl({"id": "one", "text": RAIN}, {"id": "two", "text": RAIN})
    worker = threading.Thread(target=run, args=("analyze", "-", "-o", out), kwargs={"stdin": feed})
    worker.start()
    assert gate.entered.wait(10)
    assert json.loads(out.read_text())["article"]["id"] == "one"
    gate.open()
    worker.join(10)
