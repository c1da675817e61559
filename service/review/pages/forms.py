"""Forms: the fields of a request, within limits, and the action that they ask for."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import aclosing
from typing import Any
from urllib.parse import parse_qs, urlencode

from pydantic import ValidationError
from starlette.requests import Request

from service.errors import ArticleTooLong
from service.review.rules.actions import ACTION, Action
from service.review.rules.pieces import InvalidDecision

MAX_FORM_BYTES = 262_144
_MAX_FIELDS = 200
# What an action's form carries beside the action.
_AROUND = {"csrf", "version", "shown", "then", "back"}
_KEPT = ("tab", "source", "topic", "since", "until", "q", "order")
"""What of the queue's address goes along, so that *Next* stays within its filters."""
_LISTS = {"part", "near"}


class ReviewForm(dict[str, list[str]]):
    """The fields of a form; each can come more than once."""

    def one(self, name: str, default: str = "") -> str:
        """Return the last value of a field."""
        values = self.get(name)
        return values[-1] if values else default

    def number(self, name: str) -> int:
        """Return a field as a whole number. Raises InvalidDecision."""
        given = self.one(name).strip().strip('"')
        if not given.isascii() or not given.isdigit() or len(given) > 15:
            raise InvalidDecision(
                f"The field {name!r} is {given[:40]!a}, not a whole number. Reload the page.",
                code="bad-field",
            )
        return int(given)

    def action(self) -> Action:
        """Return the action that the form asks for. Raises InvalidDecision naming the field that is wrong."""
        values: dict[str, Any] = {}
        for name, given in self.items():
            if name in _LISTS:
                values[name] = given
            elif name not in _AROUND and not (name == "mention_near" and not given[-1].strip()):
                values[name] = given[-1]
        if "near" in values:
            values["near"] = [near if near.strip() else "0" for near in values["near"]]
        try:
            return ACTION.validate_python(values)
        except ValidationError as error:
            raise _invalid(error.errors()[0]) from None


def read_query(query: str) -> ReviewForm:
    """Read a query string of the queue's address; what can't be read is left out."""
    try:
        return ReviewForm(parse_qs(query[:2_000], max_num_fields=20))
    except ValueError:
        return ReviewForm()


def kept_query(query: ReviewForm, **changed: object) -> str:
    """Write the queue's filters as a query string, except for what is ``changed``."""
    kept: dict[str, object] = {name: query.one(name) for name in _KEPT}
    fields = {name: str(value) for name, value in {**kept, **changed}.items()}
    return urlencode({name: value for name, value in fields.items() if value}, errors="replace")


async def read_form(request: Request, limit: int = MAX_FORM_BYTES) -> ReviewForm:
    """Read a URL-encoded form of at most ``limit`` bytes. Raises ArticleTooLong or InvalidDecision."""
    data = bytearray()
    async with aclosing(request.stream()) as chunks:
        async for chunk in chunks:
            data += chunk
            if len(data) > limit:
                raise ArticleTooLong(
                    f"The form has more than {limit} bytes. Send less text, or raise PULLQUOTE_MAX_CHARS.",
                    code="body-too-large",
                )
    try:
        fields = parse_qs(data.decode("ascii"), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise InvalidDecision(
            "The form can't be read. Send application/x-www-form-urlencoded in UTF-8.", code="bad-form"
        ) from error
    return ReviewForm(fields)


def _invalid(error: Mapping[str, Any]) -> InvalidDecision:
    name = ".".join(str(part) for part in error["loc"][1:]) or "do"
    given = error.get("input")
    shown = f" is {given[:40]!a}" if isinstance(given, str) else ""
    return InvalidDecision(f"The field {name!r}{shown}: {error['msg']}.", code="bad-field")
