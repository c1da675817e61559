"""Fixtures of the command line's tests."""

from __future__ import annotations

import pytest
from support.fake_pipeline import FakePipeline


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakePipeline:
    pipeline = FakePipeline()
    monkeypatch.setattr("service.cli.analyze.build_pipeline", lambda settings: pipeline)
    return pipeline


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A store that is nobody's: `serve` makes one where it is told to."""
    monkeypatch.setenv("PULLQUOTE_STORE", str(tmp_path_factory.mktemp("store") / "store.db"))
