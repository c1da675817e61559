"""Stand-ins for the pipeline, so that the API and the command line are tested without weights."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from service.domain import (
    Analysis,
    Article,
    Notice,
    Provenance,
    Quote,
    QuoteKind,
    Request,
    Span,
    Speaker,
    Summary,
    SummarySentence,
    Topic,
)
from service.warning_codes import WarningCode
from service.writing.progress import OnProgress, WritingProgress, ignore_progress

PROVENANCE = Provenance("0.1.0", "sha256:e", "sha256:h", "mediatopics test", "sha256:s")


class FakePipeline:
    """Calls the first line the summary and whatever stands in curly marks a quote; shares the real shape."""

    provenance = PROVENANCE

    def __init__(self, before: Callable[[Article], None] = lambda article: None) -> None:
        self.before = before
        self.seen: list[str] = []

    def analyse(
        self,
        article: Article,
        request: Request = Request(),  # noqa: B008 - frozen
        on_progress: OnProgress = ignore_progress,
    ) -> Analysis:
        self.seen.append(article.id)
        self.before(article)
        text = article.text
        start = len(text) - len(text.lstrip())
        line = Span(start, start + len(text.strip().split("\n", 1)[0]))
        return Analysis(
            article=article,
            summary=Summary(
                (SummarySentence(line.of(text), (line,), 0.123456),), request.format, request.length, "fake"
            ),
            quotes=_quotes(text, line),
            topics=(Topic("medtop:1", "weather", ("medtop:1",), 0.5, (line,)),),
            warnings=article.warnings,
            provenance=self.provenance,
        )


class Failing(FakePipeline):
    """As with a generating model that fails for every article with "rain" in it, for this reason."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason

    def analyse(
        self,
        article: Article,
        request: Request = Request(),  # noqa: B008 - frozen
        on_progress: OnProgress = ignore_progress,
    ) -> Analysis:
        on_progress(WritingProgress("summary", 1, 1, 7))
        analysis = super().analyse(article, request)
        failed = (Notice(WarningCode.MODEL_FAILED, self.reason),) if "rain" in article.text else ()
        return replace(analysis, warnings=failed)


def _quotes(text: str, line: Span) -> tuple[Quote, ...]:
    start, end = text.find("“") + 1, text.find("”")
    if start == 0 or end <= start:
        return ()
    speaker = Speaker("Ada Hale", "Mayor", line)
    return (Quote(QuoteKind.DIRECT, (Span(start, end),), Span(end, end + 1), speaker, 0.9, 1),)


class Gate:
    """Holds the model inside an analysis until it is opened; ``entered`` says that it is inside."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self._opened = threading.Event()

    def __call__(self, article: Article) -> None:
        self.entered.set()
        assert self._opened.wait(30), "nobody opened the gate"

    def open(self) -> None:
        self._opened.set()
