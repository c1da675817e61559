"""Everything Pullquote says about one article, what made it, and what the caller may choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from service.domain.article import Article, Notice
from service.domain.genre import Genre
from service.domain.pull_quotes import PullQuote, pull_quotes
from service.domain.quotes import Person, Quote
from service.domain.spans import Span
from service.domain.summary import Summary, SummaryFormat, SummaryLength, SummarySentence, Topic


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

    ``headline`` and ``standfirst`` are None where none could be made, ``genre`` where nobody said one.

    Raises ValueError at construction if a span reaches outside the article's text, the quotes' ranks are not
    1 to n, each once, or a speaker is a person who isn't among the people.
    """

    article: Article
    summary: Summary
    quotes: tuple[Quote, ...]
    topics: tuple[Topic, ...]
    warnings: tuple[Notice, ...]
    provenance: Provenance
    people: tuple[Person, ...] = ()
    headline: SummarySentence | None = None
    standfirst: SummarySentence | None = None
    genre: Genre | None = None

    def __post_init__(self) -> None:
        length = len(self.article.text)
        for span in self.spans():
            if span.end > length:
                raise ValueError(
                    f"span [{span.start}, {span.end}) reaches past the article's {length} characters"
                )
        if sorted(quote.rank for quote in self.quotes) != list(range(1, len(self.quotes) + 1)):
            raise ValueError("the ranks of the quotes must be 1 to n, each once")
        ids = {person.id for person in self.people}
        for quote in self.quotes:
            if quote.speaker and quote.speaker.person and quote.speaker.person not in ids:
                raise ValueError(f"speaker.person {quote.speaker.person!r} is none of the analysis's people")

    @property
    def pull_quotes(self) -> tuple[PullQuote, ...]:
        """The quotes to set in large type, at most three, the best first."""
        return pull_quotes(self.article.text, self.quotes)

    def spans(self) -> tuple[Span, ...]:
        """Every span the analysis holds, in the order of the contract."""
        sentences = (*self.summary.sentences, self.headline, self.standfirst)
        spans = [span for sentence in sentences if sentence for span in sentence.evidence]
        for quote in self.quotes:
            spans.extend(quote.parts)
            if quote.cue:
                spans.append(quote.cue)
            if quote.speaker:
                spans.append(quote.speaker.mention)
                if quote.speaker.antecedent:
                    spans.append(quote.speaker.antecedent)
        spans.extend(span for person in self.people for span in person.mentions)
        spans.extend(span for topic in self.topics for span in topic.evidence)
        return tuple(spans)


@dataclass(frozen=True, slots=True)
class Request:
    """What the caller may choose about an analysis.

    Under ``strict`` a generating model that fails is an error, where otherwise what was extracted stands in,
    and a genre that a summary misrepresents is refused, where otherwise it is warned of. ``taxonomy`` names
    the one that topics are of, None for IPTC Media Topics.
    """

    length: SummaryLength = SummaryLength.MEDIUM
    format: SummaryFormat = SummaryFormat.PARAGRAPH
    strict: bool = False
    taxonomy: str | None = None
