"""The product through a running service: ``POST /v1/analyses``, and its answers as analyses."""

from __future__ import annotations

import json
import os
import time
from typing import Any

import httpx

from eval.systems.shape import BuildContext
from service.domain import Analysis, Article
from service.errors import ERRORS, Overloaded, PullquoteError
from service.wire import loads

_KEY_VARIABLE = "PULLQUOTE_API_KEY"
_TIMEOUT_S = 120
_URN = "urn:pullquote:problem:"
_BY_SLUG = {error.problem.slug: error for error in ERRORS}


class RemoteService:
    """A client of the service's API; it asks about one article at a time."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def analyse(self, article: Article) -> Analysis:
        """Return the service's analysis of the article. Raises PullquoteError as the service does."""
        record = {"id": article.id, "title": article.title, "language": "en", "text": article.text}
        # In ASCII, since UTF-8 can't carry lone surrogates, which the service has to handle.
        body = json.dumps(record).encode()
        try:
            response = self._client.post(
                "/v1/analyses", content=body, headers={"Content-Type": "application/json"}
            )
        except httpx.HTTPError as error:
            raise PullquoteError(f"{self._client.base_url} did not answer: {error!r}") from error
        if not response.is_success:
            raise problem(response)
        try:
            return loads(response.content, article.text)
        except ValueError as error:
            raise PullquoteError(f"{self._client.base_url} did not keep the contract: {error}") from error

    def wait_until_ready(self, seconds: float = 60) -> None:
        """Wait for the service's models to load. Raises ValueError if it can't be used."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                response = self._client.get("/readyz")
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise ValueError(
                    f"no service answers at {self._client.base_url} ({error}): start one (pullquote serve)"
                ) from error
            if response.is_success:
                return
            if response.status_code != httpx.codes.SERVICE_UNAVAILABLE or time.monotonic() > deadline:
                raise ValueError(f"{self._client.base_url} is not ready: {problem(response)}")
            time.sleep(0.5)


def problem(response: httpx.Response) -> PullquoteError:
    """Return the error that a problem document stands for, with its detail and code."""
    try:
        document: dict[str, Any] = response.json()
        slug = str(document["type"]).removeprefix(_URN)
        detail, code = str(document["detail"]), str(document["code"])
    except (ValueError, KeyError, TypeError):
        return PullquoteError(
            f"{response.request.url} answered {response.status_code}: {response.text[:200]!r}"
        )
    kind = _BY_SLUG.get(slug, PullquoteError)
    if kind is Overloaded:
        return Overloaded(detail, retry_after_s=int(response.headers.get("Retry-After", 1)))
    return kind(detail, code=code)


def build_remote(_: BuildContext, url: str) -> RemoteService:
    """Connect to the service at ``url`` and wait until it is ready. Raises ValueError.

    Its API key, if it asks for one, is in the environment.
    """
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"{url!r} is no address of a service: give url:http://host:port")
    # Connections are not kept alive, so that none is left to close.
    limits = httpx.Limits(max_keepalive_connections=0)
    key = os.environ.get(_KEY_VARIABLE, "")
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    remote = RemoteService(httpx.Client(base_url=url, headers=headers, timeout=_TIMEOUT_S, limits=limits))
    remote.wait_until_ready()
    return remote
