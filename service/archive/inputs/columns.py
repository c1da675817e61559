"""Which columns of a table, or keys of a JSON line, hold what of an article.

Without a mapping, columns are called as in the record (``service.ingest.record``): id, title, language,
published, and one of text, html and ninjs.
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
class Columns:
    """A mapping from the record's fields to the names in the input; empty takes the fields' own names."""

    names: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, assignments: Iterable[str]) -> Columns:
        """Read ``text=body`` and the like. Raises ValueError with the remedy."""
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
        """Return field -> column for a table with the columns ``available``, or what is missing.

        A JSON line may leave out what an article can do without; in a table that is a wrong name.
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
    """Turn a row into the article's own id, if it has one, and its JSON record.

    Empty cells count as absent. Ids that are numbers become strings, ninjs that is a string is parsed.
    """
    record = {name: row.get(column) for name, column in found.items()}
    record = {name: value for name, value in record.items() if value not in (None, "")}
    if isinstance(record.get("id"), int):
        record["id"] = str(record["id"])
    if isinstance(ninjs := record.get("ninjs"), str):
        with suppress(ValueError):  # the record's check names the wrong type
            record["ninjs"] = json.loads(ninjs)
    own = record.get("id")
    # In ASCII, so that lone surrogates reach the door, which replaces and reports them.
    return (own if isinstance(own, str) else None), json.dumps(record, default=_as_text).encode("ascii")


def _as_text(value: object) -> str:
    """Dates as ISO 8601; binary columns, in which HTML often stands, as UTF-8."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value.isoformat() if isinstance(value, date) else str(value)
