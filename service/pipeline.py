"""The pipeline: from an Article to its Analysis.

The only orchestrator, and nothing else: no regular expression, no SQL, no tensor. Whoever needs an analysis
(the API, the command line, the archive job, the evaluation) calls this, so that they cannot disagree.
Stateless and deterministic: the same article gives the same analysis alone, in a batch, and in any order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from service import time_budget
from service.domain import (
    Analysis,
    Article,
    Provenance,
    Request,
    Sentence,
    Span,
    Summary,
    SummaryLength,
    Topic,
)
from service.errors import UnknownTaxonomy
from service.people.entity_index import find_people
from service.quotes.decoding import read_tags
from service.quotes.extraction import extract_quotes
from service.summary.genres import notice_unsuitable, read_genre, require_suitable
from service.summary.headlines import ScoresDeletions, make_headline, make_standfirst
from service.summary.selection import rank_sound, summarise
from service.text.document import Document
from service.timing import Phase, phase
from service.topics.labels import label_topics
from service.topics.taxonomy import Taxonomy
from service.writing.progress import OnProgress, ignore_progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from service.models.encoder import Encoding
    from service.models.heads.attribution import AttributionScores
    from service.models.heads.topics import TopicScores


class Segments(Protocol):
    """Cuts an article into sentences: ``service.text.segment.Segmenter``."""

    def segment(self, article: Article) -> tuple[Sentence, ...]:
        """Return the article's sentences, in order and disjoint."""
        ...


class Encodes(Protocol):
    """Turns a document of S sentences into vectors: ``service.models.encoder.Encoder``."""

    def encode(self, document: Document) -> Encoding:
        """Return token and sentence vectors."""
        ...


class ScoresSalience(Protocol):
    """Scores how much each sentence tells of the article: ``service.models.heads.salience.SalienceHead``."""

    def score(self, document: Document, encoding: Encoding) -> NDArray[np.float32]:
        """Return a salience (S,)."""
        ...


class ScoresAttribution(Protocol):
    """Scores words as content, source or cue: ``service.models.heads.attribution.AttributionHead``."""

    def score(self, text: str, encoding: Encoding) -> AttributionScores:
        """Return scores for every word of the text."""
        ...


class ScoresNames(Protocol):
    """Scores what names are of: ``service.models.heads.names.NameHead``."""

    def score(self, names: Sequence[Span], encoding: Encoding) -> NDArray[np.float32]:
        """Return the probabilities (N, 5) of a person, a body, a place, another name and no name."""
        ...


class ScoresTopics(Protocol):
    """Scores the media topics of an article: ``service.models.heads.topics.TopicHead``."""

    def score(self, encoding: Encoding, use: Sequence[bool]) -> TopicScores:
        """Return probabilities (K,) and the sentences' contributions (S, K)."""
        ...


class LabelsOwnTopics(Protocol):
    """Labels articles by a newsroom's taxonomy: ``service.topics.own.labeller.OwnTopics``."""

    @property
    def version(self) -> str:
        """What results record: the taxonomy's name and digest."""
        ...

    def label(
        self, encoding: Encoding, use: Sequence[bool], sentences: Sequence[Sentence]
    ) -> tuple[Topic, ...]:
        """Return the topics of an article by its sentences where ``use`` (S,) is true."""
        ...


class ScoresGenre(Protocol):
    """Scores which genre an article is: ``service.models.heads.genre.GenreHead``."""

    def score(self, document: Document, encoding: Encoding) -> NDArray[np.float32]:
        """Return the probabilities (G,) of the genres, in their order."""
        ...


class Writes(Protocol):
    """Puts a generating model's part into an analysis: ``service.writing.writer.Writer``."""

    def write(
        self,
        extracted: Analysis,
        longest: Summary,
        document: Document,
        encoding: Encoding,
        request: Request,
        on_progress: OnProgress,
    ) -> Analysis:
        """Return the analysis with what the model wrote in it; ``longest`` is a longer extractive summary."""
        ...


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The parts, wired by ``bootstrap``; safe to share between threads.

    Without a ``writer`` everything is extracted. ``own_topics`` are taxonomies by name. A speaker of words in
    quotation marks who is less sure than ``least_speaker_confidence`` is left out.
    """

    segmenter: Segments
    encoder: Encodes
    attribution: ScoresAttribution
    names: ScoresNames
    salience: ScoresSalience
    topics: ScoresTopics
    genre: ScoresGenre
    deletion: ScoresDeletions
    taxonomy: Taxonomy
    provenance: Provenance
    writer: Writes | None = None
    least_speaker_confidence: float = 0.0
    own_topics: Mapping[str, LabelsOwnTopics] = field(default_factory=lambda: MappingProxyType({}))

    def analyse(
        self,
        article: Article,
        request: Request = Request(),  # noqa: B008 - frozen
        on_progress: OnProgress = ignore_progress,
    ) -> Analysis:
        """Analyse one article; call ``on_progress`` while a generating model writes.

        Raises UnknownTaxonomy, ModelFailed if a model breaks, and InvalidArticle for a genre that a strict
        request refuses.
        """
        made_by = self.made_by(request)
        with phase(Phase.SEGMENT):
            sentences = self.segmenter.segment(article)
            document = Document(article, sentences)
        time_budget.check()
        with phase(Phase.MODEL) as lap:
            encoding = self.encoder.encode(document)
            lap.tokens = len(encoding.token_ids)
            genres = self.genre.score(document, encoding)
            salience = self.salience.score(document, encoding)  # (S,)
            topics = self._topics(request, encoding, document)
            attribution = self.attribution.score(article.text, encoding)
        time_budget.check()
        with phase(Phase.EXTRACT):
            genre = read_genre(article, genres)
            if request.strict:
                require_suitable(genre)
            headline = make_headline(document, encoding, self.deletion)
            time_budget.check()
            people = find_people(document, partial(self.names.score, encoding=encoding))
            time_budget.check()
            extracted = Analysis(
                article=article,
                headline=headline,
                standfirst=make_standfirst(document, headline, rank_sound(document, salience)),
                summary=summarise(document, salience, encoding.sentence_vectors, request),
                quotes=extract_quotes(
                    document, people, read_tags(attribution), self.least_speaker_confidence
                ),
                people=people.listed(),
                topics=topics,
                genre=genre,
                warnings=(*article.warnings, *notice_unsuitable(article, genre)),
                provenance=made_by,
            )
        if self.writer is None:
            return extracted
        # A generating model has time limits of its own.
        time_budget.lift()
        with phase(Phase.GENERATE):
            long = replace(request, length=SummaryLength.LONG)
            longest = summarise(document, salience, encoding.sentence_vectors, long)
            return self.writer.write(extracted, longest, document, encoding, request, on_progress)

    def made_by(self, request: Request) -> Provenance:
        """Return what makes the analyses that ``request`` asks for. Raises UnknownTaxonomy."""
        if request.taxonomy is None:
            return self.provenance
        return replace(self.provenance, taxonomy=self._own(request.taxonomy).version)

    def _topics(self, request: Request, encoding: Encoding, document: Document) -> tuple[Topic, ...]:
        if request.taxonomy is not None:
            return self._own(request.taxonomy).label(encoding, document.is_shown, document.sentences)
        found = self.topics.score(encoding, document.is_shown)
        return label_topics(found.probabilities, found.contributions, document.sentences, self.taxonomy)

    def _own(self, name: str) -> LabelsOwnTopics:
        if own := self.own_topics.get(name):
            return own
        known = ", ".join(sorted(self.own_topics)) or "none"
        raise UnknownTaxonomy(
            f"There is no taxonomy {name[:80]!a}; loaded: {known}. Name its file in PULLQUOTE_TAXONOMIES, or "
            "leave taxonomy out for IPTC Media Topics."
        )
