"""``analyze``: which articles it finds, and what it says of those that fail; most with a fake pipeline."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from support.command_line import EXAMPLES, RAIN, analyses, ids, jsonl, run
from support.fake_pipeline import Failing, FakePipeline

from service import bootstrap, wire
from service.cli.inputs import count
from service.domain import Article
from service.errors import ModelFailed
from service.pipeline import Pipeline
from service.settings import Settings


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


def test_the_place_in_a_page_is_written_where_it_is_wanted(fake: FakePipeline, tmp_path: Path) -> None:
    markup = (
        f"<html><body><article><p>{RAIN}</p><p>“Bring a <b>coat</b>,” she said.</p></article></body></html>"
    )
    page, text = tmp_path / "rain.html", tmp_path / "rain.txt"
    page.write_text(markup, "utf-8")
    text.write_text(RAIN, "utf-8")
    result = run("analyze", str(page), str(text), "--offset-unit", "html")
    [line] = result.stdout.splitlines()
    [quote] = json.loads(line)["quotes"]
    assert [markup[start:end] for start, end in quote["parts"][0]["html"]] == ["Bring a", "coat", ","]
    assert result.exit_code == 1
    assert "rain.txt: The offset unit is html, and the article was not sent as HTML." in result.stderr


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


def test_models_that_cannot_be_loaded_end_the_run_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(settings: Settings) -> Pipeline:
        raise ModelFailed("heads file x is missing. Reinstall pullquote.")

    monkeypatch.setattr("service.cli.analyze.build_pipeline", load)
    result = run("analyze", "-", stdin=RAIN)
    assert result.exit_code == 1
    assert result.stderr == "pullquote: heads file x is missing. Reinstall pullquote.\n"


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


def test_a_folder_leads_nowhere_else_and_what_is_no_file_is_not_waited_for(
    fake: FakePipeline, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text(RAIN.replace("rain", "secrets"))
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "more.txt").write_text(RAIN)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "own.txt").write_text(RAIN)
    (folder / "again.txt").symlink_to("own.txt")
    (folder / "away.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "away.jsonl").symlink_to(tmp_path / "secret.txt")
    (folder / "gone.txt").symlink_to(tmp_path / "nothing.txt")
    (folder / "sub").symlink_to(tmp_path / "outside")
    os.mkfifo(folder / "pipe.txt")
    os.mkfifo(folder / "pipe.jsonl")
    result = run("analyze", folder)
    assert ids(result) == ["again.txt", "own.txt"]
    assert result.exit_code == 1
    said = dict(line.rpartition("folder/")[2].split(": ", 1) for line in result.stderr.splitlines())
    assert set(said) == {"away.txt", "away.jsonl", "gone.txt", "pipe.txt", "pipe.jsonl"}
    assert all("leads out of the folder" in said[name] for name in ("away.txt", "away.jsonl", "gone.txt"))
    assert all("pipe" in said[name] for name in ("pipe.txt", "pipe.jsonl"))
    assert count([str(folder)]) == 7
    (tmp_path / "link").symlink_to(folder)
    assert ids(run("analyze", tmp_path / "link")) == ["again.txt", "own.txt"], "the folder itself may be one"
    assert ids(run("analyze", folder / "away.txt")) == ["away.txt"], "what is named is read"
