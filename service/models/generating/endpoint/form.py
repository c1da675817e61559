"""The form of a request to an endpoint, and simpler forms for endpoints that reject a parameter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from service.models.generating.backend import Question
from service.models.generating.endpoint.tokens import mended

# By parameter, the words in the messages of endpoints that reject it.
_WORDS = {
    "stream_options": ("stream_options", "include_usage"),
    "temperature": ("temperature",),
    "max_completion_tokens": ("max_completion_tokens", "max_tokens"),
    "response_format": ("response_format", "json_schema", "json_object", "schema", "grammar", "guided"),
}


@dataclass(frozen=True, slots=True)
class RequestForm:
    """The parameters of a request. The default has all that help; endpoints differ in what they accept.

    ``schema`` says what is enforced: the JSON Schema of the answer ("json_schema"), any JSON ("json_object"),
    or nothing ("").
    """

    limit: str = "max_completion_tokens"
    schema: str = "json_schema"
    temperature: bool = True
    stream_usage: bool = True

    def body(self, model: str, question: Question) -> dict[str, Any]:
        """Return the request's parameters."""
        body: dict[str, Any] = {
            "model": model,
            "messages": [
                {"role": message.role, "content": mended(message.content)} for message in question.messages
            ],
            "stream": True,
            self.limit: question.most_tokens,
        }
        if self.stream_usage:
            body["stream_options"] = {"include_usage": True}
        if self.temperature:
            body["temperature"] = 0
        if self.schema == "json_schema" and question.schema:
            schema = {"name": question.name, "schema": dict(question.schema), "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif self.schema == "json_object" and question.schema:
            body["response_format"] = {"type": "json_object"}
        return body

    def without(self, parameter: str) -> RequestForm | None:
        """Return the form that asks less of one parameter, None if there is none."""
        if parameter == "stream_options" and self.stream_usage:
            return replace(self, stream_usage=False)
        if parameter == "temperature" and self.temperature:
            return replace(self, temperature=False)
        if parameter == "max_completion_tokens" and self.limit == parameter:
            return replace(self, limit="max_tokens")
        if parameter == "response_format" and self.schema:
            return replace(self, schema="json_object" if self.schema == "json_schema" else "")
        return None

    def after(self, named: object, said: str) -> RequestForm | None:
        """Return the form to try after a rejection, by the parameter it named or spoke of, if any."""
        name = named if isinstance(named, str) else ""
        for words in (name, said.casefold()):
            for parameter, signs in _WORDS.items():
                if any(sign in words for sign in signs) and (form := self.without(parameter)):
                    return form
        return None
