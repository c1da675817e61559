"""What becomes of a generating model's bad days: through a real socket, HTTP and the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from support.scripted_endpoint import (
    Step,
    answer,
    body,
    cut,
    down,
    drip,
    garbage,
    scripted,
    stall,
    status,
)
from support.scripted_writer import (
    BRIDGE,
    CLOSES,
    FERRY,
    FRENCH,
    GOOD,
    MODEL,
    ROOT,
    TEXT,
    VOTE,
    said,
    texts,
    with_settings,
    with_writer,
    written_by,
)
from support.tiny_models import tiny_bart, tiny_chat, tiny_t5
from typer.testing import CliRunner

from service import __version__ as version
from service import wire
from service.__main__ import app
from service.api.app import create_app
from service.bootstrap import build_door, build_writer
from service.cli.text_format import render
from service.domain import Analysis, Article, Request
from service.errors import ModelFailed
from service.grounding.grounder import ground
from service.pipeline import Pipeline
from service.review.rules.pieces import Review, ReviewedAnalysis
from service.review.rules.result import disclosure
from service.settings import Settings
from service.text.document import Document
from service.writing.answers.faults import AnswerFault, AnswerFaultKind
from service.writing.answers.plain_summary import read_plain_summary

BAD_DAYS: dict[str, tuple[Step, str]] = {
    "slow": (stall(5), "slow"),
    "drips": (drip(GOOD, 0.05), "slow"),
    "overloaded": (status(429), "busy"),
    "broken": (status(500), "broken"),
    "key refused": (status(401), "denied"),
    "model unknown": (status(404), "rejected"),
    "no http": (garbage(), "broken"),
    "a web page": (body(b"<html>Welcome!</html>", "text/html"), "broken"),
    "breaks off": (cut(GOOD[:90]), "broken"),
    "breaks off quietly": (cut(GOOD[:90], chunked=False), "broken"),
    "breaks off between sentences": (cut(said(CLOSES), chunked=False), "broken"),
    "truncated": (answer(GOOD[:90], finish="length"), "truncated"),
    "truncated whole": (answer(GOOD, finish="length"), "truncated"),
    "malformed": (answer(GOOD.replace(":", "=")), "malformed"),
    "half of the JSON": (answer(GOOD[:90]), "truncated"),
    "prose": (answer("Here is what I think of bridges."), "malformed"),
    "off schema": (answer(json.dumps({"summary": "A bridge closes."})), "off_schema"),
    "empty": (answer(""), "empty"),
    "no sentence": (answer(said()), "empty"),
    "five in one": (answer(said((f"{CLOSES[0]} {VOTE[0]} {FERRY[0]} " * 2, 2))), "too_long"),
    "french": (answer(said(FRENCH)), "wrong_language"),
    "filtered": (answer("", finish="content_filter"), "refused"),
    "refuses": (answer(json.dumps({"refusal": "I won't.", "sentences": []})), "refused"),
    "refuses in prose": (answer("I'm sorry, but I can't help with that."), "refused"),
    "cites nothing": (answer(said((CLOSES[0], 99))), "unknown_sentence"),
    "a link": (answer(said(("See https://example.org for the bridge.", 2))), "markup"),
    "endless": (answer(GOOD + " " * 400_000, piece=50_000), "broken"),
}


@pytest.mark.parametrize(("step", "reason"), BAD_DAYS.values(), ids=BAD_DAYS)
def test_on_a_bad_day_the_extractive_summary_stands_in(
    pipeline: Pipeline, extracted: Analysis, step: Step, reason: str, request: pytest.FixtureRequest
) -> None:
    # Who drips has ten times as long.
    limit = {"slow": 0.4, "drips": 0.15}.get(request.node.callspec.id, 5.0)
    with written_by(pipeline, step, endpoint_timeout_s=limit) as (writing, server):
        analysis = writing.analyse(BRIDGE)
        assert analysis.summary == extracted.summary
        assert [notice.code for notice in analysis.warnings] == ["model_failed"]
        assert f"({reason}: " in analysis.warnings[0].detail
        assert len(server.requests) <= 2
        with pytest.raises(ModelFailed, match=f"\\({reason}: "):
            writing.analyse(BRIDGE, Request(strict=True))


def test_where_nobody_listens_too(pipeline: Pipeline, extracted: Analysis) -> None:
    analysis = with_writer(pipeline, down()).analyse(BRIDGE)
    assert analysis.summary == extracted.summary
    assert "(down: " in analysis.warnings[0].detail
    assert analysis.provenance.generator is not None
    assert analysis.provenance.generator.tokens_out == 0


def test_a_bad_answer_is_asked_for_once_more(pipeline: Pipeline) -> None:
    with written_by(pipeline, answer("{"), answer(GOOD)) as (writing, server):
        analysis = writing.analyse(BRIDGE)
    assert texts(analysis) == [CLOSES[0], VOTE[0], FERRY[0]]
    assert analysis.warnings == ()
    assert "can't be used" in server.requests[1].body["messages"][3]["content"]


class TestModelsHere:
    """Tiny models with random weights: real loading and generation, and next to nothing of use."""

    @pytest.mark.parametrize(
        ("kind", "build"), [("seq2seq", tiny_bart), ("seq2seq", tiny_t5), ("chat", tiny_chat)]
    )
    def test_they_go_the_same_way(
        self,
        pipeline: Pipeline,
        extracted: Analysis,
        tmp_path: Path,
        kind: str,
        build: Callable[[Path], Path],
    ) -> None:
        settings = Settings(summarizer=f"{kind}:{build(tmp_path)}", answer_tokens=64)
        writer = build_writer(settings, pipeline.encoder)
        analysis = replace(pipeline, writer=writer).analyse(BRIDGE)
        assert analysis.summary == extracted.summary
        assert {notice.code for notice in analysis.warnings} - {"sentence_not_shown"} == {"model_failed"}
        assert analysis.provenance.generator is not None
        assert analysis.provenance.generator.model == settings.summarizer

    @pytest.mark.parametrize("written", ["", " \n", "\u200b"])
    def test_a_plain_answer_without_words_is_a_fault(self, pipeline: Pipeline, written: str) -> None:
        def cut(text: str) -> list[str]:
            return [one.span.of(text) for one in pipeline.segmenter.segment(Article("summary", text))]

        with pytest.raises(AnswerFault) as raised:
            read_plain_summary(
                written, cut, lambda text: ground(text, Document(Article("a1", TEXT), ())), most=5
            )
        assert raised.value.kind is AnswerFaultKind.EMPTY


class TestAtTheEdges:
    def test_who_wrote_the_summary_is_said_to_readers(self, pipeline: Pipeline) -> None:
        with written_by(pipeline, answer(GOOD)) as (writing, _):
            analysis = writing.analyse(BRIDGE)
        assert f"abstractive, by {MODEL}" in render(analysis, 80, color=False)
        line = wire.dumps(analysis)
        reviewed = ReviewedAnalysis(wire.loads(line, TEXT), Review())
        assert disclosure(reviewed, None).startswith(
            f"Summary written and quotes selected with AI assistance (Pullquote {version}, {MODEL})"
        )

    def test_strict_is_a_problem_document_over_http(self, pipeline: Pipeline) -> None:
        with written_by(pipeline, status(500)) as (writing, server):
            settings = Settings(summarizer=MODEL, endpoint=server.url)
            app = create_app(settings, lambda: writing, build_door(settings))
            with TestClient(app, base_url="http://127.0.0.1") as client:
                while client.get("/readyz").status_code != 200:
                    pass
                headers = {"Content-Type": "text/plain"}
                lenient = client.post("/v1/analyses", content=TEXT.encode(), headers=headers)
                strict = client.post("/v1/analyses?strict=true", content=TEXT.encode(), headers=headers)
        assert lenient.status_code == 200
        assert lenient.json()["warnings"][0]["code"] == "model_failed"
        assert strict.status_code == 500
        assert strict.json()["type"].endswith("model-failed")
        assert MODEL in strict.json()["detail"]

    def test_the_command_line(self, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PULLQUOTE_ENDPOINT_RETRIES", "0")
        monkeypatch.setattr(
            "service.cli.analyze.build_pipeline", lambda settings: with_settings(pipeline, settings)
        )
        with scripted([answer(GOOD), status(503)]) as server:
            monkeypatch.setenv("PULLQUOTE_ENDPOINT", server.url)
            files = [str(ROOT / "examples" / name) for name in ("harbour-bridge.txt", "rural-clinics.txt")]
            done = CliRunner().invoke(app, ["analyze", "--summarizer", MODEL, "--strict", *files])
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert [line["summary"]["method"] for line in lines] == ["abstractive"]
        assert done.exit_code == 1
        assert "rural-clinics.txt" in done.stderr
        assert "503" in done.stderr

    def test_what_a_seq2seq_model_cannot_do_is_said_at_once(self) -> None:
        command = [
            sys.executable,
            "-m",
            "service",
            "analyze",
            "--summarizer",
            "seq2seq:x",
            "--generate",
            "quotes",
            "-",
        ]
        done = subprocess.run(command, capture_output=True, text=True, input="", check=False)
        assert done.returncode == 2
        assert "can only write summaries" in done.stderr
