"""Rivals that summarise: each runs for real on short articles of our own."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from support.rivals import ARTICLES, CONTEXT, FERRY, REFERENCES, system

from eval.datasets import Gold, Sample
from eval.systems.registry import build, names_for
from eval.systems.shape import BuildContext, System
from eval.systems.summaries.baselines import best_sentences, sentences
from service import wire
from service.domain import Analysis, Article

CHOOSERS = tuple(name for name in names_for("summaries") if name != "pullquote")


def chosen(analysis: Analysis) -> list[int]:
    """Return the places of the summary's sentences among the article's; each must be one of them."""
    found = [span.of(analysis.article.text) for span in sentences(analysis.article)]
    spans = [sentence.evidence[0] for sentence in analysis.summary.sentences]
    assert [s.text for s in analysis.summary.sentences] == [span.of(analysis.article.text) for span in spans]
    return [found.index(sentence.text) for sentence in analysis.summary.sentences]


@pytest.mark.parametrize("name", CHOOSERS)
def test_summaries_are_sentences_of_the_article_each_once(name: str) -> None:
    made = system(name)
    for article in ARTICLES:
        analysis = made.analyse(article)
        places = chosen(analysis)
        assert 1 <= len(places) <= 3
        assert places == sorted(set(places)), "in text order"
        assert analysis == made.analyse(article)
        wire.dumps(analysis)


@pytest.mark.parametrize("name", CHOOSERS)
def test_the_answer_depends_on_the_article_alone(name: str) -> None:
    made = system(name)
    answers = {article.id: made.analyse(article) for article in ARTICLES}
    made = system(name, BuildContext(tuple(reversed(CONTEXT.samples))))
    assert answers == {article.id: made.analyse(article) for article in reversed(ARTICLES)}


def test_lead_is_the_lead_and_chance_follows_the_seed() -> None:
    assert chosen(system("lead-3").analyse(FERRY)) == [0, 1, 2]
    draws = {tuple(chosen(system("random", BuildContext((), seed=n)).analyse(FERRY))) for n in range(20)}
    assert len(draws) > 5


def test_the_oracle_reads_the_reference() -> None:
    assert chosen(system("oracle").analyse(FERRY)) == [0, 6]
    assert system("oracle").analyse(Article("other", FERRY.text)).summary.sentences == ()
    with pytest.raises(ValueError, match="hold none"):
        build("oracle", BuildContext([Sample(FERRY, Gold())]))


def test_the_oracle_does_what_the_scorer_would_have_it_do() -> None:
    scorer = pytest.importorskip("rouge_score.rouge_scorer").RougeScorer(["rouge1"], use_stemmer=True)
    texts = [span.of(FERRY.text) for span in sentences(FERRY)]
    [first] = best_sentences(texts, [texts[3]])
    assert first == 3
    best = best_sentences(texts, REFERENCES["ferry"])

    def score(places: Sequence[int]) -> float:
        joined = "\n".join(texts[place] for place in places)
        return float(scorer.score("\n".join(REFERENCES["ferry"]), joined)["rouge1"].fmeasure)

    drawn = random.Random(0)
    assert all(score(best) > score(drawn.sample(range(len(texts)), 3)) for _ in range(20))


@pytest.mark.parametrize("name", ["sumy-lexrank", "sumy-textrank", "sumy-lsa"])
def test_sumy_gets_our_sentences_and_keeps_twins_apart(name: str) -> None:
    made = system(name)
    twins = Article("twins", "Dr. Ray paid $1.5 million. " * 6)
    spans = [sentence.evidence[0] for sentence in made.analyse(twins).summary.sentences]
    assert len(set(spans)) == 3
    assert set(spans) <= set(sentences(twins))
    nothing = Article("numbers", "1 2 3. 4 5 6.\n7 8 9.\n10 11.\n12 13.")
    assert len(made.analyse(nothing).summary.sentences) == 3


def test_identical_sentences_are_one_cluster() -> None:
    made = system("minilm-centroid")
    assert chosen(made.analyse(Article("twins", "The ferry stops.\n" * 5))) == [0]


def test_seq2seq_writes_and_splits(tmp_path: Path) -> None:
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BartConfig, BartForConditionalGeneration, PreTrainedTokenizerFast

    words = ["<s>", "<pad>", "</s>", "<unk>", "Ferry", "stops", "in", "May", ".", "Rain", "fell"]
    tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(words)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
    ).save_pretrained(tmp_path)
    torch.manual_seed(3)
    config = BartConfig(
        vocab_size=len(words),
        d_model=16,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=16,
        decoder_ffn_dim=16,
        max_position_embeddings=128,
        forced_eos_token_id=None,
    )
    model = BartForConditionalGeneration(config)
    model.final_logits_bias[0, :4] = -100.0  # words only, or the random model ends at once
    model.save_pretrained(tmp_path)
    made = build(f"seq2seq:{tmp_path}", CONTEXT)
    assert isinstance(made, System)
    long = Article("long", FERRY.text * 20)
    for article in (*ARTICLES, long):
        analysis = made.analyse(article)
        assert analysis == made.analyse(article)
        written = " ".join(sentence.text for sentence in analysis.summary.sentences)
        assert written
        assert set(written.split()) <= {*words, *(f"{word}." for word in words)}
        assert analysis.warnings[0].code == "unsupported_sentence"


def test_seq2seq_says_which_model_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="could not be loaded"):
        build(f"seq2seq:{tmp_path / 'none'}", CONTEXT)
