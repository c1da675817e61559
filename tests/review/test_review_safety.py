"""The editors' page over HTTP when things go wrong: hostile words, racing editors, a killed server."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from socket import socket
from urllib.parse import urlencode

import httpx
import pytest
from support.quick_store import QUICK
from support.review_server import SECRET, Site, running
from support.script_payloads import PAYLOADS, sentence

from service.access.scopes import Scope
from service.review.access import SESSION_COOKIE
from service.store import Store
from service.store.accounts.records import KeyTerms
from service.store.errors import InvalidEntry

TERMS = KeyTerms(frozenset((Scope.ANALYSE, Scope.REVIEW)), user="Agency")

_TAGS = set(
    "html head meta title link script body a header nav div span form input button main h1 h2 p section "
    "article ol ul li strong details summary fieldset legend label textarea blockquote datalist option dl dt "
    "dd kbd code h3 dialog progress table caption thead tbody tr th td del ins br q select svg rect".split()
)
_OWN_LINK = re.compile(r"(/review|#|/review/static/)[\w./?=&%+#-]*\Z", re.ASCII)


class Structure(HTMLParser):
    """Reads a page and fails on any tag, attribute or address that is not of our templates."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _TAGS, tag
        for name, value in attrs:
            assert not name.startswith("on"), (tag, name)
            assert name not in {"style", "srcdoc", "formaction", "http-equiv"}, (tag, name)
            if name in {"href", "src", "action"}:
                assert _OWN_LINK.match(value or ""), (tag, name, value)
            if name == "id":
                self.ids.append(value or "")


def read(page: httpx.Response, status: int = 200) -> list[str]:
    """Check a page, and return the ids in it."""
    assert page.status_code == status
    assert "script-src 'self'" in page.headers["content-security-policy"]
    structure = Structure()
    structure.feed(page.text)
    assert structure.ids.count("workspace") <= 1
    assert "ran=1" not in re.sub(r"[^<]*", "", page.text)
    return structure.ids


class Editor:
    """A signed-in browser without the browser."""

    def __init__(self, site: Site, name: str) -> None:
        cookie = site.session(name)
        cookies = {SESSION_COOKIE: cookie["value"]}
        # No TLS here, and reading its certificates takes longer than what is tested.
        self.http = httpx.Client(base_url=site.url, cookies=cookies, timeout=30, verify=False)
        self.http.get("/review/help")

    def __enter__(self) -> Editor:
        return self

    def __exit__(self, *error: object) -> None:
        self.http.close()

    def get(self, path: str, **query: str | bytes) -> httpx.Response:
        return self.http.get(path, params=query)

    def post(self, path: str, headers: dict[str, str] | None = None, **fields: str | int) -> httpx.Response:
        """Send a form as a browser does, lone surrogates and all."""
        form = {"csrf": self.http.cookies["pullquote_csrf"], **fields}
        content = urlencode({name: _bytes(str(value)) for name, value in form.items()})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.http.post(path, content=content, headers=kind | (headers or {}))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def test_no_page_takes_anything_that_people_or_articles_say_for_markup(empty_site: Site) -> None:
    site = empty_site
    assert len(set(PAYLOADS)) == 200
    site.session("Agency")
    key = site.reviews.store.add_key("<script>ran=1</script>", TERMS, site.reviews.clock())
    unfit = 0
    for number, payload in enumerate(PAYLOADS):
        try:
            site.session(name := payload[:60].strip())
        except InvalidEntry:
            unfit, name = unfit + 1, f"editor {number}"
        with Editor(site, name) as editor:
            _say_everywhere(editor, payload, number, key)
    assert unfit < 60  # names with signs that nobody sees are refused, the rest is kept
    with Editor(site, "Grace") as editor:
        for page in range(1, 5):
            read(editor.get("/review", tab="all", page=str(page)))
        read(editor.get("/review/dashboard"))


def _say_everywhere(editor: Editor, payload: str, number: int, key: str) -> None:
    """Say a payload in every field there is, and read every page that may show it."""
    record = {
        "id": f"{payload} {number}",
        "title": payload,
        "text": sentence(payload) * 2,
        "language": "en",
    }
    sent = editor.http.post(
        "/v1/analyses",
        params={"review": "true", "source": payload.encode("utf-8", "replace")[:190]},
        content=json.dumps(record),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    assert sent.status_code == 200, sent.text
    path = sent.headers["review-item"]
    assert editor.post(path, version=0, do="reject", piece="s1", reason=payload).status_code == 303
    edited = editor.post(
        path, version=1, do="edit-sentence", piece="s2", text=payload, confirmed="true"
    ).status_code
    assert edited in {303, 422}
    version = 2 if edited == 303 else 1
    given = {"speaker": payload, "role": payload, "mention": "Ada Hale", "confirmed": "true"}
    assert (
        editor.post(path, version=version, do="add-quote", part="The mayor held", **given).status_code == 303
    )
    assert "workspace" in read(editor.get(path))
    read(editor.get(f"{path}/history"))
    read(editor.get("/review", q=payload.encode("utf-8", "replace"), tab="all"))
    read(editor.post(f"{path}/check", piece="s1", text=payload))
    # What is refused is shown again, as it was typed.
    read(editor.post(path, version=version + 1, do="add-quote", part=payload + "!", mention=payload), 422)
    read(editor.post(path, version=0, do="edit-sentence", piece="s1", text=payload), 412)
    read(editor.post(path, version=0, do="reject", piece=payload, reason=payload), 412)
    read(editor.post(path, version=0, do=payload, piece=payload), 422)
    read(editor.post("/review/new", text=" ", title=payload, id=payload, source=payload), 422)
    refused = editor.post("/review/sign-in", name=payload, password=payload, then=payload)
    assert refused.status_code in {401, 429}  # so many from one address are too many
    read(refused, refused.status_code)


def test_racing_editors_lose_no_acknowledged_step(empty_site: Site) -> None:
    site = empty_site
    key, goal = site.submit(id="race"), 100
    acknowledged: list[tuple[int, str]] = []
    refusals: list[int] = []

    def race(name: str) -> None:
        with Editor(site, name) as editor:
            save_until_done(name, editor)

    def save_until_done(name: str, editor: Editor) -> None:
        version = number = 0
        while version < goal:
            number += 1
            text = f"The bridge will close, said {name} {number}."
            answer = editor.post(
                f"/review/items/{key}",
                do="edit-sentence",
                piece="s1",
                text=text,
                confirmed="true",
                headers={"Accept": "application/json", "If-Match": f'"{version}"'},
            )
            if answer.status_code == 200:
                version = answer.json()["version"]
                assert answer.headers["etag"] == f'"{version}"'
                acknowledged.append((version, text))
                continue
            assert answer.status_code == 412
            told = answer.json()
            assert told["code"] == "precondition-failed"
            since = [line["version"] for line in told["since"]]
            assert since == list(range(version + 1, since[-1] + 1))
            refusals.append(version)
            assert told["current"] == since[-1]
            version = since[-1]

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(race, name) for name in ("Ada", "Grace", "Iris", "Uma")]:
            done.result()
    kept = {line.version: line.after or "" for line in site.reviews.store.log(key)}
    assert sorted(version for version, _ in acknowledged) == list(range(1, len(kept) + 1))
    assert all(text in kept[version] for version, text in acknowledged)
    assert refusals


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_killed_server_loses_no_acknowledged_edit(tmp_path: Path) -> None:
    database, port = tmp_path / "reviews.db", _free_port()
    with running(database, "open") as site:
        key = site.submit(id="kill")
    acknowledged: list[tuple[int, str]] = []
    for kills in range(1, 3):
        command = [sys.executable, "-m", "support.review_server", str(database), str(port)]
        server = subprocess.Popen(command, cwd=Path(__file__).parents[1])
        try:
            before = len(acknowledged)
            client = threading.Thread(target=_edit, args=(port, key, acknowledged))
            client.start()
            deadline = time.monotonic() + 60
            while len(acknowledged) < before + 25 * kills:
                assert time.monotonic() < deadline, "no edits come through"
                time.sleep(0.005)
        finally:
            os.kill(server.pid, signal.SIGKILL)
            server.wait()
        client.join(30)
    with Store.open(f"sqlite:///{database}", QUICK) as store:
        kept = {line.version: line.after or "" for line in store.log(key)}
        assert store.item(key).version == len(kept)
    # One more each time may have been written and not acknowledged.
    assert len(acknowledged) <= len(kept) <= len(acknowledged) + 2
    assert all(text in kept[version] for version, text in acknowledged)


def _edit(port: int, key: int, acknowledged: list[tuple[int, str]]) -> None:
    """Edit again and again, from the version that the server shows, until it is gone."""
    path = f"/review/items/{key}"
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, follow_redirects=True) as http:
        while True:
            try:
                http.get("/review", params={"secret": SECRET})
                version = int(http.get(path).headers["etag"].strip('"'))
                break
            except httpx.TransportError:
                time.sleep(0.05)
        for number in range(10_000):
            text = f"Not so, edit {number} after {version}."
            # Not a sentence of one's own: what judges it takes a new process seconds to load.
            form = {"csrf": http.cookies["pullquote_csrf"], "do": "reject", "piece": "s1", "reason": text}
            headers = {"Accept": "application/json", "If-Match": f'"{version}"'}
            try:
                answer = http.post(path, data=form, headers=headers)
            except httpx.TransportError:
                return
            version = answer.json()["version"]
            acknowledged.append((version, text))


def _free_port() -> int:
    with closing(socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
