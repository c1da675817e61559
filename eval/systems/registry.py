"""Every system by name, and how it is built. A system's imports happen when it is built."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from eval.systems.shape import BuildContext, Judge, Splitter, System, SystemSpec

_Built = System | Judge | Splitter


def build(text: str, context: BuildContext) -> _Built:
    """Build the system that ``text`` names: ``name``, or ``name:argument``.

    Raises ValueError saying what there is for an unknown name, an argument that is missing or not wanted, and
    an extra that is not installed; and as the system's own ``build`` does (FileNotFoundError for answers).
    """
    name, colon, argument = text.partition(":")
    spec = SYSTEMS.get(name)
    if spec is None:
        raise ValueError(
            f"no system is called {name!r}; there are {', '.join(map(_usage, SYSTEMS.values()))}"
        )
    if spec.argument and not argument:
        raise ValueError(f"{name} needs an argument: {_usage(spec)}")
    if colon and not spec.argument:
        raise ValueError(f"{name} takes no argument, and was given {argument!r}")
    try:
        return spec.build(context, argument)
    except ModuleNotFoundError as error:
        if spec.extra is None or (error.name or "").partition(".")[0] in {"eval", "service"}:
            raise
        raise ValueError(f"{error.name} is not installed: pip install 'pullquote[{spec.extra}]'") from error


def names_for(task: str) -> tuple[str, ...]:
    """Return the systems of a task that need no argument, the product first."""
    return tuple(spec.name for spec in SYSTEMS.values() if task in spec.tasks and not spec.argument)


def stored_beside(task: str, source: str) -> tuple[str, ...]:
    """Return the stored answers beside data: rivals/NAME_dev.jsonl.gz beside polnear_dev.jsonl.gz."""
    data = Path(source)
    part = data.name.partition(".")[0].rpartition("_")[2]
    if task not in SYSTEMS["stored"].tasks or not part:
        return ()
    return tuple(f"stored:{path}" for path in sorted(data.parent.glob(f"rivals/*_{part}.jsonl*")))


def _usage(spec: SystemSpec) -> str:
    return f"{spec.name}:{spec.argument}" if spec.argument else spec.name


def _later(module: str, function: str) -> Callable[[BuildContext, str], _Built]:
    """Return a build function that imports its module when it is called, so that listing is instant."""

    def build_now(context: BuildContext, argument: str) -> _Built:
        built: _Built = getattr(import_module(f"eval.systems.{module}"), function)(context, argument)
        return built

    return build_now


_SUMMARIES = frozenset({"summaries", "points"})
_SPEAKERS = frozenset({"quotes", "speakers", "names", "unattributed"})
_QUOTES = _SPEAKERS | {"key-quotes", "lead-quote"}
_SUPPORT = frozenset({"support"})
_SERVICE = _QUOTES | {"summaries", "points", "topics", "genre"}
_RIVALS = "rivals"

_ALL = (
    SystemSpec(
        "pullquote",
        "this package, in this process",
        _SERVICE | {"segmentation", "support"},
        _later("product", "build"),
    ),
    SystemSpec(
        "url",
        "a running service, over HTTP",
        _SERVICE,
        _later("remote", "build_remote"),
        argument="http://HOST:PORT",
        extra=_RIVALS,
    ),
    SystemSpec(
        "lead-3",
        "the first three sentences",
        _SUMMARIES,
        _later("summaries.baselines", "build_lead"),
    ),
    SystemSpec(
        "random",
        "three sentences drawn by chance: the floor",
        _SUMMARIES,
        _later("summaries.baselines", "build_random"),
    ),
    SystemSpec(
        "oracle",
        "up to three sentences chosen with the reference in hand: the ceiling of extraction",
        frozenset({"summaries"}),
        _later("summaries.baselines", "build_oracle"),
        extra="eval",
    ),
    SystemSpec(
        "sumy-lexrank",
        "sumy's LexRank",
        _SUMMARIES,
        _later("summaries.sumy_systems", "build_lexrank"),
        extra=_RIVALS,
    ),
    SystemSpec(
        "sumy-textrank",
        "sumy's TextRank",
        _SUMMARIES,
        _later("summaries.sumy_systems", "build_textrank"),
        extra=_RIVALS,
    ),
    SystemSpec(
        "sumy-lsa",
        "sumy's latent semantic analysis",
        _SUMMARIES,
        _later("summaries.sumy_systems", "build_lsa"),
        extra=_RIVALS,
    ),
    SystemSpec(
        "minilm-lexrank",
        "LexRank over MiniLM sentence embeddings",
        _SUMMARIES,
        _later("summaries.embeddings", "build_lexrank"),
        extra=_RIVALS,
    ),
    SystemSpec(
        "minilm-centroid",
        "sentences nearest to the k-means centres of MiniLM embeddings",
        _SUMMARIES,
        _later("summaries.embeddings", "build_centroid"),
        extra=_RIVALS,
    ),
    SystemSpec(
        "seq2seq",
        "an encoder-decoder that transformers loads, by name or folder",
        _SUMMARIES,
        _later("summaries.seq2seq", "build_seq2seq"),
        argument="NAME",
    ),
    SystemSpec(
        "marks",
        "quotation-mark rules, quotes ranked by position",
        _QUOTES,
        _later("marks", "build_marks"),
    ),
    SystemSpec(
        "marks-longest",
        "quotation-mark rules, the longest quote first",
        frozenset({"key-quotes", "lead-quote"}),
        _later("marks", "build_longest"),
    ),
    SystemSpec(
        "stored",
        "answers in a file, as Citron, GenderGapTracker, textacy or naive rules gave them",
        # Not "unattributed": there are no stored answers about articles without their attributions.
        frozenset({"quotes", "names"}),
        _later("stored", "build_stored"),
        argument="FILE",
    ),
    SystemSpec(
        "reviewed",
        "what the model had said of the articles in a review's export, before editors corrected it",
        (_QUOTES | {"summaries", "topics"}) - {"unattributed"},
        _later("stored", "build_reviewed"),
        argument="FILE",
    ),
    SystemSpec(
        "always-news",
        "every article is news",
        frozenset({"genre"}),
        _later("majority", "build_news"),
    ),
    SystemSpec(
        "tfidf-lr",
        "TF-IDF and logistic regression, trained when built (--train)",
        frozenset({"topics"}),
        _later("tfidf", "build_tfidf"),
        extra=_RIVALS,
    ),
    SystemSpec(
        "pullquote-words",
        "this package's grounding, words alone, as editors see it at once",
        _SUPPORT,
        _later("judges", "build_words"),
    ),
    SystemSpec(
        "coverage",
        "share of a claim's content words in its best sentence and in the whole article",
        _SUPPORT,
        _later("judges", "build_coverage"),
    ),
    SystemSpec(
        "minilm-support",
        "cosine of a claim and its nearest sentence",
        _SUPPORT,
        _later("judges", "build_minilm"),
        extra=_RIVALS,
    ),
    SystemSpec(
        "punkt",
        "NLTK's Punkt without training, paragraph by paragraph",
        frozenset({"segmentation"}),
        _later("splitters", "build_punkt"),
    ),
)
SYSTEMS: dict[str, SystemSpec] = {spec.name: spec for spec in _ALL}
