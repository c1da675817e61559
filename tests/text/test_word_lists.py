"""The word lists of the language pack: sorted, without doubles, each with a line on what it is for."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

import service
from service.text.en import word_lists
from service.text.en.word_lists import load_words, one_of

_SERVICE = Path(service.__file__).parent
_DATA = Path(word_lists.__file__).parent / "data"
_LISTS = sorted(_DATA.glob("*.txt"))
_MOST_WORDS = 12
# Modules whose long lists are no words of a language to be read, but names of features, columns and the like.
_EXEMPT = {
    "archive/reporting/summary.py": "columns of a report",
    "client/__init__.py": "names that are exported",
    "domain/__init__.py": "names that are exported",
    "grounding/features.py": "names of features",
    "grounding/lexical.py": "weights of features",
    "ingest/furniture_table.py": "a table of layouts, each row with its own pattern",
    "ingest/webpage.py": "elements of HTML",
    "models/heads/deletion.py": "names of features",
    "models/heads/genre.py": "names of features",
    "models/heads/salience.py": "names of features",
    "models/heads/support.py": "names of features",
    "people/coreference/antecedents.py": "names of features",
    "people/coreference/pronoun_weights.py": "weights of features",
    "quotes/choice/evidence.py": "names of features",
    "quotes/ranking.py": "weights of features",
    "review/pages/template_filters.py": "what editors did, in words",
    "settings/every.py": "names of settings",
    "summary/deletion_rules.py": "a table of what can be left out, each row with its own pattern",
    "wire/__init__.py": "names that are exported",
}


@pytest.mark.parametrize("path", _LISTS, ids=lambda path: path.stem)
def test_a_list_says_what_it_is_for_and_is_sorted_without_doubles(path: Path) -> None:
    first, *words = path.read_text("utf-8").splitlines()
    assert first.startswith("# ")
    assert words == sorted(set(words))
    assert load_words(path.stem) == set(words)
    assert words


@pytest.mark.parametrize("path", sorted(_DATA.glob("*.toml")), ids=lambda path: path.stem)
def test_a_table_says_what_it_is_for(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.startswith("# ")
    assert tomllib.loads(text)


def test_the_longest_alternative_comes_first() -> None:
    assert one_of(["a", "a.m.", "am"]) == r"(?:a\.m\.|am|a)"


def test_every_list_is_used() -> None:
    code = "".join(path.read_text("utf-8") for path in _SERVICE.rglob("*.py"))
    unused = [path.name for path in _DATA.iterdir() if not re.search(rf"[\"']{path.stem}[\"']", code)]
    assert unused == []


def test_no_word_list_of_more_than_a_dozen_words_stands_in_a_module() -> None:
    found = {
        path.relative_to(_SERVICE).as_posix(): lines
        for path in sorted(_SERVICE.rglob("*.py"))
        if (lines := _long_lists(ast.parse(path.read_text("utf-8"))))
    }
    assert {name: lines for name, lines in found.items() if name not in _EXEMPT} == {}
    assert _EXEMPT.keys() <= found.keys()  # no exemption that nothing needs


_ALTERNATION = re.compile(rf"(?:[A-Za-z]+\|){{{_MOST_WORDS},}}[A-Za-z]+")


def _long_lists(tree: ast.AST) -> list[int]:
    """Return the lines of literal collections of strings, split strings and alternations with many words."""
    lines = []
    for node in ast.walk(tree):
        match node:
            case ast.Set(elts=elts) | ast.List(elts=elts) | ast.Tuple(elts=elts):
                words = [one.value for one in elts if isinstance(one, ast.Constant)]
            case ast.Dict(keys=keys):
                words = [one.value for one in keys if isinstance(one, ast.Constant)]
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as text), attr="split")):
                words = list(text.split())
            case ast.Constant(value=str() as text) if found := _ALTERNATION.search(text):
                words = list(found.group().split("|"))
            case _:
                continue
        if len([word for word in words if isinstance(word, str)]) > _MOST_WORDS:
            lines.append(node.lineno)
    return lines
