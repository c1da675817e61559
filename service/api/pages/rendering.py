"""Templates, headers and static files of the pages, and whether a request wants a page at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

import service

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_HOST = re.compile(r"(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_DEFAULT_HOST = "127.0.0.1:8000"
# What descriptions are written in: the parts of Markdown that they use.
_MARKED = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*")


class PageStatic(StaticFiles):
    """Files under the pages' own headers; their addresses carry the version, so a browser may keep them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file."""
        response = await super().get_response(path, scope)
        response.headers.update(HEADERS | {"Cache-Control": "max-age=3600"})
        return response


def page_renderer() -> Callable[..., Response]:
    """Load the templates, and return what renders one by its name. Everything is escaped."""
    templates = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {"marked": _marked, "marked_line": _marked_line}
    templates.globals["version"] = service.__version__

    def render(template: str, **context: Any) -> Response:
        page = templates.get_template(template).render(**context)
        return HTMLResponse(page, headers=HEADERS | {"Cache-Control": "no-cache", "Vary": "Accept"})

    return render


def wants_html(request: Request) -> bool:
    """Return whether a request would rather have a page than JSON: a browser's, but not curl's."""
    weights = _weights(request.headers.get("accept", ""))
    html = max(weights.get("text/html", 0.0), weights.get("application/xhtml+xml", 0.0))
    return html > max(weights.get("application/json", 0.0), weights.get("application/*", 0.0))


def address_of(request: Request) -> str:
    """Return the address that a request came to, for examples; a host that can't be one is replaced."""
    host = request.headers.get("host", "")
    scheme = "https" if request.scope.get("scheme") == "https" else "http"
    return f"{scheme}://{host if _HOST.fullmatch(host) else _DEFAULT_HOST}"


def _weights(accept: str) -> dict[str, float]:
    """Return the weight of each media type in an Accept header."""
    weights = {}
    for entry in accept.split(","):
        media_type, *parameters = (part.strip().lower() for part in entry.split(";"))
        weight = next((value[2:] for value in parameters if value.startswith("q=")), "1")
        try:
            weights[media_type] = float(weight)
        except ValueError:
            weights[media_type] = 0.0
    return weights


def _marked(text: str) -> Markup:
    """Return a description as HTML: code and bold as Markdown has them, paragraphs by blank lines."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return Markup("").join(Markup("<p>{}</p>").format(_marked_line(paragraph)) for paragraph in paragraphs)


def _marked_line(text: str) -> Markup:
    """Return a description of one paragraph as HTML."""
    marked = _MARKED.sub(
        lambda match: f"<code>{match[1]}</code>" if match[1] else f"<strong>{match[2]}</strong>",
        str(escape(text)),
    )
    return Markup(marked)
