"""The JSON contract: its shape, its bytes, and offsets that slice in both units."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fake_pipeline import PROVENANCE, FakePipeline

from service import wire
from service.domain import (
    Analysis,
    Article,
    Generator,
    Genre,
    GenreLabel,
    Notice,
    Quote,
    QuoteKind,
    Span,
    Speaker,
    Summary,
    SummaryFormat,
    SummaryLength,
    SummarySentence,
    Topic,
)
from service.warning_codes import WarningCode

TEXT = "Rain fell on Linden.\nThe mayor said: “Bring a coat.”"

# In HTML only what came as HTML has offsets.
UNITS_OF_ANY_TEXT = [unit for unit in wire.OffsetUnit if unit is not wire.OffsetUnit.HTML]
# Any text that UTF-8 can carry, and half of its characters outside the basic plane.
ANY_TEXT = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.characters(min_codepoint=0x10000)), min_size=1
).filter(str.strip)


def analysis_of(text: str, **changes: object) -> Analysis:
    return FakePipeline().analyse(replace(Article(id="a1", text=text), **changes))  # type: ignore[arg-type]


def with_quotes(*spans: Span, text: str) -> Analysis:
    """An analysis whose quotes are ``spans``, ranked from the last to the first."""
    quotes = [
        Quote(QuoteKind.DIRECT, (span,), None, None, 0.5, len(spans) - at) for at, span in enumerate(spans)
    ]
    sentence = SummarySentence(text, (Span(0, len(text)),), 1.0)
    summary = Summary((sentence,), SummaryFormat.PARAGRAPH, SummaryLength.SHORT, "fake")
    return Analysis(Article(id="a1", text=text), summary, tuple(quotes), (), (), PROVENANCE)


def test_the_keys_and_their_order_are_the_contract_s() -> None:
    content = json.loads(wire.dumps(analysis_of(TEXT)))
    assert list(content) == [
        "article",
        "headline",
        "standfirst",
        "summary",
        "quotes",
        "pull_quotes",
        "people",
        "topics",
        "genre",
        "warnings",
        "provenance",
    ]
    assert list(content["article"]) == ["id", "title", "language", "text_sha256"]
    assert list(content["summary"]) == ["text", "format", "length", "method", "sentences"]
    assert list(content["summary"]["sentences"][0]) == ["text", "evidence", "support"]
    assert list(content["quotes"][0]) == ["kind", "rank", "confidence", "parts", "cue", "speaker"]
    assert list(content["quotes"][0]["speaker"]) == [
        "name",
        "role",
        "mention",
        "person",
        "basis",
        "antecedent",
        "confidence",
    ]
    assert list(content["quotes"][0]["parts"][0]) == ["start", "end", "text"]
    assert list(content["topics"][0]) == ["id", "label", "path", "confidence", "evidence"]
    assert list(content["provenance"]) == ["service", "encoder", "heads", "prompts", "taxonomy", "settings"]


def test_an_analysis_is_one_line_of_json_whatever_the_text_holds() -> None:
    line = wire.dumps(analysis_of("Rain\u2028fell\x85and\x00hail\r\n“and\tsnow”"))
    assert "\n" not in line
    assert "\r" not in line
    assert json.loads(line)["quotes"][0]["parts"][0]["text"] == "and\tsnow"


def test_the_text_comes_back_only_where_the_caller_does_not_have_it() -> None:
    assert "text" not in json.loads(wire.dumps(analysis_of(TEXT)))["article"]
    assert json.loads(wire.dumps(analysis_of(TEXT, text_is_derived=True)))["article"]["text"] == TEXT


def test_headline_standfirst_and_genre_come_back_as_they_were() -> None:
    line = SummarySentence("Rain fell", (Span(0, 9),), 1.0)
    analysis = replace(
        analysis_of(TEXT),
        headline=line,
        standfirst=line,
        genre=Genre(GenreLabel.BRIEF, 0.75),
    )
    content = json.loads(wire.dumps(analysis))
    assert content["headline"] == {
        "text": "Rain fell",
        "evidence": [{"start": 0, "end": 9, "text": "Rain fell"}],
        "support": 1.0,
    }
    assert content["genre"] == {"label": "brief", "confidence": 0.75}
    assert wire.dumps(wire.loads(wire.dumps(analysis), TEXT)) == wire.dumps(analysis)


def test_the_quotes_to_pull_are_on_the_wire_by_their_rank() -> None:
    text = TEXT.replace("Bring a coat.", "Bring a coat, and a hat,")
    content = json.loads(wire.dumps(analysis_of(text)))
    assert content["pull_quotes"] == [{"rank": 1, "display": "Bring a coat, and a hat"}]


def test_an_unknown_speaker_and_cue_are_null_and_present() -> None:
    quote = json.loads(wire.dumps(with_quotes(Span(0, 4), text=TEXT)))["quotes"][0]
    assert quote["speaker"] is quote["cue"] is None


def test_quotes_are_listed_by_rank() -> None:
    content = json.loads(wire.dumps(with_quotes(Span(0, 4), Span(5, 9), text=TEXT)))
    assert [(quote["rank"], quote["parts"][0]["text"]) for quote in content["quotes"]] == [
        (1, "fell"),
        (2, "Rain"),
    ]


def test_probabilities_have_four_decimals() -> None:
    content = json.loads(wire.dumps(analysis_of(TEXT)))
    assert content["summary"]["sentences"][0]["support"] == 0.1235


def test_warnings_are_passed_on() -> None:
    warnings = (Notice(WarningCode.TOO_SHORT, "The article has 5 words."),)
    content = json.loads(wire.dumps(analysis_of(TEXT, warnings=warnings)))
    assert content["warnings"] == [{"code": "too_short", "detail": "The article has 5 words."}]


def test_prompts_are_written_in_one_order() -> None:
    def with_prompts(prompts: dict[str, str]) -> str:
        analysis = analysis_of(TEXT)
        return wire.dumps(replace(analysis, provenance=replace(PROVENANCE, prompts=prompts)))

    assert with_prompts({"a": "1", "b": "2"}) == with_prompts({"b": "2", "a": "1"})


def test_the_schema_names_every_key_and_forbids_others() -> None:
    schema = wire.json_schema()
    content = json.loads(wire.dumps(analysis_of(TEXT)))
    assert set(schema["properties"]) == set(content)
    assert schema["additionalProperties"] is False
    with pytest.raises(ValueError, match="surprise"):
        wire.AnalysisModel.model_validate({**content, "surprise": 1})


@given(ANY_TEXT, st.data())
def test_every_span_slices_back_in_both_units(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    analysis = with_quotes(Span(start, end), text=text)
    units = text.encode("utf-16-le")
    part = json.loads(wire.dumps(analysis))["quotes"][0]["parts"][0]
    assert text[part["start"] : part["end"]] == part["text"] == text[start:end]
    part = json.loads(wire.dumps(analysis, wire.OffsetUnit.UTF16))["quotes"][0]["parts"][0]
    assert units[2 * part["start"] : 2 * part["end"]].decode("utf-16-le") == part["text"] == text[start:end]
    assert wire.dumps(analysis).encode("utf-8"), "every analysis can be sent"


RAIN = "🌧 Rain fell on Linden.\nThe mayor said: “Bring a coat.”"
GENERATOR = Generator("writer-7b", requests=3, tokens_in=2_000, tokens_out=150, cost=0.0123)


def full(text: str = RAIN, **provenance: object) -> Analysis:
    """An analysis in which nothing is left out that the contract can hold."""

    def at(words: str) -> Span:
        return Span(text.index(words), text.index(words) + len(words))

    warnings = (
        Notice(WarningCode.TOO_SHORT, "The article has 9 words."),
        Notice(WarningCode.MODEL_FAILED, "The model did not answer."),
    )
    coat = Quote(
        QuoteKind.DIRECT,
        (at("Bring"), at("a coat.")),
        at("said"),
        Speaker("A. Rowe", "mayor", at("mayor")),
        0.75,
        1,
    )
    fell = Quote(QuoteKind.INDIRECT, (at("fell"),), None, None, 0.25, 2)
    sentence = SummarySentence("It rained.", (at("Rain"), at("Linden")), 0.5)
    return Analysis(
        Article(id="a1", text=text, title="Rain", language="en", text_is_derived=True, warnings=warnings[:1]),
        Summary((sentence,), SummaryFormat.BULLETS, SummaryLength.LONG, "abstractive"),
        (coat, fell),
        (Topic("medtop:2", "rain", ("medtop:1", "medtop:2"), 0.5, (at("Rain"),)),),
        warnings,
        replace(PROVENANCE, **provenance),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("unit", UNITS_OF_ANY_TEXT)
@pytest.mark.parametrize(
    "provenance",
    [
        {},
        {"prompts": {"headline": "sha256:1", "summary": "sha256:2"}},
        {"generator": GENERATOR, "prompts": {"summary": "sha256:2"}},
        {"generator": replace(GENERATOR, cost=None)},
    ],
    ids=["extractive", "prompts", "generator", "free generator"],
)
def test_what_is_written_reads_back_as_it_was(unit: wire.OffsetUnit, provenance: dict[str, object]) -> None:
    before = full(**provenance)
    line = wire.dumps(before, unit)
    after = wire.loads(line, "", unit)
    assert after == before
    assert isinstance(after.provenance.generator, Generator | None)
    assert wire.dumps(after, unit) == line


def test_a_text_that_the_caller_has_is_given_to_the_reader() -> None:
    before = replace(full(), article=replace(full().article, text_is_derived=False))
    assert wire.loads(wire.dumps(before), RAIN) == before
    with pytest.raises(ValueError, match="of another text than that of article 'a1'"):
        wire.loads(wire.dumps(before), f"{RAIN}!")


@pytest.mark.parametrize(
    ("written", "read"), [("utf16", "codepoint"), ("codepoint", "utf16")], ids=["utf16", "codepoint"]
)
def test_offsets_in_another_unit_are_refused(written: str, read: str) -> None:
    line = wire.dumps(full(), wire.OffsetUnit(written))
    with pytest.raises(ValueError, match=rf"the article does not read .*\(offset_unit={read}\)\?"):
        wire.loads(line, RAIN, wire.OffsetUnit(read))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda content: content.update(surprise=1), "Extra inputs"),
        (lambda content: content["quotes"][0].update(rank=3), "ranks"),
        (lambda content: content["topics"][0].update(path=["medtop:1"]), "path"),
        (lambda content: content["summary"]["sentences"][0].update(evidence=[]), "needs evidence"),
        (lambda content: content["warnings"][0].update(code="wet"), "'wet' is not a valid WarningCode"),
    ],
    ids=["unknown key", "rank", "path", "evidence", "warning"],
)
def test_what_no_analysis_says_is_refused(change: Callable[[dict[str, Any]], None], reason: str) -> None:
    content = json.loads(wire.dumps(full()))
    change(content)
    with pytest.raises(ValueError, match=reason):
        wire.loads(json.dumps(content), RAIN)


@given(ANY_TEXT, st.data())
def test_every_span_reads_back_from_both_units(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    analysis = with_quotes(Span(start, end), text=text)
    for unit in UNITS_OF_ANY_TEXT:
        assert wire.loads(wire.dumps(analysis, unit), text, unit) == analysis
