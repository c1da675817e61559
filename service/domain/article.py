"""An article as it was let in, and what the reader of an analysis is warned of."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

from service.domain.spans import Span
from service.warning_codes import WarningCode


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning to the reader of an analysis: a ``code`` of the registry and a sentence of ``detail``."""

    code: WarningCode
    detail: str

    def __post_init__(self) -> None:
        if not isinstance(self.code, WarningCode):
            raise ValueError(f"{self.code!r} is no code of the registry of warnings")


@dataclass(frozen=True, slots=True)
class Article:
    """A news article as it was let in: canonical text, never normalised afterwards.

    ``furniture`` are spans of bylines, navigation, photo credits and the like: part of the text, never
    part of a summary or a quote. ``text_is_derived`` says that ``text`` is not the string the caller sent
    (it came out of HTML or ninjs, or characters had to be replaced), so it must be returned to them.
    ``markup`` is the HTML that the text came out of, decoded, None for plain text; where it came from is no
    part of what an article is, so two with the same text are equal. ``warnings`` are what the door noticed.
    """

    id: str
    text: str
    title: str | None = None
    language: str = "en"
    published: str | None = None
    furniture: tuple[Span, ...] = ()
    text_is_derived: bool = False
    warnings: tuple[Notice, ...] = ()
    markup: str | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("an article needs an id")
        if not self.text.strip():
            raise ValueError("an article needs text")
        if any(span.end > len(self.text) for span in self.furniture):
            raise ValueError("furniture reaches past the article's text")

    @property
    def text_sha256(self) -> str:
        """SHA-256 of the canonical text in UTF-8, in hexadecimal."""
        return sha256(self.text.encode("utf-8")).hexdigest()
