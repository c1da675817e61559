"""An encoder that reads no text twice, so that tests can share what it has made of an article."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from service.pipeline import Encodes
from service.text.document import Document

if TYPE_CHECKING:
    from service.models.encoder import Encoding

_TEXTS = 128  # about a megabyte an article


class RememberingEncoder:
    """Passes on what another encoder makes of a text, and keeps the latest."""

    def __init__(self, encoder: Encodes) -> None:
        self._encode = lru_cache(_TEXTS)(encoder.encode)

    def encode(self, document: Document) -> Encoding:
        return self._encode(document)
