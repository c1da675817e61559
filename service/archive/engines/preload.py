"""Imported by the server that all workers fork from: models are loaded once, and their memory is shared.

This is only an optimisation. A worker that finds nothing here loads its own pipeline, and reports what fails.
"""

from __future__ import annotations

import os
import pickle
from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import replace

from service.archive.code import code_digest
from service.archive.job.analyst import AnalysingPipeline, AnalystSpec, load_pipeline
from service.bootstrap import build_door
from service.settings import Settings

VARIABLE = "PULLQUOTE_ARCHIVE_PRELOAD"

_PAGE = (
    f"<html><body><article><p>{'The mayor said that it would rain again. ' * 10}</p></article></body></html>"
)
_loaded: dict[AnalystSpec, AnalysingPipeline] = {}


def encode(spec: AnalystSpec) -> str:
    """Return what ``VARIABLE`` must hold when the server starts."""
    return b64encode(pickle.dumps(spec)).decode("ascii")


def loaded(spec: AnalystSpec) -> AnalysingPipeline | None:
    """Return the pipeline of ``spec``, None if the server hasn't loaded it."""
    return next((pipeline for known, pipeline in _loaded.items() if known == spec), None)


def can_share(settings: Settings) -> bool:
    """Return whether workers can be forked with the models loaded: not if a model is or may be on a GPU."""
    return settings.trunk_device == "cpu" and (settings.device == "cpu" or not settings.writes_with.runs_here)


if VARIABLE in os.environ:
    with suppress(Exception):
        wanted: AnalystSpec = pickle.loads(b64decode(os.environ.pop(VARIABLE)))
        if can_share(wanted.settings):
            # On one thread, as a process with more can't be forked safely.
            alone = wanted.settings.model_copy(update={"threads": 1})
            _loaded[wanted] = load_pipeline(replace(wanted, settings=alone))
        code_digest()  # taken now, so that all workers report the code that was loaded
        # The door loads the language detector and the reader of HTML with its first article.
        build_door(wanted.settings).from_html(_PAGE)
