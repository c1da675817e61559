"""Rows turned into samples, by one function, since a row's keys tell what is annotated.

Known keys, all optional but ``text`` (or ``title``, for headlines): ``attributions`` (PolNeAR), ``summary``
or ``highlights`` (a list of sentences, or one string), ``iptc`` or ``topics`` (qcodes), ``topic`` (BBC's),
``label`` or ``factuality`` (human judgements of ``summary``), ``ends`` with ``start`` and ``end`` (sentence
ends within a passage), ``quotes`` with ``article`` (the JSON contract, as corrected by editors), ``named``
(sources with names, as in ``eval/gold/names.jsonl``), ``silver`` (``entities`` and ``coref`` of CoreNLP),
``marks`` (articles marked by reading: ``quotes`` with speakers, ``lead_quote``, ``topics``, ``main_points``,
``genre``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from eval.datasets.rows import Row
from eval.datasets.samples import (
    Coreference,
    Gold,
    GoldAttribution,
    GoldQuotation,
    NamedSource,
    Offsets,
    Sample,
)
from service.domain import Article, QuoteKind

BBC_TOPICS = {
    "business": "medtop:04000000",
    "sport": "medtop:15000000",
    "politics": "medtop:11000000",
    "entertainment": "medtop:01000000",
    "tech": "medtop:13000000",
}

_MARKS = {
    "“": "curly double",
    "‘": "curly single",
    "''": "two apostrophes",
    "«": "guillemets",
    '"': "straight",
}
_LENGTHS = ((300, "under 300 words"), (800, "300 to 800 words"))


def to_sample(row: Row) -> Sample:
    """Turn a row into a sample. Raises ValueError naming the row and what is wrong with it."""
    try:
        if "article" in row:
            return _reviewed(row)
        text = row.get("text") or row.get("title") or ""
        article = Article(id=str(row["id"]), text=text, title=row.get("title") or None)
        marks = row.get("marks") if isinstance(row.get("marks"), dict) else None
        gold = Gold(
            attributions=_attributions(row["attributions"], text) if "attributions" in row else None,
            reference=_reference(row),
            topics=frozenset(marks["topics"]) if marks else _topics(row),
            claims=_sentences(row["summary"]) if _judged(row) else None,
            supported=float(row["label"] if "label" in row else row["factuality"]) if _judged(row) else None,
            sentence_ends=tuple(row["ends"]) if "ends" in row else None,
            passage=(row["start"], row["end"]) if "ends" in row else None,
            named=_named(row["named"], text) if "named" in row else None,
            silver=_coreference(row["silver"], text) if "silver" in row else None,
            quotations=_quotations(marks["quotes"], text) if marks else None,
            lead_quote=_lead_quote(marks, text) if marks else None,
            points=_points(marks, text) if marks else None,
            genre=marks.get("genre") if marks else None,
        )
        return Sample(article, gold, _slices(row, text))
    except (KeyError, TypeError, ValueError) as error:
        name = row["article"].get("id") if isinstance(row.get("article"), dict) else row.get("id")
        raise ValueError(f"row {str(name)!r} is not usable: {type(error).__name__}: {error}") from error


def _reviewed(row: Row) -> Sample:
    """A line of the editors' export: the contract as they left it, ``article.text`` included."""
    if not row["article"].get("text"):
        raise ValueError("the contract's line has no article.text; `pullquote review export` writes it")
    article = Article(id=row["article"]["id"], text=row["article"]["text"], title=row["article"].get("title"))
    attributions = []
    for quote in row["quotes"]:
        speaker = quote["speaker"] or {}
        attributions.append(
            GoldAttribution(
                kind=QuoteKind(quote["kind"]),
                content=tuple(_span(part, article.text) for part in quote["parts"]),
                source=(_span(speaker["mention"], article.text),) if speaker else (),
                cue=(_span(quote["cue"], article.text),) if quote["cue"] else (),
                name=speaker.get("name"),
            )
        )
    quotations = tuple(
        GoldQuotation(one.kind, one.content, (one.name,) if one.name else ())
        for one in attributions
        if one.kind is not QuoteKind.INDIRECT
    )
    gold = Gold(
        attributions=tuple(attributions),
        quotations=quotations,
        reference=tuple(sentence["text"] for sentence in row["summary"]["sentences"]) or None,
        topics=frozenset(topic["id"] for topic in row["topics"]),
    )
    return Sample(article, gold, _slices(row, article.text))


def _span(span: Mapping[str, Any], text: str) -> Offsets:
    if text[span["start"] : span["end"]] != span["text"]:
        raise ValueError(f"the article does not read {span['text']!r} at [{span['start']}, {span['end']})")
    return span["start"], span["end"]


def _attributions(marked: Iterable[Row], text: str) -> tuple[GoldAttribution, ...]:
    return tuple(
        GoldAttribution(
            kind=QuoteKind(attribution["quote_type"]),
            content=_offsets(attribution["content"], text),
            source=_offsets(attribution.get("source") or (), text),
            cue=_offsets(attribution.get("cue") or (), text),
            name=attribution.get("name"),
        )
        for attribution in marked
    )


def _named(marked: Iterable[Row], text: str) -> tuple[NamedSource, ...]:
    return tuple(
        NamedSource(
            source=_offsets([row["source"]], text)[0],
            names=tuple(text[start:end] for start, end in _offsets(row["names"], text)),
        )
        for row in marked
    )


def _quotations(marked: Iterable[Row], text: str) -> tuple[GoldQuotation, ...]:
    return tuple(
        GoldQuotation(
            kind=QuoteKind(quote["kind"]),
            parts=_offsets(quote["parts"], text),
            names=(quote["speaker"], *quote.get("also", ())) if quote["speaker"] else (),
            mention=_offsets([quote["mention"]], text)[0] if quote.get("mention") else None,
        )
        for quote in marked
    )


def _lead_quote(marks: Mapping[str, Any], text: str) -> tuple[Offsets, ...] | None:
    lead = marks.get("lead_quote")
    return None if lead is None else _offsets(marks["quotes"][lead]["parts"], text)


def _points(marks: Mapping[str, Any], text: str) -> tuple[frozenset[int], ...]:
    points = tuple(frozenset(map(int, point["sentences"])) for point in marks.get("main_points", ()))
    for start in (start for point in points for start in point):
        if not 0 <= start < len(text):
            raise ValueError(f"a main point's sentence starts at {start}, outside the text")
    return points


def _coreference(found: Mapping[str, Any], text: str) -> Coreference:
    persons = [span for *span, kind in found["entities"] if kind == "PERSON"]
    return Coreference(_offsets(persons, text), tuple(_offsets(chain, text) for chain in found["coref"]))


def _offsets(spans: Iterable[Iterable[int]], text: str) -> tuple[Offsets, ...]:
    pairs = tuple((int(start), int(end)) for start, end in spans)
    for start, end in pairs:
        if not 0 <= start < end <= len(text):
            raise ValueError(f"span [{start}, {end}) does not fit a text of {len(text)} characters")
    return pairs


def _judged(row: Row) -> bool:
    return "label" in row or "factuality" in row


def _reference(row: Row) -> tuple[str, ...] | None:
    if spans := row.get("summary_spans"):
        return tuple(row["text"][start:end] for start, end in spans)
    if _judged(row):
        return None
    given = row.get("summary") or row.get("highlights")
    return _sentences(given) or None if given else None


def _sentences(given: str | Iterable[str]) -> tuple[str, ...]:
    lines = given.splitlines() if isinstance(given, str) else given
    return tuple(line.strip() for line in lines if line.strip())


def _topics(row: Row) -> frozenset[str] | None:
    if row.get("topic") in BBC_TOPICS:
        return frozenset({BBC_TOPICS[row["topic"]]})
    given = row.get("iptc", row.get("topics"))
    return frozenset(given) if given else None


def _slices(row: Row, text: str) -> dict[str, str]:
    words = len(text.split())
    source = row.get("publisher") or row.get("outlet") or row.get("style") or row.get("source")
    marks = {name: len(re.findall(mark, text)) for mark, name in _MARKS.items()}
    commonest = max(marks, key=lambda name: marks[name])
    return {
        **({"publisher": str(source)} if source else {}),
        "length": next((name for most, name in _LENGTHS if words < most), "over 800 words"),
        "quotation marks": commonest if marks[commonest] else "none",
    }
