"""The published schema of a record says what the door takes: both are tried on the same bodies."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from service.errors import InvalidArticle
from service.ingest import Door
from service.ingest.record import RECORD_SCHEMA, admit_record

RAIN = "The mayor of the town said that it was raining, and that it would rain again."
DOOR = Door(max_chars=1_000)


@pytest.mark.parametrize(
    "item",
    [
        {"body_text": RAIN},
        {"body_text": None, "body_xhtml": f"<p>{RAIN}</p>", "uri": None},
        {"body_html": f"<p>{RAIN}</p>", "headlines": [{"value": "Rain", "role": ["odd"]}, {"value": None}]},
        {"bodies": [{"value": " "}, {"value": RAIN, "role": ["odd"], "contentType": "text/plain"}]},
        {"body_text": RAIN, "genre": [{"name": "Opinion", "code": None}], "genres": None, "unknown": 5},
    ],
)
def test_an_item_that_the_schema_allows_is_taken(item: dict[str, Any]) -> None:
    record = {"ninjs": item}
    Draft202012Validator(RECORD_SCHEMA).validate(record)
    assert RAIN in admit_record(DOOR, record).text


@pytest.mark.parametrize(
    "item",
    [
        {},
        {"uri": "urn:example:1"},
        {"body_text": "  "},
        {"body_text": 5},
        {"body_text": RAIN, "headlines": ["Rain"]},
        {"body_text": RAIN, "bodies": "x"},
        {"body_text": RAIN, "versioncreated": "2026", "versionCreated": 5},
        {"body_text": RAIN, "headline": "Rain", "headlines": [{"value": 5}]},
        {"bodies": []},
        {"bodies": [{"value": ""}]},
        {"bodies": [{"value": RAIN, "contentType": 5}]},
    ],
)
def test_an_item_that_is_refused_is_not_allowed_by_the_schema(item: dict[str, Any]) -> None:
    record = {"ninjs": item}
    assert not Draft202012Validator(RECORD_SCHEMA).is_valid(record)
    with pytest.raises(InvalidArticle):
        admit_record(DOOR, record)
