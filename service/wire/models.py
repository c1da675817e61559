"""The contract as pydantic models, which mirror ``domain`` field by field, and its JSON Schema.

The docstrings and descriptions are part of the published schema.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.warning_codes import WarningCode

_WARNING_CODES = "One of the codes of this release; a later one may add others. " + " ".join(
    f"`{code}`: {code.meaning}" for code in WarningCode
)


class _WireModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SpanModel(_WireModel):
    """Words of the article and where they stand; `text[start:end]` of the article is `text`, always."""

    start: int = Field(ge=0, description="First offset, counted in the requested unit.")
    end: int = Field(gt=0, description="Offset after the last.")
    text: str
    html: list[tuple[int, int]] | None = Field(
        default=None,
        description="With `offset_unit=html` alone: the stretches of the HTML that was sent, `[start, end)` "
        "in code points, that hold these words, without tags; decoded and joined they are the words, but for "
        "white space, the dashes of lists and repairs. Null where the place isn't certain.",
    )


class ArticleModel(_WireModel):
    """The article that was analysed."""

    id: str
    title: str | None
    language: str
    text_sha256: str = Field(description="SHA-256 of the canonical text in UTF-8, hexadecimal.")
    text: str | None = Field(
        None,
        description="The canonical text that offsets refer to. Present only where it is not the string that "
        "was sent: HTML, ninjs, or characters that had to be replaced.",
    )


class SummarySentenceModel(_WireModel):
    """A sentence of the summary with its evidence in the article."""

    text: str
    evidence: list[SpanModel]
    support: float = Field(ge=0, le=1)


class SummaryModel(_WireModel):
    """The summary."""

    text: str
    format: Literal["paragraph", "bullets"]
    length: Literal["short", "medium", "long"]
    method: str
    sentences: list[SummarySentenceModel]


class PersonModel(_WireModel):
    """A person or organisation that the article names, with every mention by name."""

    id: str
    name: str
    role: str | None
    kind: Literal["person", "organisation"]
    mentions: list[SpanModel] = Field(min_length=1)


class SpeakerModel(_WireModel):
    """Who said it: the fullest name the article gives, and the mention that attributes the quote.

    An editor's or a generating model's speaker has no `basis` and no `confidence`.
    """

    name: str
    role: str | None
    mention: SpanModel
    person: str | None = Field(
        default=None, description="The id of one of `people`; null for somebody without a name."
    )
    basis: Literal[
        "cue", "label", "carried_over", "pronoun", "description", "context", "turn"
    ] | None = Field(
        default=None,
        description="What the speaker rests on: a cue (“Moss said”), a label (“Moss:”), the quotation "
        "before, a pronoun or a description that stands for a name, the sentence beside the quotation, "
        "or a turn.",
    )  # fmt: skip
    antecedent: SpanModel | None = Field(
        default=None, description="The name that a pronoun or a description stands for."
    )
    confidence: float | None = Field(
        default=None, ge=0, le=1, description="The probability that the speaker is right."
    )


class QuoteModel(_WireModel):
    """A quote, verbatim. `speaker` is null where the article doesn't say; it is never guessed."""

    kind: Literal["direct", "indirect", "mixed"]
    rank: int = Field(ge=1, description="1 is the quote to pull.")
    confidence: float = Field(ge=0, le=1)
    parts: list[SpanModel] = Field(min_length=1)
    cue: SpanModel | None
    speaker: SpeakerModel | None


class TopicModel(_WireModel):
    """An IPTC Media Topic, or a label of the taxonomy that was asked for."""

    id: str
    label: str
    path: list[str]
    confidence: float = Field(ge=0, le=1)
    evidence: list[SpanModel]


class GenreModel(_WireModel):
    """Which kind of article it is, as an archive's editor would file it."""

    label: Literal[
        "news",
        "feature",
        "explainer",
        "opinion",
        "live_blog",
        "listicle",
        "interview",
        "review",
        "round_up",
        "brief",
        "other",
    ]
    confidence: float = Field(ge=0, le=1)  # fmt: skip


class PullQuoteModel(_WireModel):
    """A direct quote to set in large type."""

    rank: int = Field(ge=1, description="The rank of the one of `quotes` that it is.")
    display: str = Field(
        description="The quote's words as they can be set: its parts joined by an ellipsis, a comma before "
        "a closing mark dropped, nothing else changed."
    )


class NoticeModel(_WireModel):
    """Something the reader should know."""

    code: str = Field(description=_WARNING_CODES, examples=[code.value for code in WarningCode])
    detail: str


class GeneratorModel(_WireModel):
    """The generating model that was asked, and what its answers took."""

    model: str
    requests: int = Field(ge=0)
    tokens_in: int = Field(ge=0)
    tokens_out: int = Field(ge=0)
    cost: float | None = Field(ge=0, description="In the currency of the prices that were set; null if none.")


class ProvenanceModel(_WireModel):
    """What made this analysis."""

    service: str
    encoder: str
    heads: str
    prompts: dict[str, str]
    taxonomy: str
    settings: str
    generator: GeneratorModel | None = Field(
        None, description="Present only where a generating model was asked: see the setting `summarizer`."
    )


class AnalysisModel(_WireModel):
    """Everything Pullquote says about one article."""

    article: ArticleModel
    headline: SummarySentenceModel | None = Field(
        default=None,
        description="At most twelve words, all of them the article's or its title's, in their order; null "
        "where no good one could be made. Its evidence is what was kept.",
    )
    standfirst: SummarySentenceModel | None = Field(
        default=None,
        description="One sentence of at most 35 words, made as the headline is; null where none could be.",
    )
    summary: SummaryModel
    quotes: list[QuoteModel]
    pull_quotes: list[PullQuoteModel] = Field(
        default_factory=list, description="At most three of `quotes`, all direct, the best first."
    )
    people: list[PersonModel] = Field(
        default_factory=list, description="Whom the article names, in the order of their first mention."
    )
    topics: list[TopicModel]
    genre: GenreModel | None = None
    warnings: list[NoticeModel]
    provenance: ProvenanceModel


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the contract."""
    return AnalysisModel.model_json_schema(mode="serialization")
