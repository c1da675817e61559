"""Health, and what stands where: ``/livez``, ``/readyz``, ``/``."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

import service
from service.api import openapi
from service.api.needs import AnalysisService
from service.api.worker import Worker


class Readiness(BaseModel):
    """That the service can analyse, and with what."""

    status: str = Field(examples=["ready"])
    service: str
    encoder: str
    heads: str
    taxonomy: str
    settings: str
    summarizer: str = Field(
        examples=["extractive"], description="What writes the summary, as `PULLQUOTE_SUMMARIZER` names it."
    )


def health(worker: Worker[AnalysisService], *, has_review: bool, summarizer: str) -> APIRouter:
    """Return the routes that tell whether the service lives and can analyse."""
    router = APIRouter(tags=["health"])

    @router.get("/livez", summary="Is the process alive?")
    async def livez() -> dict[str, str]:
        """Always 200 while the process answers; restart it if it doesn't."""
        return {"status": "alive"}

    @router.get("/readyz", summary="Can it analyse?", **openapi.READINESS)
    async def readyz() -> Readiness:
        """200 once the models are loaded, 503 until then, 500 if they could not be loaded."""
        made_by = worker.model().provenance
        return Readiness(
            status="ready",
            service=made_by.service,
            encoder=made_by.encoder,
            heads=made_by.heads,
            taxonomy=made_by.taxonomy,
            settings=made_by.settings,
            summarizer=summarizer,
        )

    @router.get("/", include_in_schema=False)
    async def root() -> JSONResponse:
        return JSONResponse(
            {
                "service": f"Pullquote {service.__version__}",
                "analyse": "POST /v1/analyses",
                "openapi": "/openapi.json",
                "review": "/review" if has_review else None,
                "schema": "/v1/schema",
                "health": ["/livez", "/readyz"],
                "metrics": "/metrics",
            }
        )

    return router
