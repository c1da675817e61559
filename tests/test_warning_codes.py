"""The registry of warning codes against the docs and the published schema."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NoReturn

import pytest

from service import wire
from service.api.app import create_app
from service.bootstrap import build_door
from service.domain import Notice
from service.settings import Settings
from service.warning_codes import WarningCode, WarningOrigin

ROOT = Path(__file__).parents[1]


def test_the_docs_list_exactly_the_codes_by_their_origin() -> None:
    page = (ROOT / "docs" / "generating.md").read_text("utf-8")
    section = page.partition("\n## Warnings\n")[2].partition("\n## ")[0]
    tables = [
        re.findall(r"`([a-z_]+)`", " ".join(line.split("|")[1] for line in table.splitlines()))
        for table in section.split("\n\n")
        if table.lstrip().startswith("|")
    ]
    for listed, origin in zip(tables, (WarningOrigin.WRITING, WarningOrigin.INGEST), strict=True):
        assert sorted(listed) == sorted(code for code in WarningCode if code.origin is origin)


def _openapi() -> dict[str, Any]:
    def load() -> NoReturn:
        raise AssertionError("the document needs no model")

    return create_app(Settings(), load, build_door(Settings())).openapi()["components"]["schemas"]


@pytest.mark.parametrize(
    "models", [wire.json_schema()["$defs"], _openapi()], ids=["/v1/schema", "/openapi.json"]
)
def test_the_published_schemas_list_all_codes(models: dict[str, Any]) -> None:
    schema = models["NoticeModel"]["properties"]["code"]
    assert schema["type"] == "string"
    assert set(schema["examples"]) == set(WarningCode)
    for code in WarningCode:
        assert f"`{code}`: {code.meaning}" in schema["description"]


def test_every_code_has_a_meaning() -> None:
    assert all(code.meaning.endswith(".") for code in WarningCode)


def test_a_warning_needs_a_code_of_the_registry() -> None:
    with pytest.raises(ValueError, match="no code of the registry"):
        Notice("rain", "It rains.")  # type: ignore[arg-type]
