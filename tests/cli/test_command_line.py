"""Help, options, settings and completion of the commands, and how ``serve`` starts."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from support.command_line import RAIN, ROOT, run
from support.fake_pipeline import FakePipeline

import service
from service import bootstrap
from service.cli.serve import _load as load_for_service
from service.domain import Analysis
from service.pipeline import Pipeline
from service.settings import Settings


def test_help_of_analyze_says_where_the_other_settings_come_from() -> None:
    assert "PULLQUOTE_ENDPOINT" in run("analyze", "--help").stdout


@pytest.mark.parametrize(
    ("flags", "reason"),
    [
        (["--generate", "quotes"], "the summarizer extractive generates nothing; choose a chat: or openai:"),
        (["--generate", "quotes", "--summarizer", "seq2seq:x"], "seq2seq:x can only write summaries"),
        (["--endpoint", "localhost:8080"], "--endpoint is 'localhost:8080': it has to be a URL that begins"),
    ],
)
def test_settings_that_cannot_be_are_said_with_what_can(flags: list[str], reason: str) -> None:
    result = run("serve", *flags)
    assert result.exit_code == 2
    assert reason in result.stderr


def test_spaces_between_parts_to_generate_are_no_mistake() -> None:
    assert Settings(summarizer="openai:x", generate="summary, topics ").generate == "summary,topics"


def test_the_service_is_ready_without_asking_a_generating_model(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Hanging:
        def write(self, *_: object) -> Analysis:
            raise AssertionError("an endpoint was asked before the service is ready")

    writing = replace(pipeline, writer=Hanging())
    monkeypatch.setattr("service.cli.serve.build_pipeline", lambda settings: writing)
    assert load_for_service(Settings(), bootstrap.build_door(Settings())) is writing


@pytest.mark.parametrize(
    "arguments",
    [
        ["analyze"],
        ["analyze", "--length", "tiny", "-"],
        ["analyze", "--id", "x", "a.txt", "b.txt"],
        ["analyze", "--title", "x", "feed.jsonl"],
        ["serve", "--port", "http"],
        ["serve", "--log-level", "loud"],
        ["analyse", "-"],
    ],
)
def test_a_wrong_command_line_exits_with_2(fake: FakePipeline, arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stderr


def test_a_wrong_setting_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULLQUOTE_MAX_CHARS", "many")
    result = run("analyze", "-", stdin=RAIN)
    assert result.exit_code == 2
    assert "PULLQUOTE_MAX_CHARS is 'many'" in result.stderr


def test_help_lists_every_command_and_answers_without_the_models() -> None:
    code = "import sys; from service.__main__ import app; app(['--help'], standalone_mode=False); "
    code += "print(sorted({'torch', 'fastapi', 'nltk', 'transformers'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "analyze" in done.stdout
    assert "serve" in done.stdout
    assert done.stdout.endswith("[]\n")


def test_version_is_the_package_s() -> None:
    assert run("--version").stdout == f"pullquote {service.__version__}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_and_suggestions_work(shell: str) -> None:
    typed = {"COMP_WORDS": "pullquote an", "COMP_CWORD": "1", "_TYPER_COMPLETE_ARGS": "pullquote an"}
    environment = {**os.environ, **typed, "_PULLQUOTE_COMPLETE": f"complete_{shell}"}
    environment["_TYPER_COMPLETE_FISH_ACTION"] = "get-args"
    command = [str(Path(sys.executable).with_name("pullquote"))]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert "analyze" in done.stdout


def test_every_setting_is_a_flag_of_serve_and_documented() -> None:
    shown = run("serve", "--help").stdout
    documented = (ROOT / "docs" / "settings.md").read_text()
    for name, field in Settings.model_fields.items():
        # A key on the command line could be read by everybody on the machine.
        assert (f"--{name.replace('_', '-')}" in shown) == (field.annotation is not SecretStr)
        row = next(
            (line for line in documented.splitlines() if line.startswith(f"| `PULLQUOTE_{name.upper()}`")), ""
        )
        assert field.description in row, f"docs/settings.md lacks {name}, or its description"
        assert f"`{field.default}`" in row or not str(field.default)


def test_a_taken_port_is_said_in_one_line() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--port", str(port))
    assert result.exit_code == 1
    assert f"can't listen on 127.0.0.1 port {port}: Address already in use" in result.stderr
