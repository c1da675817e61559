"""A shard, the unit of work: some articles in, one file of analyses out, always the same bytes.

``process_shard`` is pure except for that file, which appears whole or not at all. It depends on no engine, no
manifest and no other shard.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from service.archive.files import open_atomically
from service.archive.inputs.raw import InputPosition, InputProblem, RawArticle
from service.archive.job.analyst import Analyst, ArticleOutcome
from service.archive.job.output import OutputFormat, write_analyses

# Lengths are counted in classes of doubling size: up to 1,000 characters, up to 2,000, and so on.
_FIRST_CLASS = 1_000


@dataclass(frozen=True, slots=True)
class Shard:
    """Articles that are analysed together; ``number`` counts shards in the order of the input."""

    number: int
    articles: tuple[RawArticle, ...]

    @property
    def input_sha256(self) -> str:
        """Digest of everything that goes in, in order."""
        return sha256(b"".join(raw.key for raw in self.articles)).hexdigest()


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An article that was not analysed, and why."""

    ordinal: int
    key: bytes
    id: str
    position: InputPosition
    problem: InputProblem


@dataclass(frozen=True, slots=True)
class ShardReport:
    """What ``process_shard`` did, in ``seconds`` of wall time and ``cpu_s`` of processor time.

    ``lengths`` maps the upper end of a class of lengths to a number of articles, and ``notices`` the code of
    a warning.
    """

    output_sha256: str
    output_bytes: int
    analysed: int
    quarantined: tuple[Quarantined, ...]
    seconds: float
    cpu_s: float
    analysis_s: float
    input_bytes: int
    chars: int
    lengths: Mapping[int, int] = field(default_factory=dict)
    notices: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Tally:
    """Collects the report while the outcomes stream by."""

    analysed: int = 0
    chars: int = 0
    analysis_s: float = 0.0
    quarantined: list[Quarantined] = field(default_factory=list)
    lengths: Counter[int] = field(default_factory=Counter)
    notices: Counter[str] = field(default_factory=Counter)

    def contents(self, outcomes: Iterator[ArticleOutcome]) -> Iterator[dict[str, Any]]:
        """Yield the analyses, and count what the report needs."""
        for ordinal, outcome in enumerate(outcomes):
            raw = outcome.raw
            if outcome.content is None:
                problem = outcome.problem or InputProblem("unknown", "No reason was given.")
                self.quarantined.append(Quarantined(ordinal, raw.key, raw.id, raw.position, problem))
                continue
            self.analysed += 1
            self.chars += outcome.chars
            self.analysis_s += outcome.analysis_s
            self.lengths[length_class(outcome.chars)] += 1
            self.notices.update(outcome.notices)
            yield outcome.content


def process_shard(
    shard: Shard,
    out: Path,
    analyst: Analyst,
    output: OutputFormat,
    poison: Mapping[int, InputProblem] | None = None,
    begin: Callable[[int], None] = lambda ordinal: None,
) -> ShardReport:
    """Analyse ``shard`` into the file ``out``. The same shard always gives the same bytes.

    The articles with an ordinal in ``poison`` have ended a process before, and are quarantined without being
    analysed. Raises OSError.
    """
    started_s, cpu_s, tally = time.perf_counter(), time.process_time(), _Tally()
    with open_atomically(out) as file:
        outcomes = analyst.analyse_partition(shard.articles, poison, begin)
        write_analyses(tally.contents(outcomes), file, output)
    return ShardReport(
        output_sha256=file.sha256,
        output_bytes=file.size,
        analysed=tally.analysed,
        quarantined=tuple(tally.quarantined),
        seconds=time.perf_counter() - started_s,
        cpu_s=time.process_time() - cpu_s,
        analysis_s=tally.analysis_s,
        input_bytes=sum(len(raw.payload) for raw in shard.articles),
        chars=tally.chars,
        lengths=dict(sorted(tally.lengths.items())),
        notices=dict(sorted(tally.notices.items())),
    )


def length_class(chars: int) -> int:
    """Return the upper end of the class that a length belongs to: 1,000, 2,000, 4,000 and so on."""
    upper = _FIRST_CLASS
    while upper < chars:
        upper *= 2
    return upper
