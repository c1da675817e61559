"""``taxonomy=NAME`` over HTTP: topics of a newsroom's own taxonomy beside Media Topics."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from support.api_server import assert_problem, post
from support.servers import Serve

from service import wire
from service.bootstrap import build_article_reader, load_own_topics
from service.pipeline import Pipeline
from service.settings import Settings
from service.wire.formats import AnalysisFormat

SNOW = "Arctic air brings up to 15 centimetres of snow on Thursday, forecasters said. Rain follows on Friday."


def test_a_taxonomy_is_served_side_by_side_with_media_topics(
    serve: Serve, fresh_pipeline: Pipeline, tmp_path: Path
) -> None:
    path = tmp_path / "desk.yaml"
    path.write_text("- {id: weather, label: Weather, keywords: [rain, snow]}\n- {id: money, label: Money}")
    own = load_own_topics(Settings(taxonomies=str(path)), lambda: build_article_reader(Settings(threads=1)))
    client = serve(replace(fresh_pipeline, own_topics=own))
    analysis = wire.AnalysisModel.model_validate(post(client, {"text": SNOW}, taxonomy="desk").json())
    [topic] = analysis.topics
    assert (topic.id, topic.label, topic.path) == ("weather", "Weather", ["weather"])
    assert topic.evidence
    assert analysis.provenance.taxonomy.startswith("desk sha256:")
    assert post(client, {"text": SNOW}).json()["topics"][0]["id"] == "medtop:17000000"
    detail = assert_problem(post(client, {"text": SNOW}, taxonomy="x"), 422, "unknown-taxonomy")
    assert "loaded: desk" in detail
    as_ninjs = {"Accept": AnalysisFormat.NINJS.media_type}
    item = client.post(
        "/v1/analyses", json={"text": SNOW}, params={"taxonomy": "desk"}, headers=as_ninjs
    ).json()
    assert [(one["literal"], one["name"], "uri" in one) for one in item["subjects"]] == [
        ("weather", "Weather", False)
    ]
