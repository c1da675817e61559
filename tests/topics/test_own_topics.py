"""Own taxonomies at work: zero-shot on the real encoder, fitted, kept in a file, in an analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from service.bootstrap import build_article_reader, load_own_topics
from service.domain import Analysis, Article, Request
from service.errors import ModelFailed, UnknownTaxonomy
from service.models.heads.own_fitting import logits
from service.models.heads.own_topics import OwnTopicWeights
from service.pipeline import Pipeline
from service.settings import Settings
from service.topics.own.article_reader import ArticleReader
from service.topics.own.examples import LabelledExample
from service.topics.own.files import read_fitted, write_fitted
from service.topics.own.fitting import fit_topics
from service.topics.own.labeller import OwnTopics, choose_own_topics
from service.topics.own.reading import TaxonomyInvalid, parse_taxonomy
from service.topics.own.taxonomy import OwnTaxonomy
from service.topics.own.zero_shot import weigh

DESK = """\
name: desk
labels:
  - {id: sport, label: Sport, keywords: [match, coach, team]}
  - {id: football, label: Football, parent: sport, keywords: [goal, striker, penalty]}
  - {id: weather, label: Weather, description: Rain and snow and what is forecast}
  - {id: money, label: Money, keywords: [shares, profits, bank]}
"""
SNOW = (
    "Temperatures will plunge on Thursday as Arctic air sweeps south, forecasters said. Up to 15 "
    "centimetres of snow may settle on high ground. The mayor has a cat."
)
MATCH = (
    "Midfielder Jonas Weber scored the winning goal in the last minute as Rotherfeld beat Castel United "
    "2-1 on Saturday. The striker had missed a penalty before. The win takes the visitors to third place."
)
BANK = (
    "The bank reported higher profits on Monday, and its shares rose by a tenth. Interest income grew most."
)
MORE = (
    ("Snow and ice closed roads in the north, and forecasters expect more rain.", ("weather",)),
    ("A warm front brings showers and thunder by the weekend.", ("weather",)),
    ("The keeper saved two penalties and the club went through after extra time.", ("football",)),
    ("A late goal by the striker gave the home team three points.", ("football",)),
    ("The lender's quarterly profits beat what analysts had expected.", ("money",)),
    ("Shares of the retailer fell after it warned of lower earnings.", ("money",)),
    ("The sprinter won gold over a hundred metres at the championships.", ("sport",)),
    ("She beat the champion in three sets to reach her first final.", ("sport",)),
    ("The library reopens in March with shorter hours.", ()),
)


@pytest.fixture(scope="module")
def reader() -> ArticleReader:
    return build_article_reader(Settings(threads=1))


@pytest.fixture(scope="module")
def taxonomy() -> OwnTaxonomy:
    return parse_taxonomy(DESK.encode(), "desk", "desk.yaml", is_json=False)


@pytest.fixture(scope="module")
def by_words(taxonomy: OwnTaxonomy, reader: ArticleReader) -> OwnTopicWeights:
    return weigh(taxonomy, reader.vector)


@pytest.fixture(scope="module")
def examples(reader: ArticleReader) -> list[tuple[LabelledExample, object]]:
    return [
        (LabelledExample(text, labels), reader.features(Article("example", text))) for text, labels in MORE
    ]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("desk") / "desk.yaml"
    path.write_text(DESK)
    return path


@pytest.fixture(scope="module")
def labelling(fresh_pipeline: Pipeline, reader: ArticleReader, desk: Path) -> Pipeline:
    own = load_own_topics(Settings(taxonomies=str(desk)), lambda: reader)
    return replace(fresh_pipeline, own_topics=own)


def analyse(pipeline: Pipeline, text: str, taxonomy: str | None = "desk") -> Analysis:
    return pipeline.analyse(Article("a", text), Request(taxonomy=taxonomy))


def ids(analysis: Analysis) -> list[str]:
    return [topic.id for topic in analysis.topics]


# --- zero-shot


def test_a_taxonomy_works_at_once(labelling: Pipeline) -> None:
    assert ids(analyse(labelling, SNOW)) == ["weather"]
    assert ids(analyse(labelling, BANK)) == ["money"]


def test_a_label_has_its_path_from_the_root_and_stands_for_those_above(labelling: Pipeline) -> None:
    topics = analyse(labelling, MATCH).topics
    assert topics[0].path == ("sport", "football")
    assert topics[0].label == "Football"
    assert "sport" not in [topic.id for topic in topics]


def test_evidence_is_sentences_that_speak_for_the_label(labelling: Pipeline) -> None:
    [topic] = analyse(labelling, SNOW).topics
    said = [span.of(SNOW) for span in topic.evidence]
    assert any("snow" in sentence or "Arctic" in sentence for sentence in said)
    assert "The mayor has a cat." not in said


def test_media_topics_are_given_beside_it_as_before(labelling: Pipeline, fresh_pipeline: Pipeline) -> None:
    assert analyse(labelling, SNOW, None) == analyse(fresh_pipeline, SNOW, None)
    assert ids(analyse(labelling, SNOW, None))[0] == "medtop:17000000"


def test_provenance_tells_the_taxonomy_and_its_digest(labelling: Pipeline, taxonomy: OwnTaxonomy) -> None:
    assert analyse(labelling, SNOW).provenance.taxonomy == f"desk {taxonomy.digest}"


def test_the_rest_of_the_analysis_is_the_same(labelling: Pipeline) -> None:
    own, media = analyse(labelling, MATCH), analyse(labelling, MATCH, None)
    assert replace(own, topics=(), provenance=media.provenance) == replace(media, topics=())


def test_an_unknown_taxonomy_is_refused_with_those_that_are_there(labelling: Pipeline) -> None:
    with pytest.raises(UnknownTaxonomy, match=r"'section'; loaded: desk\."):
        analyse(labelling, SNOW, "section")


def test_an_article_of_furniture_has_no_topic(labelling: Pipeline) -> None:
    assert analyse(labelling, "...").topics == ()


def test_one_label_alone_can_be_told_from_nothing(reader: ArticleReader) -> None:
    one = parse_taxonomy(b"- {id: w, label: Weather}", "one", "one.yaml", is_json=False)
    found = logits(
        weigh(one, reader.vector),
        [reader.features(Article("a", text)) for text in (SNOW, BANK)],
        reader.idf,
    )
    assert found[0] > found[1] + 2


def test_two_files_of_one_name_and_a_wrong_file_are_refused_at_the_start(
    reader: ArticleReader, desk: Path, tmp_path: Path
) -> None:
    with pytest.raises(ModelFailed, match="another taxonomy is called 'desk'"):
        load_own_topics(Settings(taxonomies=f"{desk},{desk}"), lambda: reader)
    with pytest.raises(ModelFailed, match="No such file"):
        load_own_topics(Settings(taxonomies=str(tmp_path / "x.yaml")), lambda: reader)


def test_without_taxonomies_nothing_is_loaded() -> None:
    def fail() -> ArticleReader:
        raise AssertionError("it was loaded")

    assert load_own_topics(Settings(), fail) == {}


# --- which are shown


@pytest.mark.parametrize(
    ("probabilities", "shown"),
    [
        ((0.9, 0.8, 0.1, 0.1), [1]),  # football stands for sport
        ((0.9, 0.4, 0.1, 0.1), [0]),
        ((0.1, 0.1, 0.4, 0.36), [2]),  # a further one needs more
        ((0.1, 0.1, 0.3, 0.3), []),
        ((0.6, 0.7, 0.9, 0.8), [2, 3, 1]),
    ],
)
def test_labels_are_chosen_as_media_topics_are(
    taxonomy: OwnTaxonomy, probabilities: Sequence[float], shown: list[int]
) -> None:
    assert list(choose_own_topics(np.array(probabilities), taxonomy)) == shown


# --- fitted


def test_examples_change_what_a_label_means(reader, taxonomy, by_words, examples) -> None:  # type: ignore[no-untyped-def]
    """All examples of weather are about libraries, so libraries become weather."""
    texts = [
        "The library bought new shelves for its reading room.",
        "Readers may borrow ten books from the library at once.",
        "A librarian found a rare manuscript in the library's cellar.",
        "Opening hours of the branch libraries were cut.",
    ]
    odd = [(LabelledExample(text, ("weather",)), reader.features(Article("odd", text))) for text in texts]
    others = [one for one in examples if "weather" not in one[0].labels]
    fitted = fit_topics(taxonomy, [*others, *odd], by_words, reader.idf)
    library = [reader.features(Article("a", "The university library lends books to readers of the town."))]
    weather = taxonomy.position["weather"]
    before, after = (logits(weights, library, reader.idf)[0] for weights in (by_words, fitted.weights))
    assert before.argmax() != weather
    assert after.argmax() == weather


def test_an_example_of_a_label_is_one_of_those_above(reader, taxonomy, by_words, examples) -> None:  # type: ignore[no-untyped-def]
    fitted = fit_topics(taxonomy, examples, by_words, reader.idf)
    counts = {figures.id: figures.examples for figures in fitted.figures}
    assert counts == {"sport": 4, "football": 2, "weather": 2, "money": 2}
    assert fitted.examples == len(MORE)
    assert 0 < fitted.micro_f1 <= 1


def test_the_same_examples_give_the_same_weights(reader, taxonomy, by_words, examples) -> None:  # type: ignore[no-untyped-def]
    first, second = (fit_topics(taxonomy, examples, by_words, reader.idf).weights for _ in range(2))
    for name, tensor in first.tensors().items():
        assert tensor.tobytes() == second.tensors()[name].tobytes()


def test_a_label_without_examples_keeps_what_its_words_say(reader, taxonomy, by_words, examples) -> None:  # type: ignore[no-untyped-def]
    some = [one for one in examples if "money" not in one[0].labels]
    fitted = fit_topics(taxonomy, some, by_words, reader.idf)
    money = taxonomy.position["money"]
    direction = fitted.weights.vector_weight[:, money] / by_words.vector_weight[:, money]
    assert direction.min() == pytest.approx(direction.max(), rel=1e-3)
    assert not fitted.weights.piece_weight[:, money].any()
    [figures] = [one for one in fitted.figures if one.id == "money"]
    assert (figures.examples, figures.recall) == (0, None)


def test_sentences_contributions_add_up_to_the_logit_of_a_fitted_head(  # type: ignore[no-untyped-def]
    reader, taxonomy, by_words, examples, fresh_pipeline
) -> None:
    from service.text.document import Document

    weights = fit_topics(taxonomy, examples, by_words, reader.idf).weights
    article = Article("a", MATCH)
    document = Document(article, fresh_pipeline.segmenter.segment(article))
    scores = weights.head(reader.idf).score(fresh_pipeline.encoder.encode(document), document.is_shown)
    [found] = logits(weights, [reader.features(article)], reader.idf)
    np.testing.assert_allclose(scores.contributions.sum(axis=0) + weights.bias, found, atol=1e-3)
    np.testing.assert_allclose(scores.probabilities, 1 / (1 + np.exp(-found)), atol=1e-4)


# --- the file


def test_a_fitted_file_is_small_and_labels_as_what_was_fitted(  # type: ignore[no-untyped-def]
    reader, taxonomy, by_words, examples, tmp_path, fresh_pipeline
) -> None:
    weights = fit_topics(taxonomy, examples, by_words, reader.idf).weights
    content = write_fitted(taxonomy, weights, reader.encoder_digest, reader.idf, len(examples))
    assert content == write_fitted(taxonomy, weights, reader.encoder_digest, reader.idf, len(examples))
    path = tmp_path / "desk.safetensors"
    path.write_bytes(content)
    assert len(content) < 50_000
    read = read_fitted(path, reader.encoder_digest, reader.idf)
    assert read.taxonomy == taxonomy
    own = load_own_topics(Settings(taxonomies=str(path)), lambda: reader)
    assert own["desk"].version == f"desk {read.digest}"
    loaded = analyse(replace(fresh_pipeline, own_topics=own), MATCH)
    fitted = OwnTopics(taxonomy, weights.head(reader.idf), own["desk"].version)
    assert loaded == analyse(replace(fresh_pipeline, own_topics={"desk": fitted}), MATCH)
    assert loaded.topics[0].path == ("sport", "football")


def test_a_file_for_other_models_or_a_damaged_one_is_refused(  # type: ignore[no-untyped-def]
    reader, taxonomy, by_words, tmp_path
) -> None:
    path = tmp_path / "desk.safetensors"
    content = write_fitted(taxonomy, by_words, reader.encoder_digest, reader.idf, 0)
    path.write_bytes(content)
    assert read_fitted(path, reader.encoder_digest, reader.idf)
    with pytest.raises(TaxonomyInvalid, match="fitted for other models"):
        read_fitted(path, "sha256:other", reader.idf)
    with pytest.raises(TaxonomyInvalid, match="fitted for other models"):
        read_fitted(path, reader.encoder_digest, reader.idf + 1)
    path.write_bytes(content[:-100])
    with pytest.raises(TaxonomyInvalid, match="damaged"):
        read_fitted(path, reader.encoder_digest, reader.idf)
    fewer = replace(by_words, bias=by_words.bias[:-1])
    path.write_bytes(write_fitted(taxonomy, fewer, reader.encoder_digest, reader.idf, 0))
    with pytest.raises(TaxonomyInvalid, match="don't fit its 4 labels"):
        read_fitted(path, reader.encoder_digest, reader.idf)
    from safetensors.numpy import save

    path.write_bytes(save({"a": np.zeros(1)}))
    with pytest.raises(TaxonomyInvalid, match="isn't a taxonomy"):
        read_fitted(path, reader.encoder_digest, reader.idf)
