"""Maps the columns of a table, or the keys of a JSON line, to the fields of an article.

Without a mapping, the columns are named like the fields of a record (``service.ingest.record``): id, title,
language, published, and one of text, html and ninjs.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

from service.archive.inputs.raw import InputProblem

FIELDS = ("id", "title", "language", "published", "text", "html", "ninjs")
_CONTENTS = ("text", "html", "ninjs")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """From the record's fields to the names in the input; a field that is missing keeps its own name."""

    names: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, assignments: Iterable[str]) -> ColumnMapping:
        """Parse assignments such as ``text=body``. Raises ValueError with the remedy."""
        names = {}
        for assignment in assignments:
            name, equals, column = assignment.partition("=")
            if not equals or not column or name not in FIELDS:
                raise ValueError(
                    f"{assignment!r} is not FIELD=COLUMN with one of {', '.join(FIELDS)} as FIELD, "
                    "such as text=body"
                )
            names[name] = column
        return cls(names)

    def present(self, available: Collection[str], *, is_line: bool = False) -> dict[str, str] | InputProblem:
        """Return a column for each field of a table with the columns ``available``, or what is missing.

        A JSON line may lack a column for an optional field; a table may not, as its name must be wrong.
        """
        needed = ("id", *_CONTENTS) if is_line else FIELDS
        missing = [
            column for name, column in self.names.items() if name in needed and column not in available
        ]
        found = {name: self.names.get(name, name) for name in FIELDS}
        found = {name: column for name, column in found.items() if column in available}
        if missing:
            what = f"There is no column {missing[0]!r}"
        elif not any(name in found for name in _CONTENTS):
            what = "There is no column 'text', 'html' or 'ninjs'"
        else:
            return found
        have = ", ".join(map(repr, sorted(available)[:20])) or "none"
        return InputProblem(
            "missing-column", f"{what}; columns are {have}. Say which to take, such as --column text=BODY."
        )


def to_record(row: Mapping[str, object], found: Mapping[str, str]) -> tuple[str | None, bytes]:
    """Return the id that a row gives its article, if any, and the JSON record.

    Empty cells count as absent. An id that is a number becomes a string; ninjs in a string is parsed.
    """
    record = {name: row.get(column) for name, column in found.items()}
    record = {name: value for name, value in record.items() if value not in (None, "")}
    if isinstance(record.get("id"), int):
        record["id"] = str(record["id"])
    if isinstance(ninjs := record.get("ninjs"), str):
        with suppress(ValueError):  # the check of the record reports it
            record["ninjs"] = json.loads(ninjs)
    own = record.get("id")
    # ASCII, so that lone surrogates reach the door, which replaces and reports them.
    return (own if isinstance(own, str) else None), json.dumps(record, default=_as_text).encode("ascii")


def _as_text(value: object) -> str:
    """Return a date as ISO 8601, and binary data (HTML is often stored so) as UTF-8."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value.isoformat() if isinstance(value, date) else str(value)
