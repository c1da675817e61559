"""The manifest: what is planned and what is done, in one SQLite file that survives any kill.

A shard's row and its articles' keys are written together when it is planned, before it runs; the row is
completed when its file is in place. So what is done is known, and what is planned is cut the same way again.
The log is written ahead (WAL) and synced at each commit. Not here: the files of analyses.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from service.archive.inputs.raw import InputProblem, Position, RawArticle, printable
from service.archive.job.shard import Quarantined, Report, Shard
from service.archive.job.tables import SCHEMA, JobCounts, Known, ShardRow

DUPLICATE = "duplicate-id"
# Stands for the source of a shard of articles left over from several. No path or URL is this.
ANY_SOURCE = "*"
_VERSION = 1
_BUSY_S = 60


class Manifest:
    """One connection, for one thread. A method that writes is one transaction. Raises sqlite3.Error."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        if not create and not path.is_file():
            raise FileNotFoundError(path)
        self._db = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        if self._db.execute("PRAGMA user_version").fetchone()[0] == 0:
            self._db.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    def get(self, name: str, default: str) -> str:
        """Return a value of the job itself."""
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else default

    def set(self, name: str, value: str) -> None:
        """Keep a value of the job itself."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    # Planning

    def find(self, key: bytes) -> Known | None:
        """Return where the article with this key was planned, if it was."""
        row = self._db.execute(
            "SELECT shard, ordinal, is_duplicate FROM articles WHERE key = ?", (key,)
        ).fetchone()
        return Known(row[0], row[1], bool(row[2])) if row else None

    def has_id(self, article_id: str, round_: int) -> bool:
        """Return whether another article of this id was first found in this pass over the inputs."""
        return bool(
            self._db.execute(
                "SELECT 1 FROM articles WHERE id_hash = ? AND round = ? AND NOT is_duplicate LIMIT 1",
                (id_hash(article_id), round_),
            ).fetchone()
        )

    def plan(self, source: str, shard: Shard, keys: Sequence[bytes], round_: int) -> None:
        """Write a new shard. ``keys`` are its articles' own, also where one has become a problem."""
        first, last = shard.articles[0].position, shard.articles[-1].position
        rows = [
            (key, id_hash(raw.id), shard.number, ordinal, round_, is_duplicate(raw))
            for ordinal, (raw, key) in enumerate(zip(shard.articles, keys, strict=True))
        ]
        with self._transaction():
            self._db.execute(
                "INSERT INTO shards (shard, source, first, last, articles, input_sha256)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (shard.number, source, str(first), str(last), len(shard.articles), shard.input_sha256),
            )
            self._db.executemany("INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?)", rows)

    def unplan(self, shard: int) -> None:
        """Forget a shard that was planned and can't be made whole; its articles count as new."""
        with self._transaction():
            self._db.execute("DELETE FROM articles WHERE shard = ?", (shard,))
            self._db.execute("DELETE FROM shards WHERE shard = ? AND done = 0", (shard,))

    def pending(self) -> dict[int, int]:
        """Shards that are planned and not done, with their number of articles."""
        return dict(self._db.execute("SELECT shard, articles FROM shards WHERE done = 0 ORDER BY shard"))

    def next_shard(self) -> int:
        """Number of the next shard to plan."""
        return int(self._db.execute("SELECT coalesce(max(shard) + 1, 0) FROM shards").fetchone()[0])

    def is_read(self, path: str, fingerprint: str) -> bool:
        """Return whether a source was read to its end, hasn't changed, and all its shards are done."""
        row = self._db.execute("SELECT fingerprint FROM sources WHERE path = ?", (path,)).fetchone()
        if row is None or row[0] != fingerprint or not fingerprint:
            return False
        undone = "SELECT 1 FROM shards WHERE done = 0 AND source IN (?, ?) LIMIT 1"
        return self._db.execute(undone, (path, ANY_SOURCE)).fetchone() is None

    def note_read(self, path: str, fingerprint: str) -> None:
        """Keep that a source was read to its end."""
        self._db.execute("INSERT OR REPLACE INTO sources VALUES (?, ?)", (path, fingerprint))

    # Doing

    def finish(self, shard: int, output: str, report: Report, service: str) -> None:
        """Complete a shard's row; its file is in place."""
        with self._transaction():
            self._db.execute(
                "UPDATE shards SET done = 1, output = ?, output_sha256 = ?, output_bytes = ?, analysed = ?,"
                " quarantined = ?, seconds = ?, cpu_s = ?, analysis_s = ?, finished_at = ?, input_bytes = ?,"
                " chars = ?, lengths = ?, notices = ?, service = ? WHERE shard = ?",
                (
                    output,
                    report.output_sha256,
                    report.output_bytes,
                    report.analysed,
                    len(report.quarantined),
                    report.seconds,
                    report.cpu_s,
                    report.analysis_s,
                    time.time(),
                    report.input_bytes,
                    report.chars,
                    json.dumps(dict(report.lengths)),
                    json.dumps(dict(report.notices)),
                    service,
                    shard,
                ),
            )
            self._db.executemany(
                "INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [_quarantine_row(shard, bad) for bad in report.quarantined],
            )

    def forget_quarantined(self) -> None:
        """Empty the quarantine, but for duplicates, so that its articles count as new."""
        with self._transaction():
            self._db.execute("DELETE FROM sources WHERE path IN (SELECT source FROM quarantine)")
            self._db.execute(
                "DELETE FROM articles WHERE (shard, ordinal) IN (SELECT shard, ordinal FROM quarantine)"
                " AND NOT is_duplicate"
            )
            self._db.execute(
                "DELETE FROM quarantine WHERE NOT EXISTS (SELECT 1 FROM articles a"
                " WHERE a.shard = quarantine.shard AND a.ordinal = quarantine.ordinal)"
            )

    # Telling

    def counts(self) -> JobCounts:
        """Totals."""
        row = self._db.execute(
            "SELECT coalesce(sum(done), 0), coalesce(sum(NOT done), 0), coalesce(sum(articles), 0),"
            " coalesce(sum(analysed), 0), (SELECT count(*) FROM quarantine), coalesce(sum(seconds), 0.0),"
            " coalesce(sum(cpu_s), 0.0),"
            " coalesce(sum(analysis_s), 0.0), coalesce(sum(input_bytes), 0), coalesce(sum(output_bytes), 0),"
            " coalesce(sum(chars), 0) FROM shards"
        ).fetchone()
        return JobCounts(*row)

    def shards(self) -> Iterator[ShardRow]:
        """Every shard, in order."""
        columns = ", ".join(ShardRow._fields)
        for row in self._db.execute(f"SELECT {columns} FROM shards ORDER BY shard"):
            yield ShardRow(*row)

    def analysed_ordinals(self, shard: int) -> list[int]:
        """Which of a shard's articles its file holds, in its order; none that is or was in quarantine."""
        rows = self._db.execute(
            "SELECT ordinal FROM articles WHERE shard = ? AND NOT is_duplicate AND ordinal NOT IN"
            " (SELECT ordinal FROM quarantine WHERE shard = ?) ORDER BY ordinal",
            (shard, shard),
        )
        return [ordinal for (ordinal,) in rows]

    def noticed(self, code: str) -> int:
        """How many articles have a warning of this code."""
        notices = "SELECT coalesce(sum(value), 0) FROM shards, json_each(notices) WHERE key = ?"
        return int(self._db.execute(notices, (code,)).fetchone()[0])

    def quarantine(self) -> Iterator[tuple[int, Quarantined]]:
        """Every article in quarantine with its shard, in order."""
        rows = self._db.execute(
            "SELECT shard, ordinal, key, id, source, unit, number, code, reason FROM quarantine"
        )
        for shard, ordinal, key, article_id, source, unit, number, code, reason in rows:
            position = Position(source, unit, number)
            yield shard, Quarantined(ordinal, key, article_id, position, InputProblem(code, reason))

    def quarantine_codes(self) -> dict[str, int]:
        """How many articles are in quarantine for each kind of reason."""
        return dict(self._db.execute("SELECT code, count(*) FROM quarantine GROUP BY code ORDER BY code"))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")


def id_hash(article_id: str) -> int:
    """Sixty-four bits of an id, signed as SQLite has them."""
    digest = sha256(article_id.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def is_duplicate(raw: RawArticle) -> bool:
    """Return whether an article is in quarantine because its id was taken."""
    return raw.problem is not None and raw.problem.code == DUPLICATE


def _quarantine_row(shard: int, bad: Quarantined) -> tuple[object, ...]:
    place, problem = bad.position, bad.problem
    return (
        *(shard, bad.ordinal, bad.key, printable(bad.id)),
        *(place.source, place.unit, place.number),
        *(problem.code, printable(problem.reason)),
    )
