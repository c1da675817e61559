"""The commands ``pullquote topics …``: declares their options. What they do is in ``actions``.

It imports little, as it is loaded for every command line: help and completion must answer at once.
"""

from __future__ import annotations

from typing import Annotated

import typer

_HELP = """Use a taxonomy of your own beside IPTC Media Topics.

A taxonomy is a YAML or JSON file of labels (docs/topics.md). It works at once: name the file in
PULLQUOTE_TAXONOMIES or with --taxonomies, and ask for --taxonomy NAME. With eight examples a label it works
better: fit it, and name the fitted file instead."""

_FIT = """Fit a taxonomy to examples and write a small file that takes its place.

Examples are JSON lines, {"text": …, "labels": ["id", …]}. A table tells how well each label is found among
examples that were held out in turn (five folds); --chart draws it. Takes seconds on two cores for some dozen
examples; nearly all of it is reading them."""

_UPDATE = """Turn a release of IPTC Media Topics into the file that ships, and report what has changed.

RELEASE is the JSON of https://cv.iptc.org/newscodes/mediatopic/?format=json, downloaded before: nothing is
fetched. The file has all levels, and can be loaded as a taxonomy of its own."""

_EXAMPLES = """\b
Examples:
  pullquote topics check desk.yaml
  pullquote topics fit desk.yaml --examples labelled.jsonl --out desk.safetensors --chart desk.svg
  pullquote analyze article.txt --taxonomies desk.safetensors --taxonomy desk
  pullquote topics update mediatopics.json --out new-mediatopics.json
"""

app = typer.Typer(
    name="topics",
    help=_HELP,
    epilog=_EXAMPLES,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

_Taxonomy = Annotated[str, typer.Argument(metavar="TAXONOMY", help="A YAML or JSON file of labels.")]
_Out = Annotated[str, typer.Option("--out", "-o", metavar="FILE", help="The file to write.")]


@app.command()
def check(taxonomy: _Taxonomy) -> None:
    """Read a taxonomy, and print its tree or where it is wrong.

    Exit status: 0 all is well, 1 something is not.
    """
    from service.cli.topics import actions

    raise typer.Exit(actions.check(taxonomy))


@app.command(help=_FIT)
def fit(
    taxonomy: _Taxonomy,
    examples: Annotated[
        str, typer.Option("--examples", "-e", metavar="FILE.jsonl", help="Texts with their labels.")
    ],
    out: _Out,
    chart: Annotated[
        str | None, typer.Option(metavar="FILE.svg", help="Also draw precision and recall.")
    ] = None,
) -> None:
    """Fit (the help text is ``_FIT``)."""
    from service.cli.topics import actions

    raise typer.Exit(actions.fit(taxonomy, examples, out, chart))


@app.command(help=_UPDATE)
def update(
    release: Annotated[str, typer.Argument(metavar="RELEASE.json", help="IPTC's file.")],
    out: _Out,
    with_definitions: Annotated[
        bool,
        typer.Option("--with-definitions", help="Also take IPTC's definitions, as the labels' descriptions."),
    ] = False,
) -> None:
    """Update (the help text is ``_UPDATE``)."""
    from service.cli.topics import actions

    raise typer.Exit(actions.update(release, out, with_definitions=with_definitions))
