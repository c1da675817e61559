"""Task ``quotes``: content, source, cue and speakers against annotated attributions."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

import numpy as np

from eval.datasets import GoldAttribution, Offsets, Sample
from eval.metrics import quotes as metric
from eval.metrics.measures import (
    Better,
    Measure,
    calibration,
    calibration_error,
    f1,
    precision,
    recall,
)
from eval.systems.shape import System, quoting
from eval.tasks.base import ArticleScore, Highlight, Task
from service.domain import Analysis, Quote, Span
from service.wire import AnalysisModel, SpanModel, to_dict, to_wire

_UNITS = (
    ("direct_exact", "direct content, exact"),
    ("direct_chars", "direct content, characters"),
    ("all_exact", "all attributions, exact"),
    ("all_chars", "all attributions, characters"),
)


class QuotesTask(Task):
    """Quotes, their sources and cues, and their speakers."""

    name = "quotes"
    about = "Quotes, cues and speakers against annotated attributions."
    measures = (
        *(
            Measure(f"{tally}_{short}", f"{label}, {word}", tally, read)
            for tally, label in _UNITS
            for short, word, read in (
                ("precision", "precision", precision),
                ("recall", "recall", recall),
                ("f1", "F1", f1),
            )
        ),
        Measure("source_f1", "source spans, exact F1", "source", f1),
        Measure("cue_f1", "cue spans, exact F1", "cue", f1),
        Measure("speaker_end_to_end", "direct speaker, end to end", "speaker", recall),
        Measure("speaker_precision", "direct speaker, precision", "speaker", precision),
        *(
            Measure(f"speaker_{kind}", f"speaker end to end, {kind} source", f"speaker_{kind}", recall)
            for kind in ("named", "pronoun", "nominal")
        ),
        Measure("name_end_to_end", "resolved name, end to end", "name", recall),
        Measure("name_precision", "resolved name, precision", "name", precision),
        *(
            Measure(f"{kind}_recall", f"{kind} content, exact recall", f"kind_{kind}", recall)
            for kind in ("direct", "mixed", "indirect")
        ),
        Measure("verbatim", "spans that are verbatim", "verbatim", precision, strict=True),
        Measure("calibration_error", "confidence, calibration error", "calibration", calibration_error,
                better=Better.LOWER),
    )  # fmt: skip
    headline = ("direct_exact_f1", "direct_chars_f1", "all_exact_f1", "all_chars_f1", "source_f1", "cue_f1",
                "speaker_end_to_end", "speaker_precision")  # fmt: skip
    curves = MappingProxyType({"calibration": "reliability"})
    breakdowns = MappingProxyType(
        {
            "By kind of quote": ("direct_recall", "mixed_recall", "indirect_recall"),
            "By who speaks": ("speaker_named", "speaker_pronoun", "speaker_nominal"),
        }
    )

    def takes(self, sample: Sample) -> bool:
        """Return whether the article has annotated attributions."""
        return sample.gold.attributions is not None

    def ask(self, system: System, sample: Sample) -> Analysis:
        """Return the system's analysis."""
        return system.analyse(sample.article)

    def nothing(self, sample: Sample) -> Analysis:
        """Return an analysis without quotes."""
        return quoting(sample.article, (), "nothing")

    def score(self, sample: Sample, answer: Analysis) -> ArticleScore:
        """Return counts of content, sources, cues and speakers, and of verbatim spans on the wire."""
        text, gold = sample.article.text, sample.gold.attributions or ()
        counts = metric.count(text, gold, answer.quotes)
        wire = to_wire(answer)
        spans = list(_spans(wire))
        verbatim = sum(text[span.start : span.end] == span.text for span in spans)
        right = np.array([metric.stands(text, gold, quote) for quote in answer.quotes], dtype=bool)
        confidences = np.array([quote.confidence for quote in answer.quotes], dtype=np.float64)
        tallies: dict[str, Any] = {name: counted.tally for name, counted in counts.items()}
        tallies["verbatim"] = (verbatim, len(spans), len(spans))
        tallies["calibration"] = calibration(confidences, right).tolist()
        every = counts["all_exact"]
        return ArticleScore(
            tallies=tallies,
            quality=every.f1 if every.gold or every.predicted else 1.0,
            gold=[_plain(attribution) for attribution in gold],
            prediction=to_dict(wire)["quotes"],
            highlights=(*_gold_highlights(gold), *_predicted_highlights(answer.quotes)),
        )


def _plain(attribution: GoldAttribution) -> dict[str, Any]:
    return {
        "kind": attribution.kind.value,
        "content": attribution.content,
        "source": attribution.source,
        "cue": attribution.cue,
        "name": attribution.name,
    }


def _gold_highlights(gold: tuple[GoldAttribution, ...]) -> Iterator[Highlight]:
    for attribution in gold:
        roles: tuple[tuple[str, tuple[Offsets, ...], str], ...] = (
            ("content", attribution.content, attribution.kind.value),
            ("source", attribution.source, attribution.name or ""),
            ("cue", attribution.cue, ""),
        )
        for role, spans, label in roles:
            yield from (Highlight(Span(*span), "gold", role, label) for span in spans)


def _predicted_highlights(quotes: tuple[Quote, ...]) -> Iterator[Highlight]:
    for quote in quotes:
        yield from (Highlight(part, "predicted", "content", quote.kind.value) for part in quote.parts)
        if quote.cue:
            yield Highlight(quote.cue, "predicted", "cue")
        if quote.speaker:
            yield Highlight(quote.speaker.mention, "predicted", "source", quote.speaker.name)


def _spans(model: AnalysisModel) -> Iterator[SpanModel]:
    for sentence in model.summary.sentences:
        yield from sentence.evidence
    for quote in model.quotes:
        yield from quote.parts
        yield from [quote.cue] if quote.cue else []
        yield from [quote.speaker.mention] if quote.speaker else []
    for topic in model.topics:
        yield from topic.evidence
