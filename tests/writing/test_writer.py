"""What a generating model may do to an analysis.

The model is played by ``scripted_endpoint``, through a real socket; all else is real: client, prompts,
pipeline, grounding. Its bad days are in ``test_writer_bad_days``, long articles in ``test_writer_long``.
"""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from support.scripted_endpoint import (
    answer,
    status,
)
from support.scripted_writer import (
    BRIDGE,
    CLOSES,
    FERRY,
    GOOD,
    INVENTED,
    MODEL,
    TEXT,
    VOTE,
    said,
    texts,
    written_by,
)

from service import wire
from service.bootstrap import build_door
from service.domain import Analysis, QuoteKind, Request, SummaryLength, SummarySentence, Topic
from service.errors import ModelFailed
from service.grounding.grounder import THRESHOLD, ground
from service.ingest import Declared
from service.pipeline import Pipeline
from service.settings import Settings
from service.text.document import Document
from service.writing.answers.checked_answer import WrittenSentence
from service.writing.answers.speaker_check import check_speakers
from service.writing.progress import WritingProgress
from service.writing.prompts.prompts import load_prompts


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
        heard = list[WritingProgress]()
        with written_by(pipeline, answer(GOOD)) as (writing, _):
            writing.analyse(BRIDGE, on_progress=heard.append)
        assert heard[0] == WritingProgress("summary", 1, 1, 0)
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
        assert _faults_of(pipeline, sentence) == []

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
        assert set(_faults_of(pipeline, sentence)) & {"wrong_speaker", "altered_quotation"}


def _faults_of(pipeline: Pipeline, sentence: str) -> list[str]:
    """Return the kinds of the faults of a written sentence on the chamber."""
    sentences, extracted = pipeline.segmenter.segment(CHAMBER), pipeline.analyse(CHAMBER)
    grounding = ground(sentence, Document(CHAMBER, sentences))
    written = WrittenSentence(SummarySentence(sentence, (sentences[0].span,), 1.0), grounding.faults)
    checked = check_speakers((written,), CHAMBER, extracted.quotes, pipeline.segmenter.segment)
    return [fault.kind for fault in checked[0].faults]


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

    def test_a_model_is_not_asked_for_topics_of_an_own_taxonomy(self, pipeline: Pipeline) -> None:
        class Own:
            version = "desk sha256:d"

            def label(self, *_: object) -> tuple[Topic, ...]:
                return (Topic("bridges", "Bridges", ("bridges",), 0.9, ()),)

        proposed = {"refusal": None, "topics": [{"id": "medtop:13000000", "evidence": [2]}]}
        labelling = replace(pipeline, own_topics={"desk": Own()})
        with written_by(labelling, answer(json.dumps(proposed)), generate="topics") as (writing, _):
            analysis = writing.analyse(BRIDGE, Request(taxonomy="desk"))
        assert [topic.id for topic in analysis.topics] == ["bridges"]

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
    from service.writing.numbered_article import number_article

    numbered = number_article(Document(BRIDGE, pipeline.segmenter.segment(BRIDGE)))
    return [numbered.plain(number) for number in numbered.shown]
