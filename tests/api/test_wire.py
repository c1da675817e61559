"""The JSON contract: its shape, its bytes, and offsets that slice in both units."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fake_pipeline import PROVENANCE, FakePipeline

from service import wire
from service.domain import (
    Analysis,
    Article,
    Notice,
    Quote,
    QuoteKind,
    Span,
    Summary,
    SummaryFormat,
    SummaryLength,
    SummarySentence,
)
from service.warning_codes import WarningCode

TEXT = "Rain fell on Linden.\nThe mayor said: “Bring a coat.”"

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
    assert list(content) == ["article", "summary", "quotes", "topics", "warnings", "provenance"]
    assert list(content["article"]) == ["id", "title", "language", "text_sha256"]
    assert list(content["summary"]) == ["text", "format", "length", "method", "sentences"]
    assert list(content["summary"]["sentences"][0]) == ["text", "evidence", "support"]
    assert list(content["quotes"][0]) == ["kind", "rank", "confidence", "parts", "cue", "speaker"]
    assert list(content["quotes"][0]["speaker"]) == ["name", "role", "mention"]
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
