"""A generating model behind an OpenAI-compatible endpoint, over HTTP and without torch."""

from service.models.generating.endpoint.endpoint import Endpoint

__all__ = ["Endpoint"]
