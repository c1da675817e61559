"""The bodies of prompt files: their template sandbox, and the checks before one is rendered.

A body sees the variables that it declares and the files of its folder: no built-in functions, no attributes
that write, no path. Errors give the file, its line, the value and the remedy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from jinja2 import DictLoader, StrictUndefined, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from service.writing.prompts.front_matter import PromptFile, PromptInvalid

BLOCKS = ("system", "user")
_FILE = re.compile(r"([a-z][a-z_]*)/([1-9][0-9]*)\.md")


def environment(read: Mapping[str, PromptFile]) -> ImmutableSandboxedEnvironment:
    """Return the sandbox in which these files are templates."""
    made = ImmutableSandboxedEnvironment(
        loader=DictLoader({name: file.body for name, file in read.items()}),
        undefined=StrictUndefined,
        autoescape=False,  # plain text for a model: &amp; would be another text
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # No range, lipsum, namespace …: a prompt needs none, and none of them is a variable.
    made.globals.clear()
    return made


def check_body(
    environment: ImmutableSandboxedEnvironment, read: Mapping[str, PromptFile], file: PromptFile
) -> tuple[str, ...]:
    """Check a body's variables against the declared ones; return the names of the files that it includes."""
    used: dict[str, tuple[str, int]] = {}
    seen = dict[str, None]()
    for one, tree in _closure(environment, read, file, (), seen):
        for name in sorted(meta.find_undeclared_variables(tree)):
            lines = [node.lineno for node in tree.find_all(nodes.Name) if node.name == name]
            used.setdefault(name, (one.file, min(lines, default=1) + one.body_line - 1))
    if undeclared := sorted(used.keys() - file.head.variables.keys()):
        where, line = used[undeclared[0]]
        raise PromptInvalid(
            where,
            line,
            f"{file.file} doesn't declare the variable {undeclared[0]!r}",
            "Declare it under variables, or correct its name.",
        )
    if unused := sorted(file.head.variables.keys() - used.keys()):
        raise PromptInvalid(
            file.file,
            first_line(file, unused[0]),
            f"the variable {unused[0]!r} is declared, but the body doesn't use it",
            "Use it, or take it out.",
        )
    return tuple(seen)


def _closure(
    environment: ImmutableSandboxedEnvironment,
    read: Mapping[str, PromptFile],
    file: PromptFile,
    above: tuple[str, ...],
    seen: dict[str, None],
) -> Iterator[tuple[PromptFile, nodes.Template]]:
    """Yield a file and what it includes, directly or not, with its parsed body."""
    tree = _parse(environment, file)
    yield file, tree
    for name in meta.find_referenced_templates(tree):
        if name and name not in read and (known := _FILE.fullmatch(name)):
            part, version = known.groups()
            raise PromptInvalid(
                file.file,
                _line_of_include(file, name),
                f"it includes {name!r}, which is not in the folder",
                f"Copy it from the shipped prompts (`pullquote prompts show {part}@{version}` prints it), "
                "or correct the name.",
            )
        included = read.get(name) if name else None
        if included is None or included.file in (file.file, *above) or included.head.output is not None:
            raise PromptInvalid(
                file.file,
                _line_of_include(file, name),
                f"it includes {name!r}, which is no part that it can include",
                'Write {% include "house_style/1.md" %}: the name of a file of this folder without output.',
            )
        if included.file not in seen:
            seen[included.file] = None
            yield from _closure(environment, read, included, (*above, file.file), seen)


def _parse(environment: ImmutableSandboxedEnvironment, file: PromptFile) -> nodes.Template:
    try:
        environment.compile(file.body, file.file)  # finds filters and tests that don't exist
        return environment.parse(file.body)
    except TemplateSyntaxError as error:
        raise PromptInvalid(
            file.file,
            error.lineno + file.body_line - 1,
            f"the body is no Jinja2 template: {error.message}",
            "See https://jinja.palletsprojects.com/templates.",
        ) from None


def check_blocks(environment: ImmutableSandboxedEnvironment, file: PromptFile) -> None:
    """Require that all words stand in the two blocks, as others would reach no model."""
    body = environment.parse(file.body).body
    names = [node.name for node in body if isinstance(node, nodes.Block)]
    for node in body:
        text = "".join(part.data for part in node.find_all(nodes.TemplateData))
        if not isinstance(node, nodes.Block) and (not isinstance(node, nodes.Output) or text.strip()):
            names = []
    if names != list(BLOCKS):
        raise PromptInvalid(
            file.file,
            file.body_line,
            "the body is not the two blocks system and user",
            "Put all words between {% block system %} or {% block user %} and {% endblock %}.",
        )


def line_of_failure(error: BaseException, file: str) -> int:
    """Return the last line of a file's body that was running when it failed; 1 if none was."""
    line, trace = 1, error.__traceback__
    while trace:
        # Jinja2 compiles each template to a module with its name and a table of lines.
        module = trace.tb_frame.f_globals
        if module.get("name") == file and "debug_info" in module:
            pairs = [tuple(map(int, pair.split("="))) for pair in module["debug_info"].split("&") if pair]
            reached = [(code, ours) for ours, code in pairs if code <= trace.tb_lineno]
            line = max(reached, default=(1, 1))[1]
        trace = trace.tb_next
    return line


def first_line(file: PromptFile, name: str) -> int:
    """Return the line of a file on which a key stands."""
    lines = file.content.decode("utf-8").splitlines()
    return next((n for n, line in enumerate(lines, start=1) if re.match(rf"\s*{name}\s*:", line)), 1)


def _line_of_include(file: PromptFile, name: str | None) -> int:
    lines = file.body.splitlines()
    found = (n for n, line in enumerate(lines) if "include" in line and (name or "") in line)
    return next(found, 0) + file.body_line
