"""Log lines as JSON: one object a line, with the request's id, who asked, and no article's text."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from support.api_server import PLAIN, wait_until
from support.fake_pipeline import FakePipeline
from support.servers import Serve

from service.api import logs
from service.api.examples.article import RECORD, TEXT
from service.api.observe.log_lines import FIELDS, JsonLines, TextLines, formatter
from service.domain import Article

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the log holds, as JSON lines."""
    root = logging.getLogger()
    handlers, level, uvicorns = root.handlers[:], root.level, logging.getLogger("uvicorn").level
    out = io.StringIO()
    monkeypatch.setattr(sys, "stderr", out)
    logs.configure("info", "json")
    yield out
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("uvicorn").setLevel(uvicorns)


def lines(out: io.StringIO, request_id: str) -> list[dict[str, Any]]:
    every = [json.loads(line) for line in out.getvalue().splitlines()]
    return [line for line in every if line["request_id"] == request_id]


def test_a_request_is_one_object_with_what_its_line_tells(serve: Serve, written: io.StringIO) -> None:
    client = serve(FakePipeline())
    client.post("/v1/analyses", content=TEXT.encode(), headers={**PLAIN, "X-Request-ID": "r-1"})
    client.post("/v1/analyses", content=b" ", headers={**PLAIN, "X-Request-ID": "r-2", "traceparent": PARENT})
    wait_until(lambda: bool(lines(written, "r-2")))
    [line] = lines(written, "r-1")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("ts"))
    assert line.pop("ms") >= 0
    assert line.pop("message").startswith("method=POST path=/v1/analyses status=200 ms=")
    assert line == {
        "level": "info",
        "logger": "service.api.logs",
        "request_id": "r-1",
        "method": "POST",
        "path": "/v1/analyses",
        "status": 200,
    }
    [refused] = lines(written, "r-2")
    assert (refused["status"], refused["problem"]) == (422, "empty-article")
    assert refused["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert "Adeyemi" not in written.getvalue()


def test_a_line_from_the_model_s_thread_carries_the_request_s_id(serve: Serve, written: io.StringIO) -> None:
    def speak(article: Article) -> None:
        logging.getLogger("service.models").warning("two\nlines")

    client = serve(FakePipeline(speak))
    client.post("/v1/analyses", json=RECORD, headers={"X-Request-ID": "r-3"})
    assert "two\nlines" in [line["message"] for line in lines(written, "r-3")]


def record(**attributes: object) -> logging.LogRecord:
    made = logging.LogRecord("a.b", logging.ERROR, "", 0, "it %s", ("broke",), None)
    vars(made).update(request_id="-", **attributes)
    return made


def test_fields_never_overwrite_the_line_s_own_and_nothing_is_null() -> None:
    line = json.loads(JsonLines().format(record(**{FIELDS: {"level": "x", "key": None, "status": 200}})))
    assert (line["level"], line["message"], line["status"]) == ("error", "it broke", 200)
    assert "key" not in line


def test_an_exception_is_part_of_its_object() -> None:
    try:
        raise ValueError("no")
    except ValueError:
        failed = logging.LogRecord("a", logging.ERROR, "", 0, "it broke", (), sys.exc_info())
    written = JsonLines().format(failed)
    assert "\n" not in written
    assert json.loads(written)["exception"].endswith("ValueError: no")


def test_text_stays_as_it_was_and_names_a_trace_only_where_there_is_one() -> None:
    lines = formatter("text")
    assert isinstance(lines, TextLines)
    assert lines.format(record()).endswith(" ERROR request_id=- a.b it broke")
    assert lines.format(record(trace_id="4bf9")).endswith(" ERROR request_id=- trace_id=4bf9 a.b it broke")


def test_json_says_how_the_start_goes_in_the_log(
    written: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    from service.cli.serve import _announcing
    from service.settings import Settings

    _announcing(Settings(log_format="json"))("Pullquote is ready.")
    assert json.loads(written.getvalue())["message"] == "Pullquote is ready."
    _announcing(Settings())("Pullquote is ready.")
    assert capsys.readouterr().out == "Pullquote is ready.\n"
