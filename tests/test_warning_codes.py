"""The registry of warning codes against the docs and the published schema."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from service import wire
from service.domain import Notice
from service.warning_codes import WarningCode, WarningOrigin

ROOT = Path(__file__).parents[1]


def _codes_of(origin: WarningOrigin) -> set[str]:
    return {code.value for code in WarningCode if code.origin is origin}


def test_the_readme_lists_the_warnings_of_ingest() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    [paragraph] = [part for part in readme.split("\n\n") if "in `warnings`" in part]
    codes = set(re.findall(r"`([a-z_]+)`", paragraph)) - {"warnings"}
    assert codes == _codes_of(WarningOrigin.INGEST)


def test_the_page_on_generating_lists_the_warnings_of_writing() -> None:
    page = (ROOT / "docs" / "generating.md").read_text("utf-8")
    table = page.partition("\n## Warnings\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert set(re.findall(r"`([a-z_]+)`", " ".join(rows))) == _codes_of(WarningOrigin.WRITING)


@pytest.mark.parametrize("published", ["schema", "openapi"])
def test_the_published_schemas_list_all_codes(published: str) -> None:
    if published == "schema":
        schema = wire.json_schema()["$defs"]["NoticeModel"]["properties"]["code"]
    else:
        document = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))
        schema = document["components"]["schemas"]["NoticeModel"]["properties"]["code"]
    assert schema["type"] == "string"
    assert set(schema["examples"]) == set(WarningCode)
    for code in WarningCode:
        assert f"`{code}`: {code.meaning}" in schema["description"]


def test_every_code_has_a_meaning() -> None:
    assert all(code.meaning.endswith(".") for code in WarningCode)


def test_a_warning_needs_a_code_of_the_registry() -> None:
    with pytest.raises(ValueError, match="no code of the registry"):
        Notice("rain", "It rains.")  # type: ignore[arg-type]
