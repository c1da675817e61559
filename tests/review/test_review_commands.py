"""``pullquote review …``, as the team that runs the page uses it; with a fake pipeline where it analyses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.archive_in_process import run as run_job
from support.fake_pipeline import FakePipeline
from typer.testing import CliRunner, Result

from service.__main__ import app
from service.review.rules.actions import ACTION
from service.review.wiring import open_review_service
from service.settings import Settings
from service.store.records import Filter

RAIN = "The mayor of the town said that it was raining, and that it would rain again."
FAIR = "The mayor of the town said that it was not raining, and that it would be fair."


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of one's own, with the store where it is by default."""
    monkeypatch.chdir(tmp_path)
    for module in ("review.imports", "analyze"):
        monkeypatch.setattr(f"service.cli.{module}.build_pipeline", lambda settings: FakePipeline())
    return tmp_path


def run(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def review(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    return run("review", *arguments, stdin=stdin)


def feed(path: Path, **articles: str) -> Path:
    path.write_text("".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in articles.items()))
    return path


def queue(**wanted: Any) -> list[str]:
    reviews = open_review_service(Settings())
    with reviews.store:
        page = reviews.store.queue(Filter(**wanted), offset=0, size=99, now=reviews.clock())
    return sorted(item.article_id for item in page.items)


def counts(result: Result) -> str:
    return result.stdout.splitlines()[0]


def test_an_article_is_analysed_and_put_into_the_queue(here: Path) -> None:
    (here / "rain.txt").write_text(RAIN)
    result = review("import", "rain.txt", "--source", "wires", "--length", "short")
    assert counts(result) == "1 new, 0 known, 0 reanalysed, 0 corrected, 0 failed."
    assert "/review" in result.stdout
    assert (result.exit_code, queue(source="wires")) == (0, ["rain.txt"])


def test_analyses_find_their_texts_by_id_and_digest_whatever_the_order(here: Path) -> None:
    articles = feed(here / "feed.jsonl", a=RAIN, b=FAIR)
    run("analyze", articles, "--output", "analyses.out")
    lines = (here / "analyses.out").read_text().splitlines()
    (here / "analyses.out").write_text("\n".join(reversed(lines)))
    assert counts(review("import", "analyses.out", "--articles", articles)).startswith("2 new,")
    assert counts(review("import", "-", "-a", articles, stdin="\n".join(lines))).startswith("0 new, 2 known,")
    feed(articles, a=RAIN, b=RAIN)
    other = review("import", "analyses.out", "-a", articles)
    assert "analyses.out:1: the text of b in --articles is another one: its SHA-256 differs" in other.stderr
    assert "give --articles what `pullquote analyze` was given" in review("import", "analyses.out").stderr
    missing = review("import", "analyses.out", "-a", feed(here / "c.jsonl", c=FAIR))
    assert missing.exit_code == 1
    assert "--articles holds no b" in missing.stderr


def test_an_analysis_that_returns_its_text_needs_no_other(here: Path) -> None:
    (here / "page.html").write_text(f"<html><body><p>{RAIN}</p></body></html>")
    line = run("analyze", "page.html").stdout
    assert counts(review("import", "-", stdin=line)).startswith("1 new")


def test_a_corrected_and_a_reanalysed_article_are_told_apart(here: Path) -> None:
    review("import", feed(here / "feed.jsonl", a=RAIN))
    assert counts(review("import", "feed.jsonl", "--length", "short")) == (
        "0 new, 0 known, 1 reanalysed, 0 corrected, 0 failed."
    )
    assert counts(review("import", feed(here / "feed.jsonl", a=FAIR))) == (
        "0 new, 0 known, 0 reanalysed, 1 corrected, 0 failed."
    )


def test_what_cannot_go_in_is_named_with_its_line_and_the_others_go_in(here: Path) -> None:
    good = json.loads(run("analyze", "-", "--id", "good", stdin=RAIN).stdout)
    good["article"]["text"] = RAIN
    moved = json.loads(json.dumps(good))
    moved["topics"][0]["evidence"][0]["start"] = 1
    bad = {**good, "quotes": "none"}
    export = {**good, "review": {}}
    long = {**good, "article": {**good["article"], "id": "x" * 501}}
    lines = [good, moved, bad, export, {"id": "e", "text": "…"}, long]
    (here / "mixed.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines) + "oops\n")
    result = review("import", "mixed.jsonl", "missing.txt")
    assert counts(result) == "1 new, 0 known, 0 reanalysed, 0 corrected, 7 failed."
    assert result.exit_code == 1
    reasons = (
        "does not read",
        "by the contract: quotes: ",
        "a review's export",
        "no letter",
        "501 characters",
    )
    for number, reason in enumerate(reasons, start=2):
        assert any(
            f"mixed.jsonl:{number}: " in line and reason in line for line in result.stderr.splitlines()
        )
    assert "mixed.jsonl:7: The JSON can't be parsed" in result.stderr
    assert "missing.txt: No such file" in result.stderr


def test_an_archive_job_is_imported_with_the_texts_of_its_inputs(here: Path) -> None:
    feed(here / "feed.jsonl", a=RAIN, b=FAIR, c="…")
    run_job(here / "feed.jsonl", here / "job")
    assert counts(review("import", "job")) == "2 new, 0 known, 0 reanalysed, 0 corrected, 0 failed."
    feed(here / "feed.jsonl", a=RAIN)
    result = review("import", "job")
    assert counts(result) == "0 new, 1 known, 0 reanalysed, 0 corrected, 1 failed."
    assert "article 'b' is in the job's inputs no longer" in result.stderr
    (here / "job" / "job.json").write_text("{")
    assert "job.json is damaged" in review("import", "job").stderr


def test_an_export_holds_what_is_done_or_everything(here: Path) -> None:
    review("import", feed(here / "feed.jsonl", a=RAIN, b=FAIR))
    reviews = open_review_service(Settings())
    with reviews.store:
        [key] = [item.key for item in reviews.store.export(Filter()) if item.article_id == "b"]
        for version, step in enumerate(
            ({"do": "accept-all"}, {"do": "accept", "piece": "s1"}, {"do": "finish"})
        ):
            reviews.act(key, version, ACTION.validate_python(step), "ada")
    [line] = review("export").stdout.splitlines()
    assert (json.loads(line)["article"]["id"], json.loads(line)["review"]["finished_by"]) == ("b", "ada")
    result = review("export", "--state", "all", "--output", "gold.jsonl")
    assert (result.stdout, result.stderr) == ("", "pullquote: 2 items exported.\n")
    assert len((here / "gold.jsonl").read_text().splitlines()) == 2
    assert "no/gold.jsonl: No such file" in review("export", "-o", "no/gold.jsonl").stderr


def test_accounts_are_added_changed_and_closed() -> None:
    added = review("user", "add", "Ada", "--password-stdin", stdin="correct horse\n")
    assert added.stdout == "Added Ada as editor.\n"
    assert "nobody is admin yet" in added.stderr
    assert review("user", "role", "ada", "admin").stdout == "ada is admin.\n"
    review("user", "add", "bob", "--role", "chief", "--password-stdin", stdin="battery staple\n")
    assert review("user", "disable", "bob").exit_code == 0
    listed = [line.split() for line in review("user", "list").stdout.splitlines()]
    assert [line[:3] + line[4:] for line in listed] == [
        ["Ada", "admin", "since"],
        ["bob", "chief", "since", "closed"],
    ]
    assert "only admin" in review("user", "disable", "ada").stderr
    assert review("user", "enable", "bob").stdout == "bob may sign in again.\n"
    assert review("user", "password", "bob", "--password-stdin", stdin="another one more\n").exit_code == 0
    reviews = open_review_service(Settings())
    with reviews.store:
        assert reviews.store.sign_in("bob", "another one more", reviews.clock()).role == "chief"


@pytest.mark.parametrize(
    ("arguments", "stdin", "status", "says"),
    [
        (["user", "add", "x", "--password-stdin"], "short\n", 1, "5 characters"),
        (["user", "add", "x"], "", 2, "--password-stdin"),
        (["user", "add", "x", "--role", "king"], "", 2, "king"),
        (["user", "password", "nobody", "--password-stdin"], "long enough words\n", 1, "no user 'nobody'"),
        (["key", "add", "cms", "--user", "nobody"], "", 1, "no user 'nobody'"),
        (["key", "revoke", "7"], "", 1, "no key '7'"),
        (["delete", "a"], "", 2, "--reason"),
        (["delete", "a", "--reason", " "], "", 2, "Give 1 to 200"),
        (["delete", "nope", "--reason", "x"], "", 1, "no article 'nope'"),
        (["purge", "--older-than", "1y"], "", 2, "such as 365d"),
        (["purge", "--older-than", "0d"], "", 2, "such as 365d"),
        (["export", "--store", "typo.db"], "", 1, "no store typo.db"),
        (["export", "--store", ""], "", 2, "PULLQUOTE_STORE is empty"),
        (["import", "x.txt", "--store", "mysql://x"], "", 1, "isn't supported"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_remedy(
    arguments: list[str], stdin: str, status: int, says: str, here: Path
) -> None:
    (here / "x.txt").write_text(RAIN)
    assert review("import", "x.txt").exit_code == 0
    result = review(*arguments, stdin=stdin)
    assert (result.exit_code, says in result.stderr) == (status, True), result.stderr
    assert not (here / "typo.db").exists()


def test_keys_are_shown_once_and_can_be_revoked() -> None:
    review("user", "add", "ada", "--role", "admin", "--password-stdin", stdin="correct horse\n")
    made = review("key", "add", "the CMS", "--user", "ada").stdout.strip()
    assert made.startswith("pq_")
    listed = review("key", "list").stdout
    assert made not in listed
    key_id = made.split("_")[1]
    assert listed.split() == [key_id, "the", "CMS", "analyse,review", "ada", "never", "used"]
    assert review("key", "revoke", "1").exit_code == 1
    reviews = open_review_service(Settings())
    with reviews.store:
        for state in ("good", "revoked"):
            found = reviews.store.find_key(made, reviews.clock())
            assert found is not None
            assert found.state(reviews.clock()) == state
            review("key", "revoke", key_id)
    assert "revoked" in review("key", "list").stdout


def test_an_article_is_deleted_for_good(here: Path) -> None:
    review("import", feed(here / "feed.jsonl", a=RAIN, b=FAIR))
    assert review("delete", "a", "--reason", "withdrawn").stdout.startswith("Deleted a: 1 texts, 1 analyses")
    assert queue() == ["b"]
    assert review("purge", "--older-than", "1d").stdout.startswith("Deleted 0 articles")


def test_help_answers_without_the_store_and_shows_examples() -> None:
    code = "import sys; from service.__main__ import app; app(['review', '--help'], standalone_mode=False); "
    code += "print(sorted({'torch', 'fastapi', 'sqlalchemy', 'pyarrow'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pullquote review import job" in done.stdout
    assert done.stdout.endswith("[]\n")
