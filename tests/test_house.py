"""The house rules that no linter knows: one name for one thing, short modules, small folders, a true tree."""

from __future__ import annotations

import ast
import re
import subprocess
from collections import defaultdict
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = (ROOT / "service", ROOT / "eval")
MODULES = sorted(chain.from_iterable(package.rglob("*.py") for package in PACKAGES))

# Names that may stand for two things, with the reason.
SHARED_NAMES: dict[str, str] = {}
MOST_LINES, MOST_MODULES = 300, 12
# Data in a module's clothes: rows of a table, and the steps of a schema, each longer than a module may be.
LONG_ON_PURPOSE = {"service/ingest/furniture_table.py"}


def _classes(path: Path) -> list[str]:
    return [node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.ClassDef)]


def _packages(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.rglob("__init__.py"))


def test_no_public_class_name_stands_for_two_things() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in MODULES:
        for name in _classes(path):
            if not name.startswith("_"):
                places[name].append(str(path.relative_to(ROOT)))
    assert {name: where for name, where in places.items() if len(where) > 1} == {} | {
        name: places[name] for name in SHARED_NAMES
    }


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_read_in_one_sitting(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    if name in LONG_ON_PURPOSE or "/migrations/" in name:
        return
    assert len(path.read_text("utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize(
    "folder",
    [folder for package in PACKAGES for folder in _packages(package)],
    ids=lambda folder: str(folder.relative_to(ROOT)),
)
def test_a_folder_has_about_a_dozen_modules_at_most(folder: Path) -> None:
    modules = [path.name for path in folder.glob("*.py") if path.name != "__init__.py"]
    assert len(modules) <= MOST_MODULES, modules


def _tree() -> dict[str, str]:
    """Return the paths of the README's tree, with what it says of each."""
    (tree,) = re.findall(r"```\n(service/\n.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    found: dict[str, str] = {}
    parents: list[str] = []
    for line in tree.splitlines():
        indent = len(line) - len(line.lstrip())
        names, _, says = line.strip().partition("  ")
        depth = indent // 2
        for name in names.split():
            path = "".join(parents[:depth]) + name
            found[path] = says.strip()
            if name.endswith("/"):
                parents[depth:] = [name]
    return found


def test_the_readmes_tree_names_only_what_is_there() -> None:
    tree = _tree()
    assert len(tree) > 30
    assert [path for path in tree if not (ROOT / path).exists()] == []


def test_the_readmes_tree_names_every_room() -> None:
    tree = _tree()
    folders = [
        f"{folder.relative_to(ROOT).as_posix()}/" for package in PACKAGES for folder in _packages(package)
    ]
    modules = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "service").glob("*.py")
        if path.name != "__init__.py"
    ]
    top = {
        f"{name.split('/')[0]}/" if "/" in name else ""
        for name in subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).splitlines()
    } - {"", ".ci/"}
    assert sorted({*folders, *modules, *top} - set(tree)) == []


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 200


_DOCS = sorted(
    {*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("prompts/*.md"), *ROOT.glob("eval/**/*.md")}
)


@pytest.mark.parametrize("path", _DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_of_the_docs_links_only_to_what_is_there(path: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", _DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_of_the_docs_names_only_code_that_is_there(path: Path) -> None:
    if path.name in ("LOG.md", "CHANGELOG.md"):  # what they tell of may be gone
        return
    named = re.findall(r"`((?:service|eval|tests|prompts|docs|examples)/[\w./-]+)`", path.read_text("utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_a_commit_is_checked_by_what_ci_checks() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    assert "entry: make check" in hooks
    assert "make check" in (ROOT / ".ci" / "run").read_text("utf-8")
