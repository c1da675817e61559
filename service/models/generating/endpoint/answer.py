"""Parses an endpoint's answer as it arrives, streamed or whole: bytes in; text, finish reason and usage out.

What an endpoint sends is untrusted: every member is checked, and nothing grows beyond a limit. No network
here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TypeGuard

from service.models.generating.endpoint.tokens import mended

# An answer with more characters a token isn't what was asked for.
_CHARACTERS_PER_TOKEN = 16
# A streamed piece is one token in an envelope of some hundred bytes; some endpoints pad it.
_BYTES_PER_TOKEN = 4_096
_BYTES_AT_LEAST = 65_536
_DONE = b"[DONE]"
_CUT = frozenset(("length", "max_tokens"))
_REFUSED = frozenset(("content_filter", "refusal", "safety"))
_CALLED = frozenset(("tool_calls", "function_call"))


class BrokenAnswer(Exception):  # noqa: N818 - as Cause.BROKEN
    """What arrived is no answer.

    ``said`` is the endpoint's own message, and ``again`` says whether asking again may help.
    """

    def __init__(self, detail: str, again: bool = True, said: str = "") -> None:
        super().__init__(detail)
        self.said = said
        self.again = again


class StreamedAnswer:
    """One answer while it arrives. ``feed`` it bytes, ``close`` it at their end, then read it.

    It is ``complete`` once the endpoint said so (by a finish reason, or by ``[DONE]``); an answer that just
    stops isn't. ``pieces`` counts what has arrived. ``usage`` is tokens in and out as the endpoint reports
    them, None if it doesn't. Once ``done``, no more has to be read.
    """

    def __init__(self, most_tokens: int, streamed: bool) -> None:
        self.pieces = 0
        self.refused = False
        self.usage: tuple[int, int] | None = None
        self._finish: str | None = None
        self._parts: list[str] = []
        self._rest = b""
        self.streamed = streamed
        self.done = False
        self._characters_left = most_tokens * _CHARACTERS_PER_TOKEN
        self._bytes_left = _BYTES_AT_LEAST + most_tokens * _BYTES_PER_TOKEN

    @property
    def text(self) -> str:
        """The answer so far."""
        return mended("".join(self._parts))

    @property
    def complete(self) -> bool:
        """Whether the endpoint said that the answer is complete."""
        return self._finish is not None

    @property
    def cut(self) -> bool:
        """Whether the answer reached the limit of tokens."""
        return self._finish in _CUT

    def feed(self, received: bytes) -> None:
        """Parse the next bytes. Raises BrokenAnswer."""
        self._bytes_left -= len(received)
        if self._bytes_left < 0:
            raise BrokenAnswer("sent far more than the tokens it was allowed", again=False)
        self._rest += received
        if self.streamed:
            *lines, self._rest = self._rest.split(b"\n")
            self._take_lines(lines)

    def close(self) -> None:
        """Parse the rest once no more bytes come. Raises BrokenAnswer."""
        rest, self._rest = self._rest.strip(), b""
        if self.streamed or rest.startswith(b"data:"):
            self._take_lines(rest.split(b"\n"))
        elif rest.startswith(b"<"):
            raise BrokenAnswer("answered with a web page (does PULLQUOTE_ENDPOINT lack its /v1?)")
        else:
            self._take(rest)
        if not self.complete:
            raise BrokenAnswer("stopped before its answer was complete")
        if self._finish in _CALLED:
            raise BrokenAnswer("called a tool instead of answering", again=False)
        if self._finish == "error":
            raise BrokenAnswer("broke its answer off with an error")

    def _take_lines(self, lines: list[bytes]) -> None:
        """Parse server-sent events, which endpoints write on one line each."""
        for line in lines:
            if line.startswith(b"data:"):
                data = line.removeprefix(b"data:").strip()
                if data.startswith(_DONE):
                    self._finish = self._finish or "stop"
                    self.done = True
                elif data:
                    self._take(data)

    def _take(self, data: bytes) -> None:
        try:
            event = json.loads(data)
        except (ValueError, RecursionError):
            raise BrokenAnswer("sent what isn't JSON") from None
        if not isinstance(event, dict):
            raise BrokenAnswer("sent JSON that isn't an object")
        if event.get("error"):
            raise BrokenAnswer("reported an error", said=message_of(event))
        if isinstance(usage := event.get("usage"), dict):
            read, written = usage.get("prompt_tokens"), usage.get("completion_tokens")
            if _is_count(read) and _is_count(written):
                self.usage = (read, written)
        for choice in _first_choice(event):
            self._take_choice(choice)

    def _take_choice(self, choice: dict[str, object]) -> None:
        delta = choice.get("delta") or choice.get("message") or {}
        if not isinstance(delta, dict):
            raise BrokenAnswer("sent a choice without a message")
        content = delta.get("content")
        if isinstance(content, str):
            self._add(content)
        elif content is not None:
            raise BrokenAnswer("sent content that isn't text")
        self.refused = self.refused or bool(delta.get("refusal"))
        if any(delta.get(name) for name in _CALLED):
            raise BrokenAnswer("called a tool instead of answering", again=False)
        if isinstance(reason := choice.get("finish_reason"), str) and reason:
            self._finish = reason
            self.refused = self.refused or reason in _REFUSED

    def _add(self, content: str) -> None:
        self._characters_left -= len(content)
        if self._characters_left < 0:
            raise BrokenAnswer("wrote far more than the tokens it was allowed", again=False)
        if content:
            self._parts.append(content)
            self.pieces += 1


def message_of(body: object) -> str:
    """Return an endpoint's message on an error, as one line of at most 200 characters; "" if it has none."""
    said = body
    for _ in range(4):
        if isinstance(said, list) and said:
            said = said[0]
        elif isinstance(said, dict):
            said = next((said[name] for name in ("error", "message", "detail", "msg") if said.get(name)), "")
    if not isinstance(said, str) or said.lstrip().startswith("<"):
        return ""
    printable = "".join(char if char.isprintable() else " " for char in mended(said[:2_000]))
    return " ".join(printable.split())[:200]


def _first_choice(event: dict[str, object]) -> Iterator[dict[str, object]]:
    choices = event.get("choices")
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        yield choices[0]


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
