"""The Python client of the HTTP service: typed answers, retries that harm nobody, errors that say what to do.

    from service.client import Pullquote

    with Pullquote("http://127.0.0.1:8000") as pullquote:
        analysis = pullquote.analyze(text=article, length="short")
        print(analysis.summary.text)

Needs the extra ``client``. Not here: analysing in this process (``service.pipeline``); no model is loaded.
"""

from service.client.asynchronous import AsyncPullquote
from service.client.errors import (
    CallError,
    NoAnswer,
    NotAllowed,
    ProblemAnswer,
    RequestRefused,
    ServiceBroken,
    ServiceBusy,
    UnreadableAnswer,
)
from service.client.many import ManyOutcome
from service.client.request import CallOptions
from service.client.result import ReceivedAnalysis
from service.client.retries import Retries
from service.client.synchronous import Pullquote

__all__ = [
    "AsyncPullquote",
    "CallError",
    "CallOptions",
    "ManyOutcome",
    "NoAnswer",
    "NotAllowed",
    "ProblemAnswer",
    "Pullquote",
    "ReceivedAnalysis",
    "RequestRefused",
    "Retries",
    "ServiceBroken",
    "ServiceBusy",
    "UnreadableAnswer",
]
