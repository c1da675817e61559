"""The layout of a job's folder.

DIR/job.json                       what the job was begun with
DIR/lock                           held by the process that runs it
DIR/<generation>/manifest.sqlite   what is planned and done; each set of models and options has a generation
DIR/<generation>/parts/            the analyses, one file a shard
DIR/<generation>/quarantine.jsonl  the articles that were not analysed, with reason and position
DIR/<generation>/summary.json, summary.svg
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from service.archive.job.output import SUFFIXES, OutputFormat

_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Generation:
    """The folder of the output under one identity, that is, one set of models, prompts and options."""

    folder: Path

    @classmethod
    def of(cls, job: Path, identity: str) -> Generation:
        """Return the generation of ``identity``, in a folder named by the digest, so that none mix."""
        return cls(job / f"analyses-{identity.removeprefix('sha256:')[:12]}")

    @property
    def manifest(self) -> Path:
        """The file of the manifest."""
        return self.folder / "manifest.sqlite"

    @property
    def parts(self) -> Path:
        """The folder of the analyses."""
        return self.folder / "parts"

    @property
    def quarantine(self) -> Path:
        """The list of articles that were not analysed."""
        return self.folder / "quarantine.jsonl"

    def part(self, shard: int, output: OutputFormat) -> Path:
        """Return the file of a shard."""
        return self.parts / part_name(shard, output)


def part_name(shard: int, output: OutputFormat) -> str:
    """Return the name of a shard's file; names sort like shard numbers."""
    return f"part-{shard:0{_DIGITS}}{SUFFIXES[output]}"
