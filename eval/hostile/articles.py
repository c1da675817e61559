"""Kinds of pathological articles: each one a pattern that is repeated until a length is reached.

Most repeat a piece that varies with its number, since equal pieces may be found once and for all. All are
deterministic, and English enough for the door.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

Piece = Callable[[int], str]

_FIRST = ("Ada", "Ben", "Carla", "Dan", "Eva", "Frank", "Grace", "Hugo", "Ines", "Jack", "Karen", "Liam")
_LAST = ("Hale", "Moss", "Okafor", "Vane", "Quintana", "Beller", "Mendes", "Lind", "Novak", "Ortiz", "Park")
_SYLLABLES = ("ba", "den", "for", "gal", "him", "kor", "lan", "mer", "nor", "pel", "rin", "sto", "tav", "wes")
_NEWS = (
    "The council of the town voted on Tuesday to mend the bridge before the winter comes. ",
    "Officials say that the work will take eleven months and cost about nine million. ",
    "“We have waited for this for years,” said {name}, who runs a shop by the river. ",
    "{name} told the meeting that the money was there, and that nobody would lose a job. ",
)


def name(number: int) -> str:
    """Return a person's name; the first 132 differ, and then surnames that nobody has."""
    if number < len(_FIRST) * len(_LAST):
        return f"{_FIRST[number % len(_FIRST)]} {_LAST[number // len(_FIRST)]}"
    return f"{_FIRST[number % len(_FIRST)]} {surname(number)}"


def surname(number: int) -> str:
    """Return a made-up surname of three syllables; 2,744 differ."""
    size = len(_SYLLABLES)
    parts = (
        _SYLLABLES[number % size],
        _SYLLABLES[number // size % size],
        _SYLLABLES[number // size**2 % size],
    )
    return "".join(parts).capitalize()


def _news(number: int) -> str:
    return _NEWS[number % len(_NEWS)].format(name=name(number % 40))


def _same(piece: str) -> Piece:
    return lambda number: piece


def _letter(number: int) -> str:
    return chr(ord("A") + number % 26)


_QUOTES: dict[str, Piece] = {
    "short quotes": _same("“Yes,” he said. "),
    "short quotes, numbered": lambda n: f"“Yes, number {n},” he said. ",
    "short quotes with names": lambda n: f"“Yes,” {name(n)} said. ",
    "short quotes, name before": lambda n: f"{name(n)} said, “Yes.” ",
    "short quotes, one surname": lambda n: f"“Yes,” {_FIRST[n % 12]} Hale said. ",
    "he said, a paragraph each": _same("“Yes,” he said.\n\n"),
    "names said, a paragraph each": lambda n: f"“I am number {n},” {name(n)} said.\n\n",
    "split quotes": lambda n: f"“It is number {n},” he said, “and it stays.” ",
    "split quotes with names": lambda n: f"“It is so,” {name(n)} said, “and it stays.” ",
    "quotes without a speaker": _same("“It is as it is and will be.” "),
    "quotes in one sentence": _same("“a word or two”, "),
    "one-letter quotes": _same("“a” "),
    "empty quotes": _same("“” "),
    "denied quotes": lambda n: f"{name(n)} never said “it is so and stays so.” ",
    "quotes with a colon": lambda n: f"{name(n)}: “It is as it is and will be.” ",
    "long quotes": lambda n: (
        "“" + "We have waited for years and will wait for more. " * 20 + f"” said {name(n)}. "
    ),
    "quotes over paragraphs": lambda n: (
        ("“We go on and on for number " + str(n) + ".\n\n") if n % 50 else "“So it ends,” she said.\n\n"
    ),
    "quote in every clause": lambda n: (
        f"{name(n)} called it “a disgrace”, which {surname(n)} called “a joke”; "
    ),
    "she said he said": lambda n: (
        f"“He said that she said it,” {'he' if n % 2 else 'she'} said that she said. "
    ),
}
_MARKS: dict[str, Piece] = {
    "straight marks": lambda n: f'"Yes, number {n}," he said. ',
    "straight marks alone": _same('" '),
    "open marks": lambda n: f"“Yes, number {n}, he said. ",
    "closing marks": lambda n: f"Yes, number {n},” he said. ",
    "open marks, a line each": lambda n: f"“Yes, number {n}, he said.\n",
    "nested marks": _same("“‘“‘so’”’” "),
    "marks opened for ever": _same("“‘"),
    "mixed marks": _same("“a\" «b” „c» 'd“ "),
    "guillemets": lambda n: f"«Yes, number {n},» he said. ",
    "apostrophes": _same("the Joneses' dogs' tails' ends' "),
    "single marks": lambda n: f"‘Yes, number {n},’ he said. ",
    "elided words": _same("’tis ’twas ’em rock ’n’ roll "),
    "marks in words": _same("a“b”c“d”e "),
    "brackets": _same("(a [b (c] d) "),
    "open brackets": _same("([{"),
    "quotes in brackets": lambda n: f"(“Yes, number {n},” he said.) ",
    "dashes": _same("– so – he said – and – "),
    "full stops": _same("so . . . and ... so … "),
    "exclamations": _same("No! What?! Why?? Oh!!! "),
}
_PEOPLE: dict[str, Piece] = {
    "names": lambda n: f"{name(n)} and ",
    "names that said": lambda n: f"{name(n)} said so. ",
    "names, one first name": lambda n: f"Ada {surname(n)} said so. ",
    "names, one surname": lambda n: f"{_FIRST[n % 12]} {_letter(n)}. Hale said so. ",
    "surnames": lambda n: f"{surname(n)} said so. ",
    "initials": lambda n: f"{_letter(n)}. {_letter(n + 1)}. {_letter(n + 2)}. ",
    "initials with surnames": lambda n: f"{_letter(n)}. {_letter(n + 5)}. {surname(n)} said so. ",
    "Mr. Name": lambda n: f"Mr. {surname(n)} said so. ",
    "Mr. Mr. Mr.": _same("Mr. Mrs. Dr. "),
    "titles": lambda n: f"Prime Minister {surname(n)} said so. ",
    "roles after": lambda n: f"{name(n)}, the mayor of {surname(n + 7)}, said so. ",
    "roles alone": _same("The mayor told the minister, and the minister told the mayor. "),
    "roles of roles": _same("the deputy assistant secretary of the minister of the mayor of "),
    "he and she": _same("He told her that she told him that he told her. "),
    "he said": _same("he said "),
    "said": _same("said "),
    "capitals": lambda n: f"{surname(n)} {surname(n + 1)} ",
    "shouting": lambda n: f"{name(n).upper()} SAID SO. ",
    "one long name": _same("Hale "),
    "name of name": lambda n: f"University of {surname(n)} of ",
    "families": lambda n: f"{_FIRST[n % 12]} Hale, {_FIRST[n % 11]} Hale and the Hales ",
    "who said that": lambda n: f"{name(n)}, who said that {surname(n)}, who said that ",
    "according to": lambda n: f"It is so, according to {name(n)}, according to {surname(n)}. ",
}
_LAYOUT: dict[str, Piece] = {
    "ordinary news": _news,
    "news, a paragraph each": lambda n: _news(n) + "\n\n",
    "short paragraphs": lambda n: f"Line {n}.\n\n",
    "one-word lines": _same("so\n"),
    "empty lines": _same("so.\n\n\n\n\n\n\n\n"),
    "labels": lambda n: f"{name(n % 3).upper()}: So it is, number {n}.\n",
    "labels of many": lambda n: f"{surname(n).upper()}: So it is.\n",
    "colons": _same("so: so: so: "),
    "questions and answers": lambda n: f"Q: Is it so, number {n}?\nA: It is, and it stays so.\n",
    "interview": lambda n: f"Is it so, number {n}?\n\nIt is, and it stays so for us all.\n\n",
    "bullets": lambda n: f"• Point {n} of the plan\n",
    "numbered list": lambda n: f"{n}. Point of the plan\n",
    "table": lambda n: f"{n} | {n * 7} | {surname(n)} | won\n",
    "long list": lambda n: f"{surname(n)}, ",
    "semicolons": _same("it is so; "),
    "and and and": _same("and "),
    "one sentence": _same("and so it goes on and "),
    "headline case": lambda n: f"Council Votes To Mend Bridge {n} ",
    "numbers": lambda n: f"{n} {n}.{n} {n},{n:03d} ",
    "dates": lambda n: f"on {1 + n % 28} Nov. 2026 at {n % 12}.30 p.m. ",
    "abbreviations": _same("U.S. Sen. St. Inc. Corp. e.g. i.e. "),
}
_CHARACTERS: dict[str, Piece] = {
    "no spaces": _same("abcdefghij"),
    "one letter": _same("a"),
    "long words": _same("a" * 300 + " "),
    "hyphens": _same("so-"),
    "underscores": _same("so_so "),
    "addresses": lambda n: f"https://example.org/{n}?a=b&c=d ",
    "emoji": _same("🌧😀👩‍👩‍👧 "),
    "combining marks": _same("e\u0301\u0302\u0303 "),
    "rare characters": lambda n: f"{chr(0x4E00 + n % 5000)} ",
    "right to left": _same("שלום "),
    "no-break spaces": _same("so\u00a0"),
    "zero width": _same("so\u200b"),
    "tabs": _same("so\t\t"),
    "spaces": _same("so" + " " * 60),
}
_PIECES: dict[str, Piece] = {**_QUOTES, **_MARKS, **_PEOPLE, **_LAYOUT, **_CHARACTERS}
KINDS: tuple[str, ...] = tuple(_PIECES)
"""The names of the kinds of articles."""


def make(kind: str, length: int) -> str:
    """Return an article of a kind, of ``length`` characters. Raises KeyError for an unknown kind."""
    piece, pieces, size = _PIECES[kind], [], 0
    for number in count():
        if size >= length:
            break
        pieces.append(piece(number))
        size += len(pieces[-1])
    return "".join(pieces)[:length]


def matching(words: str) -> Iterator[str]:
    """Yield the kinds whose names contain ``words``, whatever the case."""
    return (kind for kind in KINDS if words.lower() in kind.lower())
