"""Fast stand-ins for the models, named to the archive job by ``--pipeline support.archive_pipelines:build``.

They run in the job's own worker processes, so the job is tested whole; only the models are not the real ones.
An article that holds a marker does to its process what the marker says.
"""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace

from service.bootstrap import build_pipeline
from service.domain import Analysis, Article, Notice, Provenance, Request
from service.errors import UnknownTaxonomy
from service.pipeline import Pipeline
from service.settings import Settings
from service.warning_codes import WarningCode
from service.writing.progress import OnProgress, ignore_progress
from support.fake_pipeline import PROVENANCE, FakePipeline


def build(settings: Settings) -> FakePipeline:
    """A pipeline that takes no time, and obeys the markers."""
    return FakePipeline(before=_obey)


def build_other(settings: Settings) -> FakePipeline:
    """The same with other weights, as far as the provenance tells."""
    pipeline = build(settings)
    pipeline.provenance = replace(PROVENANCE, heads="sha256:other")
    return pipeline


class _Failing(FakePipeline):
    """One whose generating model fails on every article; what was extracted stands in."""

    def analyse(
        self,
        article: Article,
        request: Request = Request(),  # noqa: B008 - frozen
        on_progress: OnProgress = ignore_progress,
    ) -> Analysis:
        notice = Notice(WarningCode.MODEL_FAILED, "The endpoint is down.")
        return replace(super().analyse(article, request, on_progress), warnings=(notice,))


def build_failing(settings: Settings) -> _Failing:
    """A pipeline without its model."""
    return _Failing()


class _Noted:
    """The real pipeline, which writes down each article that it begins."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    @property
    def provenance(self) -> Provenance:
        return self._pipeline.provenance

    def analyse(self, article: Article, request: Request = Request()) -> Analysis:  # noqa: B008 - frozen
        _note(article)
        return self._pipeline.analyse(article, request)


def build_real(settings: Settings) -> _Noted:
    """The real models."""
    return _Noted(build_pipeline(settings))


def build_broken(settings: Settings) -> FakePipeline:
    """One that can't be loaded."""
    from service.errors import ModelFailed

    raise ModelFailed("heads file x is missing. Reinstall pullquote.")


def _note(article: Article) -> None:
    if log := os.environ.get("PULLQUOTE_TEST_LOG"):
        with open(log, "ab", buffering=0) as file:  # noqa: PTH123 - one write, whatever else writes
            file.write(f"{article.id} {os.getpid()} {os.getppid()}\n".encode())


def _obey(article: Article) -> None:
    text = article.text
    _note(article)
    time.sleep(float(os.environ.get("PULLQUOTE_TEST_SECONDS", "0")))
    if "TAKE-A-SECOND" in text:
        time.sleep(1)
    if "KILL-THE-WORKER" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "HANG-FOR-EVER" in text:
        time.sleep(3600)
    if "EAT-ALL-MEMORY" in text:
        hoard = []
        while True:
            hoard.append(bytearray(16 * 1024 * 1024))
    if "BREAK" in text:
        raise RuntimeError("no")


class _Labelling(FakePipeline):
    """One that knows a taxonomy of a newsroom's own, "desk"."""

    def made_by(self, request: Request) -> Provenance:
        if request.taxonomy != "desk":
            raise UnknownTaxonomy(f"There is no taxonomy {request.taxonomy!r}; loaded: desk.")
        return replace(PROVENANCE, taxonomy="desk sha256:d")

    def analyse(
        self,
        article: Article,
        request: Request = Request(),  # noqa: B008 - frozen
        on_progress: OnProgress = ignore_progress,
    ) -> Analysis:
        analysis = super().analyse(article, request, on_progress)
        return replace(analysis, provenance=self.made_by(request)) if request.taxonomy else analysis


def build_labelling(settings: Settings) -> _Labelling:
    """A pipeline with a taxonomy."""
    return _Labelling()
