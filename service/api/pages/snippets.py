"""Examples to copy for an operation of the API: in curl, Python and TypeScript."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_ANALYSES = ("post", "/v1/analyses")
_LANGUAGES = ("curl", "Python", "TypeScript")


@dataclass(frozen=True, slots=True)
class Snippet:
    """An example in one language."""

    language: str
    code: str


@dataclass(frozen=True, slots=True)
class Calling:
    """What an example calls: method, address, body, and whether it needs a key."""

    method: str
    url: str
    body: Any = None
    content_type: str = ""
    needs_key: bool = False


def snippets(address: str, method: str, path: str, operation: Mapping[str, Any]) -> tuple[Snippet, ...]:
    """Return the examples for an operation of an OpenAPI document, served at ``address``."""
    content: Mapping[str, Any] = operation.get("requestBody", {}).get("content", {})
    content_type = next(iter(content), "")
    calling = Calling(
        method=method.upper(),
        url=address + _filled(path, operation),
        body=content[content_type].get("example") if content else None,
        content_type=content_type,
        needs_key=bool(operation.get("security")),
    )
    if (method, path) == _ANALYSES:
        made = (_curl(calling), _client(address, calling), _fetch(calling))
    else:
        made = (_curl(calling), _httpx(calling), _fetch(calling))
    return tuple(Snippet(language, code) for language, code in zip(_LANGUAGES, made, strict=True))


def _filled(path: str, operation: Mapping[str, Any]) -> str:
    """Return a path with its parameters replaced by their examples, or by their names in capitals."""
    examples = {
        one["name"]: one.get("example") or next(iter(one.get("schema", {}).get("examples", [])), None)
        for one in operation.get("parameters", [])
        if one.get("in") == "path"
    }
    return re.sub(r"\{(\w+)\}", lambda match: str(examples.get(match[1]) or match[1].upper()), path)


def _curl(calling: Calling) -> str:
    parts = [f"curl -s {calling.url}"]
    if calling.method not in ("GET", "POST") or (calling.method == "POST" and calling.body is None):
        parts[0] = f"curl -s -X {calling.method} {calling.url}"
    if calling.needs_key:
        parts.append('-H "Authorization: Bearer $PULLQUOTE_API_KEY"')
    if calling.body is not None:
        quoted = _text(calling.body).replace("'", "'\\''")
        parts += [f"-H 'Content-Type: {calling.content_type}'", f"--data-binary '{quoted}'"]
    return " \\\n  ".join(parts)


def _client(address: str, calling: Calling) -> str:
    arguments = "".join(
        f"        {name}={json.dumps(value, ensure_ascii=False)},\n" for name, value in calling.body.items()
    )
    return (
        "from service.client import Pullquote  # pip install 'pullquote[client]'\n\n"
        f'with Pullquote("{address}") as pullquote:  # the key: PULLQUOTE_API_KEY, or api_key=…\n'
        f"    analysis = pullquote.analyze(\n{arguments}    )\n"
        "print(analysis.summary.text)\n"
        "for quote in analysis.quotes:\n"
        '    speaker = quote.speaker.name if quote.speaker else "nobody named"\n'
        '    print(speaker, "…".join(part.text for part in quote.parts))'
    )


def _httpx(calling: Calling) -> str:
    arguments = [f'"{calling.url}"']
    if calling.needs_key:
        arguments.append('headers={"Authorization": f"Bearer {os.environ[\'PULLQUOTE_API_KEY\']}"}')
    if calling.body is not None:
        arguments.append(f"json={calling.body!r}")
    imports = "import os\n\nimport httpx" if calling.needs_key else "import httpx"
    call = f"httpx.{calling.method.lower()}({', '.join(arguments)})"
    if calling.method not in ("GET", "POST") and calling.body is not None:
        call = f'httpx.request("{calling.method}", {", ".join(arguments)})'
    return f"{imports}\n\nresponse = {call}\nresponse.raise_for_status()\nprint(response.text)"


def _fetch(calling: Calling) -> str:
    headers = []
    if calling.body is not None:
        headers.append(f'"Content-Type": "{calling.content_type}"')
    if calling.needs_key:
        headers.append("Authorization: `Bearer ${process.env.PULLQUOTE_API_KEY}`")
    options = [f'  method: "{calling.method}",'] if calling.method != "GET" else []
    if headers:
        options.append(f"  headers: {{ {', '.join(headers)} }},")
    if calling.body is not None:
        body = json.dumps(calling.body, ensure_ascii=False, indent=2).replace("\n", "\n  ")
        options.append(f"  body: JSON.stringify({body}),")
    inner = ", {\n" + "\n".join(options) + "\n}" if options else ""
    return (
        f'const response = await fetch("{calling.url}"{inner});\n'
        "if (!response.ok) throw new Error(await response.text());\n"
        "console.log(await response.text());"
    )


def _text(body: Any) -> str:
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
