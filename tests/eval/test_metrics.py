"""Metrics against cases worked by hand, the library's own scores, and what must always hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.datasets import GoldAttribution
from eval.metrics.counts import MatchCounts
from eval.metrics.key_quotes import auc, candidates, ranks, used
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
