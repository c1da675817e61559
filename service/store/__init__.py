"""What is kept: articles, analyses, reviews, the log, people and keys, in SQLite or PostgreSQL.

``Store`` is the way in. Not here: what a review says, pages, HTTP.
"""

from service.store.store import Store

__all__ = ["Store"]
