"""Topics: from probabilities to labels with evidence, the trained head on own articles, the metrics."""

from pathlib import Path

import numpy as np
import pytest

from service.domain import Article, Sentence, Span
from service.models import manifest
from service.models.encoder import Encoder, Encoding
from service.models.heads.topics import TopicHead, TopicScores
from service.text.document import Document
from service.text.segment import Segmenter
from service.topics.labels import MAX_TOPICS, MIN_CONFIDENCE, MIN_FURTHER_CONFIDENCE, label_topics
from service.topics.taxonomy import LEVEL_1

IDS = [topic.id for topic in LEVEL_1.topics]
ECONOMY, POLITICS, SPORT = (IDS.index(f"medtop:{code}") for code in ("04000000", "11000000", "15000000"))
SENTENCES = tuple(Sentence(Span(10 * index, 10 * index + 9), 0) for index in range(4))


def probabilities(**likely: float) -> np.ndarray:
    positions = {"economy": ECONOMY, "politics": POLITICS, "sport": SPORT}
    row = np.full(len(IDS), 0.01, dtype=np.float32)
    for name, value in likely.items():
        row[positions[name]] = value
    return row


def contributions(topic: int, *by_sentence: float) -> np.ndarray:
    table = np.zeros((len(by_sentence), len(IDS)), dtype=np.float32)
    table[:, topic] = by_sentence
    table[np.isinf(by_sentence)] = -np.inf
    return table


# --- label_topics


def test_topics_come_sorted_by_confidence_with_the_taxonomys_ids_and_labels():
    topics = label_topics(
        probabilities(economy=0.6, politics=0.9), contributions(POLITICS, 1, 0, 0, 0), SENTENCES
    )
    assert [(topic.id, topic.label) for topic in topics] == [
        ("medtop:11000000", "politics and government"),
        ("medtop:04000000", "economy, business and finance"),
    ]
    assert topics[0].path == ("medtop:11000000",)
    assert topics[0].confidence == pytest.approx(0.9)


def test_a_topic_below_the_threshold_is_not_shown():
    below = probabilities(sport=MIN_CONFIDENCE - 0.01)
    assert label_topics(below, contributions(SPORT, 1, 0, 0, 0), SENTENCES) == ()


def test_a_further_topic_needs_more_confidence_than_the_first():
    nobody = contributions(SPORT, 1, 0, 0, 0)
    just = MIN_FURTHER_CONFIDENCE - 0.01
    assert len(label_topics(probabilities(sport=just), nobody, SENTENCES)) == 1
    assert len(label_topics(probabilities(sport=0.9, politics=just), nobody, SENTENCES)) == 1
    assert len(label_topics(probabilities(sport=0.9, politics=0.51), nobody, SENTENCES)) == 2


def test_an_article_gets_only_so_many_topics():
    everything = np.full(len(IDS), 0.9, dtype=np.float32)
    assert len(label_topics(everything, contributions(SPORT, 1, 0, 0, 0), SENTENCES)) == MAX_TOPICS


def test_evidence_is_what_speaks_most_for_the_topic_in_article_order():
    [topic] = label_topics(probabilities(sport=0.9), contributions(SPORT, 0.1, 0.9, 0.0, 1.0), SENTENCES)
    assert topic.evidence == (SENTENCES[1].span, SENTENCES[3].span)


def test_evidence_is_at_most_three_sentences():
    [topic] = label_topics(probabilities(sport=0.9), contributions(SPORT, 1, 1, 1, 1), SENTENCES)
    assert topic.evidence == tuple(sentence.span for sentence in SENTENCES[:3])


def test_a_sentence_that_must_not_speak_is_never_evidence():
    [topic] = label_topics(
        probabilities(sport=0.9), contributions(SPORT, -np.inf, -0.2, -np.inf, -0.1), SENTENCES
    )
    assert topic.evidence == (SENTENCES[3].span,)


def test_without_a_sentence_that_may_speak_there_are_no_topics():
    nobody = contributions(SPORT, *[-np.inf] * 4)
    assert label_topics(probabilities(sport=0.9), nobody, SENTENCES) == ()
    assert label_topics(probabilities(sport=0.9), np.zeros((0, len(IDS)), dtype=np.float32), ()) == ()


# --- the trained head


@pytest.fixture(scope="module")
def head() -> TopicHead:
    return TopicHead.load(manifest.check("heads", Path(manifest.__file__).parent / "weights").folder)


def encode(encoder: Encoder, text: str) -> tuple[tuple[Sentence, ...], Encoding]:
    article = Article("own", text)
    sentences = Segmenter.load().segment(article)
    return sentences, encoder.encode(Document(article, sentences))


def everything(sentences: tuple[Sentence, ...]) -> np.ndarray:
    return np.ones(len(sentences), dtype=np.bool_)


ARTICLES = {
    "labour": (
        "Bus drivers in Harwick parked their vehicles on Tuesday for the second time this month. "
        "The transport workers' union wants a 7 percent pay rise and an end to split shifts. The "
        "operator offered 4 percent and called the walkout irresponsible. Talks resume on Friday "
        "with a state mediator."
    ),
    "weather": (
        "Temperatures will plunge on Thursday as Arctic air sweeps south, forecasters said. Up "
        "to 15 centimetres of snow may settle on high ground, and gusts could reach 80 "
        "kilometres an hour. Milder air returns at "
        "the weekend with spells of rain."
    ),
    "disaster, accident and emergency incident": (
        "A three-storey apartment block collapsed in the port city of Marenna early on Sunday, "
        "killing at least eight people. Rescue crews with dogs searched the rubble for a dozen "
        "residents still missing. Neighbours said they heard a loud bang shortly after five in "
        "the morning."
    ),
    "conflict, war and peace": (
        "Artillery shells hit the outskirts of Torvak on Monday as government soldiers tried to "
        "retake the town from rebels. Residents hid in cellars while helicopters circled "
        "overhead. The ceasefire signed in June "
        "lasted less than three weeks."
    ),
    "crime, law and justice": (
        "A former bank clerk was jailed for six years on Wednesday for stealing more than two "
        "million from elderly customers. Police found cash hidden in his garage. The judge said "
        "he had shown no remorse."
    ),
    "religion": (
        "Thousands of worshippers filled the cathedral square in San Miro on Sunday to see the "
        "new archbishop installed. In his first sermon, he asked Catholics to open their "
        "churches to refugees."
    ),
    "sport": (
        "Midfielder Jonas Weber scored in the last minute as Rotherfeld beat Castel United 2-1 "
        "on Saturday. The win takes the visitors to third place with five matches left."
    ),
}


@pytest.mark.parametrize("label", ARTICLES)
def test_a_plain_article_gets_its_topic_first(label, encoder, head):
    sentences, encoding = encode(encoder, ARTICLES[label])
    scores = head.score(encoding, everything(sentences))
    assert label_topics(scores.probabilities, scores.contributions, sentences)[0].label == label


def test_an_article_about_two_things_gets_both_topics(encoder, head):
    sentences, encoding = encode(
        encoder,
        "The foreign ministers of Arvania and Lusonia signed a security pact on Friday that "
        "allows their armies to train together. The agreement follows months of tension on the "
        "shared border with Kessar. Both governments will also spend more on missile defence.",
    )
    scores = head.score(encoding, everything(sentences))
    labels = {topic.label for topic in label_topics(scores.probabilities, scores.contributions, sentences)}
    assert {"politics and government", "conflict, war and peace"} <= labels


def test_what_the_sentences_contribute_adds_up_to_the_logit(encoder, head):
    sentences, encoding = encode(encoder, ARTICLES["sport"] + " " + ARTICLES["weather"])
    use = everything(sentences)
    use[1] = False
    scores = head.score(encoding, use)
    alone = 1 / (1 + np.exp(-(scores.contributions[use].sum(axis=0) + head.bias)))
    np.testing.assert_allclose(alone, scores.probabilities, rtol=1e-5)
    assert np.isneginf(scores.contributions[1]).all()


def test_a_sentence_that_does_not_count_changes_nothing_but_its_neighbours_context(encoder, head):
    text = ARTICLES["sport"]
    sentences, encoding = encode(encoder, text)
    use = everything(sentences)
    use[-1] = False
    shorter = encoding.only(range(len(sentences) - 1))
    np.testing.assert_allclose(
        head.score(encoding, use).probabilities,
        head.score(shorter, use[:-1]).probabilities,
        rtol=1e-5,
    )


def test_the_same_article_scores_the_same_to_the_last_bit(encoder, head):
    sentences, encoding = encode(encoder, ARTICLES["religion"])
    first, second = (head.score(encoding, everything(sentences)) for _ in range(2))
    assert first.probabilities.tobytes() == second.probabilities.tobytes()
    assert first.contributions.tobytes() == second.contributions.tobytes()


@pytest.mark.parametrize("text", ["\u200b", "...", "By Our Staff"])
def test_an_article_without_a_usable_sentence_has_no_topics(text, encoder, head):
    sentences, encoding = encode(encoder, text)
    scores = head.score(encoding, ~everything(sentences))
    assert isinstance(scores, TopicScores)
    assert not scores.probabilities.any()
    assert label_topics(scores.probabilities, scores.contributions, sentences) == ()


def test_sentences_without_a_token_do_no_harm(encoder, head):
    sentences, encoding = encode(encoder, "\u200b")
    scores = head.score(encoding, everything(sentences))
    assert label_topics(scores.probabilities, scores.contributions, sentences) == ()


def test_a_text_without_sentences_does_no_harm(head, encoder):
    scores = head.score(encoder.encode(Document(Article("own", "-"), ())), np.zeros(0, dtype=np.bool_))
    assert scores.contributions.shape == (0, len(IDS))
    assert label_topics(scores.probabilities, scores.contributions, ()) == ()


def test_the_head_scores_the_topics_of_the_taxonomy(head):
    assert head.bias.shape == (len(IDS),)
