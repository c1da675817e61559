"""The loader of the language pack's word lists, which are data files in ``data/``.

A list is a text file: a comment line on what it is for, then one word or phrase a line, sorted. A table from
words to something is a TOML file with such a comment on top.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

_DATA = files("service.text.en") / "data"


@cache
def load_words(name: str) -> frozenset[str]:
    """Return the words of ``data/<name>.txt``."""
    lines = (_DATA / f"{name}.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def load_table(name: str) -> Mapping[str, Any]:
    """Return the content of ``data/<name>.toml``."""
    return tomllib.loads((_DATA / f"{name}.toml").read_text("utf-8"))


def one_of(words: Iterable[str]) -> str:
    """Return a regular expression that matches one of ``words``, the longest that fits first."""
    return "(?:" + "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))) + ")"
