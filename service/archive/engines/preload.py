"""Imported in the server that all workers fork from: models are loaded there once, their memory shared.

Only makes things cheaper: a worker that finds nothing here loads for itself, and reports what fails.
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
    """What ``VARIABLE`` must hold when the server starts."""
    return b64encode(pickle.dumps(spec)).decode("ascii")


def loaded(spec: AnalystSpec) -> AnalysingPipeline | None:
    """Return the pipeline of ``spec`` if the server has loaded it."""
    return next((pipeline for known, pipeline in _loaded.items() if known == spec), None)


def can_share(settings: Settings) -> bool:
    """Return whether workers can be forked with the models in: not with one on a GPU, or that may be."""
    return settings.device == "cpu" or not settings.writes_with.runs_here


if VARIABLE in os.environ:
    with suppress(Exception):
        wanted: AnalystSpec = pickle.loads(b64decode(os.environ.pop(VARIABLE)))
        if can_share(wanted.settings):
            # On one thread: a process that has started more can't be forked safely.
            alone = wanted.settings.model_copy(update={"threads": 1})
            _loaded[wanted] = load_pipeline(replace(wanted, settings=alone))
        code_digest()  # of the code as it is loaded now, for all workers
        # The door loads what it needs with its first article: the language detector, the reader of HTML.
        build_door(wanted.settings).from_html(_PAGE)
