"""Filters with which templates write times, shares, pieces and changes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from service.domain import Speaker, SpeakerBasis
from service.review.rules.attention import confidence_words, excerpt
from service.review.rules.copy_formats import word_diff
from service.review.rules.pieces import words_of
from service.review.rules.speech import attribution
from service.store.records import LogLine

_ACTIONS = {
    "accept": "accepted",
    "accept-all": "accepted the rest",
    "mark-seen": "saw a warning about the article",
    "reject": "rejected",
    "reopen": "took back the decision on",
    "edit-sentence": "rewrote",
    "edit-quote": "edited",
    "set-speaker": "named the speaker of",
    "edit-person": "changed a person",
    "add-quote": "added",
    "move-quote": "moved",
    "pull": "chose, or took back, as a pull quote",
    "add-topic": "added",
    "finish": "finished the review",
    "resume": "took the review up again",
    "undo": "undid the last step",
    "restore": "went back to an earlier version",
    "correct": "the article was corrected",
}
_WHY = {
    SpeakerBasis.CUE: "named with the words that attribute it",
    SpeakerBasis.LABEL: "named by a label or a signature",
    SpeakerBasis.CARRIED_OVER: "goes on from the quotation before",
    SpeakerBasis.PRONOUN: "a pronoun, taken for",
    SpeakerBasis.DESCRIPTION: "a description, taken for",
    SpeakerBasis.CONTEXT: "named in the sentence beside it, without a verb of saying",
    SpeakerBasis.TURN: "speaks in this turn",
}
_DIGEST = re.compile(r"(?:sha256[:-])?[0-9a-f]{12,}")
_NOUNS = {"s": "sentence", "q": "quote", "t": "topic"}


def when(at: datetime | None) -> str:
    """Write a time in UTC, to the minute."""
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "–"


def clock(at: datetime) -> str:
    """Write the time of day in UTC, for what ends within the hour."""
    return f"{at:%H:%M} UTC"


def percent(share: float | None) -> str:
    """Write a share in whole percent."""
    return "–" if share is None else f"{share:.0%}"


def seconds(duration: float | None) -> str:
    """Write a duration in seconds or minutes."""
    if duration is None:
        return "–"
    return f"{duration:.0f} s" if duration < 120 else f"{duration / 60:.0f} min"


def why_speaker(speaker: Speaker) -> str:
    """Write what a speaker rests on; empty for editors' speakers, who rest on the editor."""
    return _WHY[speaker.basis] if speaker.basis else ""


def piece_name(piece_id: str) -> str:
    """Write a piece's id in words: "quote 2", or "quote +1" for the first that an editor added."""
    number = piece_id[1:].removeprefix("+")
    return f"{_NOUNS.get(piece_id[:1], 'piece')} {'+' if '+' in piece_id else ''}{number}"


def action_words(line: LogLine) -> str:
    """Write what was done, as a line of the log has it."""
    done = _ACTIONS.get(line.action, line.action)
    return f"{done} {piece_name(line.piece)}" if line.piece else done


def asked_words(form: Mapping[str, list[str]]) -> str:
    """Write what a form asks for: "rewrote sentence 1"."""
    action, piece = (form.get(name, [""])[-1] for name in ("do", "piece"))
    done = _ACTIONS.get(action, action)
    return f"{done} {piece_name(piece)}" if piece else done


def shown_id(article_id: str) -> str:
    """Return an article's id where it says something to people; empty for a digest of the text."""
    return "" if _DIGEST.fullmatch(article_id) else article_id


def logged_words(content: str | None) -> str:
    """Return the words of the value that a log line's ``before`` or ``after`` holds, if it holds any."""
    decision = (json.loads(content) if content else {}).get("decision") or {}
    value = decision.get("value")
    words = _words(value) if value else ""
    reason = decision.get("reason")
    return " – ".join(filter(None, (words, reason)))


def _words(value: Mapping[str, Any]) -> str:
    if "parts" in value:
        speaker = value["speaker"]
        said = " … ".join(part["text"] for part in value["parts"])
        marked = said if value.get("kind") == "indirect" else f"“{said}”"
        if not speaker:
            return marked
        return f"{marked} — " + ", ".join(filter(None, (speaker["name"], speaker["role"])))
    return str(value.get("label") or value["text"])


FILTERS: Mapping[str, Callable[..., Any]] = {
    "when": when,
    "clock": clock,
    "percent": percent,
    "seconds": seconds,
    "why_speaker": why_speaker,
    "piece_name": piece_name,
    "action_words": action_words,
    "asked_words": asked_words,
    "attribution": attribution,
    "confidence_words": confidence_words,
    "excerpt": excerpt,
    "logged_words": logged_words,
    "shown_id": shown_id,
    "words_of": words_of,
    "word_diff": word_diff,
}
