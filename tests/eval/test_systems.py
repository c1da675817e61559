"""The rivals of the evaluation: each runs for real on short articles of our own."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
from support.api_server import running

from eval.datasets import Gold, Sample
from eval.systems.registry import SYSTEMS, build, names_for
from eval.systems.shape import BuildContext, Judge, Splitter, System
from eval.systems.summaries.baselines import best_sentences, sentences
from eval.tasks import TASKS
from service import wire
from service.bootstrap import build_door
from service.domain import Analysis, Article, QuoteKind
from service.errors import ArticleTooLong, InvalidArticle, ModelFailed, Overloaded, PullquoteError
from service.ingest import Declared
from service.pipeline import Pipeline
from service.settings import Settings

FERRY = Article(
    "ferry",
    "The ferry to Skarn Island will stop running in May, the harbour board decided on Tuesday.\n\n"
    "“We cannot pay for an empty boat all winter,” said Ada Hale, who chairs the board. Only 40 passengers a "
    "day used the ferry last winter. The boat is older than most of its passengers.\n\n"
    "Islanders were angry. “They never once asked us what we need,” Tom Reeve told a meeting in the school. "
    "The board will sell the boat in June and share the money between three harbours.",
    title="Island to lose its ferry",
)
BRIDGE = Article(
    "bridge",
    "A footbridge in Callow fell into the river on Sunday after a week of rain. Nobody was hurt. The council "
    "had closed the bridge on Friday. Engineers found a crack in its middle pier in March. A new bridge "
    "would cost two million pounds, and the council has set aside half of that.",
)
TINY = Article("tiny", "Rain fell.")
ARTICLES = (FERRY, BRIDGE, TINY)
REFERENCES = {
    "ferry": ("The ferry to Skarn Island will stop in May.", "The board will sell the boat in June."),
    "bridge": ("A footbridge fell into the river; a crack had been found in March.",),
    "tiny": ("Rain fell.",),
}
CONTEXT = BuildContext([Sample(article, Gold(reference=REFERENCES[article.id])) for article in ARTICLES])
SHARED = Path(__file__).parents[3] / "shared" / "data"

CHOOSERS = tuple(name for name in names_for("summaries") if name != "pullquote")
NEEDS = {"sumy": "sumy", "minilm": "sentence_transformers", "tfidf": "sklearn", "oracle": "rouge_score"}


def system(name: str, context: BuildContext = CONTEXT) -> System:
    require(name)
    built = build(name, context)
    assert isinstance(built, System)
    return built


def require(name: str) -> None:
    if needed := NEEDS.get(name.partition("-")[0]):
        pytest.importorskip(needed)
    if name == "minilm-centroid":
        pytest.importorskip("sklearn")


def chosen(analysis: Analysis) -> list[int]:
    """Return the places of the summary's sentences among the article's; each must be one of them."""
    found = [span.of(analysis.article.text) for span in sentences(analysis.article)]
    spans = [sentence.evidence[0] for sentence in analysis.summary.sentences]
    assert [s.text for s in analysis.summary.sentences] == [span.of(analysis.article.text) for span in spans]
    return [found.index(sentence.text) for sentence in analysis.summary.sentences]


# The registry.


def test_the_table_is_sound() -> None:
    for name, spec in SYSTEMS.items():
        assert name == spec.name
        assert spec.about
        assert spec.tasks
        assert spec.tasks <= set(TASKS)


def test_every_task_has_a_rival_and_the_product_comes_first() -> None:
    for task in TASKS:
        names = names_for(task)
        assert len(names) >= 2
        assert names[0] == "pullquote"
        assert not {"url", "seq2seq", "stored"} & set(names)


def test_listing_imports_nothing_heavy() -> None:
    code = (
        "import sys; from eval.systems.registry import names_for; names_for('quotes'); "
        "print({'torch', 'sklearn', 'sumy', 'sentence_transformers', 'httpx', 'nltk'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_an_unknown_name_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(ValueError, match=r"no system is called 'lede'; there are pullquote, .*stored:FILE"):
        build("lede", CONTEXT)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("url", r"url needs an argument: url:http://HOST:PORT"),
        ("seq2seq:", r"seq2seq needs an argument: seq2seq:NAME"),
        ("lead-3:5", r"lead-3 takes no argument, and was given '5'"),
        ("marks:", r"marks takes no argument"),
    ],
)
def test_arguments_are_wanted_or_not(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build(text, CONTEXT)


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sumy", None)
    monkeypatch.delitem(sys.modules, "eval.systems.summaries.sumy_systems", raising=False)
    for module in [name for name in sys.modules if name.startswith("sumy.")]:
        monkeypatch.delitem(sys.modules, module)
    with pytest.raises(ValueError, match=r"sumy.* is not installed: pip install 'pullquote\[rivals\]'"):
        build("sumy-lsa", CONTEXT)


# Summaries.


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


# Quotes.


def test_marks_read_the_marks_and_the_speaker_beside_them() -> None:
    first, second = system("marks").analyse(FERRY).quotes
    assert first.parts[0].of(FERRY.text) == "We cannot pay for an empty boat all winter,"
    assert first.cue is not None
    assert first.cue.of(FERRY.text) == "said"
    assert first.speaker is not None
    assert first.speaker.mention.of(FERRY.text) == first.speaker.name == "Ada Hale"
    assert second.speaker is not None
    assert second.speaker.name == "Tom Reeve"
    assert {first.kind, second.kind} == {QuoteKind.DIRECT}
    assert system("marks").analyse(BRIDGE).quotes == ()


def test_marks_carry_the_speaker_on_and_read_colons() -> None:
    text = (
        "Cruz continued:\n\n“You look at the questions they ask. And they wonder why nobody trusts them.”\n\n"
        "“Nobody should trust them again.”\n\nA so-called “sky bus” was shown. “Okay,” she said."
    )
    quotes = system("marks").analyse(Article("x", text)).quotes
    assert [quote.speaker and quote.speaker.name for quote in quotes] == ["Cruz", "Cruz", "she"]


def test_marks_rank_by_place_or_by_length() -> None:
    text = "“It was cold out there,” said Ann. “It was colder than it ever was in my time,” said Bob."
    article = Article("x", text)
    assert [quote.rank for quote in sorted(system("marks").analyse(article).quotes, key=_start)] == [1, 2]
    longest = system("marks-longest").analyse(article)
    assert [quote.rank for quote in sorted(longest.quotes, key=_start)] == [2, 1]


def _start(quote: object) -> int:
    return quote.parts[0].start  # type: ignore[attr-defined,no-any-return]


def test_stored_answers_are_read_and_overlapping_parts_joined(tmp_path: Path) -> None:
    file = tmp_path / "citron_dev.jsonl"
    file.write_text(
        '{"id": "bridge", "quotes": [{"content": [[0, 40], [5, 10], [50, 60]], "speaker": null}]}\n'
    )
    made = build(f"stored:{file}", CONTEXT)
    assert isinstance(made, System)
    [quote] = made.analyse(BRIDGE).quotes
    assert [(part.start, part.end) for part in quote.parts] == [(0, 40), (50, 60)]
    assert quote.speaker is None
    assert made.analyse(FERRY).quotes == ()
    with pytest.raises(FileNotFoundError):
        build("stored:/nowhere.jsonl", CONTEXT)


# Topics.


def test_tfidf_learns_topics_from_what_it_is_given() -> None:
    pytest.importorskip("sklearn")
    from eval.systems.tfidf import TfidfTopics

    sport, weather = "medtop:15000000", "medtop:17000000"
    texts = ["The team won the cup final match", "Rain and snow fell in the storm"] * 10
    made = TfidfTopics(texts, [[sport], [weather]] * 10)
    [topic] = made.analyse(Article("x", "Heavy rain and a storm")).topics
    assert (topic.id, topic.label, topic.path) == (weather, "weather", (weather,))
    [topic] = made.analyse(Article("x", "Who will win the cup final?")).topics
    assert topic.id == sport


def test_tfidf_says_what_is_missing(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    with pytest.raises(ValueError, match=r"masakhanews.* is not there: give the folder .* --train"):
        build("tfidf-lr", BuildContext((), train=tmp_path))


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="no shared data")
def test_tfidf_trains_on_the_shared_rows() -> None:
    topics = system("tfidf-lr").analyse(
        Article("x", "The striker scored twice as United beat City to win the league cup at Wembley.")
    )
    assert topics.topics[0].id == "medtop:15000000"


# Judges and splitters.


@pytest.mark.parametrize("name", names_for("support"))
def test_true_claims_are_supported_better_than_strange_ones(name: str) -> None:
    require(name)
    made = build(name, CONTEXT)
    assert isinstance(made, Judge)
    claims = (
        "The harbour board will sell the boat in June.",
        "Volcanoes on Jupiter erupted.",
        "It was they.",
    )
    true, strange, empty = made.judge(FERRY, claims)
    assert true > 0.7
    assert strange < 0.4
    assert all(0 <= value <= 1 for value in (true, strange, empty))
    assert made.judge(TINY, ["Rain fell."]) == pytest.approx((1.0,))


def test_punkt_ends_sentences_where_text_stands() -> None:
    made = build("punkt", CONTEXT)
    assert isinstance(made, Splitter)
    text = "Rain fell.  It fell again.\n\nA headline\r\n\r\nDone. It\nis. "
    ends = made.sentence_ends(Article("x", text))
    assert [text[:end].split(".")[-1] or "." for end in ends][:2] == [".", "."]
    assert ends == (10, 26, 38, 47, 54)
    for article in ARTICLES:
        assert made.sentence_ends(article)[-1] == len(article.text.rstrip())


# The service over HTTP.


def test_the_contract_comes_back_as_it_was(pipeline: Pipeline) -> None:
    settings = Settings()
    surrogate = Article("lone", f"{FERRY.text} 🌧 It rained \ud83d all day.", title="A “title” 🌧")
    with running(settings, lambda: pipeline) as url:
        made = build(f"url:{url}", CONTEXT)
        assert isinstance(made, System)
        for article in (FERRY, BRIDGE, surrogate):
            declared = Declared(id=article.id, title=article.title, language="en")
            expected = pipeline.analyse(build_door(settings).from_text(article.text, declared))
            analysis = made.analyse(article)
            assert wire.dumps(analysis) == wire.dumps(expected)
            assert analysis.article.text == expected.article.text
            assert len(analysis.quotes) == len(expected.quotes)


def test_problems_come_back_as_errors(pipeline: Pipeline) -> None:
    with running(Settings(max_chars=400), lambda: pipeline) as url:
        made = build(f"url:{url}", CONTEXT)
        assert isinstance(made, System)
        with pytest.raises(ArticleTooLong, match=r"400") as caught:
            made.analyse(FERRY)
        assert caught.value.code == "article-too-long"
        with pytest.raises(InvalidArticle):
            made.analyse(Article("x", "… !"))
        assert made.analyse(BRIDGE).topics is not None


def test_every_problem_document_finds_its_error() -> None:
    from eval.systems.remote import problem

    def answer(status: int, slug: str) -> PullquoteError:
        document = {"type": f"urn:pullquote:problem:{slug}", "detail": "why.", "code": "narrow"}
        request = httpx.Request("POST", "http://x/v1/analyses")
        return problem(httpx.Response(status, json=document, headers={"Retry-After": "7"}, request=request))

    full = answer(429, "overloaded")
    assert isinstance(full, Overloaded)
    assert full.retry_after_s == 7
    broken = answer(500, "model-failed")
    assert isinstance(broken, ModelFailed)
    assert (broken.detail, broken.code) == ("why.", "narrow")
    assert type(answer(404, "not-found")) is PullquoteError
    page = httpx.Response(502, text="<html>Bad gateway", request=httpx.Request("POST", "http://x/"))
    assert "502" in problem(page).detail


def test_a_service_that_is_not_there_or_not_ready_is_said_so() -> None:
    with pytest.raises(ValueError, match=r"no service answers at http://127.0.0.1:9"):
        build("url:http://127.0.0.1:9", CONTEXT)
    with pytest.raises(ValueError, match="no address"):
        build("url:localhost:8000", CONTEXT)

    def broken() -> Pipeline:
        raise ModelFailed("The weights are gone.")

    with running(Settings(), broken) as url, pytest.raises(ValueError, match=r"is not ready: .*"):
        build(f"url:{url}", CONTEXT)
