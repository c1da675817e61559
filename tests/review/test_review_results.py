"""What comes of a review: carried over to a corrected article, exported, copied, recorded, and scored."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from support.review_samples import (
    EITHER,
    NOBODY,
    NOW,
    PATCHED,
    SCHOOL,
    SLOW,
    TEXT,
    action,
    analysis,
    do,
    fresh,
    open_review_service,
    span,
)

from eval import runs
from eval.datasets.load import load
from eval.systems.registry import build
from eval.systems.shape import BuildContext
from eval.tasks import TASKS
from service.domain import Analysis, QuoteKind, Speaker, SummaryFormat, SummarySentence
from service.review.pages.output_routes import export_lines
from service.review.review_service import ReviewService
from service.review.rules import copy_formats
from service.review.rules.attention import facets
from service.review.rules.pieces import PieceVerdict, ReviewedAnalysis, words_of
from service.review.rules.rebase import Rebased, rebase
from service.review.rules.result import (
    ReviewStatus,
    corrected,
    disclosure,
    edit_distance,
    gold,
    review_record,
)
from service.store.records import Filter
from service.wire import dumps, loads

DONE = ReviewStatus(version=9, state="done", stale=False, reviewed_at=NOW)


def carried(old: ReviewedAnalysis, new: Analysis) -> tuple[ReviewedAnalysis, Rebased]:
    result = rebase(old, new)
    return ReviewedAnalysis(new, result.review), result


def test_decisions_move_with_their_words() -> None:
    old = do(do(fresh(), "accept-all"), "reject", "bob", piece="q3", reason="not a quote")
    old = do(old, "edit-quote", piece="q1", part=[PATCHED], speaker="Dolores Quintana", role="baker")
    text = TEXT.replace("repairs.", "repairs, said Dolores Quintana.").replace(
        "The council", "On Monday the council"
    )
    new, result = carried(old, analysis(text=text))
    assert (result.kept, result.dropped) == (5, 1), "the first sentence has other words"
    assert new.piece("s1").verdict is PieceVerdict.OPEN
    assert new.piece("q3").decision == old.piece("q3").decision
    quote = new.piece("q1").value
    assert [part.of(text) for part in quote.parts] == [PATCHED]
    assert (quote.cue.of(text), quote.speaker.mention.of(text)) == ("said", "Dolores Quintana")
    assert quote.speaker.mention.start == text.rindex("Dolores Quintana"), "the mention beside the quote"
    assert quote.cue.start == text.rindex("said Dolores"), "not the nearer “said” of before"


def test_a_quote_with_a_changed_word_is_open_anew_and_one_that_went_is_gone() -> None:
    old = do(do(fresh(), "accept", piece="q1"), "accept", piece="q2")
    text = TEXT.replace("patched it", "mended it").replace(
        "Tom Beller said that the ferry was too slow for his taxi.\n", ""
    )
    quotes = tuple(
        replace(quote, rank=1, parts=(span("We have mended it for years,", text),), cue=None, speaker=None)
        for quote in analysis().quotes[:1]
    )
    first = SummarySentence(TEXT.splitlines()[0], (span(TEXT.splitlines()[0], text),), 1.0)
    short = replace(analysis().summary, sentences=(first,))
    new, result = carried(old, analysis(text=text + SLOW[:9], quotes=quotes, summary=short))
    assert (result.kept, result.dropped, new.review.decisions) == (0, 2, {})


def test_what_an_editor_added_wrote_or_let_stand_is_kept() -> None:
    old = do(fresh(), "add-quote", part=[SCHOOL], speaker="Carla Mendes")
    old = do(old, "edit-sentence", piece="s1", text="The council closes the bridge.")
    old = do(do(old, "add-topic", topic="health"), "accept", piece="q2")
    old = do(do(old, "reject", piece="t1", reason="wrong topic"), "move-quote", piece="q+1", rank=1)
    new, result = carried(old, analysis(text=TEXT + "It was raining.\n", quotes=analysis().quotes[:1]))
    assert (result.kept, result.dropped) == (5, 0)
    assert [(piece.id, words_of(piece.value, new.text)) for piece in new.quotes] == [
        ("q+1", SCHOOL),
        ("q1", f"{PATCHED} … {EITHER}"),
        ("q+2", SLOW),
    ]
    assert new.piece("s1").value.text == "The council closes the bridge."
    assert [piece.value.label for piece in new.topics if piece.stands] == ["health"]


def test_what_an_editor_added_and_the_model_finds_now_is_there_once() -> None:
    old = do(do(fresh(of=analysis(quotes=())), "add-quote", part=[NOBODY]), "add-topic", topic="health")
    new, _ = carried(old, analysis(text=TEXT + "It was raining.\n"))
    assert [(piece.id, piece.verdict) for piece in new.quotes] == [
        ("q1", "open"),
        ("q2", "open"),
        ("q3", "accepted"),
    ]


def test_a_text_of_nothing_but_stops_is_compared_in_no_time() -> None:
    old, text = fresh(of=analysis(text=TEXT + "." * 50_000)), TEXT + "!." * 50_000
    assert carried(do(old, "accept", piece="q1"), analysis(text=text))[1].kept == 1


def reviewed() -> ReviewedAnalysis:
    after = do(fresh(), "edit-sentence", piece="s1", text="The council closes the bridge.")
    after = do(after, "reject", piece="q2", reason="not important")
    after = do(after, "add-quote", part=[SCHOOL], speaker="Carla Mendes")
    after = do(after, "move-quote", "bob", piece="q+1", rank=1)
    after = do(do(after, "accept-all", "bob"), "accept", "bob", piece="q3")
    return do(after, "finish", "bob")


def test_the_corrected_contract_is_valid_and_in_the_editors_order() -> None:
    read = loads(dumps(corrected(reviewed())), "")  # both the contract and the domain refuse what can't be
    assert read.article.text == TEXT
    assert [(quote.rank, quote.parts[0].of(TEXT)) for quote in read.quotes] == [
        (1, SCHOOL),
        (2, PATCHED),
        (3, NOBODY),
    ]
    assert (read.summary.method, read.summary.text) == (
        "extractive, edited",
        f"The council closes the bridge. {TEXT.splitlines()[2]}",
    )
    assert corrected(do(fresh(), "accept-all")).summary.method == "extractive"


def test_the_record_says_which_model_who_when_and_what() -> None:
    told = review_record(reviewed(), DONE)
    assert (told["finished_by"], told["reviewed_by"]) == ("bob", ["ada", "bob"])
    assert (told["reviewed_at"], told["model"]["heads"]) == (NOW.isoformat(), "sha256:h")
    assert told["verdicts"]["quote"] == {"open": 0, "accepted": 2, "edited": 1, "rejected": 1}
    assert told["disclosure"] == (
        "Summary and quotes selected with AI assistance (Pullquote 0.1.0); reviewed by bob on 2026-11-24."
    )
    assert disclosure(fresh(), NOW).endswith("; not yet reviewed by an editor.")


def test_gold_holds_what_the_model_had_said() -> None:
    pieces = {piece["piece"]: piece for piece in gold(reviewed(), DONE)["review"]["pieces"]}
    assert pieces["s1"]["model"]["text"] == TEXT.splitlines()[0]
    assert (pieces["q2"]["verdict"], pieces["q2"]["reason"]) == ("rejected", "not important")
    assert pieces["q+1"]["model"] is None


def test_the_edit_distance_counts_words() -> None:
    after = do(fresh(), "edit-quote", piece="q1", part=[PATCHED, "Either we mend it now, or it will close"],
               speaker="Dolores Quintana", mention="Dolores Quintana")  # fmt: skip
    distance = edit_distance(after, "q1")
    assert distance is not None
    assert 0 < distance < 0.2
    assert edit_distance(after, "q2") is None
    assert edit_distance(do(fresh(), "add-quote", part=[SCHOOL]), "q+1") == 1.0


def test_facets_are_of_what_is_still_to_be_looked_at() -> None:
    assert (facets(fresh()).unknown_speaker, facets(fresh()).low_support) == (True, False)
    for name, fields in (("reject", {"reason": "not a quote"}), ("accept", {})):
        assert not facets(do(fresh(), name, piece="q3", **fields)).unknown_speaker
    assert (facets(reviewed()).pieces, facets(reviewed()).decided) == (7, 7)


_NASTY = '<b>&amp; "it\'s" *x* _y_ `z` [a](b) # 1. + - | ~ \\ ![i] ==h== $m$ </p><script>'


def nasty(layout: SummaryFormat = SummaryFormat.PARAGRAPH) -> ReviewedAnalysis:
    """Markup in every field."""
    text = f"{TEXT}“{_NASTY}” said {_NASTY} 2.\n"
    summary = SummarySentence(_NASTY, (span(_NASTY, text),), 1.0)
    quote = replace(
        analysis().quotes[0],
        parts=(span(_NASTY, text),),
        speaker=Speaker(_NASTY, f"{_NASTY}>", span(_NASTY, text)),
        cue=None,
    )
    whole = replace(analysis().summary, sentences=(summary, summary), format=layout)
    return fresh(
        of=analysis(f"https://x.test/?{_NASTY.replace(' ', '')}", text, summary=whole, quotes=(quote,))
    )


@pytest.mark.parametrize("layout", list(SummaryFormat))
def test_html_says_the_same_words_whatever_they_contain(layout: SummaryFormat) -> None:
    page = lxml.html.fromstring(f"<div>{copy_formats.html(nasty(layout), _NASTY)}</div>")
    words = [element.text for element in page.iter("p", "li", "footer", "small") if element.text]
    assert words == [_NASTY, _NASTY, f"“{_NASTY}”", f"— {_NASTY}, {_NASTY}>", _NASTY]
    assert page.find(".//blockquote").get("cite") == nasty().analysis.article.id
    assert {element.tag for element in page.iter()} <= {
        "div",
        "p",
        "ul",
        "li",
        "blockquote",
        "footer",
        "small",
    }


def test_html_cites_web_addresses_only() -> None:
    script = fresh(of=analysis("javascript:alert(1)"))
    assert "cite" not in copy_formats.html(script, "x")


def _rendered(markdown: str) -> list[str]:
    page = lxml.html.fromstring(f"<div>{MarkdownIt('commonmark').render(markdown)}</div>")
    return [element.text_content() for element in page.iter("p", "li")]


def test_markdown_says_the_same_words_whatever_they_contain() -> None:
    assert _rendered(copy_formats.markdown(nasty(), _NASTY)) == [
        f"{_NASTY} {_NASTY}",
        f"“{_NASTY}”",
        f"— {_NASTY}, {_NASTY}>",
        _NASTY,
    ]


@pytest.mark.parametrize(
    "words", ["1. first", "12) then", "- a", "+ b", "# c", "=== d", "* e", "> f", "a_b_c"]
)
def test_markdown_escapes_what_means_something_at_the_start_of_a_line(words: str) -> None:
    sentence = SummarySentence(words, (span("The council"),), 1.0)
    of = fresh(of=analysis(quotes=(), summary=replace(analysis().summary, sentences=(sentence,))))
    assert _rendered(copy_formats.markdown(of, "x")) == [words, "x"]


def test_markdown_escapes_nothing_that_means_nothing() -> None:
    plain = "The council (7 to 2) voted on 10.5 acres - on Tuesday! Why? A/B."
    sentence = SummarySentence(plain, (span("The council"),), 1.0)
    of = fresh(of=analysis(quotes=(), summary=replace(analysis().summary, sentences=(sentence,))))
    assert copy_formats.markdown(of, "x").startswith(plain)


def test_a_copy_has_quotes_in_marks_and_who_said_them_as_one_reads_them() -> None:
    assert copy_formats.plain(reviewed(), "Made by hand.").split("\n\n")[1:] == [
        "“We have patched it for years. Either we mend it now, or it will close itself.”\n— Dolores Quintana",
        "“It is the only way to the school”\n— Carla Mendes",
        "Made by hand.",
    ], "the pull quote first; the scrap and the reported clause stay out"
    bullets = replace(analysis().summary, format=SummaryFormat.BULLETS)
    lines = copy_formats.plain(fresh(of=analysis(summary=bullets)), "x").splitlines()
    assert [line[:6] for line in lines[:2]] == ["- The ", "- Tom "]


def test_reported_speech_is_copied_only_on_request() -> None:
    assert f"\n\n{SLOW}" not in copy_formats.plain(fresh(), "x")
    assert f"\n\n{SLOW}\n— Tom Beller, driver\n\n" in copy_formats.plain(fresh(), "x", reported=True)
    assert f"<p>{SLOW}</p>" in copy_formats.html(fresh(), "x", reported=True)


def test_headline_and_standfirst_lead_a_copy() -> None:
    first = analysis().summary.sentences[0]
    headed = fresh(of=analysis(headline=replace(first, text="Bridge <shut>"), standfirst=first))
    assert copy_formats.plain(headed, "x").startswith(f"Bridge <shut>\n\n{first.text}\n\n")
    assert copy_formats.html(headed, "x").startswith("<p><strong>Bridge &lt;shut&gt;</strong></p>")
    assert copy_formats.markdown(headed, "x").startswith("**Bridge \\<shut\\>**\n\n*The council")


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_word_diff_joins_back_to_both_texts(before: str, after: str) -> None:
    changes = list(copy_formats.word_diff(before, after))
    assert "".join(words for kind, words in changes if kind != "new") == before
    assert "".join(words for kind, words in changes if kind != "gone") == after


# The export, scored


def clicked(reviews: ReviewService) -> None:
    """Two articles: of the first, a limit moved, a quote gone, one added, one named; the second as it is."""
    first, second = (reviews.submit(analysis(article_id)).key for article_id in ("a1", "a2"))

    def click(key: int, do: str, **fields: Any) -> None:
        reviews.act(key, reviews.item(key).record.version, action(do, **fields), "ada")

    click(first, "edit-quote", piece="q1", part=[PATCHED, "we mend it now"], speaker="Dolores Quintana",
          mention="Dolores Quintana")  # fmt: skip
    click(first, "reject", piece="q2", reason="not important")
    click(first, "add-quote", part=[SCHOOL], speaker="Carla Mendes")
    click(first, "edit-quote", piece="q3", part=[NOBODY], speaker="a sign")
    for key in (first, second):
        click(key, "accept-all")
        click(key, "accept", piece="q3")
        click(key, "finish")


def test_the_export_scores_what_was_clicked(tmp_path: Path) -> None:
    export = tmp_path / "gold.jsonl"
    with open_review_service(tmp_path) as reviews:
        clicked(reviews)
        export.write_text("".join(f"{line}\n" for line in export_lines(reviews, Filter(state="done"))))
    dataset = load(str(export))
    assert [sample.article.id for sample in dataset.samples] == ["a1", "a2"]
    system = build(f"reviewed:{export}", BuildContext(dataset.samples))
    scored = runs.run(TASKS["quotes"](), system, "reviewed", dataset, lambda: None)
    tallies = {
        name: scored.tallies(name).sum(axis=0).tolist() for name in ("direct_exact", "all_exact", "speaker")
    }
    # The model has units PATCHED, EITHER, SLOW, NOBODY in each article. Editors left, in the first, PATCHED,
    # "we mend it now", NOBODY and SCHOOL; in the second all four. Counts are (right, predicted, gold).
    assert tallies["all_exact"] == [2 + 4, 4 + 4, 4 + 4]
    assert tallies["direct_exact"] == [2 + 3, 3 + 3, 4 + 3]
    # Direct units with a speaker: PATCHED, "we mend it now" (half of EITHER: right), NOBODY (none given)
    # and SCHOOL (not found); second PATCHED, EITHER.
    assert tallies["speaker"] == [2 + 2, 2 + 2, 4 + 2]
    answer = system.analyse(dataset.samples[0].article)  # type: ignore[union-attr]
    assert [quote.kind for quote in answer.quotes] == [QuoteKind.DIRECT, QuoteKind.INDIRECT, QuoteKind.DIRECT]
    assert answer == replace(analysis("a1"), article=answer.article), (
        "the model's analysis, to the last offset"
    )


def test_only_a_review_s_export_is_a_record_of_answers(tmp_path: Path) -> None:
    file = tmp_path / "analyses.jsonl"
    file.write_text(dumps(analysis()) + "\n")
    with pytest.raises(ValueError, match="row 1: no export of a review"):
        build(f"reviewed:{file}", BuildContext(()))
    with pytest.raises(ValueError, match=r"row 'a1' is not usable.*no article.text"):
        load(str(file))
