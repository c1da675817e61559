"""The manifest's tables and their rows as values. Not here: reading and writing them (``manifest``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE shards (
  shard INTEGER PRIMARY KEY,
  source TEXT NOT NULL,            -- the file it was cut from; '' for files of one article, '*' for several
  first TEXT NOT NULL, last TEXT NOT NULL,
  articles INTEGER NOT NULL,
  input_sha256 TEXT NOT NULL,
  done INTEGER NOT NULL DEFAULT 0,
  output TEXT, output_sha256 TEXT, output_bytes INTEGER,
  analysed INTEGER, quarantined INTEGER,
  seconds REAL, cpu_s REAL, analysis_s REAL, finished_at REAL,
  input_bytes INTEGER, chars INTEGER, lengths TEXT, notices TEXT,
  service TEXT
);
CREATE INDEX undone ON shards (done) WHERE done = 0;
CREATE TABLE articles (
  key BLOB PRIMARY KEY,            -- id and content
  id_hash INTEGER NOT NULL,
  shard INTEGER NOT NULL, ordinal INTEGER NOT NULL,
  round INTEGER NOT NULL,          -- the pass over the inputs that found it first
  is_duplicate INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX ids ON articles (id_hash);
CREATE INDEX places ON articles (shard, ordinal);
CREATE TABLE quarantine (
  shard INTEGER NOT NULL, ordinal INTEGER NOT NULL,
  key BLOB NOT NULL, id TEXT NOT NULL,
  source TEXT NOT NULL, unit TEXT NOT NULL, number INTEGER NOT NULL,
  code TEXT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (shard, ordinal)
) WITHOUT ROWID;
CREATE TABLE sources (path TEXT PRIMARY KEY, fingerprint TEXT NOT NULL) WITHOUT ROWID;
"""


class PlannedPlace(NamedTuple):
    """Where an article is planned: its shard, and its ordinal there."""

    shard: int
    ordinal: int
    is_duplicate: bool


class ShardRow(NamedTuple):
    """A shard's row in the manifest. What follows ``done`` is None until the shard is done."""

    shard: int
    source: str
    articles: int
    done: bool
    output: str | None
    output_sha256: str | None
    output_bytes: int | None
    analysed: int | None
    quarantined: int | None
    seconds: float | None
    cpu_s: float | None
    analysis_s: float | None
    finished_at: float | None
    input_bytes: int | None
    chars: int | None
    lengths: str | None
    notices: str | None


@dataclass(frozen=True, slots=True)
class JobCounts:
    """Totals over the finished ``shards``; ``pending`` is of the others, ``planned`` of all articles."""

    shards: int
    pending: int
    planned: int
    analysed: int
    quarantined: int
    seconds: float
    cpu_s: float
    analysis_s: float
    input_bytes: int
    output_bytes: int
    chars: int
