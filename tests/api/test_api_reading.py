"""What analyses are made with, read from the service: models, taxonomies, prompts, the schema."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from support.api_server import assert_problem
from support.fake_pipeline import PROVENANCE, FakePipeline
from support.kept_service import keeping
from support.servers import Serve

import service
from service.models import manifest
from service.pipeline import Pipeline
from service.topics.taxonomy import LEVEL_1

WEIGHTS = Path(manifest.__file__).parent / "weights"


def test_models_are_told_with_the_digests_of_their_files(client: httpx.Client) -> None:
    told = client.get("/v1/models").json()
    assert (told["service"], told["summarizer"]) == (service.__version__, "extractive")
    for file in told["heads"]["files"]:
        assert file["digest"] == f"sha256:{sha256((WEIGHTS / file['name']).read_bytes()).hexdigest()}"
        card = (WEIGHTS / file["name"]).with_suffix(".md").read_text("utf-8")
        assert card.startswith(f"# {file['card']}\n")
    assert {file["name"] for file in told["encoder"]["files"]} >= {"model.safetensors", "tokenizer.json"}


def test_models_have_the_digests_that_analyses_carry(client: httpx.Client, pipeline: Pipeline) -> None:
    told = client.get("/v1/models").json()
    assert told["encoder"]["digest"] == pipeline.provenance.encoder
    assert told["heads"]["digest"] == pipeline.provenance.heads


def test_the_taxonomy_is_told_with_its_topics(client: httpx.Client) -> None:
    (taxonomy,) = client.get("/v1/taxonomies").json()["taxonomies"]
    assert (taxonomy["id"], taxonomy["version"], taxonomy["language"]) == (
        "mediatopics",
        LEVEL_1.version,
        "en",
    )
    assert taxonomy["count"] == len(taxonomy["topics"]) == len(LEVEL_1.topics)
    assert taxonomy["topics"][16] == {"id": "medtop:17000000", "label": "weather", "parent": None}


def test_prompts_are_those_in_use(serve: Serve, client: httpx.Client) -> None:
    assert client.get("/v1/prompts").json() == {"prompts": []}
    pipeline = FakePipeline()
    pipeline.provenance = replace(PROVENANCE, prompts={"topics@2": "sha256:b", "summarize@1": "sha256:a"})
    assert serve(pipeline).get("/v1/prompts").json() == {
        "prompts": [
            {"name": "summarize", "version": "1", "digest": "sha256:a"},
            {"name": "topics", "version": "2", "digest": "sha256:b"},
        ]
    }


def test_prompts_wait_for_the_models_and_the_rest_does_not(serve: Serve) -> None:
    def load() -> FakePipeline:
        raise RuntimeError

    client = serve(load=load)
    assert client.get("/v1/models").status_code == 200
    assert client.get("/v1/taxonomies").status_code == 200
    assert client.get("/v1/prompts").status_code in {500, 503}


@pytest.mark.parametrize("path", ["/v1/models", "/v1/taxonomies", "/v1/prompts", "/v1/schema"])
def test_each_has_a_tag_and_is_not_sent_to_who_has_it(client: httpx.Client, path: str) -> None:
    first = client.get(path)
    assert first.headers["content-type"] == "application/json"
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert_problem(client.post(path), 405, "method-not-allowed")


def test_the_page_for_callers_names_every_problem_and_every_operation(tmp_path: Path) -> None:
    page = (Path(service.__file__).parents[1] / "docs" / "api.md").read_text("utf-8")
    with keeping(tmp_path / "store.db") as (client, _):
        paths = client.get("/openapi.json").json()["paths"]
    for path, operations in paths.items():
        assert path.replace("analysis_id", "id") in page
        for operation in operations.values():
            for answer in operation["responses"].values():
                for content in answer.get("content", {}).values():
                    example = content.get("example", {})
                    if isinstance(example, dict) and "code" in example:
                        slug = example["type"].rpartition(":")[2]
                        assert f"`{slug}`" in page
                        assert f"`{example['code']}`" in page
