"""The actions of ``pullquote prompts …``: from parsed options to output and exit status."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import typer

from service.bootstrap import build_door, load_segmenter
from service.cli.flags import read_settings
from service.cli.inputs import STDIN, find
from service.domain import SummaryLength
from service.errors import PullquoteError
from service.ingest import Declared
from service.text.document import Document
from service.writing import recorded_answers as examples
from service.writing.numbered_article import NumberedArticle, number_article
from service.writing.prompts import tasks
from service.writing.prompts.prompts import Part, Prompt, PromptFolder, load_prompts, shipped_folder

_DONE, _FAILED, _WRONG = 0, 1, 2
_ARTICLES = ("harbour-bridge.txt", "lighthouse-museum.html", "rural-clinics.txt")
_A_CLAIM = "The council decided on Tuesday."

One = TypeVar("One", Prompt, Prompt | Part)


def list_prompts(folder: str | None) -> int:
    """List prompts and parts; return the exit status."""
    prompts = _load(folder)
    altered = prompts.altered()
    rows = [_row(one, prompts, altered) for one in _newest_last(prompts)]
    rows.insert(0, ("PROMPT", "DIGEST", "STATE", "INCLUDES"))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        typer.echo("  ".join([*(cell.ljust(w) for cell, w in zip(row[:3], widths, strict=True)), row[3]]))
    gone = [file for file in altered if file not in {one.file for one in _newest_last(prompts)}]
    for file in gone:
        _say(f"{file} was released, but is gone.")
    return _FAILED if altered else _DONE


def show(name: str, folder: str | None) -> int:
    """Print a file; return the exit status."""
    typer.echo(_choose(name, _newest_last(_load(folder))).source, nl=False)
    return _DONE


def render(
    name: str,
    article: str,
    folder: str | None,
    *,
    as_json: bool,
    length: SummaryLength,
    claims: Sequence[str],
) -> int:
    """Print what a model would be sent; return the exit status."""
    prompt = _choose(name, _prompts(_load(folder)))
    if (prompt.name == "judge") != bool(claims):
        wrong = "judge needs what to judge: give --claim SENTENCE" if not claims else "--claim is for judge"
        _say(f"{wrong}.")
        return _WRONG
    try:
        values = _values(prompt, _number(article, claims), length, claims)
    except OSError as error:
        _say(f"{article}: {error.strerror or error}.")
        return _FAILED
    except PullquoteError as error:
        _say(f"{article}: {error.detail}")
        return _FAILED
    if as_json:
        messages = [{"role": role, "content": text} for role, text in prompt.messages(**values).items()]
        text = json.dumps(messages, ensure_ascii=False, indent=2)
    else:
        text = prompt.render(**values)
    typer.echo(text.encode("utf-8", "backslashreplace"))
    return _DONE


def test(folder: str | None) -> int:
    """Check prompts and recorded answers, report each; return the exit status."""
    prompts = _load(folder)
    at = Path(folder) if folder else shipped_folder("prompts")
    articles = {name: _number(str(shipped_folder("examples") / name), ()) for name in _ARTICLES}
    failed = 0
    for what, check in _checks(prompts, at, articles):
        try:
            problem = check()
        except (PullquoteError, ValueError, KeyError) as error:
            problem = str(error.args[0] if error.args else error)
        failed += problem is not None
        typer.echo(f"ok      {what}" if problem is None else f"FAILED  {what}: {problem}")
    typer.echo(f"{failed} failed." if failed else "All is well.")
    return _FAILED if failed else _DONE


def _checks(
    prompts: PromptFolder, folder: Path, articles: dict[str, NumberedArticle]
) -> Iterator[tuple[str, Callable[[], str | None]]]:
    """Yield what there is to check, with a function that returns what is wrong."""
    altered = prompts.altered()
    for one in _newest_last(prompts):
        state = _state(one, prompts, altered)
        problem = "it isn't what was released: make it a new version" if state == "altered" else None
        yield f"{one.label} loads ({state})", partial(_return, problem)
    for prompt in prompts.prompts.values():
        for name, numbered in articles.items():
            yield f"{prompt.label} renders {name}", partial(_renders, prompt, numbered)
    for path in sorted(folder.glob("*/examples/*.json")):
        where = path.relative_to(folder).as_posix()
        yield where, partial(_reads, path, prompts, articles)


def _return(problem: str | None) -> str | None:
    return problem


def _renders(prompt: Prompt, numbered: NumberedArticle) -> str | None:
    text = prompt.render(**_values(prompt, numbered, SummaryLength.MEDIUM, [_A_CLAIM]))
    missing = [str(n) for n in numbered.shown if f"\n[{n}] " not in text]
    return f"the sentences {', '.join(missing)} are not in it" if missing else None


def _reads(path: Path, prompts: PromptFolder, articles: dict[str, NumberedArticle]) -> str | None:
    example = examples.read_recorded_answer(path)
    numbered = articles.get(example.article)
    if numbered is None:
        return f"article is {example.article!r}, none of {', '.join(articles)}"
    return examples.compare_with_expected(
        example, prompts.get(path.parent.parent.name, example.version), numbered
    )


def _values(
    prompt: Prompt, numbered: NumberedArticle, length: SummaryLength, claims: Sequence[str]
) -> tasks.Values:
    match prompt.name:
        case "summarize":
            return tasks.summarize(numbered, length)
        case "quotes":
            return tasks.quotes(numbered)
        case "topics":
            return tasks.topics(numbered)
        case "headline":
            return tasks.headline(numbered)
        case _:
            return tasks.judge(numbered, claims)


def _number(name: str, claims: Sequence[str]) -> NumberedArticle:
    """Let an article in and number its sentences. Raises PullquoteError or OSError."""
    if name != STDIN and Path(name).is_dir():
        raise IsADirectoryError(21, "it is a folder; give one article")
    found = next(iter(find([name], Declared(), sys.stdin.buffer, lines=False)))
    article = found.admit(build_door(read_settings()))
    return number_article(Document(article, load_segmenter().segment(article)), claims)


def _load(folder: str | None) -> PromptFolder:
    try:
        return load_prompts(Path(folder) if folder else None)
    except PullquoteError as error:
        _say(error.detail)
        raise typer.Exit(_FAILED) from None


def _choose(name: str, among: Sequence[One]) -> One:
    """Return the item called ``name`` (the newest version) or ``name@version``; exit if there is none."""
    wanted, _, version = name.partition("@")
    known = [one for one in among if one.name == wanted]
    fitting = [one for one in known if not version or str(one.version) == version]
    if fitting:
        return fitting[-1]
    if known:
        _say(f"{wanted} has no version {version!r}; it has {', '.join(str(one.version) for one in known)}.")
    else:
        _say(f"there is no {wanted!r}; there are {', '.join(dict.fromkeys(one.name for one in among))}.")
    raise typer.Exit(_WRONG)


def _prompts(folder: PromptFolder) -> list[Prompt]:
    return sorted(folder.prompts.values(), key=lambda one: (one.name, one.version))


def _newest_last(folder: PromptFolder) -> list[Prompt | Part]:
    return [
        *_prompts(folder),
        *sorted(folder.parts.values(), key=lambda one: (one.name, one.version)),
    ]


def _row(one: Prompt | Part, prompts: PromptFolder, altered: list[str]) -> tuple[str, str, str, str]:
    return one.label, one.digest, _state(one, prompts, altered), ", ".join(one.includes)


def _state(one: Prompt | Part, prompts: PromptFolder, altered: list[str]) -> str:
    if one.file in altered:
        return "altered"
    return "released" if one.file in prompts.released else "draft"


def _say(reason: str) -> None:
    typer.echo(f"pullquote: {reason}", err=True)
