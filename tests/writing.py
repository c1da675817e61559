"""The real pipeline with a generating model behind a scripted endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from scripted_endpoint import Scripted, Step, scripted

from service.bootstrap import build_writer
from service.pipeline import Pipeline
from service.settings import Settings

MODEL = "openai:scripted"


def with_writer(pipeline: Pipeline, url: str, **settings: Any) -> Pipeline:
    """Return ``pipeline`` as ``bootstrap`` would wire it with these settings, without loading it again."""
    chosen = Settings(
        summarizer=MODEL, endpoint=url, **{"endpoint_timeout_s": 5.0, "endpoint_retries": 0, **settings}
    )
    writer = build_writer(chosen, pipeline.encoder)
    assert writer is not None
    prompts = MappingProxyType({prompt.label: prompt.digest for prompt in writer.prompts.values()})
    return replace(pipeline, writer=writer, provenance=replace(pipeline.provenance, prompts=prompts))


@contextmanager
def written_by(pipeline: Pipeline, *steps: Step, **settings: Any) -> Iterator[tuple[Pipeline, Scripted]]:
    """Yield a pipeline whose model does these steps, and the endpoint that plays it."""
    with scripted(steps) as server:
        yield with_writer(pipeline, server.url, **settings), server
