"""What a generating model may do to an analysis, and what becomes of its bad days: through a real socket.

The model is played by ``scripted_endpoint``; all else is real: client, prompts, pipeline, grounding.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from scripted_endpoint import (
    Body,
    Step,
    answer,
    body,
    cut,
    down,
    drip,
    echo,
    garbage,
    scripted,
    slowly,
    stall,
    status,
)
from tiny_models import tiny_bart, tiny_chat, tiny_t5
from writing import MODEL, with_writer, written_by

from service import __version__ as version
from service import wire
from service.api.app import create_app
from service.bootstrap import build_door, build_writer
from service.cli.text_format import render
from service.domain import Analysis, Article, QuoteKind, Request, SummaryLength, SummarySentence
from service.errors import ModelFailed
from service.generate.answers import Written
from service.generate.faults import AnswerFault, FaultKind
from service.generate.grounding import THRESHOLD, ground
from service.generate.plain import read_plain_summary
from service.generate.progress import Progress
from service.generate.prompts import load_prompts
from service.generate.said_by import check_speakers
from service.ingest import Declared
from service.pipeline import Pipeline
from service.review.corrected import disclosure
from service.review.sheet import Review, Sheet
from service.settings import Settings

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "examples" / "harbour-bridge.txt").read_text("utf-8")
BRIDGE = build_door(Settings()).from_text(TEXT, Declared(id="bridge"))

CLOSES = (
    "The swing bridge across Port Ellery harbour will close to all vehicles on January 12 for repairs "
    "expected to take eleven months, the city council decided.",
    2,
)
VOTE = ("The council voted 7 to 2 to spend $48 million on a new bearing, new decking and a motor.", 3)
FERRY = ("A free passenger ferry will run every ten minutes while the work lasts.", 19)
INVENTED = ("The governor has called the plan a scandal.", 4)
FRENCH = (
    "Le pont tournant du port sera fermé à tous les véhicules pendant onze mois, a décidé le conseil.",
    2,
)


def said(*sentences: tuple[str, int]) -> str:
    """An answer to ``summarize``."""
    written = [{"text": text, "evidence": [number]} for text, number in sentences]
    return json.dumps({"refusal": None, "sentences": written}, ensure_ascii=False)


GOOD = said(CLOSES, VOTE, FERRY)


@pytest.fixture(scope="module")
def extracted(pipeline: Pipeline) -> Analysis:
    return pipeline.analyse(BRIDGE)


def texts(analysis: Analysis) -> list[str]:
    return [sentence.text for sentence in analysis.summary.sentences]


class TestSummary:
    def test_what_the_article_bears_out_is_the_summary(self, pipeline: Pipeline, extracted: Analysis) -> None:
        with written_by(pipeline, answer(GOOD), price_in=2.0, price_out=10.0) as (writing, server):
            analysis = writing.analyse(BRIDGE)
        assert texts(analysis) == [CLOSES[0], VOTE[0], FERRY[0]]
        assert analysis.summary.method == "abstractive"
        assert all(sentence.support >= THRESHOLD for sentence in analysis.summary.sentences)
        assert "free passenger ferry" in analysis.summary.sentences[2].evidence[0].of(TEXT)
        assert (analysis.quotes, analysis.topics) == (extracted.quotes, extracted.topics)
        assert analysis.warnings == ()
        made = wire.to_dict(wire.to_wire(analysis))["provenance"]
        assert made["generator"] == {
            "model": MODEL,
            "requests": 1,
            "tokens_in": 11,
            "tokens_out": 7,
            "cost": 0.000092,
        }
        assert made["prompts"] == {"summarize@1": load_prompts().get("summarize").digest}
        asked = server.requests[0].body["messages"]
        assert [message["role"] for message in asked] == ["system", "user"]
        assert "\n[2] The swing bridge" in asked[1]["content"]

    def test_the_default_asks_nobody_and_says_so(self, extracted: Analysis) -> None:
        made = wire.to_dict(wire.to_wire(extracted))["provenance"]
        assert "generator" not in made
        assert made["prompts"] == {}

    def test_progress_is_told(self, pipeline: Pipeline) -> None:
        heard = list[Progress]()
        with written_by(pipeline, answer(GOOD)) as (writing, _):
            writing.analyse(BRIDGE, watch=heard.append)
        assert heard[0] == Progress("summary", 1, 1, 0)
        assert len(heard) > 5
        assert all(a.tokens <= b.tokens for a, b in pairwise(heard))

    @pytest.mark.parametrize("length", list(SummaryLength))
    def test_the_length_is_kept(self, pipeline: Pipeline, length: SummaryLength) -> None:
        fewest, most = {"short": (1, 2), "medium": (3, 5), "long": (6, 10)}[length]
        with written_by(pipeline, answer(said(CLOSES))) as (writing, server):
            analysis = writing.analyse(BRIDGE, Request(length=length))
        assert fewest <= len(texts(analysis)) <= most
        assert texts(analysis)[0] == CLOSES[0]
        assert f"in {fewest} to {most} sentences" in server.requests[0].body["messages"][1]["content"]
        filled = [notice.code for notice in analysis.warnings]
        assert filled == ([] if length is SummaryLength.SHORT else ["summary_filled_up"])


class TestUnsupported:
    def test_the_model_is_asked_again_with_the_fault_named(self, pipeline: Pipeline) -> None:
        first = said(CLOSES, INVENTED, FERRY)
        with written_by(pipeline, answer(first), answer(GOOD)) as (writing, server):
            analysis = writing.analyse(BRIDGE)
        assert texts(analysis) == [CLOSES[0], VOTE[0], FERRY[0]]
        assert analysis.warnings == ()
        assert analysis.provenance.generator is not None
        assert analysis.provenance.generator.requests == 2
        turns = server.requests[1].body["messages"]
        assert [turn["role"] for turn in turns] == ["system", "user", "assistant", "user"]
        assert turns[2]["content"] == first
        assert INVENTED[0] in turns[3]["content"]
        assert CLOSES[0] not in turns[3]["content"]

    def test_then_a_sentence_of_the_article_takes_its_place(
        self, pipeline: Pipeline, extracted: Analysis
    ) -> None:
        with written_by(pipeline, answer(said(CLOSES, INVENTED, FERRY))) as (writing, server):
            analysis = writing.analyse(BRIDGE)
        assert len(server.requests) == 2
        assert INVENTED[0] not in texts(analysis)
        assert (texts(analysis)[0], texts(analysis)[2]) == (CLOSES[0], FERRY[0])
        assert texts(analysis)[1] in texts(extracted)
        assert analysis.summary.method == "abstractive and extractive"
        assert [notice.code for notice in analysis.warnings] == ["unsupported_sentence"]
        assert INVENTED[0] in analysis.warnings[0].detail

    def test_or_it_is_dropped(self, pipeline: Pipeline) -> None:
        step = answer(said(CLOSES, VOTE, FERRY, INVENTED))
        with written_by(pipeline, step, unsupported="drop") as (writing, _):
            analysis = writing.analyse(BRIDGE)
        assert texts(analysis) == [CLOSES[0], VOTE[0], FERRY[0]]
        assert [notice.code for notice in analysis.warnings] == ["unsupported_sentence"]
        assert "left out" in analysis.warnings[0].detail

    def test_furniture_bears_nothing_out(self, pipeline: Pipeline) -> None:
        byline = ("By Clara Whitlock.", 2)
        assert any("Clara Whitlock" in span.of(TEXT) for span in BRIDGE.furniture)
        with written_by(pipeline, answer(said(CLOSES, byline, FERRY))) as (writing, _):
            analysis = writing.analyse(BRIDGE)
        assert byline[0] not in texts(analysis)
        evidence = [span for sentence in analysis.summary.sentences for span in sentence.evidence]
        assert not any(span.overlaps(other) for span in evidence for other in BRIDGE.furniture)

    def test_how_much_support_is_enough_is_a_setting(self, pipeline: Pipeline) -> None:
        with written_by(pipeline, answer(GOOD)) as (writing, _):
            supports = [sentence.support for sentence in writing.analyse(BRIDGE).summary.sentences]
        between = (min(supports) + max(supports)) / 2
        with written_by(pipeline, answer(GOOD), least_support=between) as (writing, _):
            analysis = writing.analyse(BRIDGE)
        written = zip((CLOSES[0], VOTE[0], FERRY[0]), supports, strict=True)
        doubted = [text for text, support in written if support < between]
        assert 1 <= len(doubted) <= 2
        assert not set(doubted) & set(texts(analysis))
        assert len(analysis.warnings) == len(doubted)

    def test_nothing_borne_out_is_no_summary(self, pipeline: Pipeline, extracted: Analysis) -> None:
        with written_by(pipeline, answer(said(INVENTED))) as (writing, _):
            analysis = writing.analyse(BRIDGE)
            assert analysis.summary == extracted.summary
            assert "(unsupported: " in analysis.warnings[0].detail
            assert INVENTED[0] in analysis.warnings[0].detail
            with pytest.raises(ModelFailed):
                writing.analyse(BRIDGE, Request(strict=True))

    @pytest.mark.parametrize(
        ("sentence", "doubt"),
        [
            (("“We have patched this bridge for thirty years,” Mayor Dolores Quintana said.", 4), None),
            (("“We have patched this bridge for thirty years,” Thomas Abara said.", 4), "Dolores Quintana"),
            (
                ("“We have patched this bridge for forty years,” Mayor Dolores Quintana said.", 4),
                "forty years",
            ),
        ],
        ids=["right", "wrong speaker", "altered"],
    )
    def test_marks_hold_the_words_of_the_right_speaker(
        self, pipeline: Pipeline, sentence: tuple[str, int], doubt: str | None
    ) -> None:
        with written_by(pipeline, answer(said(CLOSES, sentence, FERRY))) as (writing, _):
            analysis = writing.analyse(BRIDGE)
        assert (sentence[0] in texts(analysis)) == (doubt is None)
        assert bool(analysis.warnings) == (doubt is not None)
        assert all(doubt in notice.detail for notice in analysis.warnings if doubt)


CHAMBER = build_door(Settings()).from_text(
    "“This bill will ruin every village on the coast,” Senator Maria Holloway told the chamber on Monday. "
    "“We came here to listen.”\n\n“We are not leaving,” Senator James Pruitt said. “The port will be dead "
    "within ten years without it.”\n\nThe chamber voted 31 to 28 to send the bill back to its committee. The "
    "committee will take three months to review the costs of the dredging.",
    Declared(id="chamber", language="en"),
)


class TestSpeakers:
    """Words in quotation marks are somebody's, and keep whose they are."""

    @pytest.mark.parametrize(
        "sentence",
        [
            "“This bill will ruin every village on the coast,” Holloway told the chamber.",
            "Senator Maria Holloway told the chamber: “This bill will ruin every village on the coast.”",
            "“We are not leaving,” said James Pruitt. “The port will be dead within ten years without it.”",
        ],
    )
    def test_the_right_one_passes(self, pipeline: Pipeline, sentence: str) -> None:
        assert _doubts(pipeline, sentence) == []

    @pytest.mark.parametrize(
        "sentence",
        [
            # Another senator.
            "Senator James Pruitt told the chamber: “This bill will ruin every village on the coast.”",
            # Nobody: the article's own narration.
            "“The committee will take three months to review the costs,” Maria Holloway said.",
            "Senator Maria Holloway told the chamber: “The chamber voted 31 to 28 to send the bill back.”",
            # Half of it is another's.
            "“We came here to listen,” said Maria Holloway. “The port will be dead within ten years.”",
        ],
    )
    def test_a_wrong_one_does_not(self, pipeline: Pipeline, sentence: str) -> None:
        assert set(_doubts(pipeline, sentence)) & {"wrong_speaker", "altered_quotation"}


def _doubts(pipeline: Pipeline, sentence: str) -> list[str]:
    """The codes of what is doubted of a written sentence on the chamber."""
    sentences, extracted = pipeline.segmenter.segment(CHAMBER), pipeline.analyse(CHAMBER)
    grounding = ground(sentence, CHAMBER.text, sentences)
    written = Written(SummarySentence(sentence, (sentences[0].span,), 1.0), grounding.faults)
    checked = check_speakers((written,), CHAMBER, extracted.quotes, pipeline.segmenter.segment)
    return [doubt.code for doubt in checked[0].doubts]


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


_LINE = re.compile(r"^\[(\d+)\] (.+)$", re.M)


def copies_two(asked: Body) -> str:
    """A model that copies the first and the last sentence that it is shown."""
    shown = [(words, int(number)) for number, words in _LINE.findall(asked["messages"][1]["content"])]
    shown = [(words, number) for words, number in shown if words.endswith(".") and len(words) > 60]
    return said(shown[0], shown[-1])


class TestLongArticles:
    LONG = Article(
        "long",
        "\n\n".join(
            f"The council of district {n} voted {n} to 2 to spend ${n} million on its harbour bridge. "
            f"Inspectors had found cracks in {n + 3} of the steel beams beneath the roadway of the bridge."
            for n in range(10, 60)
        ),
    )

    def test_parts_are_merged_and_keep_their_evidence(self, pipeline: Pipeline) -> None:
        step = slowly(echo(copies_two), 0.05)
        with written_by(pipeline, step, endpoint_context=3_600, answer_tokens=300, endpoint_parallel=2) as (
            writing,
            server,
        ):
            analysis = writing.analyse(self.LONG)
            assert analysis.warnings == () or {n.code for n in analysis.warnings} == {"summary_filled_up"}
        first, last = analysis.summary.sentences[:2]
        assert "district 10 " in first.text
        assert "62 of the steel beams" in last.text
        for sentence in (first, last):
            assert [span.of(self.LONG.text) for span in sentence.evidence] == [sentence.text]
        shown = [
            {int(number) for number, _ in _LINE.findall(request.body["messages"][1]["content"])}
            for request in server.requests
        ]
        *parts, merged = shown
        assert len(parts) >= 3
        assert set.union(*parts) == set(range(1, 101))
        assert sum(map(len, parts)) == 100
        assert merged < set.union(*parts)
        assert server.most_at_once == 2
        counted = writing.writer.backend.count  # type: ignore[union-attr]
        for request in server.requests:
            sent = request.body["messages"]
            assert counted(_messages(sent)) + 300 <= 3_600

    def test_a_part_of_which_nothing_is_borne_out_is_not_lost_unsaid(self, pipeline: Pipeline) -> None:
        lie = said(("The prime minister has resigned over a scandal at sea.", 99))
        with written_by(
            pipeline,
            echo(lambda asked: lie if "\n[99]" in asked["messages"][1]["content"] else copies_two(asked)),
            endpoint_context=3_600,
            answer_tokens=300,
        ) as (writing, _):
            analysis = writing.analyse(self.LONG)
        assert "part_not_borne_out" in {notice.code for notice in analysis.warnings}

    def test_topics_of_all_parts_are_each_named_once(self, pipeline: Pipeline) -> None:
        def propose(asked: Body) -> str:
            number = int(_LINE.findall(asked["messages"][1]["content"])[0][0])
            return json.dumps({"refusal": None, "topics": [{"id": "medtop:13000000", "evidence": [number]}]})

        with written_by(
            pipeline, echo(propose), endpoint_context=3_600, answer_tokens=300, generate="topics"
        ) as (writing, server):
            analysis = writing.analyse(self.LONG)
        assert len(server.requests) >= 3
        topics = [topic for topic in analysis.topics if topic.id == "medtop:13000000"]
        assert [len(topic.evidence) for topic in topics] == [len(server.requests)]

    def test_one_part_that_fails_is_no_half_summary(self, pipeline: Pipeline) -> None:
        steps = [echo(copies_two), status(500)]
        with written_by(pipeline, *steps, endpoint_context=3_600, answer_tokens=300) as (writing, _):
            analysis = writing.analyse(self.LONG)
        assert analysis.summary.method == "extractive"
        assert [notice.code for notice in analysis.warnings] == ["model_failed"]

    def test_a_context_too_small_for_the_prompt_says_so(self, pipeline: Pipeline) -> None:
        with written_by(pipeline, answer(GOOD), endpoint_context=512) as (writing, server):
            analysis = writing.analyse(BRIDGE)
        reason = analysis.warnings[0].detail
        assert "512 tokens" in reason
        assert "PULLQUOTE_ENDPOINT_CONTEXT" in reason
        # The prompt alone is longer: shorter answers can't help.
        assert "PULLQUOTE_ANSWER_TOKENS" not in reason
        assert server.requests == []


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
            read_plain_summary(written, cut, lambda text: ground(text, TEXT, ()), most=5)
        assert raised.value.kind is FaultKind.EMPTY


def _messages(sent: Sequence[Any]) -> Any:
    from service.models.backend import Message

    return tuple(Message(one["role"], one["content"]) for one in sent)


class TestProposals:
    def test_the_models_choice_of_quotes_goes_first(self, pipeline: Pipeline, extracted: Analysis) -> None:
        chosen = max(extracted.quotes, key=lambda quote: quote.rank)
        direct = next(q for q in extracted.quotes if q.kind is QuoteKind.DIRECT and q is not chosen)
        words = direct.parts[0].of(TEXT)
        number = next(n for n, line in enumerate(_sentences(pipeline), start=1) if words[:20] in line)
        proposed = {
            "refusal": None,
            "quotes": [
                {"parts": [_part(number, words)], "speaker": None},
                {"parts": [_part(number, "we love bridges more than ever")], "speaker": None},
            ],
        }
        with written_by(pipeline, answer(json.dumps(proposed)), generate="quotes") as (writing, _):
            analysis = writing.analyse(BRIDGE)
        first = next(quote for quote in analysis.quotes if quote.rank == 1)
        assert (first.parts, first.cue, first.speaker) == (direct.parts, direct.cue, direct.speaker)
        assert {quote.parts for quote in analysis.quotes} == {quote.parts for quote in extracted.quotes}
        assert analysis.summary == extracted.summary
        assert [notice.code for notice in analysis.warnings] == ["altered_quotation"]

    def test_a_speaker_whom_the_article_does_not_give_stays_unknown(self, pipeline: Pipeline) -> None:
        silent = build_door(Settings()).from_text(
            "Mayor Ana Ruiz sat on the stage all evening without a word.\n\n“This is robbery of the plainest "
            "kind, and the whole town knows it!”\n\nThe meeting ended at midnight with a vote on dues.",
            Declared(id="silent", language="en"),
        )
        [quote] = [quote for quote in pipeline.analyse(silent).quotes if quote.kind is QuoteKind.DIRECT]
        assert quote.speaker is None
        guess = {"name": "Ana Ruiz", "role": None, "mention": "Mayor Ana Ruiz", "sentence": 1}
        proposed = {"refusal": None, "quotes": [{"parts": [_part(2, "This is robbery")], "speaker": guess}]}
        with written_by(pipeline, answer(json.dumps(proposed)), generate="quotes") as (writing, _):
            analysis = writing.analyse(silent)
        assert analysis.quotes == pipeline.analyse(silent).quotes

    def test_narration_is_no_quote(self, pipeline: Pipeline, extracted: Analysis) -> None:
        number = next(n for n, line in enumerate(_sentences(pipeline), start=1) if "21,000 vehicles" in line)
        part = _part(number, "About 21,000 vehicles cross the bridge")
        proposed = {"refusal": None, "quotes": [{"parts": [part], "speaker": None}]}
        with written_by(pipeline, answer(json.dumps(proposed)), generate="quotes") as (writing, _):
            analysis = writing.analyse(BRIDGE)
        assert analysis.quotes == extracted.quotes
        assert [notice.code for notice in analysis.warnings] == ["unquotable"]

    def test_topics_are_added(self, pipeline: Pipeline, extracted: Analysis) -> None:
        proposed = {"refusal": None, "topics": [{"id": "medtop:13000000", "evidence": [2]}]}
        with written_by(pipeline, answer(json.dumps(proposed)), generate="topics") as (writing, _):
            analysis = writing.analyse(BRIDGE)
        assert {topic.id for topic in analysis.topics} - {topic.id for topic in extracted.topics} == {
            "medtop:13000000"
        }

    def test_each_part_that_fails_says_so(self, pipeline: Pipeline, extracted: Analysis) -> None:
        wanted = "summary,quotes,topics"
        with written_by(pipeline, status(500), generate=wanted) as (writing, _):
            analysis = writing.analyse(BRIDGE)
        assert [notice.detail.split(" by ")[0] for notice in analysis.warnings] == [
            "No summary",
            "No quotes",
            "No topics",
        ]
        assert (analysis.summary, analysis.quotes) == (extracted.summary, extracted.quotes)


def _part(number: int, words: str) -> dict[str, Any]:
    return {"sentence": number, "words": words}


def _sentences(pipeline: Pipeline) -> list[str]:
    from service.generate.numbered import number_article

    numbered = number_article(BRIDGE, pipeline.segmenter.segment(BRIDGE))
    return [numbered.plain(number) for number in numbered.shown]


class TestAtTheEdges:
    def test_who_wrote_the_summary_is_said_to_readers(self, pipeline: Pipeline) -> None:
        with written_by(pipeline, answer(GOOD)) as (writing, _):
            analysis = writing.analyse(BRIDGE)
        assert f"abstractive, by {MODEL}" in render(analysis, 80, color=False)
        line = wire.dumps(analysis)
        sheet = Sheet(TEXT, wire.AnalysisModel.model_validate_json(line), Review())
        assert disclosure(sheet, None).startswith(
            f"Summary written and quotes selected with AI assistance (Pullquote {version}, {MODEL})"
        )

    def test_strict_is_a_problem_document_over_http(self, pipeline: Pipeline) -> None:
        with written_by(pipeline, status(500)) as (writing, server):
            settings = Settings(summarizer=MODEL, endpoint=server.url)
            with TestClient(create_app(settings, lambda: writing, build_door(settings))) as client:
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

    def test_the_command_line(self) -> None:
        with scripted([answer(GOOD), status(503)]) as server:
            environment = {**os.environ, "PULLQUOTE_ENDPOINT": server.url, "PULLQUOTE_ENDPOINT_RETRIES": "0"}
            command = [sys.executable, "-m", "service", "analyze", "--summarizer", MODEL, "--strict"]
            files = [str(ROOT / "examples" / name) for name in ("harbour-bridge.txt", "rural-clinics.txt")]
            done = subprocess.run(
                [*command, *files], capture_output=True, text=True, env=environment, check=False
            )
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert [line["summary"]["method"] for line in lines] == ["abstractive"]
        assert done.returncode == 1
        assert "rural-clinics.txt" in done.stderr
        assert "503" in done.stderr

    def test_ctrl_c_ends_a_long_article_at_once(self, tmp_path: Path) -> None:
        article = tmp_path / "long.txt"
        article.write_text(TestLongArticles.LONG.text, "utf-8")
        small = {"PULLQUOTE_ENDPOINT_CONTEXT": "3600", "PULLQUOTE_ANSWER_TOKENS": "300"}
        with scripted([stall()]) as server:
            environment = {**os.environ, **small, "PULLQUOTE_ENDPOINT": server.url}
            # Started in the background, as CI may be, a process would inherit that SIGINT is ignored.
            heeded = (
                "import signal as s; s.signal(s.SIGINT, s.default_int_handler); import service.__main__ as m"
            )
            command = [sys.executable, "-c", f"{heeded}; m.main()", "analyze", "--summarizer", MODEL]
            with subprocess.Popen([*command, str(article)], env=environment) as running:
                try:
                    while len(server.requests) < 2:
                        assert running.poll() is None
                        time.sleep(0.05)
                    running.send_signal(signal.SIGINT)
                    # Far below the minute that each answer has.
                    assert running.wait(timeout=30) == 130
                finally:
                    running.kill()
        assert len(server.requests) <= 4

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
