"""The nouns of Pullquote: frozen values that every room shares.

Standard library only, and the registry of warning codes. Values are pure (no loading, no I/O) and impossible
ones raise at construction. All offsets are half-open and count Unicode code points of ``Article.text``.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType

from service.warning_codes import WarningCode


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open, non-empty stretch ``[start, end)`` of an article's text, in code points."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"span [{self.start}, {self.end}) must satisfy 0 <= start < end")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """Return the words this span stands for. Raises IndexError if it reaches past ``text``."""
        if self.end > len(text):
            raise IndexError(f"span [{self.start}, {self.end}) reaches past a text of {len(text)} characters")
        return text[self.start : self.end]

    def contains(self, other: Span) -> bool:
        """Return whether ``other`` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Return whether the two spans share at least one character."""
        return self.start < other.end and other.start < self.end


def overlaps_any(span: Span, others: Sequence[Span]) -> bool:
    """Return whether ``span`` overlaps one of ``others``, which are disjoint and in order. Logarithmic."""
    at = bisect(others, span.end - 1, key=lambda other: other.start) - 1
    return at >= 0 and others[at].overlaps(span)


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
    ``warnings`` are what the door noticed.
    """

    id: str
    text: str
    title: str | None = None
    language: str = "en"
    published: str | None = None
    furniture: tuple[Span, ...] = ()
    text_is_derived: bool = False
    warnings: tuple[Notice, ...] = ()

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


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and the number of the paragraph (counted from 0) in which it stands."""

    span: Span
    paragraph: int


class QuoteKind(StrEnum):
    """How words are reported: verbatim, in the reporter's words, or both in one content span."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who said it: the fullest ``name`` the article gives, a ``role``, and the attributing ``mention``."""

    name: str
    role: str | None
    mention: Span

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a speaker without a name is no speaker: use None")


@dataclass(frozen=True, slots=True)
class Quote:
    """Reported speech. A split quote ("X," she said, "Y") is one quote with two ``parts``.

    A direct quote's parts exclude the quotation marks; an indirect quote's part is the reported content.
    ``rank`` 1 is the quote to pull; ``confidence`` is in 0..1.
    """

    kind: QuoteKind
    parts: tuple[Span, ...]
    cue: Span | None
    speaker: Speaker | None
    confidence: float
    rank: int

    def __post_init__(self) -> None:
        if not self.parts:
            raise ValueError("a quote needs at least one part")
        if any(a.end > b.start for a, b in zip(self.parts, self.parts[1:], strict=False)):
            raise ValueError("a quote's parts must be disjoint and in order")
        _require_probability("confidence", self.confidence)
        if self.rank < 1:
            raise ValueError(f"rank {self.rank} must be 1 or more")


class SummaryFormat(StrEnum):
    """How a summary is laid out."""

    PARAGRAPH = "paragraph"
    BULLETS = "bullets"


class SummaryLength(StrEnum):
    """How long a summary is, by a preset of sentences and words."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class SummarySentence:
    """A sentence of a summary, the spans of the article it rests on, and how well they support it (0..1)."""

    text: str
    evidence: tuple[Span, ...]
    support: float

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError("a summary sentence needs evidence")
        _require_probability("support", self.support)


@dataclass(frozen=True, slots=True)
class Summary:
    """What the article says, in sentences that each point at their evidence."""

    sentences: tuple[SummarySentence, ...]
    format: SummaryFormat
    length: SummaryLength
    method: str

    @property
    def text(self) -> str:
        """The summary as one string, laid out by its format."""
        if self.format is SummaryFormat.BULLETS:
            return "\n".join(f"- {sentence.text}" for sentence in self.sentences)
        return " ".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Topic:
    """An IPTC Media Topic (``id`` is its qcode), with the sentences that speak for it."""

    id: str
    label: str
    path: tuple[str, ...]
    confidence: float
    evidence: tuple[Span, ...]

    def __post_init__(self) -> None:
        if not self.path or self.path[-1] != self.id:
            raise ValueError(f"the path of {self.id} must lead from a top-level topic to itself")
        _require_probability("confidence", self.confidence)


@dataclass(frozen=True, slots=True)
class Generator:
    """The generating ``model`` that was asked, and what its answers took.

    ``cost`` is in the currency of the prices that were set, None where none were.
    """

    model: str
    requests: int
    tokens_in: int
    tokens_out: int
    cost: float | None


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made an analysis, as versions and ``sha256:…`` digests; ``generator`` where a model wrote."""

    service: str
    encoder: str
    heads: str
    taxonomy: str
    settings: str
    prompts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    generator: Generator | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything Pullquote says about one article.

    Raises ValueError at construction if a span reaches outside the article's text, or the quotes' ranks
    are not 1 to n, each once.
    """

    article: Article
    summary: Summary
    quotes: tuple[Quote, ...]
    topics: tuple[Topic, ...]
    warnings: tuple[Notice, ...]
    provenance: Provenance

    def __post_init__(self) -> None:
        length = len(self.article.text)
        for span in self.spans():
            if span.end > length:
                raise ValueError(
                    f"span [{span.start}, {span.end}) reaches past the article's {length} characters"
                )
        if sorted(quote.rank for quote in self.quotes) != list(range(1, len(self.quotes) + 1)):
            raise ValueError("the ranks of the quotes must be 1 to n, each once")

    def spans(self) -> tuple[Span, ...]:
        """Every span the analysis holds, in the order of the contract."""
        spans = [span for sentence in self.summary.sentences for span in sentence.evidence]
        for quote in self.quotes:
            spans.extend(quote.parts)
            if quote.cue:
                spans.append(quote.cue)
            if quote.speaker:
                spans.append(quote.speaker.mention)
        spans.extend(span for topic in self.topics for span in topic.evidence)
        return tuple(spans)


@dataclass(frozen=True, slots=True)
class Request:
    """What the caller may choose about an analysis.

    Under ``strict`` a generating model that fails is an error; otherwise what was extracted stands in.
    """

    length: SummaryLength = SummaryLength.MEDIUM
    format: SummaryFormat = SummaryFormat.PARAGRAPH
    strict: bool = False


def _require_probability(name: str, value: float) -> None:
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"{name} {value} must lie in 0..1")
