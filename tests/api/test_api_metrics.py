"""What the service measures: requests, the queue, phases and the quality of analyses, at /metrics."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families
from support.api_server import PLAIN, RAIN, asking, assert_problem, post, running, wait_until
from support.fake_pipeline import Failing, FakePipeline, Gate
from support.servers import Serve

from service.api.app import create_app
from service.api.callers import Caller, Scope
from service.api.examples.article import RECORD
from service.api.observe.metrics import Metrics
from service.api.observe.request_facts import NotesCaller, RequestFacts, collecting
from service.api.observe.watched_pipeline import WatchedPipeline
from service.bootstrap import build_door
from service.domain import Analysis, Article, Generator, Genre, GenreLabel, QuoteKind, Request
from service.errors import ProblemType, PullquoteError
from service.pipeline import Pipeline
from service.settings import Settings
from service.timing import Phase, Stopwatch, watching

ROOT = Path(__file__).parents[2]
QUOTED = "The mayor of the town spoke of the rain on Tuesday.\n“Bring a coat,” she said to everybody there."


def values(client: httpx.Client, name: str) -> dict[tuple[str, ...], float]:
    """Return the samples of a name: by the values of their labels, in the order of the labels' names."""
    text = client.get("/metrics").text
    return {
        tuple(value for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    }


def value(client: httpx.Client, name: str, *labels: str) -> float:
    return values(client, name).get(labels, 0.0)


def test_requests_are_counted_by_route_method_and_status(serve: Serve) -> None:
    client = serve(FakePipeline())
    post(client, RECORD)
    client.post("/v1/analyses", content=b"  ", headers=PLAIN)
    for path in ("/nothing/1", "/nothing/2"):
        client.get(path)
    client.request("BREW", "/livez")
    counted = values(client, "pullquote_http_requests_total")  # labels: method, route, status
    assert counted["POST", "/v1/analyses", "200"] == 1
    assert counted["POST", "/v1/analyses", "422"] == 1
    assert counted["GET", "unmatched", "404"] == 2, "what callers send is no label"
    assert counted["other", "/livez", "405"] == 1
    timed = values(client, "pullquote_http_request_duration_seconds_count")
    assert timed["POST", "/v1/analyses", "200"] == 1
    assert value(client, "pullquote_http_requests_in_progress") == 1, "the one that asks"


def test_problems_are_counted_by_their_code(serve: Serve) -> None:
    client = serve(FakePipeline(), max_chars=1000)
    client.post("/v1/analyses", content=b"  ", headers=PLAIN)
    client.post("/v1/analyses", content=b"a" * 200_000, headers=PLAIN)
    client.get("/v1/analyses?length=vast")
    codes = values(client, "pullquote_problems_total")
    assert codes == {("empty-article",): 1, ("body-too-large",): 1, ("method-not-allowed",): 1}


def test_the_queue_shows_its_depth_and_what_waiting_takes(serve: Serve) -> None:
    gate = Gate()
    client = serve(FakePipeline(gate), queue_limit=3)
    with ThreadPoolExecutor(3) as pool:
        answers = [pool.submit(post, client, RECORD) for _ in range(3)]
        # Asking while the only thread that analyses is held: nothing here waits behind work.
        wait_until(lambda: value(client, "pullquote_queue_depth") == 3)
        assert value(client, "pullquote_queue_capacity") == 3
        assert_problem(post(client, RECORD), 429, "overloaded")
        gate.open()
        assert {answer.result().status_code for answer in answers} == {200}
    assert value(client, "pullquote_queue_depth") == 0
    assert value(client, "pullquote_problems_total", "overloaded") == 1
    assert value(client, "pullquote_queue_wait_seconds_count") == 3
    assert value(client, "pullquote_queue_wait_seconds_sum") > 0


def test_an_answer_tells_what_its_phases_took(serve: Serve) -> None:
    client = serve(FakePipeline())
    answer = post(client, RECORD)
    times = dict(re.findall(r"(\w+);dur=(\d+\.\d)(?:, |$)", answer.headers["server-timing"]))
    # The stand-in for the pipeline has no phases of its own.
    assert list(times) == ["receive", "queue", "read", "write", "total"]
    parts = sum(float(took) for name, took in times.items() if name != "total")
    assert parts <= float(times["total"]) + 0.5
    assert "server-timing" not in client.get("/livez").headers
    counted = values(client, "pullquote_phase_duration_seconds_count")
    assert counted["read",] == counted["write",] == counted["receive",] == 1
    assert set(counted) == {(phase,) for phase in Phase if phase is not Phase.QUEUE}


def test_the_real_pipeline_tells_its_phases_and_tokens(pipeline: Pipeline) -> None:
    metrics = Metrics(0.5)
    stopwatch = Stopwatch(metrics.note_lap)
    article = Article(id="a", text=RECORD["text"])
    with watching(stopwatch):
        watched = WatchedPipeline(pipeline, metrics).analyse(article)
    assert [lap.phase for lap in stopwatch.laps] == [Phase.SEGMENT, Phase.MODEL, Phase.EXTRACT]
    assert stopwatch.laps[1].tokens > 50
    assert watched == pipeline.analyse(article), "a stopwatch changes nothing"
    assert metrics.registry.get_sample_value("pullquote_article_tokens_total") == stopwatch.laps[1].tokens


def test_an_analysis_outside_of_a_request_is_measured_as_well() -> None:
    class Timed(FakePipeline):
        def analyse(self, article: Article, request: Request = Request(), *_: object) -> Analysis:  # noqa: B008
            from service.timing import phase

            with phase(Phase.MODEL):
                return super().analyse(article, request)

    metrics = Metrics(0.5)
    WatchedPipeline(Timed(), metrics).analyse(Article(id="a", text=RAIN))
    model = metrics.registry.get_sample_value("pullquote_phase_duration_seconds_count", {"phase": "model"})
    assert model == 1


def test_the_quality_of_analyses_is_counted(serve: Serve) -> None:
    client = serve(Failing("down"))
    post(client, {"text": QUOTED})
    assert values(client, "pullquote_quotes_total") == {("direct",): 1, ("indirect",): 0, ("mixed",): 0}
    assert values(client, "pullquote_marked_quotes_total") == {("known",): 1, ("unknown",): 0}
    assert values(client, "pullquote_summary_sentences_total") == {("enough",): 0, ("low",): 1}
    assert value(client, "pullquote_warnings_total", "model_failed") == 1
    assert value(client, "pullquote_warnings_total", "repaired_text") == 0, "shown before the first"
    assert value(client, "pullquote_article_characters_total") == len(QUOTED)
    assert value(client, "pullquote_analyses_total", "none") == 1


def test_speakers_genres_and_what_a_model_read_and_wrote_are_counted() -> None:
    metrics = Metrics(least_support=0.1)
    found = FakePipeline().analyse(Article(id="a", text=QUOTED))
    [quote] = found.quotes
    metrics.note_analysis(
        replace(
            found,
            quotes=(
                replace(quote, kind=QuoteKind.MIXED, speaker=None),
                replace(quote, kind=QuoteKind.INDIRECT, speaker=None, rank=2),
            ),
            genre=Genre(GenreLabel.OPINION, 0.9),
            provenance=replace(found.provenance, generator=Generator("m", 1, 70, 8, None)),
        )
    )

    def counted(name: str, **labels: str) -> float | None:
        return metrics.registry.get_sample_value(f"pullquote_{name}_total", labels)

    assert counted("marked_quotes", speaker="unknown") == 1, "reported speech is no marked quotation"
    assert counted("quotes", kind="mixed") == counted("quotes", kind="indirect") == 1
    assert counted("analyses", genre="opinion") == 1
    assert counted("summary_sentences", support="enough") == 1
    assert (counted("generator_tokens", direction="in"), counted("generator_tokens", direction="out")) == (
        70,
        8,
    )


def test_what_answers_is_told_with_its_digests_once_it_is_loaded() -> None:
    gate = Gate()

    def load() -> FakePipeline:
        gate(Article(id="a", text="a"))
        return FakePipeline()

    with running(Settings(), load) as url, asking(url) as client:
        assert gate.entered.wait(10)
        assert value(client, "pullquote_ready") == 0
        gate.open()
        wait_until(lambda: value(client, "pullquote_ready") == 1)
        [info] = values(client, "pullquote_build_info")
        assert {"sha256:e", "sha256:h", "sha256:s"} <= set(info)
        assert value(client, "process_resident_memory_bytes") > 0


def test_both_text_formats_are_whole(client: httpx.Client) -> None:
    plain = client.get("/metrics")
    assert plain.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert "_created" not in plain.text
    assert {family.name for family in text_string_to_metric_families(plain.text)} >= {"pullquote_queue_depth"}
    asked = {"Accept": "application/openmetrics-text; version=1.0.0"}
    openmetrics = client.get("/metrics", headers=asked)
    assert openmetrics.headers["content-type"].startswith("application/openmetrics-text")
    assert {family.name for family in parse_openmetrics(openmetrics.text)} >= {"pullquote_queue_depth"}


def test_applications_share_no_measurement(serve: Serve) -> None:
    one, other = serve(FakePipeline()), serve(FakePipeline())
    post(one, RECORD)
    assert value(one, "pullquote_analyses_total", "none") == 1
    assert value(other, "pullquote_analyses_total", "none") == 0


class _RefusedError(PullquoteError):
    problem = ProblemType(403, "Forbidden", "forbidden")


class _Admits:
    """Lets one bearer in, to what it asks for."""

    def __init__(self) -> None:
        self.asked: list[Scope] = []

    async def require(self, request: httpx.Request, scope: Scope) -> Caller:
        self.asked.append(scope)
        if request.headers.get("authorization") != "Bearer prometheus":
            raise _RefusedError("This needs a key of the scope metrics. Send one.")
        return Caller("prometheus", "k7")


def test_metrics_are_for_who_has_their_scope() -> None:
    from starlette.testclient import TestClient

    admits = _Admits()
    settings = Settings()
    app = create_app(settings, FakePipeline, build_door(settings), admits=admits)  # type: ignore[arg-type]
    with TestClient(app, base_url="http://127.0.0.1") as client:
        assert client.get("/metrics").status_code == 403
        assert client.get("/livez").status_code == 200
        answer = client.get("/metrics", headers={"Authorization": "Bearer prometheus"})
    assert admits.asked == [Scope.METRICS, Scope.METRICS]
    assert 'pullquote_problems_total{code="forbidden"} 1.0' in answer.text


def test_whose_key_a_request_came_with_is_noted() -> None:
    class Key:
        async def require(self, request: object, scope: Scope) -> Caller:
            return Caller("desk", "k7")

    with collecting(RequestFacts()) as facts:
        asyncio.run(NotesCaller(Key()).require(None, Scope.ANALYSE))  # type: ignore[arg-type]
    assert facts.key == "k7"


def test_a_broken_answer_is_measured(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    from service import wire

    def defect() -> None:
        raise RuntimeError

    monkeypatch.setattr(wire, "json_schema", defect)
    client = serve(FakePipeline())
    assert client.get("/v1/schema").status_code == 500
    assert value(client, "pullquote_http_requests_total", "GET", "/v1/schema", "500") == 1
    assert value(client, "pullquote_problems_total", "internal-error") == 1


def test_the_page_on_operations_lists_every_measurement_and_no_other() -> None:
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    rows = re.findall(r"^\| `(pullquote_\w+)` \| (\w+) \| ([^|]*) \|", page, re.MULTILINE)
    listed = {name: (kind, tuple(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}
    assert listed == described(Metrics(0.5))


def described(metrics: Metrics) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return kind and labels of each measurement of ours, by the name that queries have."""
    found = {}
    for family in metrics.registry.collect():
        if family.name.startswith("pullquote_"):
            suffix = {"counter": "_total", "info": "_info"}.get(family.type, "")
            kind = "gauge" if family.type == "info" else family.type
            found[family.name + suffix] = (kind, _labels(metrics, family.name))
    return found


def _labels(metrics: Metrics, name: str) -> tuple[str, ...]:
    [collector] = {metric for metric, names in metrics.registry._collector_to_names.items() if name in names}
    return tuple(getattr(collector, "_labelnames", ()))
