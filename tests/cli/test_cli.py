"""The command line, as a person or a shell script uses it; most tests with a fake pipeline."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from support.fake_pipeline import Failing, FakePipeline, Gate
from typer.testing import CliRunner, Result

import service
from service import bootstrap, wire
from service.__main__ import app
from service.cli.serve import _load as load_for_service
from service.cli.text_format import render
from service.domain import Analysis, Article, Request, SummaryFormat
from service.errors import ModelFailed
from service.pipeline import Pipeline
from service.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
RAIN = "The mayor of the town said that it was raining, and that it would rain again."
PULLQUOTE = [sys.executable, "-m", "service"]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakePipeline:
    pipeline = FakePipeline()
    monkeypatch.setattr("service.cli.analyze.build_pipeline", lambda settings: pipeline)
    return pipeline


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A store that is nobody's: `serve` makes one where it is told to."""
    monkeypatch.setenv("PULLQUOTE_STORE", str(tmp_path_factory.mktemp("store") / "store.db"))


def run(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def analyses(result: Result) -> list[wire.AnalysisModel]:
    return [wire.AnalysisModel.model_validate_json(line) for line in result.stdout.splitlines()]


def ids(result: Result) -> list[str]:
    return [analysis.article.id for analysis in analyses(result)]


def jsonl(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def test_a_text_file_gives_one_line_of_canonical_json(fake: FakePipeline, tmp_path: Path) -> None:
    (tmp_path / "rain.txt").write_text(RAIN)
    result = run("analyze", tmp_path / "rain.txt")
    expected = FakePipeline().analyse(bootstrap.build_door(Settings()).from_text(RAIN))
    assert result.exit_code == 0
    assert result.stdout == wire.dumps(expected).replace(expected.article.id, "rain.txt") + "\n"
    assert result.stderr == ""


def test_a_folder_is_searched_in_a_fixed_order_for_every_kind_of_article(
    fake: FakePipeline, tmp_path: Path
) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.txt").write_text(RAIN)
    (tmp_path / "a.HTML").write_text(f"<html><body><p>{RAIN}</p></body></html>")
    (tmp_path / "c.json").write_text(json.dumps({"uri": "urn:c", "body_text": RAIN}))
    (tmp_path / "d.json").write_text(json.dumps({"headline": "no uri", "body_text": RAIN}))
    (tmp_path / "e.json").write_text(json.dumps({"text": RAIN}, indent=2))
    (tmp_path / "f.jsonl").write_text(jsonl({"id": "f1", "text": RAIN}) + "\n" + jsonl({"text": RAIN}))
    (tmp_path / "notes.md").write_text("not an article")
    result = run("analyze", tmp_path)
    assert ids(result) == ["a.HTML", "urn:c", "d.json", "e.json", "f1", "f.jsonl:3", "b/two.txt"]
    assert result.exit_code == 0


def test_a_bad_line_is_named_and_the_others_go_on(fake: FakePipeline, tmp_path: Path) -> None:
    feed = tmp_path / "feed.jsonl"
    feed.write_text(
        jsonl({"id": "one", "text": RAIN})
        + '{"id": "two", "text": \n'
        + jsonl({"id": "three", "text": RAIN, "x": 1})
    )
    result = run("analyze", feed)
    assert ids(result) == ["one", "three"]
    assert result.exit_code == 1
    assert f"{feed}:2: The JSON can't be parsed" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_an_article_that_breaks_the_model_is_reported_with_its_id(fake: FakePipeline, tmp_path: Path) -> None:
    def break_on_two(article: Article) -> None:
        if article.id == "two":
            raise RuntimeError("no")

    fake.before = break_on_two
    feed = tmp_path / "feed.jsonl"
    feed.write_text(jsonl(*({"id": name, "text": RAIN} for name in ("one", "two", "three"))))
    result = run("analyze", feed)
    assert ids(result) == ["one", "three"]
    assert result.exit_code == 1
    assert f"{feed}:2: article two: the analysis broke unexpectedly (RuntimeError" in result.stderr


def test_a_refused_article_is_reported_with_its_own_id(fake: FakePipeline, tmp_path: Path) -> None:
    feed, item, record = tmp_path / "l.jsonl", tmp_path / "n.json", tmp_path / "r.json"
    feed.write_text(jsonl({"id": "story-9", "text": "…"}, {"id": 5, "text": RAIN}, {"text": "…"}, [1]))
    item.write_text(json.dumps({"uri": "urn:n", "body_text": "…"}))
    record.write_text(json.dumps({"id": "r1", "text": "…"}))
    result = run("analyze", feed, item, record)
    assert [line.split(": The ")[0] for line in result.stderr.splitlines() if ": The " in line] == [
        f"pullquote: {feed}:1: article story-9",
        f"pullquote: {feed}:3",
        f"pullquote: {feed}:4",
        f"pullquote: {item}: article urn:n",
        f"pullquote: {record}: article r1",
    ]
    assert f"pullquote: {feed}:2: 'id' is a number" in result.stderr
    assert "stdin: article a1: " in run("analyze", "-", "--id", "a1", stdin="…").stderr


def test_an_id_is_left_out_only_where_the_place_is_the_id(fake: FakePipeline, tmp_path: Path) -> None:
    def break_on_all(article: Article) -> None:
        raise RuntimeError("no")

    fake.before = break_on_all
    feed = tmp_path / "feed.jsonl"
    lines = jsonl({"id": "1", "text": RAIN}, {"id": "feed", "text": RAIN}, {"text": RAIN})
    feed.write_text(lines)
    assert [line.split(": the analysis")[0] for line in run("analyze", feed).stderr.splitlines()] == [
        f"pullquote: {feed}:1: article 1",
        f"pullquote: {feed}:2: article feed",
        f"pullquote: {feed}:3",
    ]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("missing.txt", None, "No such file"),
        ("missing.jsonl", None, "No such file"),
        ("empty.txt", b"", "no letter or digit"),
        ("scan.txt", b"%PDF-1.7", "PDF"),
        ("broken.json", b"{", "can't be parsed"),
        (
            "french.txt",
            ("Le maire a déclaré hier que la ville serait fermée pour les travaux. " * 3).encode(),
            "fr",
        ),
    ],
)
def test_a_file_that_cannot_be_analysed_is_named_and_the_next_one_is(
    fake: FakePipeline, tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    (tmp_path / "good.txt").write_text(RAIN)
    if content is not None:
        (tmp_path / name).write_bytes(content)
    result = run("analyze", tmp_path / name, tmp_path / "good.txt")
    assert ids(result) == ["good.txt"]
    assert result.exit_code == 1
    assert f"{name}: " in result.stderr
    assert reason in result.stderr


def test_a_folder_without_articles_is_no_success(fake: FakePipeline, tmp_path: Path) -> None:
    result = run("analyze", tmp_path)
    assert result.exit_code == 1
    assert ".jsonl" in result.stderr


@pytest.mark.parametrize(
    ("stdin", "expected"),
    [
        (RAIN, ["stdin"]),
        (f"<html><body><p>{RAIN}</p></body></html>", ["stdin"]),
        (json.dumps({"id": "r", "text": RAIN}, indent=1), ["r"]),
        (json.dumps({"uri": "urn:n", "body_text": RAIN}), ["urn:n"]),
        (jsonl({"id": "one", "text": RAIN}, {"text": RAIN}), ["one", "stdin:2"]),
        (f"{{sic}} {RAIN}", ["stdin"]),
    ],
)
def test_standard_input_is_taken_for_what_it_is(fake: FakePipeline, stdin: str, expected: list[str]) -> None:
    result = run("analyze", "-", stdin=stdin)
    assert ids(result) == expected
    assert result.exit_code == 0


def test_standard_input_declared_as_json_lines_is_read_so_from_its_first_line(fake: FakePipeline) -> None:
    result = run("analyze", "-", "--jsonl", stdin="oops\n" + jsonl({"id": "two", "text": RAIN}))
    assert ids(result) == ["two"]
    assert "stdin:1: " in result.stderr


def test_options_reach_the_analysis(fake: FakePipeline) -> None:
    text = f"🌧 {RAIN} “Bring a coat,” she said."
    flags = "--length short --summary-format bullets --offset-unit utf16 --id a1 --title Rain --language en"
    [analysis] = analyses(run("analyze", "-", *flags.split(), stdin=text))
    assert (analysis.article.id, analysis.article.title) == ("a1", "Rain")
    assert (analysis.summary.length, analysis.summary.format) == ("short", "bullets")
    assert analysis.quotes[0].parts[0].start == text.index("Bring") + 1, "one more than in code points"


def test_a_model_that_failed_is_said_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    failing = Failing("No summary by openai:foo (down: No\nanswer.) What was extracted stands in.")
    monkeypatch.setattr("service.cli.analyze.build_pipeline", lambda settings: failing)
    feed = jsonl({"text": RAIN}, {"text": RAIN.replace("rain", "snow")}, {"text": RAIN})
    result = run("analyze", "-", "--summarizer", "openai:foo", stdin=feed)
    assert result.exit_code == 0
    assert len(analyses(result)) == 3
    assert result.stderr == (
        "pullquote: openai:foo failed for 2 of 3 articles (--strict makes this an error). The last reason: "
        "No summary by openai:foo (down: No answer.) What was extracted stands in.\n"
    )
    snow = run("analyze", "-", "--summarizer", "openai:foo", stdin=RAIN.replace("rain", "snow"))
    assert snow.stderr == ""


def test_on_a_terminal_no_line_of_progress_is_left_beside_the_output(tmp_path: Path) -> None:
    (tmp_path / "rain.txt").write_text(RAIN)
    code = "import service.cli.analyze as a, service.__main__ as m, support.fake_pipeline as f; "
    code += "a.build_pipeline = lambda settings: f.Failing('No.'); m.app()"
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


def test_models_that_cannot_be_loaded_end_the_run_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(settings: Settings) -> Pipeline:
        raise ModelFailed("heads file x is missing. Reinstall pullquote.")

    monkeypatch.setattr("service.cli.analyze.build_pipeline", load)
    result = run("analyze", "-", stdin=RAIN)
    assert result.exit_code == 1
    assert result.stderr == "pullquote: heads file x is missing. Reinstall pullquote.\n"


def analysis_of(text: str, title: str | None = None, **request: SummaryFormat) -> Analysis:
    return FakePipeline().analyse(Article(id="a1", text=text, title=title), Request(**request))


def test_the_text_format_shows_headline_summary_quotes_topics_in_this_order() -> None:
    lines = render(analysis_of(f"{RAIN}\n“Bring a coat,” she said.", "Rain again"), 80, color=False)
    order = [
        "Rain again",
        "a1",
        "SUMMARY",
        RAIN[:50],
        "QUOTES",
        "“Bring a coat,”",
        "Ada Hale, Mayor",
        "TOPICS",
        "50%",
    ]
    positions = [lines.index(word) for word in order]
    assert positions == sorted(positions)
    assert "\x1b" not in lines


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_text_format_keeps_to_the_width(width: int) -> None:
    text = f"{RAIN} {'incomprehensibilities ' * 12}\n“{'Bring a coat ' * 20}”"
    for layout in SummaryFormat:
        shown = render(analysis_of(text, "T" * 300, format=layout), width, color=False)
        assert max(map(len, shown.splitlines())) <= min(width, 96)


def test_an_article_cannot_steer_the_terminal_or_be_read_as_markup() -> None:
    text = "[red]Rain[/red] :smile: \x1b[2Jand\x9b31m \u202ehail\x07 [link=x]fell."
    shown = render(analysis_of(text, "[bold]\x1b]0;owned\x07"), 80, color=False)
    assert "[red]Rain[/red] :smile:" in shown
    assert not set(shown) & set("\x1b\x9b\u202e\x07")


def test_colours_are_used_only_where_asked_for() -> None:
    assert "\x1b[" in render(analysis_of(RAIN), 80, color=True)
    assert "\x1b[" not in render(analysis_of(RAIN), 80, color=False)


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
        assert (f"--{name.replace('_', '-')}" in shown) == (name != "endpoint_key")
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


def test_a_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    feed = tmp_path / "feed.jsonl"
    # Far more than a pipe holds.
    feed.write_text(jsonl(*({"id": str(number), "text": RAIN} for number in range(500))))
    code = "import service.cli.analyze as a, service.__main__ as m, support.fake_pipeline as f; "
    code += "a.build_pipeline = lambda settings: f.FakePipeline(); m.main()"
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


def test_the_real_pipeline_serves_the_examples(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.cli.analyze.build_pipeline", lambda settings: pipeline)
    result = run("analyze", EXAMPLES)
    assert (result.exit_code, result.stderr) == (0, "")
    bridge, page, clinics = analyses(result)
    assert bridge.article.id == "harbour-bridge.txt"
    assert {"Dolores Quintana", "Thomas Abara", "Ingrid Solheim"} <= {
        quote.speaker.name for quote in bridge.quotes if quote.speaker
    }
    split = [quote for quote in bridge.quotes if quote.parts[0].text == "If the vans can’t cross,"]
    assert [part.text for part in split[0].parts][1:] == ["the bread doesn’t either."]
    assert page.article.text is not None
    assert not any(
        word in page.article.text for word in ("Subscribe", "cookies", "Holiday cabins", "Most read")
    )
    assert any(topic.label == "health" for topic in clinics.topics)
    text = (EXAMPLES / "harbour-bridge.txt").read_text()
    spans = [
        *(part for quote in bridge.quotes for part in quote.parts),
        *bridge.summary.sentences[0].evidence,
    ]
    assert all(text[span.start : span.end] == span.text for span in spans)
