"""The manifest: what is planned and what is done, in one SQLite file that survives a kill at any instant.

A shard's row and the keys of its articles are written in one transaction when it is planned, before it runs.
The row is completed once the shard's file is in place. So a resumed job knows what is done, and cuts what was
planned the same way again. The write-ahead log is synced at each commit. Not here: the files of analyses.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from service.archive.inputs.raw import InputPosition, InputProblem, RawArticle, printable
from service.archive.job.shard import Quarantined, Shard, ShardReport
from service.archive.job.tables import SCHEMA, JobCounts, PlannedPlace, ShardRow

DUPLICATE = "duplicate-id"
# The source of a shard whose articles come from several sources. No path or URL is "*".
ANY_SOURCE = "*"
_VERSION = 1
_BUSY_S = 60


class Manifest:
    """One connection, for one thread. Each writing method is one transaction. Raises sqlite3.Error."""

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
        """Return a value that belongs to the whole job."""
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else default

    def set(self, name: str, value: str) -> None:
        """Store a value that belongs to the whole job."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    # Planning

    def find(self, key: bytes) -> PlannedPlace | None:
        """Return where the article with this key is planned, None if it isn't."""
        row = self._db.execute(
            "SELECT shard, ordinal, is_duplicate FROM articles WHERE key = ?", (key,)
        ).fetchone()
        return PlannedPlace(row[0], row[1], bool(row[2])) if row else None

    def has_id(self, article_id: str, round_: int) -> bool:
        """Return whether another article with this id was first found in this pass over the inputs."""
        return bool(
            self._db.execute(
                "SELECT 1 FROM articles WHERE id_hash = ? AND round = ? AND NOT is_duplicate LIMIT 1",
                (id_hash(article_id), round_),
            ).fetchone()
        )

    def plan(self, source: str, shard: Shard, keys: Sequence[bytes], round_: int) -> None:
        """Write a new shard. ``keys`` are those of its articles as they were read, duplicates included."""
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
        """Delete a planned shard that can't be completed any more; its articles count as new."""
        with self._transaction():
            self._db.execute("DELETE FROM articles WHERE shard = ?", (shard,))
            self._db.execute("DELETE FROM shards WHERE shard = ? AND done = 0", (shard,))

    def pending(self) -> dict[int, int]:
        """Return the shards that are planned and not done, with their numbers of articles."""
        return dict(self._db.execute("SELECT shard, articles FROM shards WHERE done = 0 ORDER BY shard"))

    def next_shard(self) -> int:
        """Return the number of the next shard to plan."""
        return int(self._db.execute("SELECT coalesce(max(shard) + 1, 0) FROM shards").fetchone()[0])

    def is_read(self, path: str, fingerprint: str) -> bool:
        """Return whether a source was read to its end, hasn't changed, and all its shards are done."""
        row = self._db.execute("SELECT fingerprint FROM sources WHERE path = ?", (path,)).fetchone()
        if row is None or row[0] != fingerprint or not fingerprint:
            return False
        undone = "SELECT 1 FROM shards WHERE done = 0 AND source IN (?, ?) LIMIT 1"
        return self._db.execute(undone, (path, ANY_SOURCE)).fetchone() is None

    def note_read(self, path: str, fingerprint: str) -> None:
        """Store that a source was read to its end."""
        self._db.execute("INSERT OR REPLACE INTO sources VALUES (?, ?)", (path, fingerprint))

    # Running

    def finish(self, shard: int, output: str, report: ShardReport, service: str) -> None:
        """Complete the row of a shard whose file is in place."""
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
        """Empty the quarantine, except for duplicates, so that its articles count as new."""
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

    # Reporting

    def counts(self) -> JobCounts:
        """Return the totals."""
        row = self._db.execute(
            "SELECT coalesce(sum(done), 0), coalesce(sum(NOT done), 0), coalesce(sum(articles), 0),"
            " coalesce(sum(analysed), 0), (SELECT count(*) FROM quarantine), coalesce(sum(seconds), 0.0),"
            " coalesce(sum(cpu_s), 0.0),"
            " coalesce(sum(analysis_s), 0.0), coalesce(sum(input_bytes), 0), coalesce(sum(output_bytes), 0),"
            " coalesce(sum(chars), 0) FROM shards"
        ).fetchone()
        return JobCounts(*row)

    def shards(self) -> Iterator[ShardRow]:
        """Yield every shard, in order."""
        columns = ", ".join(ShardRow._fields)
        for row in self._db.execute(f"SELECT {columns} FROM shards ORDER BY shard"):
            yield ShardRow(*row)

    def analysed_ordinals(self, shard: int) -> list[int]:
        """Return the ordinals of the articles in a shard's file, in order: those never in quarantine."""
        rows = self._db.execute(
            "SELECT ordinal FROM articles WHERE shard = ? AND NOT is_duplicate AND ordinal NOT IN"
            " (SELECT ordinal FROM quarantine WHERE shard = ?) ORDER BY ordinal",
            (shard, shard),
        )
        return [ordinal for (ordinal,) in rows]

    def noticed(self, code: str) -> int:
        """Return how many articles have a warning of this code."""
        notices = "SELECT coalesce(sum(value), 0) FROM shards, json_each(notices) WHERE key = ?"
        return int(self._db.execute(notices, (code,)).fetchone()[0])

    def quarantine(self) -> Iterator[tuple[int, Quarantined]]:
        """Yield every article in quarantine with its shard, in order."""
        rows = self._db.execute(
            "SELECT shard, ordinal, key, id, source, unit, number, code, reason FROM quarantine"
        )
        for shard, ordinal, key, article_id, source, unit, number, code, reason in rows:
            position = InputPosition(source, unit, number)
            yield shard, Quarantined(ordinal, key, article_id, position, InputProblem(code, reason))

    def quarantine_codes(self) -> dict[str, int]:
        """Return how many articles are in quarantine, by the code of the reason."""
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
    """Return a hash of an id: 64 bits, signed, as SQLite stores them."""
    digest = sha256(article_id.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def is_duplicate(raw: RawArticle) -> bool:
    """Return whether an article is a problem because its id was taken."""
    return raw.problem is not None and raw.problem.code == DUPLICATE


def _quarantine_row(shard: int, bad: Quarantined) -> tuple[object, ...]:
    place, problem = bad.position, bad.problem
    return (
        *(shard, bad.ordinal, bad.key, printable(bad.id)),
        *(place.source, place.unit, place.number),
        *(problem.code, printable(problem.reason)),
    )
