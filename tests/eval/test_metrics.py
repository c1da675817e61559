"""Metrics against cases worked by hand, the library's own scores, and what must always hold."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.datasets import GoldAttribution
from eval.metrics.counts import MatchCounts
from eval.metrics.key_quotes import auc, candidates, ranks, used
from eval.metrics.measures import (
    BINS,
    Better,
    Interval,
    Measure,
    auroc,
    balanced_accuracy,
    calibration,
    calibration_error,
    difference,
    f1,
    histogram,
    interval,
    macro_f1,
    mean,
    micro_f1,
    paired_difference,
    precision,
    recall,
)
from eval.metrics.quotes import count, quoted_regions, source_type, stands, units
from eval.metrics.rouge import ngrams, rouge
from service.domain import Quote, QuoteKind, Span, Speaker

TEXT = (
    "“We will rebuild the pier,” Mayor Ana Ruiz said. She added that work starts “at dawn” on Monday.\n"
    "“No,” replied Tom Day. The plan, Day believes, is doomed."
)


def _at(words: str, text: str = TEXT) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


GOLD = (
    GoldAttribution(
        QuoteKind.DIRECT,
        (_at("“We will rebuild the pier,”"),),
        (_at("Mayor Ana Ruiz"),),
        (_at("said"),),
        "Ana Ruiz",
    ),
    GoldAttribution(
        QuoteKind.MIXED, (_at("that work starts “at dawn” on Monday"),), (_at("She"),), (_at("added"),)
    ),
    GoldAttribution(QuoteKind.DIRECT, (_at("“No,”"),), (_at("Tom Day"),), (_at("replied"),), "Tom Day"),
    GoldAttribution(
        QuoteKind.INDIRECT, (_at("The plan"), _at("is doomed")), (_at("Day", TEXT),), (_at("believes"),)
    ),
)


def _quote(words: str, speaker: str | None = None, name: str = "X", rank: int = 1) -> Quote:
    mention = Speaker(name, None, Span(*_at(speaker))) if speaker else None
    return Quote(QuoteKind.DIRECT, (Span(*_at(words)),), None, mention, 0.9, rank)


def _as_quotes(gold: tuple[GoldAttribution, ...]) -> list[Quote]:
    return [
        Quote(
            attribution.kind,
            tuple(Span(*span) for span in attribution.content),
            Span(*attribution.cue[0]) if attribution.cue else None,
            Speaker(attribution.name or "someone", None, Span(*attribution.source[0]))
            if attribution.source
            else None,
            1.0,
            rank,
        )
        for rank, attribution in enumerate(gold, start=1)
    ]


def test_units_lose_marks_and_edge_punctuation_but_keep_what_was_exclaimed():
    text = "that “Stop!” he cried,\n— and left."
    assert {text[start:end] for start, end in units(text, [(0, len(text))])} == {
        "that “Stop!” he cried",
        "and left",
    }


def test_quotes_are_counted_as_worked_out_by_hand():
    # Found: the first. Not in marks, so not in the direct tier: "that work starts". Missed: "No".
    quotes = [
        _quote("We will rebuild the pier", "Ana Ruiz", "Ana Ruiz"),
        _quote("that work starts", "Tom Day", rank=2),
    ]
    counts = count(TEXT, GOLD, quotes)
    assert counts["direct_exact"] == MatchCounts(1, 1, 2)
    assert counts["all_exact"] == MatchCounts(1, 2, 5)
    # Letters only: "We will rebuild the pier" has 20, "that work starts" 14, "No" 2,
    # the mixed content 28, "The plan" 7, "is doomed" 8.
    assert counts["direct_chars"] == MatchCounts(20, 20, 22)
    assert counts["all_chars"] == MatchCounts(34, 34, 20 + 28 + 2 + 7 + 8)
    assert counts["speaker"] == MatchCounts(1, 1, 2)
    assert counts["speaker_named"] == MatchCounts(1, 1, 2)
    assert counts["name"] == MatchCounts(1, 1, 2)
    assert counts["source"] == MatchCounts(1, 2, 4)  # "Ana Ruiz" is not all of "Mayor Ana Ruiz"
    assert counts["kind_indirect"].gold == 2


def test_a_quote_inside_gold_mixed_content_is_ignored_in_the_direct_tier():
    counts = count(TEXT, GOLD, [_quote("at dawn")])
    assert counts["direct_exact"] == MatchCounts(0, 0, 2)
    assert counts["all_exact"] == MatchCounts(0, 1, 5)


def test_a_unit_covered_by_less_than_half_has_no_speaker():
    assert count(TEXT, GOLD, [_quote("We will", "Ana Ruiz")])["speaker"].found == 0
    assert count(TEXT, GOLD, [_quote("We will rebuild", "Ana Ruiz")])["speaker"].found == 1


def test_the_same_last_name_elsewhere_is_the_right_source_and_another_is_not():
    said = _quote("No,", "Day believes"[:3], "Tom Day")
    assert count(TEXT, GOLD, [said])["speaker"].found == 1
    assert count(TEXT, GOLD, [_quote("No,", "Ana Ruiz")])["speaker"] == MatchCounts(0, 1, 2)
    assert stands(TEXT, GOLD, said)
    assert not stands(TEXT, GOLD, _quote("No,", "Ana Ruiz"))


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("She", "pronoun"),
        ("Mayor Ana Ruiz", "named"),
        ("the minister", "nominal"),
        ("The minister", "nominal"),
    ],
)
def test_sources_are_pronouns_names_or_descriptions(words, kind):
    assert source_type(words) == kind


def test_quotation_marks_of_all_conventions_are_read():
    text = "“a b” ''c d'' ‘don’t go’ «e» \"f\" it's 'g h' “open\nnext"
    assert [text[start:end] for start, end in quoted_regions(text)] == [
        "“a b”", "''c d''", "‘don’t go’", "«e»", '"f"', "'g h'", "“open\n",
    ]  # fmt: skip


def test_gold_scored_against_itself_is_perfect():
    counts = count(TEXT, GOLD, _as_quotes(GOLD))
    for name, counted in counts.items():
        if counted.gold and not name.startswith("kind_"):
            assert counted.f1 == 1.0, name
        assert counted.recall in (0.0, 1.0)


_WORDS = st.sampled_from("the pier reopens after nine years of work and costs said Ruiz".split())


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(_WORDS, min_size=1, max_size=6), st.sampled_from(list(QuoteKind))), max_size=6
    )
)
def test_any_gold_scored_against_itself_is_perfect(pieces):
    text, gold = "", []
    for words, kind in pieces:
        content = " ".join(words)
        start = len(text) + (kind is QuoteKind.DIRECT)
        text += f"“{content}” Kim said.\n" if kind is QuoteKind.DIRECT else f"{content} Kim said.\n"
        gold.append(
            GoldAttribution(
                kind, ((start, start + len(content)),), (_last(text, "Kim"),), (_last(text, "said"),)
            )
        )
    counts = count(text, gold, _as_quotes(tuple(gold)))
    for name in ("direct_exact", "direct_chars", "all_exact", "all_chars", "source", "cue", "speaker"):
        assert counts[name].found == counts[name].gold == counts[name].predicted, name


def _last(text: str, words: str) -> tuple[int, int]:
    return text.rindex(words), text.rindex(words) + len(words)


def test_rouge_is_the_librarys_own():
    from rouge_score.rouge_scorer import RougeScorer

    reference, summary = (
        ["The pier reopened.", "It cost millions."],
        ["Millions were spent.", "The pier reopens."],
    )
    ours = rouge(reference, summary)
    theirs = RougeScorer(["rouge1", "rouge2", "rougeLsum"], use_stemmer=True).score(
        "\n".join(reference), "\n".join(summary)
    )
    assert (ours.rouge1, ours.rouge2, ours.rouge_lsum) == tuple(theirs[k].fmeasure for k in theirs)
    # By hand: "the", "pier", "reopen" and "million" are shared, of 6 and 6 words.
    assert ours.rouge1 == pytest.approx(4 / 6)
    assert rouge(reference, reference).rouge_lsum == 1.0
    assert rouge(reference, []).rouge1 == 0.0


def test_ngrams_are_runs_of_words():
    assert ngrams("The pier, the pier!", 2) == [("the", "pier"), ("pier", "the"), ("the", "pier")]
    assert ngrams("Pier", 2) == []


def test_a_quote_is_used_when_five_words_in_a_row_are():
    text = "“We will open the old pier again,” she said. “Short one,” he said. “And nobody knew of it then.”"
    first, second = candidates(text)
    assert used(text, first, ["They will open the old pier again soon."])
    assert not used(text, second, ["Nobody knew of it."])


def test_a_lost_mark_makes_no_candidate_of_the_reporters_words():
    text = (
        '"We will open it, she said. The town was glad of that. "And nobody knew of it then," he said of her.'
    )
    assert [text[slice(*one)] for one in candidates(text)] == ['"And nobody knew of it then,"']


def test_key_quote_ranks_and_auc_by_hand():
    text = "“one two three four five” and “six seven eight nine ten” and “a b c d e”"
    found = candidates(text)
    quotes = [
        Quote(QuoteKind.DIRECT, (Span(*found[1]),), None, None, 1.0, 1),
        Quote(QuoteKind.DIRECT, (Span(found[0][0], found[0][0] + 5),), None, None, 1.0, 2),
    ]
    assert ranks(found, quotes) == [3, 1, 3]
    assert auc([3, 1, 3], [False, True, False]) == 1.0
    assert auc([3, 1, 3], [True, False, False]) == 0.25


def _read(reader, rows) -> float:
    rows = np.array(rows, dtype=float)
    return float(reader(np.ones((1, len(rows))), rows)[0])


def test_ratios_are_read_off_summed_counts():
    rows = [(1, 2, 4), (1, 2, 0)]
    assert _read(precision, rows) == 0.5
    assert _read(recall, rows) == 0.5
    assert _read(f1, rows) == pytest.approx(4 / 8)
    assert _read(mean, [(3, 1), (1, 3)]) == 1.0
    assert _read(precision, [(0, 0, 5)]) == 0.0


def test_macro_f1_counts_classes_alike_and_micro_f1_decisions():
    # Class one: found 1 of 1 and 1 gold; class two: nothing found of 1 gold; class three only predicted.
    rows = [(1, 1, 1, 0, 0, 1, 0, 1, 0)]
    assert _read(macro_f1, rows) == 0.5
    assert _read(micro_f1, rows) == pytest.approx(2 / 4)


def test_calibration_error_by_hand():
    tally = calibration(np.array([0.95, 0.95, 0.15]), np.array([True, False, False]))
    assert tally.shape == (BINS * 3,)
    # Two at .95 of which half is right (gap 0.9), one at .15 that is wrong (gap 0.15): (0.9 + 0.15) / 3.
    assert _read(calibration_error, [tally]) == pytest.approx(0.35)
    assert histogram(np.array([0.0, 1.0, 0.95])).tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 0, 2]


def test_auroc_by_hand_with_ties_and_groups():
    assert _read(auroc, [(0.9, 1, 0), (0.5, 1, 0), (0.5, 0, 0), (0.1, 0, 0)]) == pytest.approx(3.5 / 4)
    # Within each group the order is wrong; pooled it would look right.
    apart = [(0.8, 1, 7), (0.9, 0, 7), (0.1, 1, 8), (0.2, 0, 8)]
    assert _read(auroc, apart) == 0.0
    assert _read(auroc, [(0.3, 1, 0), (0.1, 1, 0)]) == 0.5


def test_auroc_agrees_with_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    generator = np.random.default_rng(3)
    scores, truth = generator.integers(0, 9, 80) / 8, generator.integers(0, 2, 80)
    rows = np.column_stack([scores, truth, np.zeros(80)])
    assert _read(auroc, rows) == pytest.approx(metrics.roc_auc_score(truth, scores))


def test_balanced_accuracy_is_the_mean_of_both_sides():
    assert _read(balanced_accuracy, [(1, 1, 0, 0), (0, 1, 0, 0), (0, 0, 1, 1)]) == 0.75


_SCORE = Measure("score", "score", "score", mean)


def test_intervals_hold_the_figure_and_are_seeded():
    tallies = np.column_stack([np.random.default_rng(1).random(50), np.ones(50)])
    first = interval(_SCORE, tallies)
    assert first == interval(_SCORE, tallies)
    assert first.low < first.value < first.high
    assert first.value == pytest.approx(tallies[:, 0].mean())
    assert interval(_SCORE, tallies, seed=5) != first
    assert Interval(0.5, 0.4, 0.6).scaled(100) == Interval(50, 40, 60)


def test_an_interval_covers_the_truth_about_as_often_as_it_says():
    generator = np.random.default_rng(11)
    covered = 0
    for _ in range(200):
        draw = np.column_stack([generator.normal(size=60), np.ones(60)])
        found = interval(_SCORE, draw, draws=400)
        covered += found.low <= 0 <= found.high
    assert 0.89 <= covered / 200 <= 0.99


def test_pairing_shows_what_lies_within_the_noise_of_the_articles():
    hard = np.random.default_rng(2).random(80)
    change = paired_difference((hard + 0.01).tolist(), hard.tolist())
    assert change.low > 0
    assert change.value == pytest.approx(0.01)


def test_unpaired_or_empty_scores_are_refused():
    with pytest.raises(ValueError, match="equal lengths"):
        difference(_SCORE, np.ones((2, 2)), np.ones((3, 2)))
    with pytest.raises(ValueError, match="at least one"):
        interval(_SCORE, np.ones((0, 2)))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5)), min_size=1), st.randoms())
def test_the_order_of_samples_does_not_matter(rows, shuffler: random.Random):
    rows = [(min(row), row[1], row[2]) for row in rows]
    mixed = rows[:]
    shuffler.shuffle(mixed)
    for reader in (precision, recall, f1):
        assert _read(reader, rows) == pytest.approx(_read(reader, mixed))


def test_measures_say_which_direction_is_better():
    assert Measure("e", "error", "t", mean, better=Better.LOWER).better is Better.LOWER
