"""Fixtures that several test modules share."""

from __future__ import annotations

import pytest

from service.bootstrap import build_pipeline
from service.pipeline import Pipeline
from service.settings import Settings

pytest_plugins = ["databases"]


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    """The real pipeline, loaded once."""
    return build_pipeline(Settings())
