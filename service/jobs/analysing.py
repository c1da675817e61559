"""One article of a job: its bytes in, its analysis or a problem document out."""

from __future__ import annotations

import json
import logging
from typing import Protocol

from service import wire
from service.domain import Analysis, Article, Request
from service.errors import ModelFailed, PullquoteError, ShuttingDown
from service.ingest import Door
from service.ingest.record import admit_sent
from service.store.jobs.records import ItemLease, ItemOutcome

_log = logging.getLogger(__name__)


class AnalysesArticles(Protocol):
    """What a job needs of a pipeline; ``service.pipeline.Pipeline`` provides it."""

    def analyse(self, article: Article, request: Request) -> Analysis:
        """Analyse one article."""
        ...


def analyse_item(pipeline: AnalysesArticles, door: Door, lease: ItemLease) -> ItemOutcome:
    """Analyse a job's article: the same bytes as ``POST /v1/analyses`` gives for it.

    Raises ShuttingDown where the process ends before that is done.
    """
    try:
        article = admit_sent(door, lease.article.data, lease.article.content_type)
        analysis = pipeline.analyse(article, lease.options.request)
        return ItemOutcome("done", wire.dumps(analysis, lease.options.offset_unit).encode("utf-8"))
    except ShuttingDown:
        raise  # nothing is known of the article
    except ModelFailed as error:
        return ItemOutcome("broken", problem_of(error))
    except PullquoteError as error:
        return ItemOutcome("failed", problem_of(error))
    except Exception as error:
        # Its message is left out of log and problem: parsers quote the article.
        _log.error("article %d of job %s broke: %s", lease.position, lease.job_id, type(error).__name__)
        broke = ModelFailed(
            f"The analysis broke unexpectedly ({type(error).__name__}). Other articles are not affected.",
            code="analysis-broke",
        )
        return ItemOutcome("broken", problem_of(broke))


def problem_of(error: PullquoteError) -> bytes:
    """Return the problem document of an article (RFC 9457), without what only a request has."""
    problem = error.problem
    document = {
        **error.members(),
        "type": f"urn:pullquote:problem:{problem.slug}",
        "title": problem.title,
        "status": problem.status,
        "detail": error.detail,
        "code": error.code,
    }
    # ASCII, because a detail may echo half a surrogate pair, which UTF-8 can't carry.
    return json.dumps(document).encode("ascii")
