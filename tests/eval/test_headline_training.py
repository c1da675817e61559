"""What the deletion head is trained by is what it is served by."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from eval.datasets import read_rows
from eval.training.genre import MARKS
from eval.training.headlines.examples import GOLD, HeadlineExample
from eval.training.headlines.fitting import fit, step_scores
from eval.training.lead_quotes import LeadExample
from eval.training.lead_quotes import fit as fit_lead
from eval.training.salience.card import POINTS
from service.domain import GenreLabel, Span
from service.models.encoder import Encoding
from service.models.heads.deletion import DeletionHead, SentenceInputs, read_sentence
from service.summary.paths import best_path

TEXT = "The mayor, a baker by trade, sold the old mill to nobody on Monday."


def inputs() -> SentenceInputs:
    starts = [at for at, letter in enumerate(TEXT) if at == 0 or TEXT[at - 1] == " "]
    spans = np.array([(start, (TEXT + " ").index(" ", start)) for start in starts])
    vectors = np.random.default_rng(3).normal(size=(len(spans), 8)).astype(np.float32)
    zeros = np.zeros(len(spans), dtype=np.int64)
    encoding = Encoding(
        zeros, spans, zeros, np.zeros((len(spans), 1), dtype=np.int64), vectors, vectors, vectors[:1]
    )
    proposed = [(Span(TEXT.index(", a"), TEXT.index(" sold")), 1)]
    return read_sentence(
        TEXT, Span(0, len(TEXT)), encoding, proposed, 2, [Span(TEXT.index("old mill"), TEXT.index(" to"))]
    )


def test_steps_are_the_same_in_training_and_service() -> None:
    read = inputs()
    example = HeadlineExample("a", (read,), 0, (1, 2, 7, 8, 10))
    weights = fit([example], epochs=1)
    ours = DeletionHead(weights).steps(read)
    theirs = step_scores({name: torch.from_numpy(w) for name, w in weights.items()}, read).numpy()
    allowed = np.isfinite(ours)
    assert allowed.any()
    np.testing.assert_allclose(ours[allowed], theirs[allowed], atol=1e-4)
    assert (theirs[~allowed] < -1e3).all()


def test_words_in_marks_are_kept_or_left_out_whole() -> None:
    read = inputs()
    old = next(n for n, word in enumerate(read.words, start=1) if word.of(TEXT) == "old")
    assert not read.allowed[old, old + 2]  # "old" without "mill"
    assert not read.allowed[old - 1, old + 1]
    assert read.allowed[old - 1, old + 2]


def test_the_head_learns_what_a_reader_kept() -> None:
    read = inputs()
    kept = (1, 2, 7, 8, 9, 10)
    head = DeletionHead(fit([HeadlineExample("a", (read,), 0, kept)], epochs=60))
    assert tuple(best_path(head.steps(read), 12)[0]) == kept


def test_the_ranking_learns_which_quote_is_pulled() -> None:
    generator = np.random.default_rng(1)
    examples = []
    for _ in range(40):
        features = generator.normal(size=(5, 3))
        examples.append(LeadExample(features, np.zeros(5), features[:, 1] == features[:, 1].max()))
    weights = fit_lead(examples)
    assert weights[1] > 5 * max(abs(weights[0]), abs(weights[2]))
    assert np.mean([one.hits(weights)[0] for one in examples]) > 0.9


@pytest.mark.parametrize("path", [MARKS, GOLD, POINTS], ids=lambda path: path.stem)
def test_the_marks_hold_ids_and_offsets_and_no_text(path) -> None:
    rows = list(read_rows(path))
    assert len({(row["set"], row["id"]) for row in rows}) == len(rows) > 500
    for row in rows:
        row = {**row, "genre": GenreLabel(row["genre"])} if "genre" in row else row
        texts = [
            value
            for key, value in row.items()
            if key not in ("set", "id", "genre") and isinstance(value, str)
        ]
        assert texts == []
