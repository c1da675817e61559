"""The settings of a command: from the environment, overridden by options. Mistakes exit with status 2."""

from __future__ import annotations

from typing import Any

import typer
from pydantic import SecretStr, ValidationError

from service.settings import Settings

_WRONG = 2


def read_settings(**options: str | None) -> Settings:
    """Return the settings; an option that is None counts as not given. Exits if a value is wrong."""
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        for problem in error.errors():
            typer.echo(_in_words(problem, given), err=True)
        raise typer.Exit(_WRONG) from None


def _in_words(problem: Any, given: dict[str, str]) -> str:
    name, reason = str(problem["loc"][0]), problem.get("ctx", {}).get("error", problem["msg"])
    source = f"--{name.replace('_', '-')}" if name in given else f"PULLQUOTE_{name.upper()}"
    # What is secret isn't repeated, not even where it is wrong.
    value = "wrong" if _is_secret(name) else repr(problem["input"])
    return f"pullquote: {source} is {value}: {reason}."


def _is_secret(name: str) -> bool:
    field = Settings.model_fields.get(name)
    return field is not None and field.annotation is SecretStr
