"""The options of a job, kept in its folder as ``job.json``, and those of one run, which each run chooses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from service import wire
from service.archive.errors import WrongJob
from service.archive.files import write_atomically
from service.archive.inputs.columns import ColumnMapping
from service.archive.job.analyst import AnalystSpec
from service.archive.job.limits import ArticleLimits
from service.archive.job.output import OutputFormat
from service.domain import Request, SummaryFormat, SummaryLength
from service.settings import Settings

_FILE = "job.json"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class JobOptions:
    """The inputs, and everything that decides the output. ``generation`` is the identity of the last run.

    The command line declares what each means and its default (``service.cli.archive``).
    """

    inputs: tuple[str, ...]
    output: OutputFormat
    columns: Mapping[str, str]
    length: SummaryLength
    format: SummaryFormat
    offset_unit: wire.OffsetUnit
    language: str | None
    shard_articles: int
    pipeline: str | None
    generation: str = ""
    version: int = _VERSION
    strict: bool = False  # the defaults are for jobs of earlier releases, which lack these
    taxonomy: str | None = None

    def spec(self, settings: Settings, limits: ArticleLimits) -> AnalystSpec:
        """Return what the workers need to know."""
        return AnalystSpec(
            settings=settings,
            request=Request(self.length, self.format, self.strict, self.taxonomy),
            offset_unit=self.offset_unit,
            language=self.language,
            pipeline=self.pipeline,
            limits=limits,
        )

    @property
    def mapping(self) -> ColumnMapping:
        """The mapping of columns, as the readers take it."""
        return ColumnMapping(self.columns)

    def after(self, earlier: JobOptions) -> JobOptions:
        """Return these options for a job that ran with ``earlier`` before: it keeps its inputs."""
        more = [name for name in self.inputs if name not in earlier.inputs]
        return replace(self, inputs=(*earlier.inputs, *more))


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How one run works, without effect on the output. With ``workers`` 0 the machine decides."""

    settings: Settings
    engine: str
    workers: int
    limits: ArticleLimits
    ray_address: str | None


def save(folder: Path, options: JobOptions) -> None:
    """Write ``job.json``. Raises OSError."""
    content = {**asdict(options), "columns": dict(options.columns)}
    write_atomically(folder / _FILE, json.dumps(content, indent=2).encode() + b"\n")


def load(folder: Path) -> JobOptions:
    """Read ``job.json``. Raises WrongJob where there is no job."""
    try:
        content: dict[str, Any] = json.loads((folder / _FILE).read_text())
        if content["version"] != _VERSION:
            raise WrongJob(
                f"{folder} holds a job of version {content['version']}; this release knows {_VERSION}."
            )
        return JobOptions(
            **{
                **content,
                "inputs": tuple(content["inputs"]),
                "length": SummaryLength(content["length"]),
                "format": SummaryFormat(content["format"]),
                "offset_unit": wire.OffsetUnit(content["offset_unit"]),
            }
        )
    except FileNotFoundError:
        raise WrongJob(
            f"{folder} holds no archive job. Begin one: pullquote archive run INPUT --out {folder}."
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise WrongJob(f"{folder / _FILE} is damaged ({error}).") from error


def exists(folder: Path) -> bool:
    """Return whether the folder holds a job."""
    return (folder / _FILE).is_file()
