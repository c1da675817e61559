"""Interviews, transcripts, questions and answers: whose turn it is, and what is no turn. Texts of our own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.reading import quotes_in

from service.domain import Article, Quote, QuoteKind, Span
from service.quotes.decoding import ReportedSpeech


def _quotes(text: str, *reported: ReportedSpeech) -> list[Quote]:
    article = Article(id="t", text=text)
    return list(quotes_in(article, reported))


def _turns(text: str) -> list[tuple[str, str | None, str | None]]:
    """The words of each quote, the speaker's name and the mention."""
    return [
        (
            " | ".join(part.of(text) for part in quote.parts),
            quote.speaker.name if quote.speaker else None,
            quote.speaker.mention.of(text) if quote.speaker else None,
        )
        for quote in _quotes(text)
    ]


def _speakers(text: str) -> dict[str, str | None]:
    """The speaker's name by the first two words of what is said."""
    return {" ".join(words.split()[:2]): name for words, name, _ in _turns(text)}


def _reported(text: str, content: str, cue: str | None = None, source: str | None = None) -> ReportedSpeech:
    """What the model might read; a source is the last such words before the cue."""

    def span(words: str, end: int = len(text)) -> Span:
        start = text.rindex(words, 0, end)
        return Span(start, start + len(words))

    by = span(cue) if cue else None
    who = span(source, by.start if by else len(text)) if source else None
    return ReportedSpeech((span(content),), by, who, probability=0.9)


_BOOK = (
    "Novelist Irene Falk talks about her new book and the war.\n\n"
    "Q: When did you start?\n\n"
    "A: I started in the winter, when nothing else was possible.\n\n"
    "Q: Did the garden help?\n\n"
    "A: The garden kept me alive.\n\nI mean that quite literally."
)


def test_the_interviewee_gives_the_answers_and_nobody_is_guessed_to_ask() -> None:
    assert _turns(_BOOK) == [
        ("When did you start?", None, None),
        ("I started in the winter, when nothing else was possible.", "Irene Falk", "A"),
        ("Did the garden help?", None, None),
        ("The garden kept me alive.", "Irene Falk", "A"),
    ]


def test_a_turn_without_marks_is_indirect_and_without_a_cue() -> None:
    assert {(quote.kind, quote.cue) for quote in _quotes(_BOOK)} == {(QuoteKind.INDIRECT, None)}


@pytest.mark.parametrize(
    ("introduction", "asks", "answers"),
    [
        (
            "The potter Haruto Mori, 79, has a show in May. He talked to The Lantern.",
            "Lantern",
            "Haruto Mori",
        ),
        ("Biologist Nora Petit answered questions from our reporter, Tom Reed.", None, "Nora Petit"),
        ("Our reporter Sam Brill spoke with the economist Gita Rao.", "Sam Brill", "Gita Rao"),
        ("Chef Luis Ortega has a third kitchen. We caught up with Ortega at noon.", None, "Luis Ortega"),
        (
            "Pilot Ana Ruiz was hurt in May. Lea Stern of Lake Radio interviewed Ana Ruiz.",
            "Lea Stern",
            "Ana Ruiz",
        ),
        ("Speaking to the Post on Monday, Senator Mary Oakes was calm.", "Post", "Mary Oakes"),
        ("As she sat down with reporter Tom Reed, Judge Nora Blum smiled.", "Tom Reed", "Nora Blum"),
        ("Senator Mary Oakes lost by nine votes.", None, "Mary Oakes"),
        # Two who could be meant, and nobody who is said to be interviewed.
        ("Ben Cole and Mia Hart have made four films together.", None, None),
        ("Ben Cole spoke with Mia Hart in the car park.", None, None),
        ("We spoke with Ben Cole. We spoke with Mia Hart.", None, None),
        ("Judge Nora Blum lost. As she sat down with us, Ana Ruiz was calm.", None, None),
        ("The council sat until nine.", None, None),
    ],
)
def test_who_asks_and_who_answers_is_what_the_introduction_says(
    introduction: str, asks: str | None, answers: str | None
) -> None:
    text = introduction + "\n\nQ. Was it hard?\n\nA. I was scared.\n\nQ. And now?\n\nA. Ask my mother."
    speakers = _speakers(text)
    assert (speakers["Was it"], speakers["I was"]) == (asks, answers)
    assert (speakers["And now?"], speakers["Ask my"]) == (asks, answers)


def test_initials_are_those_of_the_one_person_who_has_them() -> None:
    text = (
        "Our reporter Sam Brill spoke with the economist Gita Rao about rates.\n\n"
        "SB: Was the cut a mistake?\n\nGR: I would call it a gamble.\n\nSB: Who pays?\n\nGR: My tenants do."
    )
    assert [name for _, name, _ in _turns(text)] == ["Sam Brill", "Gita Rao"] * 2
    assert [mention for _, _, mention in _turns(text)] == ["SB", "GR"] * 2


def test_initials_that_two_people_share_are_nobodys() -> None:
    text = (
        "Rosa Lind and Ruth Lang run the last bookshop. Both spoke to the Gazette.\n\n"
        "RL: We have never made money.\n\nTG: How do you pay the rent?\n\nRL: My sister owns the house."
    )
    assert [name for _, name, _ in _turns(text)] == [None, "Gazette", None]


def test_labels_in_capitals_are_names_titles_and_descriptions() -> None:
    text = (
        "The trial of Karl Moss went on before Judge Ada Winter.\n\n"
        "THE COURT: Mr. Moss, do you understand?\n\nMR. MOSS: I do, your honor.\n\n"
        "MS. DELL: You kept your own receipts.\n\nUNIDENTIFIED WOMAN: You liar!\n\n"
        "Prosecutor Joan Dell sat down."
    )
    assert _turns(text) == [
        ("Mr. Moss, do you understand?", "THE COURT", "THE COURT"),
        ("I do, your honor.", "Karl Moss", "MR. MOSS"),
        ("You kept your own receipts.", "Joan Dell", "MS. DELL"),
        ("You liar!", "UNIDENTIFIED WOMAN", "UNIDENTIFIED WOMAN"),
    ]


def test_people_are_named_in_full_wherever_the_article_does_so() -> None:
    text = (
        "MODERATOR: Will you raise taxes?\n\nOAKES: I will not.\n\nLUND: You said so in June, Senator.\n\n"
        "Senator Mary Oakes met Peter Lund, the budget chief, on Sunday."
    )
    assert [name for _, name, _ in _turns(text)] == ["MODERATOR", "Mary Oakes", "Peter Lund"]


def test_full_names_that_recur_are_labels_too_and_questions_may_have_none() -> None:
    text = (
        "Pop singer Dana Moss is back.\n\nHow does it feel?\n\nDana Moss: I feel like a guest.\n\n"
        "Will you tour?\n\nMoss: My knees say no.\n\nAnd then?\n\nMoss: I will write to you."
    )
    assert [(words, name) for words, name, _ in _turns(text)][:3] == [
        ("I feel like a guest.", "Dana Moss"),
        ("Will you tour?", None),
        ("My knees say no.", "Dana Moss"),
    ]


def test_a_papers_label_before_a_question_is_no_part_of_it() -> None:
    text = (
        "Writer Leo Brandt told the Post that he had burnt it.\n\nPost: Why did you?\n\nBrandt: I was cold."
        "\n\nPost: Do you miss it?\n\nBrandt: I miss the coat I sold."
    )
    assert ("Do you miss it?", "Post", "Post") in _turns(text)


def test_a_headline_with_a_name_and_a_colon_is_no_turn() -> None:
    text = (
        "Moss: I Will Win This!\n\nMayor Karl Moss spoke on Sunday.\n\nHost: Will you win?\n\n"
        "Moss: I will.\n\nHost: And if not?\n\nMoss: You will see."
    )
    assert _turns(text)[0][0] == "Will you win?"


def test_a_turn_goes_on_to_the_next_label_past_stage_directions() -> None:
    text = (
        "Captain Omar Diaz runs the rescue.\n\nHOST: How was your night?\n\nDIAZ: It was long.\n\n"
        "(LAUGHTER)\n\nI am not joking. You can see it.\n\nHOST: Thank you.\n\nDiaz went home."
    )
    assert [words for words, _, _ in _turns(text)] == [
        "How was your night?",
        "It was long. | I am not joking. You can see it.",
        "Thank you.",
    ]


def test_the_reporters_own_paragraph_between_turns_is_no_turn() -> None:
    text = (
        "HOST: How was your night?\n\nDIAZ: It was long.\n\nOmar Diaz said we could look at the log.\n\n"
        "He left us a biscuit each time\n\nHOST: What do you want?\n\nDIAZ: Give me two boats."
    )
    assert [words for words, _, _ in _turns(text)][1] == "It was long."


def test_a_label_amid_a_paragraph_ends_the_turn_before_it() -> None:
    text = "Gita Rao spoke to the Post. Q: Was it hard? A: I was ill. Q: And now? A: I am well."
    assert [(words, name) for words, name, _ in _turns(text)] == [
        ("Was it hard?", "Post"),
        ("I was ill.", "Gita Rao"),
        ("And now?", "Post"),
        ("I am well.", "Gita Rao"),
    ]


def test_turns_in_quotation_marks_are_direct_and_their_words_stand_between_the_marks() -> None:
    text = (
        "Sam Brill of the Post spoke with the economist Gita Rao.\n\nSB: “Was it a mistake?”\n\n"
        "GR: “I would call it a gamble.”\n\nSB: “Who pays?”\n\n“GR: My tenants do, and so do yours.”"
    )
    assert {quote.kind for quote in _quotes(text)} == {QuoteKind.DIRECT}
    assert _turns(text) == [
        ("Was it a mistake?", "Sam Brill", "SB"),
        ("I would call it a gamble.", "Gita Rao", "GR"),
        ("Who pays?", "Sam Brill", "SB"),
        ("My tenants do, and so do yours.", "Gita Rao", "GR"),
    ]


def test_a_quotation_inside_a_turn_stays_where_somebody_is_said_to_have_said_it() -> None:
    text = (
        "HOST: How was your night?\n\nOMAR DIAZ: I was cold. “Never again tonight,” my mate told me.\n\n"
        "HOST: Did you read “The Sea and the Rope” there?\n\nDIAZ: I can’t read in a storm."
    )
    assert [(quote.kind.value, quote.speaker and quote.speaker.name) for quote in _quotes(text)] == [
        ("indirect", "HOST"),
        ("mixed", "OMAR DIAZ"),
        ("direct", "my mate"),
        ("mixed", "HOST"),
        ("indirect", "OMAR DIAZ"),
    ]


def test_answers_without_labels_are_theirs_whom_the_introduction_says_to_be_interviewed() -> None:
    text = (
        "The potter Anna Vries, 71, closes in May. She spoke to The Lantern about clay.\n\n"
        "Why do you stop now?\n\nMy hands have stopped already.\n\nThey shake.\n\n"
        "Who will take the wheel?\n\nI asked both of my sons.\n\nWhat will you miss?\n\nI will miss it."
    )
    speakers = {words: name for words, name, _ in _turns(text)}
    assert speakers["My hands have stopped already. | They shake."] == "Anna Vries"
    assert speakers["I will miss it."] == "Anna Vries"
    assert speakers["Who will take the wheel?"] is None


@pytest.mark.parametrize(
    "text",
    [
        # A paper's own questions and answers.
        "Mayor Jill Ames changed the fares.\n\nQ: What will you pay?\n\nA: Three dollars.\n\nQ: Who is free?"
        "\n\nA: Children under five.",
        "Minister Paul Okoro told reporters about the treaty.\n\nWhat is in it?\n\nIt sets the price.\n\n"
        "Who is against it?\n\nFarmers are.\n\nWhat is next?\n\nIt enters into force.",
        # Lists whose items begin with a name or a word.
        "Mary Oakes and Peter Lund meet on Saturday.\n\nOakes: Win at home.\n\nLund: Keep it close.\n\n"
        "Oakes: Raise money.",
        "WHEN: You can come at nine.\n\nWHERE: We meet at the hall.\n\nWHEN: You can come at ten.",
        "Ingredients: You need flour.\n\nNote: I use butter.\n\nNote: My oven is hot.\n\nUpdated: I lied.",
        "Hillary Moss: 1,769.\n\nBernie Lund: 1,501.\n\nHillary Moss: 547.\n\nBernie Lund: 46.",
        "10:30: We begin.\n\n10:45: You are late.\n\n11:00: I am off.",
        # Headlines.
        "Moss: We will rebuild the bridge\n\nOakes: Not with our money\n\nMoss: My life with the bridge\n\n"
        "Mayor Karl Moss and Senator Mary Oakes quarrelled.",
        "Moss: I will rebuild the bridge.\n\nMayor Karl Moss said so. I was there.",
        # Fact checks: the paper's own paragraphs recur as well.
        "THE CLAIM: You pay more.\n\nTHE FACTS: We looked at your bills.\n\nTHE CLAIM: I pay none.\n\n"
        "THE FACTS: He paid in our town.",
    ],
)
def test_what_only_looks_like_turns_is_none(text: str) -> None:
    assert _turns(text) == []


_NURSES = (
    "Dr. Samuel Adjei runs the line.\n\nHOST: The hospital says it is quieter now. Is that you?\n\n"
    "ADJEI: Partly. I thank my nurses.\n\nHOST: Do you sleep?\n\nADJEI: I told my wife that I do."
)


def test_what_the_model_reads_across_turns_is_cut_and_nothing_said_twice() -> None:
    across = _reported(_NURSES, "it is quieter now. Is that you?\n\nADJEI: Partly. I thank", "says")
    assert len(_quotes(_NURSES, across)) == 4


def test_what_the_model_reads_inside_a_turn_in_marks_is_no_quote_of_its_own() -> None:
    text = "HOST: “Is it quieter?”\n\nSAM ADJEI: “Partly. My wife says it is quiet.”\n\nHOST: “Do you sleep?”"
    assert len(_quotes(text, _reported(text, "it is quiet.", "says", "My wife"))) == 3


def test_what_the_model_reads_as_a_turn_is_that_turn() -> None:
    turn = _reported(_NURSES, "Partly. I thank my nurses", None, "ADJEI")
    assert len(_quotes(_NURSES, turn)) == 4


def test_what_somebody_is_said_in_a_turn_to_have_said_is_a_quote_of_its_own() -> None:
    nested = _reported(_NURSES, "it is quieter now", "says", "The hospital")
    found = [quote for quote in _quotes(_NURSES, nested) if quote.cue]
    assert [(quote.parts[0].of(_NURSES), quote.speaker and quote.speaker.name) for quote in found] == [
        ("it is quieter now", "The hospital")
    ]


@pytest.mark.parametrize(("source", "name"), [("I", "Samuel Adjei"), ("he", None)])
def test_i_in_a_turn_is_who_speaks_there_and_he_is_not(source: str, name: str | None) -> None:
    text = _NURSES.replace("I told my wife", f"{source} told my wife")
    (quote,) = [quote for quote in _quotes(text, _reported(text, "that I do", "told", source)) if quote.cue]
    assert (quote.speaker and quote.speaker.name) == name


def test_an_answer_is_pulled_before_a_question_whatever_its_place() -> None:
    quotes = _quotes(_BOOK)
    asked = [quote.rank for quote in quotes if quote.parts[0].of(_BOOK).endswith("?")]
    assert min(asked) > max(quote.rank for quote in quotes if quote.rank not in asked)


@given(
    st.lists(
        st.sampled_from(
            [
                "Q:",
                "A:",
                "SB:",
                "MOSS:",
                "“",
                "”",
                "I ",
                "you?",
                "\n",
                "\n\n",
                "Ann Moss ",
                "spoke to us. ",
                "\ue000",
                "\ud800",
            ]
        ),
        max_size=60,
    )
)
def test_whatever_the_text_turns_are_slices_of_it_apart_from_each_other(pieces: list[str]) -> None:
    text = "".join(pieces)
    if not text.strip():
        return
    quotes = _quotes(text)
    assert sorted(quote.rank for quote in quotes) == list(range(1, len(quotes) + 1))
    for quote in quotes:
        assert all(part.of(text).strip() for part in quote.parts)
