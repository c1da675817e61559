"""Finding words in titles, ids and texts: FTS5 on SQLite, a tsvector with GIN on PostgreSQL.

Words are folded here (case, accents) before either database sees them, both when a text is kept and when
somebody searches. So both find the same, and no sign that a person types means anything to a database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from unicodedata import combining, normalize

from sqlalchemy import ColumnElement, Connection, FromClause, func, literal, literal_column, table, text
from sqlalchemy.sql import column

_WORD = re.compile(r"[^\W_]+")
_TYPED = re.compile(r'"([^"]*)"?|([^\s"]+)')
_LONGEST_WORD = 200
_LONGEST_BODY = 600_000
"""Bytes of folded text that are kept: a tsvector holds a megabyte, with some bytes more for each word."""
_MOST_TERMS, _MOST_WORDS = 12, 24
_SHORTEST_BEGINNING = 3
"""Letters before a *: with fewer, half of all words would have to be gone through."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow each other; the last may be only a word's beginning."""

    words: tuple[str, ...]
    is_beginning: bool


@dataclass(frozen=True, slots=True)
class SearchHit:
    """Where the keys of the found items stand in a query: rows of ``source`` under ``condition``."""

    source: FromClause
    key: ColumnElement[int]
    join_key: ColumnElement[int]
    condition: ColumnElement[bool]


def fold(content: str) -> list[str]:
    """The words of a text as they are compared: no case, no accents."""
    folded = content.casefold()
    if not folded.isascii():
        folded = "".join(sign for sign in normalize("NFKD", folded) if not combining(sign))
    return [word[:_LONGEST_WORD] for word in _WORD.findall(folded)]


def parse(typed: str) -> tuple[Term, ...]:
    """Read what a person typed: words, "phrases" and beginnings*. Every other sign only separates."""
    terms = []
    for found in _TYPED.finditer(typed):
        words = tuple(fold(found[1] if found[1] is not None else found[2])[:_MOST_WORDS])
        if words:
            starred = found[2] is not None and found[2].endswith("*")
            terms.append(Term(words, starred and len(words[-1]) >= _SHORTEST_BEGINNING))
    return tuple(terms[:_MOST_TERMS])


def find(connection: Connection, typed: str) -> SearchHit:
    """The items that hold every term; no item where nothing was typed but signs."""
    terms = parse(typed)
    if connection.dialect.name == "sqlite":
        rowid: ColumnElement[int] = literal_column("search.rowid")
        # The sign hides the row number from the planner, which might else ask for each item in turn.
        join_key: ColumnElement[int] = literal_column("+search.rowid")
        match: ColumnElement[bool] = literal_column("search").op("MATCH", is_comparison=True)(_fts5(terms))
        return SearchHit(
            table("search", column("body")), rowid, join_key, match if terms else literal(value=False)
        )
    # PostgreSQL doesn't reckon what it costs to unpack each row's words, and would rather read them all.
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    source = table("search", column("item_key"), column("words"))
    key: ColumnElement[int] = source.c.item_key
    query: ColumnElement[bool] = literal(value=False)
    if terms:
        parts = [_tsquery(term) for term in terms]
        both = parts[0]
        for part in parts[1:]:
            both = both.op("&&")(part)
        query = source.c.words.op("@@", is_comparison=True)(both)
    return SearchHit(source, key, key, query)


def index(connection: Connection, key: int, *contents: str | None) -> None:
    """Make an item findable by ``contents``, and by nothing that it was findable by before."""
    body = " ".join(word for content in contents for word in fold(content or ""))
    body = body.encode()[:_LONGEST_BODY].decode(errors="ignore")
    remove(connection, key)
    if connection.dialect.name == "sqlite":
        statement = "INSERT INTO search (rowid, body) VALUES (:key, :body)"
    else:
        statement = "INSERT INTO search (item_key, words) VALUES (:key, to_tsvector('simple', :body))"
    connection.execute(text(statement), {"key": key, "body": body})


def remove(connection: Connection, key: int) -> None:
    """Make an item unfindable. On SQLite its words stand in the index's pages until ``sweep``."""
    name = "rowid" if connection.dialect.name == "sqlite" else "item_key"
    connection.execute(text(f"DELETE FROM search WHERE {name} = :key"), {"key": key})


def sweep(connection: Connection) -> None:
    """Rewrite SQLite's index without what was removed from it; takes seconds for 100,000 articles."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO search (search) VALUES ('optimize')"))


def _fts5(terms: tuple[Term, ...]) -> str:
    quoted = ('"' + " ".join(term.words) + '"' + " *" * term.is_beginning for term in terms)
    return " AND ".join(quoted)


def _tsquery(term: Term) -> ColumnElement[bool]:
    simple: ColumnElement[str] = literal_column("'simple'")
    if not term.is_beginning:
        return func.phraseto_tsquery(simple, " ".join(term.words))
    beginning: ColumnElement[bool] = func.to_tsquery(simple, f"'{term.words[-1]}':*")
    if len(term.words) == 1:
        return beginning
    return func.tsquery_phrase(func.phraseto_tsquery(simple, " ".join(term.words[:-1])), beginning)
