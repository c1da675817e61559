"""``GET /metrics``: what is measured, for Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Security
from starlette.requests import Request
from starlette.responses import Response

from service.access.refusals import MissingScope, NoKey
from service.api.callers import Admits, Scope
from service.api.observe.metrics import Metrics
from service.api.openapi import BEARER, problem_responses


def metrics_routes(metrics: Metrics, admits: Admits) -> APIRouter:
    """Return the route that tells what is measured. It runs on the event loop and never waits for work."""
    router = APIRouter(tags=["health"])

    @router.get(
        "/metrics",
        summary="What is measured",
        response_class=Response,
        responses={
            200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
            **problem_responses("/metrics", NoKey, MissingScope),
        },
        dependencies=[Security(BEARER)],
    )
    async def read_metrics(request: Request) -> Response:
        """Prometheus' text format, or OpenMetrics if the header Accept asks for it."""
        await admits.require(request, Scope.METRICS)
        content, content_type = metrics.render(request.headers.get("accept", ""))
        # As a header of its own: the library's type names its charset, and Starlette would add another.
        return Response(content, headers={"Content-Type": content_type})

    return router
