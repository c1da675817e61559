"""``/`` for people and programs, ``/docs``, and the files of both."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse
from starlette.requests import Request
from starlette.responses import Response

import service
from service.api.pages.articles import example_articles
from service.api.pages.reference import read_reference
from service.api.pages.rendering import STATIC, PageStatic, address_of, page_renderer, wants_html


def install_pages(app: FastAPI, *, has_review: bool, max_chars: int) -> None:
    """Add the pages to ``app``; the reference shows every route that ``app`` has when it is first asked."""
    render = page_renderer()
    examples = example_articles()
    router = APIRouter(include_in_schema=False)
    review = "/review" if has_review else None
    ways = {
        "service": f"Pullquote {service.__version__}",
        "analyse": "POST /v1/analyses",
        "openapi": "/openapi.json",
        "docs": "/docs",
        "review": review,
        "schema": "/v1/schema",
        "health": ["/livez", "/readyz"],
    }

    @router.get("/")
    def front(request: Request, example: str = "") -> Response:
        if not wants_html(request):
            return JSONResponse(ways, headers={"Vary": "Accept"})
        chosen = next((one for one in examples if one.name == example), None)
        return render("front.html.j2", review=review, examples=examples, chosen=chosen, max_chars=max_chars)

    @router.get("/docs")
    def docs(request: Request) -> Response:
        reference = read_reference(app.openapi(), address_of(request))
        return render("reference.html.j2", review=review, reference=reference)

    app.mount("/pages", PageStatic(directory=STATIC), name="pages")
    app.include_router(router)
