"""Which quote is pulled first: on the news, early, by someone who matters, and never a scrap."""

from __future__ import annotations

from dataclasses import replace

from support.reading import quotes_in, read

from service.domain import Article, Quote, QuoteKind, Span
from service.people.entity_index import find_people
from service.quotes import ranking
from service.quotes.extraction import extract_quotes


def _first(text: str, title: str | None = None) -> str:
    """Return the words of the quote that ranks first."""
    article = Article(id="t", text=text, title=title)
    quotes = quotes_in(article)
    assert sorted(quote.rank for quote in quotes) == list(range(1, len(quotes) + 1))
    return min(quotes, key=lambda quote: quote.rank).parts[0].of(text)


def _ranked(text: str, *kinds: QuoteKind, asks: dict[int, bool] | None = None) -> list[int]:
    """Return the ranks of the quotes of ``text``, taken to be of ``kinds``.

    ``asks`` has the numbers of those that are turns of a transcript, and whether who speaks there asks.
    """
    article = Article(id="t", text=text)
    document = read(article)
    entities = find_people(document)
    quotes = extract_quotes(document, entities)
    given: list[Quote] = [replace(quote, kind=kind) for quote, kind in zip(quotes, kinds, strict=True)]
    turns = {given[number].parts: asking for number, asking in (asks or {}).items()}
    return [quote.rank for quote in ranking.rank_quotes(document, given, entities, turns)]


_TWO = (
    "The council met on Monday in the old town hall. It sat for three hours.\n\n"
    "“We had a long and friendly evening together,” said Ada Stone.\n\n"
    "“The harbour bridge will be closed to lorries,” said Bo Larch."
)


def test_of_equal_quotes_the_earlier_is_pulled() -> None:
    assert _first(_TWO).startswith("We had")


def test_of_a_mixed_quote_only_the_words_in_marks_make_a_full_thought() -> None:
    mixed, direct = QuoteKind.MIXED, QuoteKind.DIRECT
    scrap = "Stone said the harbour was “closed” and would stay so for weeks."
    text = f"{scrap} “We had a long and friendly evening together,” said Bo Larch."
    article = Article(id="t", text=text)
    document = read(article)
    entities = find_people(document)
    first, second = extract_quotes(document, entities)
    whole = replace(first, kind=mixed, parts=(Span(text.index("the harbour"), len(scrap) - 1),))
    ranked = ranking.rank_quotes(document, [whole, second], entities)
    assert [(quote.kind, quote.rank) for quote in ranked] == [(mixed, 2), (direct, 1)]


def test_a_quote_that_says_what_the_title_says_is_pulled() -> None:
    assert _first(_TWO, "Harbour bridge closed to lorries").startswith("The harbour bridge")


def test_a_person_whom_the_article_keeps_naming_is_pulled_before_one_it_names_once() -> None:
    text = (
        "“We had a long and friendly evening together,” said Ada Stone.\n\n"
        "“Nobody asked us about cracked cables before,” said Bo Larch.\n\n"
        + "Larch walked home. Larch came back. Larch sat down. Larch slept. "
        * 4
    )
    article = Article(id="t", text=text)
    document = read(article)
    entities = find_people(document)
    context = ranking.RankingContext.of(document)
    stone, larch = (
        ranking.features(document.text, context, quote, entities)["prominence"]
        for quote in extract_quotes(document, entities)
    )
    assert larch > stone
    assert ranking.WEIGHTS["prominence"] > 0


def test_scraps_come_last_wherever_they_stand() -> None:
    assert _first("“Not today,” said Cy Reed.\n\n" + _TWO).startswith("We had")


def test_the_reporters_own_words_rank_after_words_in_marks() -> None:
    assert _ranked(_TWO, QuoteKind.INDIRECT, QuoteKind.DIRECT) == [2, 1]
    assert _ranked(_TWO, QuoteKind.DIRECT, QuoteKind.DIRECT) == [1, 2]


def test_answers_in_a_transcript_rank_before_a_reporters_own_words_and_before_questions() -> None:
    indirect, direct = QuoteKind.INDIRECT, QuoteKind.DIRECT
    assert _ranked(_TWO, indirect, indirect, asks={1: False}) == [2, 1]
    assert _ranked(_TWO, indirect, indirect, asks={0: True, 1: False}) == [2, 1]
    assert _ranked(_TWO, direct, direct, asks={0: True, 1: False}) == [2, 1]


def test_a_repetition_ranks_after_everything_said_once() -> None:
    text = _TWO.replace(
        "\n\n“The", "\n\n“We had a long and friendly evening together,” she said again.\n\n“The"
    )
    direct = QuoteKind.DIRECT
    assert _ranked(text, direct, direct, direct)[1] == 3


def test_no_quotes_no_ranks() -> None:
    assert _ranked("Nobody said a word.") == []


def test_every_feature_has_a_weight_in_the_same_order() -> None:
    article = Article(id="t", text=_TWO)
    document = read(article)
    entities = find_people(document)
    context = ranking.RankingContext.of(document)
    (quote, _) = extract_quotes(document, entities)
    features = ranking.features(document.text, context, quote, entities)
    assert list(features) == list(ranking.WEIGHTS)
