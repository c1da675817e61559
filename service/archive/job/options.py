"""What a job is, as its folder keeps it (``job.json``), and how one run of it works, which may differ."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from service import wire
from service.archive.errors import WrongJob
from service.archive.files import write_atomically
from service.archive.inputs.columns import Columns
from service.archive.job.analyst import AnalystSpec
from service.archive.job.limits import Limits
from service.archive.job.output import Format
from service.domain import Request, SummaryFormat, SummaryLength
from service.settings import Settings

_FILE = "job.json"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class JobOptions:
    """The inputs and everything that makes the output. ``generation`` is the identity of its last run.

    What each means, and its default, is said where the command line declares it (``service.cli.archive``).
    """

    inputs: tuple[str, ...]
    output: Format
    columns: Mapping[str, str]
    length: SummaryLength
    format: SummaryFormat
    offset_unit: wire.OffsetUnit
    language: str | None
    shard_articles: int
    pipeline: str | None
    generation: str = ""
    version: int = _VERSION
    strict: bool = False  # which a job of an earlier release doesn't say

    def spec(self, settings: Settings, limits: Limits) -> AnalystSpec:
        """What the workers need to know."""
        return AnalystSpec(
            settings=settings,
            request=Request(length=self.length, format=self.format, strict=self.strict),
            offset_unit=self.offset_unit,
            language=self.language,
            pipeline=self.pipeline,
            limits=limits,
        )

    @property
    def mapping(self) -> Columns:
        """The mapping of columns."""
        return Columns(self.columns)

    def after(self, earlier: JobOptions) -> JobOptions:
        """Return these options for a job that ran before with ``earlier``: its inputs stay in."""
        more = [name for name in self.inputs if name not in earlier.inputs]
        return replace(self, inputs=(*earlier.inputs, *more))


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How one run works; nothing here changes what comes out. ``workers`` 0 takes what the machine has."""

    settings: Settings
    engine: str
    workers: int
    limits: Limits
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
