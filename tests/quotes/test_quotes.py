"""Reading quotes: conventions of marks, who said it, what is no quote. All sentences are our own."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.reading import quotes_in

from service.domain import Article, Quote, QuoteKind, Span
from service.pipeline import Pipeline
from service.text.mark_runs import read_marks


def quotes_of(text: str) -> list[Quote]:
    article = Article(id="t", text=text)
    return list(quotes_in(article))


def said(text: str) -> list[tuple[list[str], str | None]]:
    """The parts of each quote in text order, and the speaker's name."""
    return [
        ([part.of(text) for part in quote.parts], quote.speaker.name if quote.speaker else None)
        for quote in quotes_of(text)
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Mayor Ada Stone said, “The bridge is safe for everyone.”", "The bridge is safe for everyone."),
        ('Mayor Ada Stone said, "The bridge is safe for everyone."', "The bridge is safe for everyone."),
        ("Mayor Ada Stone said, ''The bridge is safe for everyone.''", "The bridge is safe for everyone."),
        (
            "Mayor Ada Stone said, ‘It’s the boys’ bridge, and it’s safe.’",
            "It’s the boys’ bridge, and it’s safe.",
        ),
        (
            "Mayor Ada Stone said: 'It's the boys' bridge, and it's safe.'",
            "It's the boys' bridge, and it's safe.",
        ),
        ("Mayor Ada Stone said, «The bridge is safe for everyone.»", "The bridge is safe for everyone."),
        ("Mayor Ada Stone said, „The bridge is safe for everyone.“", "The bridge is safe for everyone."),
        (
            "Mayor Ada Stone said, “He told me ‘never again’ and he meant it.”",
            "He told me ‘never again’ and he meant it.",
        ),
    ],
)
def test_every_convention_of_marks_is_read_without_the_marks(text: str, words: str) -> None:
    assert said(text) == [([words], "Ada Stone")]


def test_an_apostrophe_after_a_plural_does_not_end_a_single_marked_quote() -> None:
    text = "The minister said that ‘Both nations’ thinking is alike. We will build it together.’ He left."
    assert said(text)[0][0] == ["Both nations’ thinking is alike. We will build it together."]


def test_a_split_quote_is_one_quote_with_two_parts() -> None:
    text = "“The steel is old,” said Ada Stone, the mayor, “and it will not wait.” Rain fell."
    assert said(text) == [(["The steel is old,", "and it will not wait."], "Ada Stone")]


def test_a_quote_that_goes_on_after_its_attribution_is_one_quote() -> None:
    text = "“The steel is old,” Ada Stone said. “It will not wait for the council to make up its mind.”"
    assert said(text) == [
        (["The steel is old,", "It will not wait for the council to make up its mind."], "Ada Stone")
    ]


def test_a_quote_over_paragraphs_is_one_quote_by_the_speaker_named_at_its_end() -> None:
    text = "“We began with nothing at all.\n\n“We end with a school,” said Omar Reyes, the head teacher."
    assert said(text) == [(["We began with nothing at all.", "We end with a school,"], "Omar Reyes")]


def test_a_quote_over_paragraphs_needs_no_repeated_opening_mark() -> None:
    text = "Omar Reyes said: “We began with nothing at all.\n\nWe end with a school.” The crowd cheered."
    assert said(text) == [(["We began with nothing at all.", "We end with a school."], "Omar Reyes")]


@pytest.mark.parametrize(
    ("text", "cue", "mention"),
    [
        ("“It is a fine old bridge,” said Ada Stone.", "said", "Ada Stone"),
        ("“It is a fine old bridge,” Ada Stone said.", "said", "Ada Stone"),
        ("Ada Stone told reporters on Monday, “It is a fine old bridge.”", "told", "Ada Stone"),
        ("According to Ada Stone, “it is a fine old bridge.”", "According to", "Ada Stone"),
        ("“It is a fine old bridge,” according to Ada Stone.", "according to", "Ada Stone"),
        ("Ada Stone: “It is a fine old bridge.”", ":", "Ada Stone"),
        ("“It is a fine old bridge.” — Ada Stone", "—", "Ada Stone"),
        ("“Is it not a fine old bridge?” asked Ada Stone.", "asked", "Ada Stone"),
        (
            "“It is a fine old bridge,” a spokesman for the council said.",
            "said",
            "a spokesman for the council",
        ),
        ("“It is a fine old bridge,” police said.", "said", "police"),
        ("Mr. Reyes met Mrs. Stone in Leeds, saying, “It is a fine old bridge.”", "saying", "Mr. Reyes"),
    ],
)
def test_cue_and_mention_are_found_on_both_sides(text: str, cue: str | None, mention: str) -> None:
    (quote,) = quotes_of(text)
    assert quote.speaker is not None
    assert quote.speaker.mention.of(text) == mention
    assert (quote.cue.of(text) if quote.cue else None) == cue


def test_a_pronoun_gets_the_full_name_and_the_role_of_whom_it_stands_for() -> None:
    text = "Prime Minister Helen Moss visited Leeds with Omar Reyes. “It was a very good day,” she said."
    (quote,) = quotes_of(text)
    assert quote.speaker is not None
    assert (quote.speaker.name, quote.speaker.role) == ("Helen Moss", "Prime Minister")
    assert quote.speaker.mention.of(text) == "she"


def test_a_bare_surname_gets_the_full_name_and_the_role_in_apposition() -> None:
    text = "Omar Reyes, the harbour master, opened the gate. “The tide waits for nobody,” Reyes said."
    (quote,) = quotes_of(text)
    assert quote.speaker is not None
    assert (quote.speaker.name, quote.speaker.role) == ("Omar Reyes", "harbour master")


def test_an_honorific_tells_apart_two_people_of_one_surname() -> None:
    text = "Bill Stone and Mary Stone own the mill. Mrs. Stone said, “The wheel must turn again.”"
    assert said(text) == [(["The wheel must turn again."], "Mary Stone")]


def test_a_title_stands_for_the_person_who_holds_it() -> None:
    text = "The transport minister, Omar Reyes, was late. “The trains will run,” the minister said."
    assert said(text) == [(["The trains will run,"], "Omar Reyes")]


def test_a_name_inside_the_quotation_is_never_the_speaker() -> None:
    text = "“Omar Reyes said nothing to me about the bridge that day.” The hall was silent."
    assert said(text) == [(["Omar Reyes said nothing to me about the bridge that day."], None)]


def test_a_quote_nobody_is_said_to_have_said_has_no_speaker(pipeline: Pipeline) -> None:
    text = "Omar Reyes met the council in Leeds.\n\n“The tide waits for nobody and never will.”\n\nIt rained."
    (quote,) = pipeline.analyse(Article(id="t", text=text)).quotes
    assert (quote.parts[0].of(text), quote.speaker) == ("The tide waits for nobody and never will.", None)


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("“We will appeal against it,” said John Kelly, a lawyer.", "John Kelly", "lawyer"),
        ("“We will play on Sunday,” Lakers coach Phil Jackman said.", "Phil Jackman", "Lakers coach"),
        ("“We can’t comment on that,” a White House spokesman said.", "a White House spokesman", None),
        ("“It shines,” said British Prime Minister Emma Stark.", "Emma Stark", "British Prime Minister"),
        ("“We will talk,” said Secretary of State Ann Moss.", "Ann Moss", "Secretary of State"),
        ("“He was the best,” his brother, Mike Toland, said.", "Mike Toland", "brother"),
        ("“It is cold,” said Żaneta Żak.", "Żaneta Żak", None),
        ("“It is cold,” said Ahmed al-Rashid.", "Ahmed al-Rashid", None),
        ("Senator Tony Abbott was blunt: “This will never pass.”", "Tony Abbott", "Senator"),
        ("Mary Lane shouted: “Get out of here!” Her husband, Carl Lane, said nothing.", "Mary Lane", None),
        (
            "President Ann Trent tweeted: “So very sad!” In a statement, the party said it agreed.",
            "Ann Trent",
            "President",
        ),
    ],
)
def test_the_speaker_is_the_person_not_the_words_around_the_name(
    text: str, name: str, role: str | None
) -> None:
    (quote,) = quotes_of(text)
    assert quote.speaker is not None
    assert (quote.speaker.name, quote.speaker.role) == (name, role)


def test_a_pronoun_that_stands_for_nobody_named_is_an_unknown_speaker() -> None:
    assert said("The note came at noon. “The drill is over for now,” they said.")[0][1] is None


def test_who_is_accused_does_not_speak() -> None:
    assert all(
        name != "Hall" for _, name in said("Hall was accused of “contempt of this fine court” on Monday.")
    )


def test_a_quotation_that_never_closes_does_not_swallow_the_next_one() -> None:
    text = "“We try hard, said chief Tom Brandt. People slept. “My children are hungry,” said Ana Romero."
    assert said(text) == [(["My children are hungry,"], "Ana Romero")]


_LOST = (
    'The bridge is shut. "We will mend it by May,{lost} {who} The town was warned. '
    '"Nobody listened to us," said Tom Brandt. "It was only a matter of time." Shops stay open. '
    'Ana Romero shouted: "Where is my son?" He was safe. "I ran as fast as I could," he told reporters.'
)


@pytest.mark.parametrize("break_", [" ", "\n\n"])
@pytest.mark.parametrize("mark", ['"', "''"])
@pytest.mark.parametrize(
    "who",
    ["said Ada Stone, the mayor.", "Ada Stone said.", "the mayor said on Monday.", "Mayor Stone added."],
)
def test_a_lost_mark_costs_one_quote_even_where_the_article_is_one_line(
    who: str, mark: str, break_: str
) -> None:
    def words(lost: str) -> list[str]:
        text = _LOST.format(lost=lost, who=who).replace(". ", "." + break_).replace('"', mark)
        return [" ".join(parts) for parts, _ in said(text)]

    whole, damaged = words(mark), words("")
    assert len(whole) >= 4
    assert damaged == whole[1:]


def test_words_that_are_open_until_somebody_else_speaks_are_let_go() -> None:
    text = 'Ada Stone said: "It is safe. Few believed her. "We see the cracks every day," said Tom Brandt.'
    assert said(text) == [(["We see the cracks every day,"], "Tom Brandt")]


def test_a_scare_quote_that_stays_open_does_not_run_on() -> None:
    text = (
        "Ada Stone called the firm “bankrupt. It is cold. “We got nothing, and nobody told us.” Shops open."
    )
    assert said(text) == [(["We got nothing, and nobody told us."], None)]


def test_a_mark_that_a_verb_of_saying_follows_closes() -> None:
    text = (
        'The strike goes on. "We will not give in, "said Bob Crane. "Trains will run, " said Sue Wells. '
        '"All of them! " said Bo.'
    )
    assert [parts for parts, _ in said(text)] == [
        ["We will not give in,"],
        ["Trains will run,"],
        ["All of them!"],
    ]


def test_paragraphs_of_a_speech_that_were_joined_to_one_line_are_one_quote() -> None:
    text = (
        'Ada Stone spoke last. "We built this bridge in a year. It was the best of years. "We will build '
        'it again," she said. Tom Brandt left. "I heard enough of her speeches," he said.'
    )
    assert [parts for parts, _ in said(text)] == [
        ["We built this bridge in a year. It was the best of years.", "We will build it again,"],
        ["I heard enough of her speeches,"],
    ]


@pytest.mark.parametrize("marks", ['""', "“”", "«»"])
def test_a_closing_mark_that_slipped_to_the_next_line_closes_there(marks: str) -> None:
    text = (
        "It is open. {}What a great day for us!\n{} said Ada Stone.\nTom Brandt called it {}a day to keep{}."
    )
    text = text.format(*marks, *marks)
    assert said(text) == [(["What a great day for us!"], "Ada Stone"), (["a day to keep"], "Tom Brandt")]


def test_marks_of_one_kind_nest_where_both_close() -> None:
    text = "“He told me “go away” and “never come back” in one breath,” said Ada Stone. “I left,” she said."
    assert said(text)[0][0] == ["He told me “go away” and “never come back” in one breath,"]


def test_what_opens_at_a_sentence_after_an_open_mark_does_not_nest_for_a_stray_closing_mark() -> None:
    text = (
        'Ada Stone spoke. "We built this bridge. "We will build it again," she said. Last month she said: '
        '"We do not know when or how," she said at her monthly meeting."'
    )
    assert [parts for parts, _ in said(text)] == [
        ["We built this bridge.", "We will build it again,"],
        ["We do not know when or how,"],
    ]


def test_the_rest_of_an_article_on_one_line_is_no_quote() -> None:
    rest = "The council met twice this week. Tom Brandt told reporters that it will meet again. " * 15
    assert said(f"The mayor, Ada Stone, said: “We are done here. {rest}") == []


def test_french_marks_with_inner_spaces_are_two_quotes() -> None:
    text = "« The debt will fall next year », said Marie Moreau. Rain fell. « The deficit too », she said."
    assert [words for words, _ in said(text)] == [["The debt will fall next year"], ["The deficit too"]]


def test_single_marks_stay_open_over_paragraphs() -> None:
    text = (
        "‘I love the town,’ Vik Moss said. ‘I have a contract until June.\n\n"
        "‘If the club wants me, I’ll stay. If the players’ union is right, I’ll go.\n\n"
        "‘I’m 51 and I’ve seen it all.’\n\nHe left."
    )
    parts = [
        "I love the town,",
        "I have a contract until June.",
        "If the club wants me, I’ll stay. If the players’ union is right, I’ll go.",
        "I’m 51 and I’ve seen it all.",
    ]
    assert said(text) == [(parts, "Vik Moss")]


def test_few_words_that_lead_on_to_the_next_paragraph_are_not_lost() -> None:
    text = "“I came here with two suitcases,” said Amadou Reyes.\n\n“Nobody met me.\n\n“So I slept.”"
    assert said(text)[1] == (["Nobody met me.", "So I slept."], "Amadou Reyes")


def test_a_stop_outside_the_marks_ends_a_statement() -> None:
    assert said("“Fix it”, Ada Stone said. “I promise”.") == [(["Fix it", "I promise"], "Ada Stone")]


def test_a_transcript_label_names_the_speaker_and_is_not_quoted() -> None:
    text = '"STONE: Why did you sell the bridge?\n\n"REYES: I never sold the bridge to anyone."'
    assert said(text) == [
        (["Why did you sell the bridge?"], "STONE"),
        (["I never sold the bridge to anyone."], "REYES"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The so-called “experts” were nowhere to be seen that day.",
        "She starred in the film “The Last Ferry Home” two years ago.",
        "Robert “Bobby” Stone won the race in Leeds.",
        "He is 6'3\" tall and she is 5'7\" tall.",
        "It was the summer of '69 and rock 'n' roll was king.",
        "“…”",
        'On Sunday he spoke on CNN\'s "State of the Union" about the bridge.',
    ],
)
def test_scare_quotes_titles_nicknames_and_inches_are_not_quotes(text: str) -> None:
    assert quotes_of(text) == []


def test_marked_words_inside_a_reported_sentence_are_a_mixed_quote() -> None:
    text = "Ada Stone said the plan was “a disgrace to the town” and walked out."
    (quote,) = quotes_of(text)
    assert quote.kind is QuoteKind.MIXED
    assert [part.of(text) for part in quote.parts] == ["a disgrace to the town"]


def test_furniture_is_never_quoted() -> None:
    text = "“Read all about it here tonight,” said Ada Stone."
    article = Article(id="t", text=text, furniture=(Span(0, len(text)),))
    assert quotes_in(article) == ()


def test_a_full_statement_outranks_a_scrap_and_a_repetition_comes_last() -> None:
    text = (
        "“Yes,” said Ada Stone. “We will rebuild this bridge before the winter comes,” said Ada Stone.\n\n"
        "Later she repeated it. “We will rebuild this bridge before the winter comes,” she said."
    )
    ranks = {quote.parts[0].of(text): quote.rank for quote in quotes_of(text)}
    first = min(quotes_of(text), key=lambda quote: quote.rank)
    assert first.parts[0].start == text.index("We will rebuild")
    assert ranks["Yes,"] > 1


def test_an_unclosed_mark_never_swallows_the_reporters_words() -> None:
    text = "He called it “a disgrace and left the room. Nobody followed him into the street."
    assert quotes_of(text) == []


_QUOTATIONS = ("“A word of mine,” said Ada Stone. ", '"word," ', " said Ada Stone: “word ", "word,” she said")
_MARKS = st.sampled_from(
    [*"“”\"‘’'«»„", "''", " said ", " Ada Stone ", "\n", "\n\n", ", ", ". ", "? ", "word ", *_QUOTATIONS]
)


@given(st.lists(_MARKS, max_size=60).map("".join))
@example('"word \n" said word"')
@example('"word.\n"\nword')
@example("“word word. ” said Ada Stone , ‘word «word » word’ ")
def test_any_arrangement_of_marks_gives_disjoint_runs_that_slice_back(text: str) -> None:
    runs = read_marks(text)
    for earlier, later in pairwise(runs):
        assert earlier.outer.end <= later.outer.start
    for run in runs:
        assert run.outer.contains(run.inner)
        assert "\n" not in run.inner.of(text)
    if text.strip():
        for quote in quotes_of(text):
            edges = [edge for part in quote.parts for edge in (part.start, part.end)]
            assert edges == sorted(set(edges)), "the parts are in order, disjoint and not empty"
            for part in quote.parts:
                assert part.of(text) == part.of(text).strip()
                assert any(run.inner.contains(part) for run in runs)
            assert quote.parts


@pytest.mark.parametrize(
    ("unit", "characters"),
    [
        ('"a" said Bo. ', 10_000),
        ("Mr. Bo said “a” ", 10_000),
        ('"A. ', 32_000),
        ("'s' ", 32_000),
        ("“a ", 50_000),
        ('"', 50_000),
        ("The Big Bad ", 100_000),
        ("said ", 100_000),
        ("(x) ", 100_000),
        ("’s ", 100_000),
        (",", 100_000),
    ],
)
@pytest.mark.parametrize("before", ["", "“"])
def test_text_of_one_kind_is_read_in_linear_time(before: str, unit: str, characters: int) -> None:
    def seconds(length: int) -> float:
        start = time.process_time()
        quotes_of(before + unit * (length // len(unit)))
        return time.process_time() - start

    # Eight times the text in about eight times the time; in quadratic time it would be sixty-four times.
    assert seconds(characters) < 20 * seconds(characters // 8) + 0.5
