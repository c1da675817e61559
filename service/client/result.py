"""An analysis as the client returns it: the contract, and what the answer said besides."""

from __future__ import annotations

from pydantic import ConfigDict, PrivateAttr

from service.wire import AnalysisModel


class ReceivedAnalysis(AnalysisModel):
    """An analysis of the service. The fields are the contract's (``GET /v1/schema``)."""

    model_config = ConfigDict(frozen=True)

    _sent_text: str | None = PrivateAttr(default=None)
    _request_id: str | None = PrivateAttr(default=None)
    _review_item: str | None = PrivateAttr(default=None)

    @property
    def text(self) -> str:
        """The text that offsets refer to: what the service returned, else what was sent.

        Raises ValueError for an analysis that was not made by this client.
        """
        text = self.article.text if self.article.text is not None else self._sent_text
        if text is None:
            raise ValueError("the answer carries no text, and what was sent is not known")
        return text

    @property
    def request_id(self) -> str | None:
        """The id of the request, as in the service's log."""
        return self._request_id

    @property
    def review_item(self) -> str | None:
        """The path of the analysis in the editors' queue, with ``review=True``."""
        return self._review_item

    @classmethod
    def received(
        cls, content: bytes, *, sent_text: str | None, request_id: str | None, review_item: str | None
    ) -> ReceivedAnalysis:
        """Read an answer. Raises ValueError where it isn't in the contract.

        Keys that this version doesn't know are passed over: the contract grows by addition.
        """
        analysis = cls.model_validate_json(content, extra="ignore")
        analysis._sent_text = sent_text
        analysis._request_id = request_id
        analysis._review_item = review_item
        return analysis
