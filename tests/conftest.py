"""Fixtures that several test modules share."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.remembering_encoder import RememberingEncoder

from service.bootstrap import build_pipeline
from service.domain import Analysis
from service.pipeline import Pipeline
from service.settings import Settings

if TYPE_CHECKING:
    from service.models.encoder import Encoder

pytest_plugins = ["support.databases", "support.servers", "support.eval_product"]

# Short articles gain nothing by a second thread of the encoder, and tests run beside one another lose by it.
os.environ["PULLQUOTE_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"


@pytest.fixture(scope="session")
def fresh_pipeline() -> Pipeline:
    """The real pipeline, loaded once."""
    return build_pipeline(Settings())


@pytest.fixture(scope="session")
def pipeline(fresh_pipeline: Pipeline) -> Pipeline:
    """The real pipeline, whose encoder remembers the texts that it has read.

    Most tests analyse one of a few articles, and nearly all of an analysis is the encoder's pass over it.
    """
    return replace(fresh_pipeline, encoder=RememberingEncoder(fresh_pipeline.encoder))


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The encoder alone, loaded once."""
    from eval.training.weights import load_encoder

    return load_encoder()


@pytest.fixture(scope="session")
def extracted(pipeline: Pipeline) -> Analysis:
    """What is extracted of the article of ``scripted_writer``, with no model that writes."""
    from support.scripted_writer import BRIDGE

    return pipeline.analyse(BRIDGE)
