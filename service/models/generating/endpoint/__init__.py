"""A model behind an OpenAI-compatible endpoint: no torch, nothing but HTTP."""

from service.models.generating.endpoint.endpoint import Endpoint

__all__ = ["Endpoint"]
