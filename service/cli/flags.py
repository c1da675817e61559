"""The settings of a command: from the environment, overridden by options. Mistakes exit with status 2."""

from __future__ import annotations

from typing import Any

import typer
from pydantic import ValidationError

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
    return f"pullquote: {source} is {problem['input']!r}: {reason}."
