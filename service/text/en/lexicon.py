"""Word lists that several rooms share: verbs of saying, titles, pronouns, honorifics, roles, organisations.

They name the lists in ``data/``; verbs are listed by their bare form and inflected here. All words are in
lower case.
"""

from __future__ import annotations

from service.text.en import given_names
from service.text.en.word_lists import load_words

WEAK_SPEECH_VERBS = load_words("weak_speech_verbs")


def _inflections(verb: str) -> set[str]:
    if verb.endswith("e"):
        return {verb, verb + "s", verb + "d", verb[:-1] + "ing"}
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return {verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"}
    third_person = verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "o")) else "s")
    return {verb, third_person, verb + "ed", verb + "ing"}


SPEECH_VERBS = frozenset(
    form for verb in load_words("speech_verbs") for form in _inflections(verb)
) | frozenset(form for forms in load_words("speech_verbs_irregular") for form in forms.split())

# Of these verbs the bare form and that in -s are nouns as well: "request", "emails". Not "said", "insists".
_NOUN_LIKE_VERBS = load_words("noun_like_verbs")
NOUN_LIKE_FORMS = frozenset(
    form for verb in _NOUN_LIKE_VERBS for form in _inflections(verb) if form.endswith("s")
) | frozenset(_NOUN_LIKE_VERBS)

MALE_PRONOUNS = frozenset({"he"})
FEMALE_PRONOUNS = frozenset({"she"})
FEMALE_FORMS = frozenset({"she", "her", "hers"})
PLURAL_PRONOUNS = frozenset({"they"})
FIRST_PERSON = frozenset({"i", "we", "me", "us", "my", "our", "myself", "ourselves"})
OTHER_PRONOUNS = frozenset({"you", "it", "him", "her", "them"}) | FIRST_PERSON
PRONOUNS = MALE_PRONOUNS | FEMALE_PRONOUNS | PLURAL_PRONOUNS | OTHER_PRONOUNS

MALE_HONORIFICS = load_words("male_honorifics")
FEMALE_HONORIFICS = load_words("female_honorifics")
ADDRESS_HONORIFICS = load_words("address_honorifics")

# The honorifics that a paper puts before a surname where two people share it.
FORMS_OF_ADDRESS = ADDRESS_HONORIFICS - {"husband", "wife"}

# A role after the name says more than these: "Dr. Ann Smith, director of the lab".
ACADEMIC_TITLES = frozenset({"dr", "dr.", "doctor", "prof", "prof.", "professor"})

TITLE_HEADS = load_words("title_heads")
TITLE_MODIFIERS = load_words("title_modifiers")
# Titles only as the first word: further on they are names ("Paul Bishop").
LEADING_TITLES = frozenset({"judge", "major", "father", "sister", "bishop"})
TITLES = TITLE_HEADS | LEADING_TITLES | {"king", "pope", "prince", "duke", "dean"}

# Places of several words, which look like people's names.
PLACES = load_words("places")
ORGANISATION_WORDS = load_words("organisation_words")

ROLE_NOUNS = load_words("role_nouns")

BARE_SOURCES = load_words("bare_sources")

SPEAKING_THINGS = load_words("speaking_things")

MONTHS_AND_DAYS = load_words("months_and_days")

SENTENCE_STARTERS = load_words("sentence_starters")

# Sentence starters that are names, too, with a capital in mid-sentence or before a verb of saying.
NAMES_LIKE_WORDS = frozenset({"will", "oh", "from", "may"})

NAME_PARTICLES = load_words("name_particles")

GIVEN_NAMES = given_names.GIVEN_NAMES
