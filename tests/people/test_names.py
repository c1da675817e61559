"""Whether pronouns and surnames are resolved: where the gold comes from, how it is counted, the task."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from eval import runs
from eval.datasets import GoldAttribution
from eval.datasets.load import NAMES, load
from eval.datasets.rows import read_rows
from eval.datasets.samples import Coreference, NamedSource
from eval.metrics.counts import MatchCounts
from eval.metrics.names import agreement, annotated, count, kind_of, resolved, silver
from eval.systems.shape import quoting
from eval.tasks import TASKS
from service.domain import Analysis, Article, Quote, QuoteKind, Span, Speaker

TEXT = (
    "Mayor Ana Ruiz met Tom Day. “It opens in May,” she said. Day, a diver, doubted it. “Never,” he said. "
    "Ruiz laughed. The board was silent: it regretted the delay, and a doctor said she was ill."
)
SHARED = Path(__file__).parents[2] / "../shared/data/quotes/polnear_dev.jsonl.gz"


def _at(words: str, after: str = "") -> tuple[int, int]:
    start = TEXT.index(words, TEXT.index(after))
    return start, start + len(words)


SHE, DAY, HE = _at("she"), _at("Day", "Day, a"), _at("he", "he said. Ruiz")
RUIZ, IT = _at("Ruiz", "Ruiz laughed"), _at("it", "it regretted")
GOLD = (NamedSource(SHE, ("Ana Ruiz",)), NamedSource(DAY, ("Tom Day",)), NamedSource(HE, ("Tom Day",)))
ATTRIBUTIONS = (
    GoldAttribution(QuoteKind.DIRECT, (_at("“It opens in May,”"),), (SHE,), (_at("said"),), "Ana Ruiz"),
    GoldAttribution(QuoteKind.INDIRECT, (_at("it", "doubted"),), (DAY,), (_at("doubted"),), "Tom Day"),
    GoldAttribution(QuoteKind.DIRECT, (_at("“Never,”"),), (HE,), (_at("said", "Never"),), "Tom Day"),
    GoldAttribution(QuoteKind.INDIRECT, (_at("the delay"),), (IT,), (_at("regretted"),), "the board"),
)


def _quote(mention: tuple[int, int], name: str, rank: int = 1) -> Quote:
    speaker = Speaker(name, None, Span(*mention))
    return Quote(QuoteKind.DIRECT, (Span(*_at("“Never,”")),), None, speaker, 0.9, rank)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("She", "pronoun"),
        ("it", "pronoun"),
        ("Day", "surname"),
        ("Mrs. O’Brien", "surname"),
        ("Ana Ruiz", None),
        ("who", None),
        ("the mayor", None),
    ],
)
def test_sources_are_pronouns_or_bare_surnames_or_not_asked_about(words, kind):
    assert kind_of(words) == kind


def test_names_are_counted_as_worked_out_by_hand():
    # Right: Ruiz for "she", without the first name. Wrong: Ruiz for "he". Not answered: "Day".
    quotes = [_quote(SHE, "Ruiz"), _quote(HE, "Ana Ruiz", 2)]
    counts = count(TEXT, ATTRIBUTIONS, GOLD, quotes)
    assert counts["name"] == MatchCounts(1, 2, 3)
    assert counts["pronoun"] == MatchCounts(1, 2, 2)
    assert counts["surname"] == MatchCounts(0, 0, 1)
    assert counts["direct"] == MatchCounts(1, 2, 2)
    assert counts["full"] == MatchCounts(0, 2, 3)
    assert count(TEXT, ATTRIBUTIONS, GOLD, [_quote(SHE, "Ana María Ruiz")])["full"] == MatchCounts(1, 1, 3)


def test_any_of_several_names_is_right():
    body = [NamedSource(IT, ("International Monetary Fund", "IMF"))]
    for name, right in (("IMF", 1), ("Monetary Fund", 1), ("World Bank", 0)):
        assert count(TEXT, (), body, [_quote(IT, name)])["name"] == MatchCounts(right, 1, 1)


def test_a_name_of_one_word_has_no_first_and_last():
    assert count(TEXT, (), [NamedSource(IT, ("FBI",))], [_quote(IT, "FBI")])["full"] == MatchCounts()


def test_the_mention_that_covers_most_answers_and_the_shortest_of_equals():
    wide = (DAY[0] - 5, DAY[1] + 9)
    quotes = [_quote(wide, "the whole clause"), _quote(DAY, "Tom Day", 2)]
    assert resolved(DAY, quotes).name == resolved(DAY, quotes[::-1]).name == "Tom Day"
    assert resolved(HE, quotes) is None


def test_annotated_names_are_taken_where_the_source_is_short_for_them():
    # "it" is the board, which is a description and no name.
    assert annotated(TEXT, ATTRIBUTIONS) == GOLD


def test_silver_names_are_the_fullest_person_of_the_chain():
    chains = (
        (_at("Mayor Ana Ruiz"), SHE, RUIZ),
        (_at("Tom Day"), (DAY[0], DAY[1] + len(", a diver")), DAY, HE),
        (_at("Ana Ruiz"), IT),
    )
    persons = (_at("Ana Ruiz"), _at("Tom Day"), DAY, RUIZ)
    assert silver(TEXT, ATTRIBUTIONS, Coreference(persons, chains)) == GOLD


def test_silver_knows_no_name_without_a_full_one_or_from_another_persons_phrase():
    told = (GoldAttribution(QuoteKind.INDIRECT, (_at("the delay"),), (DAY,)),)
    for phrase, person in (("Ana Ruiz met Tom Day", "Ana Ruiz"), ("Day, a diver", "Day")):
        chain = Coreference((_at(person, phrase),), ((_at(phrase), DAY),))
        assert silver(TEXT, told, chain) == ()
    both = "Ana Ruiz and Tom Day met. Day objected."
    chain = Coreference(((13, 20),), (((0, 20), (26, 29)),))
    assert silver(both, (GoldAttribution(QuoteKind.INDIRECT, ((0, 20),), ((26, 29),)),), chain) == ()


def test_agreement_is_over_what_both_name():
    theirs = (NamedSource(SHE, ("Tom Day",)), NamedSource(HE, ("Mr Day",)), NamedSource(IT, ("Ana Ruiz",)))
    assert agreement(GOLD, theirs) == (1, 2)


def test_the_task_scores_hand_made_and_silver_names_side_by_side(tmp_path, monkeypatch):
    data, gold = tmp_path / "news_dev.jsonl", tmp_path / "names.jsonl"
    marked = [
        {"quote_type": a.kind, "content": a.content, "source": a.source, "cue": a.cue} for a in ATTRIBUTIONS
    ]
    data.write_text(json.dumps({"id": "a", "text": TEXT, "attributions": marked}) + "\n", encoding="utf-8")
    rows = [{"id": "a", "source": SHE, "names": [_at("Ana Ruiz")]}, {"id": "b", "source": HE, "names": []}]
    gold.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    monkeypatch.setattr("eval.datasets.load.NAMES", gold)
    chains = [[_at("Tom Day"), HE, SHE]]
    line = {"id": "a", "entities": [[*_at("Tom Day"), "PERSON"]], "coref": chains}
    (tmp_path / "news_dev_silver.jsonl.gz").write_bytes(gzip.compress(json.dumps(line).encode()))

    class SaysDay:
        def analyse(self, article: Article) -> Analysis:
            return quoting(article, [_quote(SHE, "Tom Day"), _quote(HE, "Tom Day", 2)], "says-day")

    done = runs.run(TASKS["names"](), SaysDay(), "says-day", load(str(data)))
    figures = {name: figure["value"] for name, figure in runs.metrics(done)["measures"].items()}
    assert figures["name_end_to_end"] == figures["name_precision"] == 0.0
    assert figures["silver_end_to_end"] == figures["silver_pronoun_precision"] == 100.0
    assert figures["silver_right"] == 0.0
    assert "surname_end_to_end" not in figures  # no gold for it, so no figure
    assert done.records[0].prediction == [{"source": SHE, "name": "Tom Day"}]


def test_the_corpus_has_names_to_resolve():
    task = TASKS["names"]()
    taken = [sample for sample in load("eval/corpus").samples if task.takes(sample)]
    assert len(taken) >= 20


def test_the_hand_made_gold_holds_offsets_of_both_kinds_and_no_text():
    rows = list(read_rows(NAMES))
    assert len(rows) >= 100
    assert len({(row["id"], *row["source"]) for row in rows}) == len(rows)
    for row in rows:
        assert set(row) == {"id", "source", "names"}
        assert all(type(at) is int for span in (row["source"], *row["names"]) for at in span)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the data are not on this machine")
def test_the_hand_made_gold_fits_its_articles():
    samples = load(str(SHARED)).samples
    named = [(s.article.text, source) for s in samples for source in s.gold.named or ()]
    assert len(named) == len(list(read_rows(NAMES)))
    kinds = [kind_of(text[slice(*source.source)]) for text, source in named]
    assert min(kinds.count("pronoun"), kinds.count("surname")) >= 50
    assert None not in kinds
    assert all(name[0].isupper() for _, source in named for name in source.names)
