"""The analyses of an archive job with their articles, by reading the inputs again as ``verify`` does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.archive.errors import WrongJob
from service.archive.inputs.raw import RawArticle
from service.archive.job.analyst import admit
from service.archive.job.manifest import Manifest
from service.archive.job.output import read_analyses
from service.archive.reporting.status import open_job
from service.archive.verify import JobCheck
from service.bootstrap import build_door
from service.domain import Article
from service.ingest import Door
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class JobArticle:
    """An analysis of a job, and the article as the inputs hold it today; ``raw`` is None if they don't."""

    where: str
    analysis: dict[str, Any]
    raw: RawArticle | None
    door: Door
    language: str | None

    def article(self) -> Article:
        """Let the article in again. Raises ValueError if it is gone, or what the door raises."""
        if self.raw is None:
            raise ValueError(
                f"article {self.analysis['article']['id']!r} is in the job's inputs no longer, nor its text"
            )
        return admit(self.door, self.raw, self.language)


def find_in_job(folder: Path, settings: Settings) -> Iterator[JobArticle]:
    """Yield a job's analyses, shard by shard, as soon as the inputs have given a shard's articles.

    Raises ValueError where the folder holds no job that can be read.
    """
    try:
        options, generation = open_job(folder)
    except WrongJob as error:
        raise ValueError(str(error)) from error
    door = build_door(settings)
    with closing(Manifest(generation.manifest)) as manifest:
        check = JobCheck(options, generation, manifest, settings, report=lambda fault: None)
        rows = {row.shard: row for row in manifest.shards() if row.done}
        for row, articles in check.with_articles(rows):
            path = generation.parts / (row.output or "")
            ordinals = manifest.analysed_ordinals(row.shard)
            numbered = enumerate(zip(ordinals, read_analyses(path), strict=True), start=1)
            for number, (ordinal, analysis) in numbered:
                yield JobArticle(f"{path}:{number}", analysis, articles.get(ordinal), door, options.language)


def count_in_job(folder: Path) -> int | None:
    """Return the number of a job's analyses, None if the job can't be read."""
    try:
        with closing(Manifest(open_job(folder)[1].manifest)) as manifest:
            return manifest.counts().analysed
    except WrongJob:
        return None
