"""English comes in, other languages are refused by name, and doubt never refuses."""

from __future__ import annotations

import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.errors import InvalidArticle
from service.ingest.language import guess_language, require_english

SHARED = Path(__file__).parents[3] / "shared" / "data"

OTHER_LANGUAGES = {
    "af": "Die burgemeester het Dinsdag gesê dat die nuwe brug eers in die lente sal oopmaak.",
    "ar": "قال رئيس البلدية يوم الثلاثاء إن الجسر الجديد سيفتتح في الربيع المقبل.",
    "bn": "মেয়র মঙ্গলবার বলেছেন যে নতুন সেতুটি আগামী বসন্তে খোলা হবে।",
    "da": "Borgmesteren sagde tirsdag, at den nye bro først åbner til foråret.",
    "de": "Der Bürgermeister sagte am Montag, die neue Brücke werde erst im Herbst eröffnet.",
    "el": "Ο δήμαρχος είπε την Τρίτη ότι η νέα γέφυρα θα ανοίξει την άνοιξη.",
    "es": "La alcaldesa anunció el martes que el nuevo hospital abrirá sus puertas en primavera.",
    "fi": "Pormestari sanoi tiistaina, että uusi silta avataan vasta keväällä.",
    "fr": "Le ministre a annoncé mardi que la nouvelle ligne de tramway ouvrirait au printemps prochain.",
    "hi": "महापौर ने मंगलवार को कहा कि नया पुल अगले वसंत में खुलेगा।",
    "id": "Wali kota mengatakan pada hari Selasa bahwa jembatan baru akan dibuka pada musim semi.",
    "it": "Il sindaco ha annunciato martedì che il nuovo ponte sarà aperto in primavera.",
    "ja": "市長は火曜日、新しい橋は来年の春に開通すると述べた。",
    "ko": "시장은 화요일 새 다리가 내년 봄에 개통될 것이라고 말했다.",
    "nl": "De burgemeester zei dinsdag dat de nieuwe brug pas in het voorjaar opengaat.",
    "pl": "Burmistrz powiedział we wtorek, że nowy most zostanie otwarty dopiero wiosną.",
    "pt": "O prefeito anunciou na terça-feira que a nova ponte será inaugurada na primavera.",
    "ru": "Мэр заявил во вторник, что новый мост откроется только весной.",
    "sv": "Borgmästaren sade på tisdagen att den nya bron öppnar först till våren.",
    "sw": "Meya alisema Jumanne kwamba daraja jipya litafunguliwa mwezi ujao baada ya mvua.",
    "tr": "Belediye başkanı salı günü yeni köprünün ancak ilkbaharda açılacağını söyledi.",
    "vi": "Thị trưởng cho biết hôm thứ Ba rằng cây cầu mới sẽ được khánh thành vào mùa xuân.",
    "zh": "市长星期二表示，新桥将于明年春天正式通车，届时市民可以免费通行。",
}

ENGLISH_THAT_LOOKS_ODD = {
    "shouted": "MAYOR SAYS NEW BRIDGE OVER RIVER TO OPEN IN SPRING AFTER TWO YEARS OF DELAY",
    "results": "Oldfield 2 (Doe 12, Roe 87), Newfield 1 (Poe 45). Att: 12,345. Half-time: 1-1.",
    "names": "Takahashi, Müller, Okonkwo, García, Lindqvist, Papadopoulos, Nguyen, O'Brien.",
    "figures": "Shr 40 cts vs 25 cts Net 1,369,602 vs 628,193 Revs 12.5 mln vs 4,909,369",
    "quoting French": "“C'est la vie, mes amis,” said the mayor of Oldfield, and the crowd went home to bed.",
    "two words": "Bridge opens",
    "numbers": "1 2 3 4 5 6 7 8 9",
}


@pytest.mark.parametrize("language", sorted(OTHER_LANGUAGES))
def test_a_sentence_in_another_language_is_refused_with_the_language_and_the_remedy(language: str) -> None:
    with pytest.raises(
        InvalidArticle, match=rf"'{language}' \(probability .*Pass language=\"en\""
    ) as refusal:
        require_english(OTHER_LANGUAGES[language])
    assert refusal.value.code == "unsupported-language"


@pytest.mark.parametrize("kind", sorted(ENGLISH_THAT_LOOKS_ODD))
def test_odd_english_is_let_in(kind: str) -> None:
    assert require_english(ENGLISH_THAT_LOOKS_ODD[kind]) == "en"


@pytest.mark.parametrize("declared", ["en", "EN", "en-GB", "en_US", "eng", " en "])
def test_a_caller_who_declares_english_is_trusted(declared: str) -> None:
    assert require_english(OTHER_LANGUAGES["fr"], declared) == "en"


@pytest.mark.parametrize("declared", ["fr", "de-AT", "enm", "\ud800", "x" * 1000])
def test_a_caller_who_declares_another_language_is_refused(declared: str) -> None:
    with pytest.raises(InvalidArticle) as refusal:
        require_english("The mayor said that the bridge would open in the spring.", declared)
    assert refusal.value.code == "unsupported-language"
    refusal.value.detail.encode()  # can be sent


def test_detection_gives_the_same_answer_in_every_thread() -> None:
    texts = list(OTHER_LANGUAGES.values()) * 8
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(guess_language, texts)) == [guess_language(text) for text in texts]


@pytest.mark.shared
def test_no_english_article_of_the_development_data_is_refused() -> None:
    if not SHARED.exists():
        pytest.skip("the development data (../shared) are not here")
    paths = ["quotes/polnear_dev", "summaries/newssum_train", "topics/masakhanews_eng_train"]
    for path in [SHARED / f"{path}.jsonl.gz" for path in paths]:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                assert require_english(json.loads(line)["text"]) == "en"
