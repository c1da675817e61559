"""The review service over a real store: undo, restore, corrections, two editors, which analyses are taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.review_samples import PATCHED, TEXT, action, analysis, open_review_service

from service.domain import Article
from service.review.rules.pieces import InvalidDecision, Review
from service.store.errors import Claimed, Conflict
from service.store.store import Store
from service.wire import OffsetUnit, dumps


def test_undo_leads_to_the_beginning_and_a_version_can_be_restored(tmp_path: Path) -> None:
    with open_review_service(tmp_path) as reviews:
        key = reviews.submit(analysis()).key
        item, states = reviews.item(key), [Review()]
        for step in (
            action("accept", piece="s1"),
            action("accept", piece="s1"),
            action("edit-quote", piece="q1", part=[PATCHED], speaker="Dolores Quintana"),
            action("move-quote", piece="q3", rank=1),
            action("accept-all"),
            action("accept", piece="q3"),
            action("finish"),
        ):
            item = reviews.act(key, item.record.version, step, "ada")
            if item.reviewed.review != states[-1]:
                states.append(item.reviewed.review)
        assert (item.record.version, item.record.state) == (6, "done"), "the second click made no version"
        for before in reversed(states[:-1]):
            item = reviews.undo(key, item.record.version, "ada")
            assert item.reviewed.review == before
        assert (item.record.state, item.record.version) == ("new", 12)
        with pytest.raises(InvalidDecision, match="nothing to undo"):
            reviews.undo(key, 12, "ada")
        assert reviews.restore(key, 12, 6, "bob").reviewed.review == states[-1]
        assert reviews.undo(key, 13, "bob").reviewed.review == states[-2], (
            "undo goes on from what was restored"
        )


def test_after_a_correction_undo_goes_back_to_what_it_left(tmp_path: Path) -> None:
    with open_review_service(tmp_path) as reviews:
        key = reviews.submit(analysis()).key
        reviews.act(key, 0, action("accept", piece="q1"), "ada")
        reviews.submit(
            analysis(text=f"Corrected.\n{TEXT}".replace("Corrected.\nThe", "The")[:-1] + " Corrected.\n")
        )
        item = reviews.item(key)
        assert (item.record.stale, item.record.version, item.reviewed.piece("q1").verdict) == (
            True,
            2,
            "accepted",
        )
        reviews.act(key, 2, action("accept", piece="q2"), "ada")
        assert reviews.undo(key, 3, "ada").reviewed.review == item.reviewed.review
        with pytest.raises(InvalidDecision, match="nothing to undo"):
            reviews.undo(key, 4, "ada")
        with pytest.raises(InvalidDecision, match="about the article before"):
            reviews.restore(key, 4, 1, "ada")


def test_two_editors_do_not_overwrite_each_other(tmp_path: Path) -> None:
    with open_review_service(tmp_path) as reviews:
        key = reviews.submit(analysis()).key
        reviews.act(key, 0, action("accept", piece="q1"), "ada")
        with pytest.raises(Conflict, match="newest is 1") as conflict:
            reviews.act(key, 0, action("accept", piece="q1"), "bob")
        assert [line.editor for line in conflict.value.since] == ["ada"]
        reviews.claim(key, "ada")
        with pytest.raises(Claimed, match="ada is at this item until 09:45 UTC"):
            reviews.act(key, 1, action("accept", piece="q2"), "bob")


def test_an_analysis_is_taken_only_with_its_own_article(tmp_path: Path) -> None:
    rainy = analysis(text=f"🌧 {TEXT}")
    with open_review_service(tmp_path) as reviews:
        for article, line, reason in (
            (Article("a1", TEXT + "!"), dumps(analysis()), "of another text"),
            (Article("b", TEXT), dumps(analysis()), "of article 'a1'"),
            (rainy.article, dumps(rainy, OffsetUnit.UTF16), "offset_unit=codepoint"),
            (Article("a1", TEXT), "{}", "Field required"),
        ):
            with pytest.raises(ValueError, match=reason):
                reviews.submit_line(article, line)
        assert reviews.submit_line(rainy.article, dumps(rainy)).outcome == "new"
        pretty = dumps(rainy).replace('", "', '",\n "')
        assert reviews.submit_line(rainy.article, pretty).outcome == "known", "however it is written"


def test_accepting_everything_counts_for_each_piece_and_what_is_taken_back_for_none(tmp_path: Path) -> None:
    with open_review_service(tmp_path) as reviews:
        key = reviews.submit(analysis()).key
        reviews.act(key, 0, action("reject", piece="q1", reason="wrong words"), "ada")
        reviews.act(key, 1, action("accept", piece="s1"), "ada")
        reviews.act(key, 2, action("reopen", piece="s1"), "ada")
        reviews.act(key, 3, action("reopen", piece="q1"), "ada")
        item = reviews.act(key, 4, action("reject", piece="q2", reason="wrong words"), "ada")
        reviews.act(key, 5, action("accept", piece="q2"), "bob")
        reviews.act(key, 6, action("accept-all"), "bob")
        accepted = {line.piece for line in reviews.store.log(key, 6) if line.piece}
        assert accepted == {piece.id for piece in item.reviewed.pieces} - {"q2", "q3"}, "q3 is of nobody"
        (pair,) = reviews.store.agreement()
        assert (pair.piece, pair.first_verdict, pair.second_verdict) == ("q2", "rejected", "accepted")
        decisions = {row.editor: row.decisions for row in reviews.store.dashboard().editors}
        assert decisions == {"ada": 3, "bob": len(accepted) + 1}


def test_an_editor_gets_the_version_that_is_theirs_even_if_another_saves_in_that_instant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_review_service(tmp_path) as reviews:
        key = reviews.submit(analysis()).key
        save = Store.save

        def save_and_be_overtaken(store: Store, *arguments: Any) -> int:
            saved = save(store, *arguments)
            monkeypatch.setattr(Store, "save", save)
            reviews.act(key, saved, action("accept", piece="q1"), "bob")
            return saved

        monkeypatch.setattr(Store, "save", save_and_be_overtaken)
        mine = reviews.act(key, 0, action("accept", piece="s1"), "ada")
        assert mine.record.version == 1
        assert mine.reviewed.piece("s1").verdict == "accepted"
        assert mine.reviewed.piece("q1").verdict == "open"
        assert reviews.item(key).record.version == 2
        with pytest.raises(Conflict):
            reviews.act(key, mine.record.version, action("accept", piece="q2"), "ada")
