"""Reads the body of a request within limits: bytes and their type in, an article out.

Two steps that run in two places: ``read`` collects the bytes on the event loop, ``admit`` parses them in the
worker's thread. Not here: what makes a text an article (``service.ingest``).
"""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass

from starlette.requests import Request

from service.api.problems import UnsupportedMediaType
from service.domain import Article
from service.errors import ArticleTooLong
from service.ingest import Door
from service.ingest.door import MAX_MARKUP_PER_CHAR
from service.ingest.record import admit_sent, media_type

JSON, HTML, TEXT = "application/json", "text/html", "text/plain"
CLIENT_CLOSED_REQUEST = 499
"""As nginx has it, for the log only: the client went away before the answer."""
# Room for keys, title and id beside a short text.
_ENVELOPE_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes of a request and the content type they were sent under."""

    data: bytes
    content_type: str


def require_readable(request: Request, only: tuple[str, ...] = (JSON, HTML, TEXT)) -> None:
    """Raise UnsupportedMediaType unless the body is of one of the types, and not compressed."""
    content_type = request.headers.get("content-type", "")
    if media_type(content_type) not in only:
        raise UnsupportedMediaType(
            f"The content type is {content_type[:80]!a}. Send {' or '.join(only)}; with curl: "
            f"-H 'Content-Type: {only[-1]}'."
        )
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.strip().lower() != "identity":
        raise UnsupportedMediaType(f"The content encoding is {encoding[:80]!a}. Send the body uncompressed.")


def largest_body(max_chars: int) -> int:
    """Return how many bytes a request may have for an article of ``max_chars``."""
    return max_chars * MAX_MARKUP_PER_CHAR + _ENVELOPE_BYTES


def declared_length(request: Request) -> int:
    """Return how many bytes the request says that its body has; 0 if it doesn't say."""
    declared = request.headers.get("content-length", "")
    return int(declared) if declared.isdecimal() else 0


def likely_chars(size: int, max_chars: int) -> int:
    """Return about how many characters the article in a body of ``size`` bytes has: rather too many."""
    return min(size, max_chars)


async def read(request: Request, max_chars: int) -> Body:
    """Read the body. Raises ArticleTooLong as soon as it is known to exceed the limit."""
    data = await read_within(
        request,
        largest_body(max_chars),
        "Send the article's plain text, split it, or raise PULLQUOTE_MAX_CHARS.",
    )
    return Body(data, request.headers["content-type"])


async def read_within(request: Request, limit: int, remedy: str) -> bytes:
    """Read ``limit`` bytes at most. Raises ArticleTooLong as soon as there are known to be more."""
    size, data = declared_length(request), bytearray()
    if size <= limit:
        async with aclosing(request.stream()) as chunks:
            async for chunk in chunks:
                data += chunk
                if (size := len(data)) > limit:
                    break
            else:
                return bytes(data)
    raise ArticleTooLong(
        f"The body has {size} bytes or more, the limit is {limit}. {remedy}", code="body-too-large"
    )


def admit(door: Door, body: Body) -> Article:
    """Let in the article that ``body`` holds. Raises InvalidArticle or ArticleTooLong."""
    return admit_sent(door, body.data, body.content_type)
