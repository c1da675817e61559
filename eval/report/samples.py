"""The error browser's data: the worst articles of a run, cut where highlights begin and end.

They are cut here and not in the browser, because offsets count code points and JavaScript's strings count
UTF-16 units. Each piece has, for each role that covers it, whether gold and prediction agree.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from eval.runs import ArticleRecord, EvaluationRun

MOST = 60
"""The most samples of a run that are embedded."""

ROLES = {
    "content": "quoted words",
    "source": "who speaks",
    "cue": "reporting verb",
    "evidence": "sentence behind the summary",
    "used": "quote that the human summary used",
    "end": "sentence end",
}
_COMPARED = {"quotes": frozenset({"content", "source", "cue"}), "segmentation": frozenset({"end"})}
"""The roles in which a prediction that isn't gold is wrong; other highlights only show something."""

AGREE, MISSED, SPURIOUS, GOLD, SHOWN = "agree", "missed", "spurious", "gold", "shown"


def browser(runs: Mapping[str, EvaluationRun]) -> dict[str, Any]:
    """Return what the error browser of a group needs: its runs' samples, worst first."""
    task = next(iter(runs.values())).config["task"]
    shown, seen, states = [], set(), set()
    for name, run in runs.items():
        records = worst(run)
        cut = [_sample(record, task) for record in records]
        shown.append({"name": name, "total": len(run.records), "samples": cut})
        seen |= {role_of(mark) for record in records for mark in record.marks}
        states |= {state for sample in cut for counts in sample["words"].values() for state in counts}
    return {
        "roles": [[role, about] for role, about in ROLES.items() if role in seen]
        + [[role, role] for role in sorted(seen - set(ROLES))],
        "states": [state for state in (AGREE, MISSED, SPURIOUS, GOLD, SHOWN) if state in states],
        "runs": shown,
    }


def worst(run: EvaluationRun) -> list[ArticleRecord]:
    """Return the records to embed: failed ones first, then by quality; ties stay in the run's order."""
    return sorted(run.records, key=lambda record: (record.error is None, record.quality))[:MOST]


def role_of(mark: Mapping[str, Any]) -> str:
    """Return a mark's role; "missed end" and "spurious end" are both ends."""
    return str(mark["role"]).removeprefix("missed ").removeprefix("spurious ")


def pieces(text: str, marks: Sequence[Mapping[str, Any]], task: str) -> list[list[Any]]:
    """Cut ``text`` at every end of a mark: [text] or [text, [[role, state, depth, edges]], tooltip].

    ``depth`` is how many marks of the role and side lie on one another; ``edges`` holds "a" where one of the
    role's marks begins and "z" where one ends. Together the pieces are the text.
    """
    spans = [(_clip(m["start"], text), _clip(m["end"], text), m) for m in marks]
    spans = [span for span in spans if span[0] < span[1]]
    cuts = sorted({0, len(text), *(start for start, _, _ in spans), *(end for _, end, _ in spans)})
    cut = []
    for start, end in pairwise(cuts):
        over = [span for span in spans if span[0] <= start and end <= span[1]]
        piece: list[Any] = [text[start:end]]
        if over:
            roles = dict.fromkeys(role_of(mark) for _, _, mark in over)
            order = sorted(roles, key=lambda role: [*ROLES, role].index(role))
            piece.append([_layer(role, over, start, end, piece[0], task) for role in order])
            piece.append("; ".join(dict.fromkeys(_tip(mark) for _, _, mark in over)))
        cut.append(piece)
    return cut


def embed(data: Any) -> Markup:
    """Return ``data`` as JSON that is safe inside a script element, whatever its strings hold.

    ASCII only, so line separators and lone surrogates are escapes too, and no character that HTML would see.
    """
    plain = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    for character in "<>&":
        plain = plain.replace(character, f"\\u{ord(character):04x}")
    return Markup(plain)


def _layer(
    role: str,
    over: Iterable[tuple[int, int, Mapping[str, Any]]],
    start: int,
    end: int,
    text: str,
    task: str,
) -> list[Any]:
    mine = [span for span in over if role_of(span[2]) == role]
    sides = Counter(mark["side"] for _, _, mark in mine)
    edges = "a" * any(first == start for first, _, _ in mine) + "z" * any(last == end for _, last, _ in mine)
    return [role, _state(role, sides, text, task), max(sides.values()), edges]


def _state(role: str, sides: Mapping[str, int], text: str, task: str) -> str:
    if "gold" in sides and "predicted" in sides:
        return AGREE
    # Scoring trims spans to their letters and digits, so a quotation mark more or less is no error.
    counts = role in _COMPARED.get(task, ()) and (role == "end" or any(map(str.isalnum, text)))
    if "gold" in sides:
        return MISSED if counts else GOLD
    return SPURIOUS if counts else SHOWN


def _tip(mark: Mapping[str, Any]) -> str:
    label = f": {mark['label']}" if mark["label"] else ""
    return f"{mark['side']} {mark['role']}{label}"


def _clip(offset: int, text: str) -> int:
    return min(max(offset, 0), len(text))


def _sample(record: ArticleRecord, task: str) -> dict[str, Any]:
    cut = pieces(record.text, record.marks, task)
    words: dict[str, Counter[str]] = {}
    for piece in cut:
        for role, state, _, _ in piece[1] if len(piece) > 1 else ():
            if role == "end" or any(map(str.isalnum, piece[0])):
                words.setdefault(role, Counter())[state] += len(piece[0].split())
    return {
        "id": record.id,
        "quality": record.quality,
        "error": record.error,
        "slices": dict(record.slices),
        "notes": [list(note) for note in record.notes],
        "pieces": cut,
        "words": {role: dict(counts) for role, counts in words.items()},
    }
