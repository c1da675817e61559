"""An article as the archive holds it, not let in yet: its bytes, its id, and where it was found.

Pure values that can be sent between processes. Parsed no further than the id needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

PositionUnit = Literal["file", "line", "row", "record"]


@dataclass(frozen=True, slots=True)
class InputPosition:
    """A place in the inputs: a whole file, the ``number``-th line or row (from 1), or a WARC byte offset."""

    source: str
    unit: PositionUnit = "file"
    number: int = 0

    def __str__(self) -> str:
        return self.source if self.unit == "file" else f"{self.source}:{self.number}"


@dataclass(frozen=True, slots=True)
class InputProblem:
    """Why an article can't be analysed: a stable ``code``, and the ``reason`` as a sentence."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class RawArticle:
    """One article: its ``payload`` is a JSON record (form "line"), or the bytes of a file called ``name``.

    With a ``problem`` there is nothing to analyse: it is quarantined under its position.
    """

    position: InputPosition
    id: str
    payload: bytes
    form: Literal["line", "file"] = "line"
    name: str = ""
    content_type: str | None = None
    problem: InputProblem | None = None

    @property
    def key(self) -> bytes:
        """A digest of 16 bytes over the id and all that decides the analysis, but not over the position."""
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
    """Return ``text`` with lone surrogates, which stand for odd bytes of file names, spelled out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
