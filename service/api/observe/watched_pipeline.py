"""A pipeline whose analyses are measured, whoever asks for them: a request, an editor's page, a job."""

from __future__ import annotations

from service.api.needs import AnalysisService
from service.api.observe.metrics import Metrics
from service.domain import Analysis, Article, Provenance, Request
from service.timing import Stopwatch, is_watched, watching


class WatchedPipeline:
    """Analyses as another does, and notes how it went."""

    def __init__(self, pipeline: AnalysisService, metrics: Metrics) -> None:
        """Take the pipeline, which is loaded, and what takes the measurements."""
        self._pipeline = pipeline
        self._metrics = metrics
        metrics.note_loaded(pipeline.provenance)

    @property
    def provenance(self) -> Provenance:
        """What makes the analyses."""
        return self._pipeline.provenance

    def analyse(self, article: Article, request: Request = Request()) -> Analysis:  # noqa: B008 - frozen
        """Analyse one article. Raises as the other does."""
        if is_watched():  # a request's stopwatch passes its laps on
            analysis = self._pipeline.analyse(article, request)
        else:
            with watching(Stopwatch(self._metrics.note_lap)):
                analysis = self._pipeline.analyse(article, request)
        self._metrics.note_analysis(analysis)
        return analysis
