"""The articles that the front page offers to try: those that travel with the product."""

from __future__ import annotations

from dataclasses import dataclass

from service.writing.prompts.prompts import shipped_folder

_NAMES = {
    "harbour-bridge.txt": "A bridge closes",
    "rural-clinics.txt": "Nurses lead clinics",
    "lighthouse-museum.html": "A lighthouse, as a web page",
}


@dataclass(frozen=True, slots=True)
class ExampleArticle:
    """An article to try: its ``name`` in the address, what the page calls it, and its content."""

    name: str
    label: str
    content: str


def example_articles() -> tuple[ExampleArticle, ...]:
    """Read the articles, as many as are there."""
    folder = shipped_folder("examples")
    return tuple(
        ExampleArticle(name.partition(".")[0], label, path.read_text("utf-8"))
        for name, label in _NAMES.items()
        if (path := folder / name).is_file()
    )
