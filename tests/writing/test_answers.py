"""From any bytes to nouns that stand on the article: examples by hand, and whatever hypothesis thinks of."""

from __future__ import annotations

import json
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.bootstrap import build_door, load_segmenter
from service.cli.inputs import find
from service.domain import (
    Analysis,
    Article,
    Provenance,
    Quote,
    QuoteKind,
    Span,
    Summary,
    SummaryFormat,
    SummaryLength,
    SummarySentence,
    Topic,
)
from service.grounding.grounder import THRESHOLD
from service.ingest import Declared
from service.settings import Settings
from service.text.document import Document
from service.topics.taxonomy import LEVEL_1
from service.writing import recorded_answers as examples
from service.writing.answers.answer_json import MOST_BYTES
from service.writing.answers.faults import AnswerFault, AnswerFaultKind
from service.writing.answers.proposed_quotes import read_quotes
from service.writing.answers.readers import read_headline, read_summary, read_topics, read_verdicts
from service.writing.numbered_article import NumberedArticle, number_article
from service.writing.prompts import tasks
from service.writing.prompts.prompts import load_prompts, shipped_folder

PROMPTS = shipped_folder("prompts")
PROVENANCE = Provenance("0", "sha256:0", "sha256:0", LEVEL_1.version, "sha256:0")
TEXT = """By Ann Lee

“We will not leave,” the mayor, Ida Brandt, said on Friday, “and we will not pay.”

The town of Larkby has 40 houses. According to Brandt, "the sea took three of them" last winter. It was
called the ‘quiet’ storm.

“Nobody came.

“Nobody called,” said Brandt.

Her deputy, Olaf Moe, said that the dyke would be finished in May."""


@cache
def numbered_of(text: str = TEXT, furniture: tuple[str, ...] = ("By Ann Lee",)) -> NumberedArticle:
    spans = tuple(Span(text.index(words), text.index(words) + len(words)) for words in furniture)
    article = Article("a1", text, "Larkby stays", furniture=spans)
    return number_article(Document(article, load_segmenter().segment(article)))


@pytest.fixture(scope="module")
def larkby() -> NumberedArticle:
    return numbered_of()


def number_of(numbered: NumberedArticle, words: str) -> int:
    at = numbered.article.text.index(words)
    return next(n for n in numbered.shown if numbered.sentences[n - 1].span.contains(Span(at, at + 1)))


def quotes_of(
    numbered: NumberedArticle, *quotes: dict[str, Any]
) -> tuple[list[tuple[Quote, list[str]]], list[str]]:
    raw = json.dumps({"refusal": None, "quotes": quotes})
    answer = read_quotes(raw, load_prompts().get("quotes"), numbered)
    text = numbered.article.text
    found = [(quote, [part.of(text) for part in quote.parts]) for quote in answer.value]
    return found, [notice.code for notice in answer.notices]


def quote(*parts: dict[str, Any], speaker: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"parts": list(parts), "speaker": speaker}


def said_by(name: str, mention: str, sentence: int, role: str | None = None) -> dict[str, Any]:
    return {"name": name, "mention": mention, "sentence": sentence, "role": role}


def fault_of(raw: bytes | str, numbered: NumberedArticle) -> AnswerFault:
    with pytest.raises(AnswerFault) as raised:
        read_summary(raw, load_prompts().get("summarize"), numbered, most=5)
    return raised.value


@cache
def article_of(name: str) -> Article:
    [found] = find([str(shipped_folder("examples") / name)], Declared(), BytesIO(), lines=False)
    return found.admit(build_door(Settings()))


EXAMPLES = sorted(PROMPTS.glob("*/examples/*.json"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.parent.name}/{path.stem}")
def test_recorded_answers_give_what_they_have_to(path: Path) -> None:
    example = examples.read_recorded_answer(path)
    article = article_of(example.article)
    numbered = number_article(Document(article, load_segmenter().segment(article)), example.claims)
    prompt = load_prompts().get(path.parent.parent.name, example.version)
    assert examples.compare_with_expected(example, prompt, numbered) is None


def test_every_fault_has_a_recorded_answer() -> None:
    recorded = {examples.read_recorded_answer(path).expect.fault for path in EXAMPLES}
    assert recorded >= set(AnswerFaultKind)


class TestQuotes:
    def test_the_articles_form_wins_and_marks_stay_outside(self, larkby: NumberedArticle) -> None:
        n = number_of(larkby, "According")
        [(found, words)], notices = quotes_of(
            larkby, quote({"sentence": n, "words": "“the sea  took three of them”"})
        )
        assert words == ["the sea took three of them"]
        assert (found.kind, found.rank, found.speaker, notices) == (QuoteKind.DIRECT, 1, None, [])

    def test_a_stretch_over_an_attribution_is_two_parts(self, larkby: NumberedArticle) -> None:
        n = number_of(larkby, "We will not leave")
        stretch = {"sentence": n, "last_sentence": n, "first": "We will not", "last": "not pay"}
        [(found, words)], _ = quotes_of(larkby, quote(stretch))
        assert words == ["We will not leave,", "and we will not pay."]
        assert found.kind is QuoteKind.DIRECT

    def test_a_quote_over_paragraphs_has_a_part_in_each(self, larkby: NumberedArticle) -> None:
        first, last = number_of(larkby, "Nobody came"), number_of(larkby, "Nobody called")
        stretch = {"sentence": first, "last_sentence": last, "first": "Nobody came", "last": "Nobody called"}
        [(_, words)], _ = quotes_of(larkby, quote(stretch))
        assert words == ["Nobody came.", "Nobody called,"]

    def test_without_marks_it_is_indirect(self, larkby: NumberedArticle) -> None:
        n = number_of(larkby, "Her deputy")
        [(found, words)], _ = quotes_of(
            larkby,
            quote(
                {"sentence": n, "words": "the dyke would be finished in May."},
                speaker=said_by("Olaf Moe", "Olaf Moe", n, "deputy"),
            ),
        )
        assert (found.kind, words) == (QuoteKind.INDIRECT, ["the dyke would be finished in May."])
        assert found.speaker is not None
        assert (found.speaker.name, found.speaker.role) == ("Olaf Moe", "deputy")

    def test_words_that_stand_elsewhere_are_found_there(self, larkby: NumberedArticle) -> None:
        [(_, words)], _ = quotes_of(larkby, quote({"sentence": 1, "words": "Nobody called"}))
        assert words == ["Nobody called,"]

    @pytest.mark.parametrize(
        "words",
        [
            "we will not Pay",
            "we will pay",
            "the sea took 3 of them",
            "he sea took",
            "“”",
            "...",
            "Nobody came. Nobody went.",
        ],
    )
    def test_other_words_are_dropped(self, words: str, larkby: NumberedArticle) -> None:
        assert quotes_of(larkby, quote({"sentence": 1, "words": words})) == ([], ["altered_quotation"])

    def test_one_altered_part_drops_the_quote(self, larkby: NumberedArticle) -> None:
        parts = [
            {"sentence": 1, "words": "We will not leave"},
            {"sentence": 1, "words": "and we will not stay"},
        ]
        assert quotes_of(larkby, quote(*parts)) == ([], ["altered_quotation"])

    def test_furniture_is_never_quoted(self, larkby: NumberedArticle) -> None:
        assert quotes_of(larkby, quote({"sentence": 1, "words": "Ann Lee"})) == ([], ["unquotable"])

    def test_a_passage_is_no_quote(self) -> None:
        numbered = numbered_of("“" + "We will stay here and not go away. " * 60 + "”", ())
        last = numbered.shown[-1]
        stretch = {"sentence": 1, "last_sentence": last, "first": "We will stay", "last": "go away"}
        assert quotes_of(numbered, quote(stretch)) == ([], ["quote_too_long"])

    def test_ranks_are_given_anew(self, larkby: NumberedArticle) -> None:
        found, notices = quotes_of(
            larkby,
            quote({"sentence": 1, "words": "never said"}),
            quote({"sentence": 1, "words": "Nobody came"}),
            quote({"sentence": 1, "words": "Nobody came"}),
            quote({"sentence": 1, "words": "Nobody called"}),
        )
        assert [each.rank for each, _ in found] == [1, 2]
        assert notices == ["altered_quotation", "repeated_quote"]

    def test_who_is_named_within_the_words_is_not_the_speaker(self) -> None:
        numbered = numbered_of("“Ida Brandt has failed,” a neighbour said.", ())
        part = {"sentence": 1, "words": "Ida Brandt has failed"}
        [(found, _)], notices = quotes_of(
            numbered, quote(part, speaker=said_by("Ida Brandt", "Ida Brandt", 1))
        )
        assert found.speaker is None
        assert notices == ["unknown_speaker"]

    def test_a_mention_in_part_of_a_word_is_none(self, larkby: NumberedArticle) -> None:
        part = {"sentence": 1, "words": "Nobody came"}
        [(found, _)], notices = quotes_of(larkby, quote(part, speaker=said_by("Ida Brandt", "Brand", 1)))
        assert found.speaker is None
        assert notices == ["unknown_speaker"]

    def test_a_mention_far_from_the_quote_is_none(self) -> None:
        text = "Ida Brandt came first.\n\nIt rained.\n\nIt snowed.\n\n“Nobody came,” she said."
        part = {"sentence": 4, "words": "Nobody came"}
        far = quote(part, speaker=said_by("Ida Brandt", "Ida Brandt", 1))
        near = quote(part, speaker=said_by("Ida Brandt", "she", 4))
        [(found, _)], notices = quotes_of(numbered_of(text, ()), far)
        assert (found.speaker, notices) == (None, ["unknown_speaker"])
        [(found, _)], notices = quotes_of(numbered_of(text, ()), near)
        assert found.speaker is not None
        assert (found.speaker.mention.of(text), notices) == ("she", [])

    def test_a_mention_of_somebody_else_is_none(self, larkby: NumberedArticle) -> None:
        n = number_of(larkby, "Her deputy")
        part = {"sentence": n, "words": "the dyke would be finished in May"}
        [(found, _)], notices = quotes_of(larkby, quote(part, speaker=said_by("Ida Brandt", "Olaf Moe", n)))
        assert (found.speaker, notices) == (None, ["unknown_speaker"])

    def test_a_sentence_that_was_not_shown_is_a_fault(self, larkby: NumberedArticle) -> None:
        with pytest.raises(AnswerFault, match="the numbers are 2 to 3") as raised:
            quotes_of(larkby.showing((2, 3)), quote({"sentence": 1, "words": "We will not leave"}))
        assert raised.value.kind is AnswerFaultKind.UNKNOWN_SENTENCE


class TestJson:
    def test_the_last_fitting_object_counts(self, larkby: NumberedArticle) -> None:
        draft = {"refusal": None, "sentences": [{"text": "Larkby has 40 houses.", "evidence": [1]}]}
        final = {
            "refusal": None,
            "sentences": [{"text": "The town of Larkby has 40 houses.", "evidence": [2]}],
        }
        raw = f"<think>{{maybe}} {json.dumps(draft)}</think>\nSo: {json.dumps(final)} Done {{}}."
        answer = read_summary(raw, load_prompts().get("summarize"), larkby, most=5)
        assert [one.sentence.text for one in answer.value] == ["The town of Larkby has 40 houses."]
        assert answer.value[0].sentence.support == 1.0
        assert answer.notices == ()

    @pytest.mark.parametrize(
        ("raw", "kind"),
        [
            (b"", "empty"),
            (b"\xef\xbb\xbf \n", "empty"),
            (b"\xff\xfe\x00", "malformed"),
            (b"null", "malformed"),
            (b"[]", "malformed"),
            (b"{", "truncated"),
            (b'{"refusal": null, "sentences": NaN}', "malformed"),
            (b"{}", "off_schema"),
            (b'{"a":' * 5000, "truncated"),
            (b'{"a":' * 5000 + b"1" + b"}" * 5000, "malformed"),
            (b'{"a":' * 60 + b"1" + b"}" * 60, "malformed"),
            (b'{"refusal": null, "sentences": [' + b"9" * 5000 + b"]}", "malformed"),
            (b'{"refusal": null, "sentences": [{"text": "\\ud800 was", "evidence": [1]}]}', "malformed"),
            (b'{"refusal": null, "sentences": [{"text": "a\\u0000b", "evidence": [1]}]}', "malformed"),
            (b'{"refusal": null, "sentences": [{"text": "M\xfcll", "evidence": [1]}]}', "malformed"),
            (b'{"refusal": null, "sentences": [{"text": "Yes.", "evidence": [1e300]}]}', "off_schema"),
            (b'{"refusal": null, "sentences": [{"text": "Yes.", "evidence": [1.0]}]}', "off_schema"),
            (b'{"refusal": null, "sentences": [{"text": "Yes.", "evidence": [true]}]}', "off_schema"),
            (
                b'{"refusal": null, "sentences": [{"text": "Yes.", "evidence": [' + b"9" * 4000 + b"]}]}",
                "unknown_sentence",
            ),
            (
                b'{"refusal": null, "sentences": [{"text": "' + b"a" * 401 + b'", "evidence": [1]}]}',
                "too_long",
            ),
            (b'{"refusal": null, "sentences": [{"text": "\\u200b!", "evidence": [1]}]}', "empty"),
            (b" " * (MOST_BYTES + 1), "too_long"),
            (b"As an AI model, I cannot {do} this.", "refused"),
        ],
    )
    def test_each_way_to_be_wrong_has_its_kind(self, raw: bytes, kind: str, larkby: NumberedArticle) -> None:
        assert fault_of(raw, larkby).kind == kind

    def test_a_fault_tells_the_model_what_to_do(self, larkby: NumberedArticle) -> None:
        raw = json.dumps({"refusal": None, "sentences": [{"text": "It rained.", "evidence": [99]}]})
        fault = fault_of(raw, larkby)
        assert "There is no sentence 99; the numbers are 1 to" in fault.repair
        assert len(fault_of('{"x": "' + "y" * 9000 + '"}', larkby).repair) < 600

    @pytest.mark.parametrize(
        "text",
        [
            "See ![x](https://evil.example/?q=1).",
            "See [this](http://evil.example).",
            "The <b>town</b> stays.",
            "Go to www.evil.example now.",
            "Visit https://evil.example now.",
            "The town <!-- stays.",
            "Run javascript:alert(1) now.",
            "<<<END ARTICLE 0>>> The town stays.",
        ],
    )
    def test_markup_and_links_are_refused(self, text: str, larkby: NumberedArticle) -> None:
        raw = json.dumps({"refusal": None, "sentences": [{"text": text, "evidence": [1]}]})
        assert fault_of(raw, larkby).kind is AnswerFaultKind.MARKUP

    def test_characters_that_nobody_sees_are_taken_out(self, larkby: NumberedArticle) -> None:
        raw = json.dumps(
            {
                "refusal": None,
                "sentences": [{"text": "The town\u200b of\nLarkby\u202e stays.", "evidence": [2]}],
            }
        )
        answer = read_summary(raw, load_prompts().get("summarize"), larkby, most=5)
        assert answer.value[0].sentence.text == "The town of Larkby stays."


class TestEvidence:
    def read(self, text: str, *evidence: int) -> tuple[SummarySentence, list[str]]:
        raw = json.dumps({"refusal": None, "sentences": [{"text": text, "evidence": evidence}]})
        answer = read_summary(raw, load_prompts().get("summarize"), numbered_of(), most=5)
        written = answer.value[0]
        return written.sentence, [
            *(notice.code for notice in answer.notices),
            *(fault.kind for fault in written.faults),
        ]

    def test_a_number_has_to_stand_where_it_is_cited(self) -> None:
        text = "Larkby was founded in 1740.\n\nIts church has 40 seats, and its inn has 12 rooms."
        numbered = numbered_of(text, ())
        raw = json.dumps(
            {"refusal": None, "sentences": [{"text": "Larkby was founded in 1240.", "evidence": [1]}]}
        )
        answer = read_summary(raw, load_prompts().get("summarize"), numbered, most=5)
        assert answer.value[0].faults[0].kind == "unsupported_sentence"
        assert answer.value[0].sentence.support < THRESHOLD

    def test_where_the_article_says_it_elsewhere_that_is_the_evidence(self) -> None:
        numbered = numbered_of()
        sentence, notices = self.read("The town of Larkby has 40 houses.", 1)
        assert [span.of(TEXT) for span in sentence.evidence] == ["The town of Larkby has 40 houses."]
        assert notices == ["evidence_moved"]
        assert sentence.evidence != (numbered.span(1),)

    def test_what_the_article_does_not_say_keeps_its_citation_and_is_flagged(self) -> None:
        sentence, notices = self.read("The minister of fisheries resigned over bribes.", 1)
        assert sentence.evidence == (numbered_of().span(1),)
        assert notices[0] == "unsupported_sentence"


BITS = [
    "We will not leave",
    "Ida Brandt",
    "Brandt",
    "said",
    "“",
    '"',
    "Nobody",
    "came.\n\n“Nobody",
    "the",
    "Ann Lee",
    " ",
    "e",
    "\u200b",
    "40",
    "The town of Larkby has 40 houses.",
    "quiet",
    "Olaf Moe",
    "she",
]
WORDS = st.one_of(st.lists(st.sampled_from(BITS), max_size=4).map("".join), st.text(max_size=30))
NUMBER = st.one_of(st.integers(1, 8), st.integers())
NUMBERS = st.lists(NUMBER, max_size=4)
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
PART = st.one_of(
    st.fixed_dictionaries({"sentence": NUMBER, "words": WORDS}),
    st.fixed_dictionaries({"sentence": NUMBER, "last_sentence": NUMBER, "first": WORDS, "last": WORDS}),
)
SPEAKER = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {"name": WORDS, "role": st.one_of(st.none(), WORDS), "mention": WORDS, "sentence": NUMBER}
    ),
)
WRITTEN = st.fixed_dictionaries({"text": WORDS, "evidence": NUMBERS})
OBJECT = st.one_of(
    ANYTHING,
    st.fixed_dictionaries({"refusal": st.none(), "sentences": st.lists(WRITTEN, max_size=4)}),
    st.fixed_dictionaries(
        {
            "refusal": st.none(),
            "quotes": st.lists(
                st.fixed_dictionaries({"parts": st.lists(PART, min_size=1, max_size=3), "speaker": SPEAKER}),
                max_size=3,
            ),
        }
    ),
    st.fixed_dictionaries(
        {
            "refusal": st.none(),
            "topics": st.lists(
                st.fixed_dictionaries(
                    {
                        "id": st.one_of(st.sampled_from([topic.id for topic in LEVEL_1.topics]), WORDS),
                        "evidence": NUMBERS,
                    }
                ),
                max_size=3,
            ),
        }
    ),
    st.fixed_dictionaries({"refusal": st.none(), "headline": WORDS, "evidence": NUMBERS}),
    st.fixed_dictionaries(
        {
            "refusal": st.none(),
            "verdicts": st.lists(
                st.fixed_dictionaries(
                    {
                        "claim": NUMBER,
                        "evidence": NUMBERS,
                        "problem": st.one_of(st.none(), WORDS),
                        "verdict": st.sampled_from(["supported", "partly", "unsupported"]),
                    }
                ),
                max_size=2,
            ),
        }
    ),
)
RAW = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.tuples(WORDS, OBJECT.map(json.dumps), WORDS, st.integers(0, 2000)).map(
        lambda made: "".join(made[:3]).encode("utf-8", "surrogatepass")[: made[3] or None]
    ),
    OBJECT.map(lambda content: json.dumps(content).encode()),
)


class TestAnyBytes:
    """The promise: whatever a model returns, what comes out stands on the article, or is a typed fault."""

    @settings(max_examples=400, deadline=None)
    @given(raw=RAW, task=st.sampled_from(sorted(tasks.OFFERED)), first=st.integers(1, 3))
    def test_the_article_is_what_is_quoted(self, raw: bytes, task: str, first: int) -> None:
        whole = numbered_of()
        numbered = whole.showing(range(first, len(whole.sentences) + 1))
        summary, quotes, topics = list[SummarySentence](), tuple[Quote, ...](), tuple[Topic, ...]()
        prompt = load_prompts().get(task)
        try:
            match task:
                case "summarize":
                    summary += [one.sentence for one in read_summary(raw, prompt, numbered, most=3).value]
                case "headline":
                    summary.append(read_headline(raw, prompt, numbered, words=12).value.sentence)
                case "quotes":
                    quotes = read_quotes(raw, prompt, numbered).value
                case "topics":
                    topics = read_topics(raw, prompt, numbered).value
                case "judge":
                    read_verdicts(raw, prompt, numbered, claims=1)
        except AnswerFault:
            pass  # the one exception that may come
        self._hold(
            Analysis(
                numbered.article,
                Summary(tuple(summary), SummaryFormat.PARAGRAPH, SummaryLength.MEDIUM, "test"),
                quotes,
                topics,
                (),
                PROVENANCE,
            ),
            numbered,
        )

    def _hold(self, analysis: Analysis, numbered: NumberedArticle) -> None:
        text, shown = numbered.article.text, {numbered.span(n) for n in numbered.shown}
        for span in analysis.spans():
            assert text[span.start : span.end] == span.of(text)
            assert span.of(text).strip()
        for found in analysis.quotes:
            assert not any(part.overlaps(span) for part in found.parts for span in numbered.article.furniture)
            if found.speaker:
                assert " ".join(found.speaker.name.split()) in " ".join(text.split())
        for sentence in analysis.summary.sentences:
            assert set(sentence.evidence) <= shown
            sentence.text.encode("utf-8")
        assert {topic.id for topic in analysis.topics} <= {topic.id for topic in LEVEL_1.topics}
