"""Train the sentence splitter's word lists and write ``service/text/segment/punkt.json``.

    python -m eval.training.punkt --data DIR

Three sources are merged: what NLTK's Punkt learns from the training splits, a count of how often a word is
capitalised inside a sentence, and short lists made by hand (below). Punkt alone learns hundreds of accidents
of the sample ("jew", "yay", "trump" as a sentence starter). So its findings are pruned to abbreviations with
inner full stops and to sentence starters that the count confirms. Its collocations (initials with the
surnames of the day) are dropped, as the rule for initials covers them. The output holds single words, never a
sentence of an article, and is the same byte for byte on the same data. Evaluation is elsewhere:
``eval.tasks.segmentation``.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import nltk
from nltk.tokenize.punkt import PunktParameters, PunktTrainer

from eval.datasets import read_rows

OUTPUT = Path(__file__).resolve().parents[2] / "service" / "text" / "segment" / "punkt.json"

# File and the number of articles that Punkt itself reads (its cost); the case count reads every article.
SOURCES = {
    "quotes/polnear_train.jsonl.gz": 840,
    "summaries/cnndm_train.jsonl.gz": 400,
    "summaries/newssum_train.jsonl.gz": 800,
    "summaries/bbc_train.jsonl.gz": 500,
    "topics/masakhanews_eng_train.jsonl.gz": 300,
}

# Always followed by the name or phrase they belong to: their full stop never ends a sentence.
TITLES = """
    adm amb atty asst assoc brig capt cdr cmdr cmdt col comdr cpl cpt det dir dr drs ens gen gov govs hon
    insp lt lts maj messrs mgr mme mlle mr mrs ms msgr ofc pfc pres prof profs pvt rep reps ret rev
    rt sec sen sens sgt sra sri sta ste supt treas v vs viz cf e.g i.e eg ie
""".split()

# May stand inside a sentence or at its end: Punkt decides by the next word. Words that are mostly something
# else ("mar", "mass", "cent") are left out, and units and "etc.", which no capital follows within a sentence.
ABBREVIATIONS = """
    a.d b.c b.c.e c.e a.k.a aka c.i.a d.a d.c e.u f.b.i g.o.p i.r.s l.a m.d m.p n.a.a.c.p n.y.p.d o.k ph.d b.a
    b.s m.a m.b.a j.d r.n u.k u.n u.s u.s.a u.s.s.r u.a.e v.p w.h.o a.m p.m
    ala ariz ark calif colo conn fla ga kan ky md mich minn mo mont neb nev okla ore pa tenn tex va vt wash
    wis wyo n.c n.d n.h n.j n.m n.y r.i s.c s.d w.va p.e.i ont que alta sask
    jan feb apr jul aug sep sept oct nov dec tue tues thu thurs fri
    al approx assn assocs ave avg bhd blvd bros co corp cos ctr dept dist div ext fr ft gmbh govt hosp inc
    inst intl jr llc llp ltd mfg mt mts natl plc pty pvt rd sq sr st univ usu
""".split()

# Abbreviations only when a number follows ("No. 1", but "He said no.").
BEFORE_NUMBERS = "no nos art arts ch fig figs pp par para rs re sec vol vols ver op cl sch".split()

# Names that carry an exclamation mark of their own.
EXCLAMATIONS = "airplane e jeb jeopardy kerrang oklahoma panic tora yahoo yum wham".split()

# After "a.m." and "p.m.": the time goes on.
CLOCK_FOLLOWERS = """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december eastern pacific central mountain alaska hawaii local et
    est edt pt pst pdt ct cst cdt mt mst mdt gmt bst utc ist cet aest jst nov dec jan feb aug sept oct
""".split()

# Verbs (and the few prepositions) by which a speaker is named after a quotation.
SPEECH_VERBS = """
    said says asked asks told wrote writes added adds tweeted replied replies responded responds wondered
    continued demanded exclaimed shouted yelled joked quipped cried declared concluded insisted recalled
    explained noted remarked repeated retorted mused argued inquired
""".split()

# A word within a sentence: the word before it is lower case and nothing but a comma stands between them.
_INNER_WORD = re.compile(r"(?<=[a-z]) (?P<word>[^\W\d_]{1,20})(?=[ ,.;:!?'’])")
# A word after an unmistakable sentence end: a word of four lower-case letters, a full stop, a capital.
_FIRST_WORD = re.compile(r"(?<=[a-z]{4}[.!?]) (?P<word>[A-Z][a-z]{0,19})\b")

# A word opens sentences when it stands there and, within sentences, is capitalised at most in this share.
# Both pairs were tuned on the training splits, by reading what follows "U.S.", "Inc." and an ellipsis.
MIN_WITHIN = 8
MIN_FIRST = 2
MAX_CAPITALISED_SHARE = 0.05
MIN_FIRST_OF_STARTER = 40
MAX_CAPITALISED_SHARE_OF_STARTER = 0.02


def train(data_dir: Path) -> dict[str, Any]:
    """Return the content of ``punkt.json``, learnt from the training splits under ``data_dir``."""
    trainer = PunktTrainer()
    within: Counter[str] = Counter()
    first: Counter[str] = Counter()
    for name, punkt_articles in SOURCES.items():
        for index, text in enumerate(_texts(data_dir / name)):
            within.update(match["word"] for match in _INNER_WORD.finditer(text))
            first.update(match["word"].lower() for match in _FIRST_WORD.finditer(text))
            if index < punkt_articles:
                trainer.train(text, finalize=False)
    trainer.finalize_training()
    learnt = trainer.get_params()
    openers = _opening_words(within, first, MIN_FIRST, MAX_CAPITALISED_SHARE)
    return {
        "about": {
            "what": "word lists of service.text.segment, written by python -m eval.training.punkt --data DIR",
            "nltk": nltk.__version__,
            "data": {name: sha256((data_dir / name).read_bytes()).hexdigest() for name in SOURCES},
        },
        "titles": sorted(set(TITLES)),
        "abbreviations": sorted(_abbreviations(learnt) - set(TITLES)),
        "before_numbers": sorted(BEFORE_NUMBERS),
        "exclamations": sorted(EXCLAMATIONS),
        "clock_followers": sorted(set(CLOCK_FOLLOWERS)),
        "speech_verbs": sorted(SPEECH_VERBS),
        "sentence_starters": sorted((learnt.sent_starters & openers) | _starters(within, first) | {"i"}),
        "opening_words": sorted(openers),
    }


def _texts(path: Path) -> Iterator[str]:
    for row in read_rows(path):
        yield row["text"]


def _starters(within: Counter[str], first: Counter[str]) -> set[str]:
    """Return words that open sentences so often, and are names so rarely, that they may follow "U.S."."""
    return _opening_words(within, first, MIN_FIRST_OF_STARTER, MAX_CAPITALISED_SHARE_OF_STARTER)


def _opening_words(
    within: Counter[str], first: Counter[str], min_first: int, max_capitalised_share: float
) -> set[str]:
    """Return words that open sentences and are hardly ever capitalised inside one."""
    openers = set()
    for word, opened in first.items():
        capitalised = within[word.capitalize()]
        seen = capitalised + within[word]
        if opened >= min_first and seen >= MIN_WITHIN and capitalised <= max_capitalised_share * seen:
            openers.add(word)
    return openers


def _abbreviations(learnt: PunktParameters) -> set[str]:
    """Return the list made by hand, and Punkt's abbreviations with inner full stops ("g.o.p", "ph.d")."""
    dotted = re.compile(r"[a-z]{1,2}(?:\.[a-z]{1,2})+")
    return set(ABBREVIATIONS) | {word for word in learnt.abbrev_types if dotted.fullmatch(word)}


def main() -> None:
    """Read ``--data`` from the command line, train, and write the file that ships."""
    parser = argparse.ArgumentParser(description="Train the sentence splitter's word lists.")
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with quotes/, summaries/ and topics/"
    )
    content = train(parser.parse_args().data)
    OUTPUT.write_text(json.dumps(content, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{OUTPUT.name}: {OUTPUT.stat().st_size} bytes, {len(content['abbreviations'])} abbreviations")


if __name__ == "__main__":
    main()
