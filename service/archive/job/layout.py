"""Where everything of a job lies in its folder.

DIR/job.json                       what the job was begun with
DIR/lock                           held by the process that runs it
DIR/<generation>/manifest.sqlite   what is planned and done; a generation for each set of models and options
DIR/<generation>/parts/            the analyses, one file a shard
DIR/<generation>/quarantine.jsonl  the articles that were not analysed, with reason and position
DIR/<generation>/summary.json, summary.svg
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from service.archive.job.output import SUFFIXES, Format

_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Generation:
    """The folder of one identity: models, prompts and options."""

    folder: Path

    @classmethod
    def of(cls, job: Path, identity: str) -> Generation:
        """Name the folder after the digest, so that another identity never mixes with it."""
        return cls(job / f"analyses-{identity.removeprefix('sha256:')[:12]}")

    @property
    def manifest(self) -> Path:
        """The manifest."""
        return self.folder / "manifest.sqlite"

    @property
    def parts(self) -> Path:
        """The folder of analyses."""
        return self.folder / "parts"

    @property
    def quarantine(self) -> Path:
        """The list of articles that were not analysed."""
        return self.folder / "quarantine.jsonl"

    def part(self, shard: int, output: Format) -> Path:
        """The file of a shard."""
        return self.parts / part_name(shard, output)


def part_name(shard: int, output: Format) -> str:
    """Name of a shard's file; sorted by name is sorted by shard."""
    return f"part-{shard:0{_DIGITS}}{SUFFIXES[output]}"
