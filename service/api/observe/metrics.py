"""What is measured while the service runs, in a registry of its own, and its text for Prometheus.

Each application makes one ``Metrics``; nothing is global, so that several run in one process. Labels take
values from short lists only (route templates, codes, kinds), never what a caller sends. Thread-safe.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, Metric, ProcessCollector
from prometheus_client.exposition import choose_encoder

import service
from service.domain import Analysis, GenreLabel, Provenance, QuoteKind
from service.timing import Lap, Phase
from service.warning_codes import WarningCode

# Seconds: from an answer of /livez to a long article behind a full queue.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
_PHASE_BUCKETS = (0.001, *_BUCKETS)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_MARKED = frozenset({QuoteKind.DIRECT, QuoteKind.MIXED})
_NO_GENRE = "none"
_NO_STATUS = "none"


class Metrics:
    """Everything that is measured, with a method for each kind of event."""

    def __init__(self, least_support: float) -> None:
        """Make a registry. A sentence of a summary with less support than ``least_support`` counts as low."""
        self._least_support = least_support
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._build = Info("pullquote_build", "Versions and digests of what answers.", registry=registry)
        self._build.info(_versions())
        self._ready = Gauge("pullquote_ready", "1 once the models are loaded, else 0.", registry=registry)
        self._make_http(registry)
        self._make_work(registry)
        self._make_quality(registry)

    def _make_http(self, registry: CollectorRegistry) -> None:
        labels = ("route", "method", "status")
        self._requests = Counter("pullquote_http_requests", "Requests answered.", labels, registry=registry)
        self._request_seconds = Histogram(
            "pullquote_http_request_duration_seconds",
            "From the request's head to the end of its answer.",
            labels,
            registry=registry,
            buckets=_BUCKETS,
        )
        self._in_progress = Gauge(
            "pullquote_http_requests_in_progress", "Requests that are being answered.", registry=registry
        )
        self._problems = Counter(
            "pullquote_problems", "Problem documents sent, by their code.", ("code",), registry=registry
        )

    def _make_work(self, registry: CollectorRegistry) -> None:
        self._queue_depth = Gauge("pullquote_queue_depth", "Analyses that wait or run.", registry=registry)
        self._queue_capacity = Gauge(
            "pullquote_queue_capacity", "Analyses that may wait or run at once.", registry=registry
        )
        self._queue_wait = Histogram(
            "pullquote_queue_wait_seconds",
            "From entering the queue to the beginning of the work.",
            registry=registry,
            buckets=_PHASE_BUCKETS,
        )
        self._phase_seconds = Histogram(
            "pullquote_phase_duration_seconds",
            "What the phases of an analysis take.",
            ("phase",),
            registry=registry,
            buckets=_PHASE_BUCKETS,
        )
        for phase in Phase:
            if phase is not Phase.QUEUE:
                self._phase_seconds.labels(phase)
        self._tokens = Counter("pullquote_article_tokens", "Tokens that the encoder read.", registry=registry)
        self._characters = Counter(
            "pullquote_article_characters", "Characters of the articles analysed.", registry=registry
        )
        self._generator_tokens = _counter_of(
            registry,
            "pullquote_generator_tokens",
            "Tokens of questions to a generating model (in) and of its answers (out).",
            "direction",
            ("in", "out"),
        )

    def _make_quality(self, registry: CollectorRegistry) -> None:
        self._analyses = _counter_of(
            registry, "pullquote_analyses", "Articles analysed, by genre.", "genre", (*GenreLabel, _NO_GENRE)
        )
        self._quotes = _counter_of(registry, "pullquote_quotes", "Quotes found.", "kind", tuple(QuoteKind))
        self._speakers = _counter_of(
            registry,
            "pullquote_marked_quotes",
            "Quotes in quotation marks (direct and mixed) whose speaker is known, or unknown (null).",
            "speaker",
            ("known", "unknown"),
        )
        self._sentences = _counter_of(
            registry,
            "pullquote_summary_sentences",
            "Sentences of summaries whose support is enough, or low (below PULLQUOTE_LEAST_SUPPORT).",
            "support",
            ("enough", "low"),
        )
        self._warnings = _counter_of(
            registry, "pullquote_warnings", "Warnings of analyses, by code.", "code", tuple(WarningCode)
        )

    def watch_queue(self, depth: Callable[[], int], capacity: int) -> None:
        """Read the depth of the queue from ``depth`` whenever somebody asks."""
        self._queue_depth.set_function(depth)
        self._queue_capacity.set(capacity)

    def note_loaded(self, made_by: Provenance) -> None:
        """Note that the models are loaded, and which."""
        digests = {
            "encoder": made_by.encoder,
            "heads": made_by.heads,
            "taxonomy": made_by.taxonomy,
            "settings": made_by.settings,
        }
        self._build.info(_versions() | digests)
        self._ready.set(1)

    def note_begin(self) -> None:
        """Note that a request has begun."""
        self._in_progress.inc()

    def note_end(self, *, route: str, method: str, status: int, seconds: float, problem: str | None) -> None:
        """Note a request that has ended; ``status`` 0 is none, ``problem`` its problem document's code."""
        labels = (route, method if method in _METHODS else "other", str(status) if status else _NO_STATUS)
        self._in_progress.dec()
        self._requests.labels(*labels).inc()
        self._request_seconds.labels(*labels).observe(seconds)
        if problem:
            self._problems.labels(problem).inc()

    def note_lap(self, lap: Lap) -> None:
        """Note a phase that has ended."""
        if lap.phase is Phase.QUEUE:
            self._queue_wait.observe(lap.seconds)
        else:
            self._phase_seconds.labels(lap.phase).observe(lap.seconds)
        if lap.tokens:
            self._tokens.inc(lap.tokens)

    def note_analysis(self, analysis: Analysis) -> None:
        """Note what tells of the quality of an analysis."""
        self._analyses.labels(analysis.genre.label if analysis.genre else _NO_GENRE).inc()
        self._characters.inc(len(analysis.article.text))
        for quote in analysis.quotes:
            self._quotes.labels(quote.kind).inc()
            if quote.kind in _MARKED:
                self._speakers.labels("known" if quote.speaker else "unknown").inc()
        for sentence in analysis.summary.sentences:
            self._sentences.labels("low" if sentence.support < self._least_support else "enough").inc()
        for notice in analysis.warnings:
            self._warnings.labels(notice.code).inc()
        if generator := analysis.provenance.generator:
            self._generator_tokens.labels("in").inc(generator.tokens_in)
            self._generator_tokens.labels("out").inc(generator.tokens_out)

    def render(self, accept: str) -> tuple[bytes, str]:
        """Return everything as text, and its content type, in the format that a header Accept asks for."""
        encode, content_type = choose_encoder(accept)
        return encode(_WithoutBirths(self.registry)), content_type


class _WithoutBirths:
    """A registry without the times at which series began: they double the text, and no query asks."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterator[Metric]:
        """Return the families of samples, each made anew."""
        for family in self._registry.collect():
            family.samples = [sample for sample in family.samples if not sample.name.endswith("_created")]
            yield family


def _counter_of(
    registry: CollectorRegistry, name: str, says: str, label: str, values: tuple[str, ...]
) -> Counter:
    """Return a counter that shows all its values from the start: a rate needs the zero before the event."""
    counter = Counter(name, says, (label,), registry=registry)
    for value in values:
        counter.labels(value)
    return counter


def _versions() -> dict[str, str]:
    return {"version": service.__version__, "python": platform.python_version()}
