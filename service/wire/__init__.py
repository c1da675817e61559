"""The JSON contract: one shape for the command line, the API, the archive job and the review export.

``dumps`` and ``to_wire`` write an analysis, ``loads`` and ``from_wire`` read it back. ``json_schema`` is the
single source of the published schema.
"""

from service.wire.models import (
    AnalysisModel,
    ArticleModel,
    QuoteModel,
    SpanModel,
    SummarySentenceModel,
    TopicModel,
    json_schema,
)
from service.wire.offsets import OffsetUnit, require_unit
from service.wire.reading import WireReader, from_wire, loads
from service.wire.writing import WireWriter, dumps, provenance_to_wire, rounded, serialise, to_dict, to_wire

__all__ = [
    "AnalysisModel",
    "ArticleModel",
    "OffsetUnit",
    "QuoteModel",
    "SpanModel",
    "SummarySentenceModel",
    "TopicModel",
    "WireReader",
    "WireWriter",
    "dumps",
    "from_wire",
    "json_schema",
    "loads",
    "provenance_to_wire",
    "require_unit",
    "rounded",
    "serialise",
    "to_dict",
    "to_wire",
]
