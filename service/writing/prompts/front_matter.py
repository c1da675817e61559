"""The front matter of a prompt file: YAML between two lines ``---``, with every key checked.

Errors give the file, the line, the value and the remedy. Not here: the body (``bodies``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.errors import ModelFailed

_FENCE = "---"
_LONGEST_VALUE = 80


class PromptInvalid(ModelFailed):
    """A mistake in a prompt file, raised at start, before any article is analysed."""

    def __init__(self, file: str, line: int, problem: str, remedy: str, folder: str = "prompts") -> None:
        super().__init__(f"{folder}/{file}, line {line}: {problem}. {remedy}", code="prompt-invalid")
        self.file, self.line = file, line
        self._problem, self._remedy = problem, remedy

    def within(self, folder: str) -> PromptInvalid:
        """Return the same error with the folder of the file in its message."""
        return PromptInvalid(self.file, self.line, self._problem, self._remedy, folder)


class PromptsMissing(ModelFailed):
    """A folder of prompts that isn't there or is empty; the ``shipped`` one can be copied."""

    def __init__(self, folder: Path, shipped: Path) -> None:
        problem = "is a file, not a folder" if folder.exists() else "is not there"
        if folder.is_dir():
            problem = "holds no prompts"
        super().__init__(
            f"{folder} {problem}. Give a whole copy of {shipped}, edited.", code="prompt-invalid"
        )


class FrontMatter(BaseModel):
    """The front matter of a prompt. ``output`` is the JSON Schema of the answer; included parts have none."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str = Field(pattern="^[a-z][a-z_]*$")
    version: int = Field(ge=1)
    variables: dict[str, str]
    output: dict[str, Any] | None = None
    notes: str = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class PromptFile:
    """A prompt file as read: its ``head``, its ``body``, and the line of the file on which that begins."""

    file: str
    content: bytes
    head: FrontMatter
    body: str
    body_line: int


def content_of(path: Path, file: str) -> bytes:
    """Return the bytes of a prompt file; ``file`` is its path within the folder. Raises PromptInvalid."""
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise PromptInvalid(
            file, 1, f"the file can't be read: {reason}", "Let this user read it, or move it out."
        ) from error


def read_prompt_file(file: str, content: bytes) -> PromptFile:
    """Read a prompt file; ``file`` is its path within the folder. Raises PromptInvalid."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PromptInvalid(file, line, "the file is not UTF-8", "Save it as UTF-8.") from None
    lines = text.splitlines(keepends=True)
    fences = [number for number, line in enumerate(lines) if line.rstrip() == _FENCE]
    if len(fences) < 2 or fences[0] != 0:
        raise PromptInvalid(
            file, 1, "there is no front matter", "Begin with name, version, … between two lines ---."
        )
    end = fences[1]
    source = "".join(lines[1:end])
    head = _read_head(file, source)
    _check_place(file, head, source)
    _check_schema(file, head.output, _line_of(source, ("output",)))
    return PromptFile(file, content, head, "".join(lines[end + 1 :]), end + 2)


def _read_head(file: str, source: str) -> FrontMatter:
    try:
        content = yaml.safe_load(source)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it can't be read"
        line = mark.line + 2 if mark else 1
        raise PromptInvalid(file, line, f"the front matter is not YAML: {problem}", "Correct it.") from None
    if not isinstance(content, dict):
        raise PromptInvalid(
            file, 2, "the front matter is not a list of keys with values", "Write key: value on each line."
        )
    try:
        return FrontMatter.model_validate(content)
    except ValidationError as error:
        # A misspelt key is an unknown one and a missing one: the unknown one says more.
        problem = min(error.errors(), key=lambda problem: problem["type"] != "extra_forbidden")
        raise PromptInvalid(
            file, _line_of(source, problem["loc"]), *_in_words(problem["loc"], problem)
        ) from None


def _in_words(place: tuple[int | str, ...], problem: Any) -> tuple[str, str]:
    key = ".".join(map(str, place))
    keys = ", ".join(FrontMatter.model_fields)
    if problem["type"] == "extra_forbidden":
        return f"unknown key {key!r}", f"Take it out; the keys are {keys}."
    if problem["type"] == "missing":
        return f"the key {key!r} is missing", f"Add it; the keys are {keys}."
    value = repr(problem["input"])
    return f"{key} is {value[:_LONGEST_VALUE]}: {problem['msg']}", "Correct the value."


def _check_place(file: str, head: FrontMatter, source: str) -> None:
    """Require that name and version agree with the file's path."""
    expected = f"{head.name}/{head.version}.md"
    if file != expected:
        key = "name" if file.partition("/")[0] != head.name else "version"
        raise PromptInvalid(
            file,
            _line_of(source, (key,)),
            f"{key} is {getattr(head, key)!r}, which belongs into {expected}",
            "Rename the file, or correct the value.",
        )


def _check_schema(file: str, schema: dict[str, Any] | None, line: int) -> None:
    if schema is None:
        return
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        place = ".".join(map(str, error.absolute_path)) or "it"
        raise PromptInvalid(
            file,
            line,
            f"output is not a JSON Schema: {place}: {error.message[: 2 * _LONGEST_VALUE]}",
            "See https://json-schema.org/draft/2020-12.",
        ) from None
    if schema.get("type") != "object":
        raise PromptInvalid(
            file, line, f"output has the type {schema.get('type')!r}", "An answer is a JSON object."
        )
    if reference := next(_outside_references(schema), None):
        raise PromptInvalid(
            file, line, f"output refers to {reference!r}", "Write that part into the file itself."
        )


def _outside_references(schema: Any) -> Any:
    """Yield the references of a schema to other documents, which would have to be fetched."""
    if isinstance(schema, dict):
        for key in ("$ref", "$dynamicRef"):
            if isinstance(value := schema.get(key), str) and not value.startswith("#"):
                yield value
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from _outside_references(part)


def _line_of(source: str, place: tuple[int | str, ...]) -> int:
    """Return the line of the file on which a key of the front matter stands, or its nearest parent."""
    node, line = yaml.compose(source, Loader=yaml.SafeLoader), 2
    for step in place:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        found = next(((key, value) for key, value in pairs if key.value == str(step)), None)
        if found is None:
            break
        line, node = found[0].start_mark.line + 2, found[1]
    return line
