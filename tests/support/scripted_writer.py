"""The real pipeline with a generating model behind a scripted endpoint, and what that may answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from service.bootstrap import build_door, build_writer
from service.domain import Analysis
from service.ingest import Declared
from service.pipeline import Pipeline
from service.settings import Settings
from support.scripted_endpoint import Scripted, Step, scripted

MODEL = "openai:scripted"
ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "examples" / "harbour-bridge.txt").read_text("utf-8")
BRIDGE = build_door(Settings()).from_text(TEXT, Declared(id="bridge"))

CLOSES = (
    "The swing bridge across Port Ellery harbour will close to all vehicles on January 12 for repairs "
    "expected to take eleven months, the city council decided.",
    2,
)
VOTE = ("The council voted 7 to 2 to spend $48 million on a new bearing, new decking and a motor.", 3)
FERRY = ("A free passenger ferry will run every ten minutes while the work lasts.", 19)
INVENTED = ("The governor has called the plan a scandal.", 4)
FRENCH = (
    "Le pont tournant du port sera fermé à tous les véhicules pendant onze mois, a décidé le conseil.",
    2,
)


def said(*sentences: tuple[str, int]) -> str:
    """An answer to ``summarize``."""
    written = [{"text": text, "evidence": [number]} for text, number in sentences]
    return json.dumps({"refusal": None, "sentences": written}, ensure_ascii=False)


GOOD = said(CLOSES, VOTE, FERRY)


def texts(analysis: Analysis) -> list[str]:
    return [sentence.text for sentence in analysis.summary.sentences]


def with_writer(pipeline: Pipeline, url: str, **settings: Any) -> Pipeline:
    """Return ``pipeline`` as ``bootstrap`` would wire it with these settings, without loading it again."""
    chosen = Settings(
        summarizer=MODEL, endpoint=url, **{"endpoint_timeout_s": 5.0, "endpoint_retries": 0, **settings}
    )
    return with_settings(pipeline, chosen)


def with_settings(pipeline: Pipeline, chosen: Settings) -> Pipeline:
    """Return ``pipeline`` with the writer that ``bootstrap`` makes of these settings."""
    writer = build_writer(chosen, pipeline.encoder)
    assert writer is not None
    prompts = MappingProxyType({prompt.label: prompt.digest for prompt in writer.prompts.values()})
    return replace(pipeline, writer=writer, provenance=replace(pipeline.provenance, prompts=prompts))


@contextmanager
def written_by(pipeline: Pipeline, *steps: Step, **settings: Any) -> Iterator[tuple[Pipeline, Scripted]]:
    """Yield a pipeline whose model does these steps, and the endpoint that plays it."""
    with scripted(steps) as server:
        yield with_writer(pipeline, server.url, **settings), server
