"""The JSON contract (``service.wire``) as a nested Arrow schema, for Parquet; a test compares the two."""

from __future__ import annotations

from typing import Any

import pyarrow as pa


def _struct(**fields: Any) -> Any:
    return pa.struct([pa.field(name, kind, nullable=False) for name, kind in fields.items()])


def _optional(name: str, kind: Any) -> Any:
    return pa.field(name, kind, nullable=True)


def _list(kind: Any) -> Any:
    return pa.list_(pa.field("element", kind, nullable=False))


_STRING, _OFFSET, _SHARE = pa.string(), pa.int32(), pa.float64()
_SPAN = _struct(start=_OFFSET, end=_OFFSET, text=_STRING)

_ARTICLE = pa.struct(
    [
        pa.field("id", _STRING, nullable=False),
        _optional("title", _STRING),
        pa.field("language", _STRING, nullable=False),
        pa.field("text_sha256", _STRING, nullable=False),
        _optional("text", _STRING),
    ]
)
_SENTENCE = _struct(text=_STRING, evidence=_list(_SPAN), support=_SHARE)
_SUMMARY = _struct(text=_STRING, format=_STRING, length=_STRING, method=_STRING, sentences=_list(_SENTENCE))
_SPEAKER = pa.struct(
    [
        pa.field("name", _STRING, nullable=False),
        _optional("role", _STRING),
        pa.field("mention", _SPAN, nullable=False),
        _optional("person", _STRING),
        _optional("basis", _STRING),
        _optional("antecedent", _SPAN),
        _optional("confidence", _SHARE),
    ]
)
_PERSON = pa.struct(
    [
        pa.field("id", _STRING, nullable=False),
        pa.field("name", _STRING, nullable=False),
        _optional("role", _STRING),
        pa.field("kind", _STRING, nullable=False),
        pa.field("mentions", _list(_SPAN), nullable=False),
    ]
)
_QUOTE = pa.struct(
    [
        pa.field("kind", _STRING, nullable=False),
        pa.field("rank", _OFFSET, nullable=False),
        pa.field("confidence", _SHARE, nullable=False),
        pa.field("parts", _list(_SPAN), nullable=False),
        _optional("cue", _SPAN),
        _optional("speaker", _SPEAKER),
    ]
)
_TOPIC = _struct(id=_STRING, label=_STRING, path=_list(_STRING), confidence=_SHARE, evidence=_list(_SPAN))
_PULL_QUOTE = _struct(rank=_OFFSET, display=_STRING)
_GENRE = _struct(label=_STRING, confidence=_SHARE)
_COUNT = pa.int64()
_GENERATOR = pa.struct(
    [
        pa.field("model", _STRING, nullable=False),
        pa.field("requests", _COUNT, nullable=False),
        pa.field("tokens_in", _COUNT, nullable=False),
        pa.field("tokens_out", _COUNT, nullable=False),
        _optional("cost", pa.float64()),
    ]
)
_PROVENANCE = pa.struct(
    [
        pa.field("service", _STRING, nullable=False),
        pa.field("encoder", _STRING, nullable=False),
        pa.field("heads", _STRING, nullable=False),
        pa.field("prompts", pa.map_(_STRING, _STRING), nullable=False),
        pa.field("taxonomy", _STRING, nullable=False),
        pa.field("settings", _STRING, nullable=False),
        _optional("generator", _GENERATOR),
    ]
)

# A row is an analysis, its columns are the keys of the contract.
ANALYSIS_SCHEMA = pa.schema(
    [
        pa.field("article", _ARTICLE, nullable=False),
        _optional("headline", _SENTENCE),
        _optional("standfirst", _SENTENCE),
        pa.field("summary", _SUMMARY, nullable=False),
        pa.field("quotes", _list(_QUOTE), nullable=False),
        pa.field("pull_quotes", _list(_PULL_QUOTE), nullable=False),
        pa.field("people", _list(_PERSON), nullable=False),
        pa.field("topics", _list(_TOPIC), nullable=False),
        _optional("genre", _GENRE),
        pa.field("warnings", _list(_struct(code=_STRING, detail=_STRING)), nullable=False),
        pa.field("provenance", _PROVENANCE, nullable=False),
    ]
)


def to_row(content: dict[str, Any]) -> dict[str, Any]:
    """Return the contract's plain values as an Arrow row: maps as lists of pairs, absent values as null."""
    provenance = content["provenance"]
    return {
        **content,
        "article": {"text": None, **content["article"]},
        "provenance": {"generator": None, **provenance, "prompts": list(provenance["prompts"].items())},
    }


def from_row(row: dict[str, Any]) -> dict[str, Any]:
    """Return an Arrow row as the contract's plain values."""
    provenance = row["provenance"]
    content = {
        **row,
        "article": dict(row["article"]),
        "provenance": {**provenance, "prompts": dict(provenance["prompts"])},
    }
    for holder, key in (("article", "text"), ("provenance", "generator")):
        if content[holder][key] is None:
            del content[holder][key]
    return content
