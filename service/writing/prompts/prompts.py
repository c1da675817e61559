"""Prompts as files: ``prompts/<name>/<version>.md``, loaded and checked once, rendered many times.

A prompt's body is a Jinja2 template (``bodies``) of two blocks, ``system`` and ``user``: the messages for a
chat model. Every prompt is rendered once at load, so that a mistake shows at start.

Not here: asking a model, and the values of the variables (``tasks``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jinja2 import Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter, ValidationError

import service
from service.writing.prompts import bodies, tasks
from service.writing.prompts.bodies import BLOCKS
from service.writing.prompts.front_matter import (
    PromptFile,
    PromptInvalid,
    PromptsMissing,
    content_of,
    read_prompt_file,
)

_FILE = re.compile(r"[a-z][a-z_]*/[1-9][0-9]*\.md")
_DIGESTS = "digests.json"
_DIGEST_TABLE = TypeAdapter(dict[str, str])


@dataclass(frozen=True, slots=True)
class Prompt:
    """One version of a prompt. ``label`` and ``digest`` go into ``provenance.prompts``.

    The digest covers the bytes of the file and of all that it includes.
    """

    name: str
    version: int
    file: str
    source: str
    notes: str
    digest: str
    variables: Mapping[str, str]
    includes: tuple[str, ...]
    schema: Mapping[str, Any]
    validator: Draft202012Validator
    _template: Template
    _body_line: int
    _folder: str

    @property
    def label(self) -> str:
        """``name@version``."""
        return f"{self.name}@{self.version}"

    def render(self, **variables: str | int) -> str:
        """Return the whole prompt as one text, for models without roles. Extra variables are ignored."""
        return "\n\n".join(self.messages(**variables).values())

    def messages(self, **variables: str | int) -> dict[str, str]:
        """Return the prompt by role, ``system`` then ``user``, for chat models.

        Raises ValueError if a declared variable is missing, PromptInvalid if the body fails.
        """
        if missing := sorted(self.variables.keys() - variables.keys()):
            raise ValueError(f"the prompt {self.label} needs {', '.join(missing)}")
        used = {name: variables[name] for name in self.variables}
        try:
            context = self._template.new_context(used)
            return {role: "".join(self._template.blocks[role](context)).strip() for role in BLOCKS}
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            line = self._body_line + bodies.line_of_failure(error, self.file) - 1
            reason = str(error).rstrip(".")
            raise PromptInvalid(
                self.file, line, f"the body fails: {reason}", "Correct it.", self._folder
            ) from error


@dataclass(frozen=True, slots=True)
class Part:
    """A file that prompts include, such as the house style; its digest covers what it includes itself."""

    name: str
    version: int
    file: str
    source: str
    digest: str
    includes: tuple[str, ...]

    @property
    def label(self) -> str:
        """``name@version``."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class PromptFolder:
    """The prompts of a folder and their parts by label, and the digests of the files that are released."""

    prompts: Mapping[str, Prompt]
    parts: Mapping[str, Part]
    released: Mapping[str, str]

    def get(self, name: str, version: int | None = None) -> Prompt:
        """Return a prompt, the newest version unless one is given.

        Raises KeyError with a sentence as its message.
        """
        known = [prompt for prompt in self.prompts.values() if prompt.name == name]
        if not known:
            names = sorted({prompt.name for prompt in self.prompts.values()})
            raise KeyError(f"there is no prompt {name!r}; there are {', '.join(names) or 'none'}")
        if version is None:
            return max(known, key=lambda prompt: prompt.version)
        if found := self.prompts.get(f"{name}@{version}"):
            return found
        versions = ", ".join(str(prompt.version) for prompt in known)
        raise KeyError(f"the prompt {name!r} has no version {version}; it has {versions}")

    def altered(self) -> list[str]:
        """Return the released files that have changed since, or are gone."""
        now = {one.file: one.digest for one in self.prompts.values()}
        now |= {one.file: one.digest for one in self.parts.values()}
        return [file for file, digest in self.released.items() if now.get(file) != digest]


def load_prompts(folder: Path | None = None) -> PromptFolder:
    """Load and check a folder of prompts, those that come with the product by default.

    Raises PromptInvalid, and PromptsMissing where there is no folder of prompts.
    """
    if folder is None:
        return _shipped()
    try:
        return _load(folder, str(folder))
    except PromptInvalid as error:
        raise error.within(str(folder)) from error.__cause__


def shipped_folder(name: str) -> Path:
    """Return a folder that travels with the product: in ``service`` in a wheel, beside it in a checkout."""
    package = Path(service.__file__).parent
    packaged = package / name
    return packaged if packaged.is_dir() else package.parent / name


@cache
def _shipped() -> PromptFolder:
    return _load(shipped_folder("prompts"), "prompts")


def _load(folder: Path, shown: str) -> PromptFolder:
    read = dict[str, PromptFile]()
    for path in sorted(folder.glob("*/*.md")):
        file = path.relative_to(folder).as_posix()
        if not _FILE.fullmatch(file):
            raise PromptInvalid(
                file, 1, "the name is not <name>/<version>.md", "Name it like summarize/2.md, or move it out."
            )
        read[file] = read_prompt_file(file, content_of(path, file))
    if not read:
        raise PromptsMissing(folder, shipped_folder("prompts"))
    environment = bodies.environment(read)
    prompts, parts = dict[str, Prompt](), dict[str, Part]()
    for one in read.values():
        if one.head.name in tasks.OFFERED:
            prompt = _prompt(environment, read, one, shown)
            prompts[prompt.label] = prompt
        else:
            part = _part(environment, read, one)
            parts[part.label] = part
    return PromptFolder(MappingProxyType(prompts), MappingProxyType(parts), _released(folder / _DIGESTS))


def _released(file: Path) -> Mapping[str, str]:
    try:
        return _DIGEST_TABLE.validate_json(file.read_bytes()) if file.is_file() else {}
    except ValidationError:
        raise PromptInvalid(
            file.name,
            1,
            "it is no JSON object from file to digest",
            'Write {"summarize/1.md": "sha256:…"}.',
        ) from None


def _prompt(
    environment: ImmutableSandboxedEnvironment, read: Mapping[str, PromptFile], file: PromptFile, shown: str
) -> Prompt:
    head = file.head
    if head.output is None:
        raise PromptInvalid(file.file, 2, "the key 'output' is missing", "Add the answer's JSON Schema.")
    included = bodies.check_body(environment, read, file)
    offered = tasks.OFFERED[head.name]
    if unbound := sorted(head.variables.keys() - offered.keys()):
        raise PromptInvalid(
            file.file,
            bodies.first_line(file, unbound[0]),
            f"nothing gives the variable {unbound[0]!r} a value",
            f"The task {head.name!r} has {', '.join(offered)}.",
        )
    bodies.check_blocks(environment, file)
    prompt = Prompt(
        name=head.name,
        version=head.version,
        file=file.file,
        source=file.content.decode("utf-8"),
        notes=head.notes.strip(),
        digest=_digest(read, (file.file, *included)),
        variables=MappingProxyType(head.variables),
        includes=included,
        schema=MappingProxyType(head.output),
        validator=Draft202012Validator(head.output),
        _template=environment.get_template(file.file),
        _body_line=file.body_line,
        _folder=shown,
    )
    prompt.render(**offered)
    return prompt


def _part(
    environment: ImmutableSandboxedEnvironment, read: Mapping[str, PromptFile], file: PromptFile
) -> Part:
    head = file.head
    if head.output is not None:
        raise PromptInvalid(
            file.file,
            bodies.first_line(file, "output"),
            f"{head.name!r} is none of the tasks {', '.join(tasks.OFFERED)}, yet it has an output",
            "Take the output out: a file under another name is a part that prompts include.",
        )
    included = bodies.check_body(environment, read, file)
    digest = _digest(read, (file.file, *included))
    return Part(head.name, head.version, file.file, file.content.decode("utf-8"), digest, included)


def _digest(read: Mapping[str, PromptFile], names: tuple[str, ...]) -> str:
    sha = sha256()
    for name in names:
        # Name and length before the bytes: no two sets of files run together into the same bytes.
        sha.update(f"{name} {len(read[name].content)}\n".encode() + read[name].content)
    return f"sha256:{sha.hexdigest()}"
