"""An article as it stands in an archive, before the door: its bytes, its id, and where it was found.

Pure values that travel between processes. Not parsed here any further than the reader needed for the id.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

Unit = Literal["file", "line", "row", "record"]


@dataclass(frozen=True, slots=True)
class Position:
    """Where in the inputs: a whole file, or the ``number``-th line or row (from 1), or a WARC byte offset."""

    source: str
    unit: Unit = "file"
    number: int = 0

    def __str__(self) -> str:
        return self.source if self.unit == "file" else f"{self.source}:{self.number}"


@dataclass(frozen=True, slots=True)
class InputProblem:
    """Why an article can't be analysed: a stable ``code``, and the ``reason`` in words."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class RawArticle:
    """One article's ``payload``: a JSON record (form "line"), or the bytes of a file called ``name``.

    With a ``problem`` there is nothing to analyse; it goes to the quarantine under its position.
    """

    position: Position
    id: str
    payload: bytes
    form: Literal["line", "file"] = "line"
    name: str = ""
    content_type: str | None = None
    problem: InputProblem | None = None

    @property
    def key(self) -> bytes:
        """Sixteen bytes that stand for the id and everything that makes the analysis, but not the place."""
        parts = (
            self.form,
            self.id,
            self.name,
            self.content_type or "",
            self.problem.code if self.problem else "",
        )
        digest = sha256()
        for part in (*(part.encode("utf-8", "surrogatepass") for part in parts), self.payload):
            digest.update(len(part).to_bytes(8, "big") + part)
        return digest.digest()[:16]


def printable(text: str) -> str:
    """Spell out what UTF-8 can't carry: lone surrogates, as which odd bytes of a file's name come."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
