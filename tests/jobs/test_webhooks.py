"""Webhooks: their signatures, where they may go, how one is sent over a real socket, and when again."""

from __future__ import annotations

import base64
import json
import logging
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError
from support.api_server import wait_until
from support.command_line import ROOT, run
from support.job_samples import DONE, new_job
from support.quick_store import QUICK
from support.webhook_receiver import Receiver, receiving

from service.jobs.webhooks import addresses
from service.jobs.webhooks.addresses import WebhookRefused, is_public, parse_url
from service.jobs.webhooks.dispatcher import WebhookDispatcher
from service.jobs.webhooks.sending import NotDelivered, WebhookSender
from service.jobs.webhooks.signing import new_secret, signed_headers
from service.settings import Settings
from service.store import Store
from service.store.jobs.job_store import JobStore
from service.store.jobs.records import WebhookMessage

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[JobStore]:
    with Store.open(f"sqlite:///{tmp_path / 'jobs.db'}", QUICK) as store:
        yield store.jobs


def message(url: str, body: str = '{"type": "job.done"}') -> WebhookMessage:
    return WebhookMessage(1, "msg_1", "j1", url, SECRET, body, 1)


def sender(private: bool = True, timeout_s: float = 5, tls: ssl.SSLContext | None = None) -> WebhookSender:
    return WebhookSender(private=private, timeout_s=timeout_s, secret="", tls=tls)


# Signatures


def test_a_signature_is_the_one_of_the_standard() -> None:
    # The example of the specification.
    headers = signed_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}', SECRET)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_receivers_own_library_takes_our_signatures_and_no_forgery() -> None:
    secret, body = new_secret(), b'{"type": "job.done"}'
    headers = signed_headers("msg_1", int(time.time()), body, secret)
    assert Webhook(secret).verify(body, headers) == {"type": "job.done"}
    for forged in (b'{"type": "job.dead"}', body + b" "):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(forged, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(body, headers)


def test_the_secret_that_is_set_has_to_be_one_and_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings(webhook_secret=SECRET).webhook_secret.get_secret_value() == SECRET  # type: ignore[arg-type]
    for bad in ("hunter2", "whsec_", "whsec_c2hvcnQ=", "whsec_!!!", "sk_" + SECRET):
        with pytest.raises(ValueError, match="whsec_ and 24 to 64 random bytes"):
            Settings(webhook_secret=bad)  # type: ignore[arg-type]
    monkeypatch.setenv("PULLQUOTE_WEBHOOK_SECRET", "hunter2")
    refused = run("worker")
    assert refused.exit_code == 2
    assert "PULLQUOTE_WEBHOOK_SECRET is wrong: it has to be whsec_" in refused.stderr
    assert "hunter2" not in refused.output
    assert len(base64.b64decode(new_secret().removeprefix("whsec_"))) == 32


def _snippet(language: str, name: str) -> str:
    """The code of the docs that defines ``name``."""
    blocks = re.findall(rf"```{language}\n(.*?)```", (ROOT / "docs" / "jobs.md").read_text(), re.DOTALL)
    (code,) = [block for block in blocks if name in block]
    return str(code)


def _signed(age_s: int = 0) -> tuple[dict[str, str], bytes]:
    body = b'{"type": "job.done"}'
    return signed_headers("msg_1", int(time.time()) - age_s, body, SECRET), body


def test_the_python_of_the_docs_tells_genuine_messages_from_others() -> None:
    names: dict[str, Any] = {}
    exec(_snippet("python", "def is_genuine"), names)
    headers, body = _signed()
    assert names["is_genuine"](headers, body, SECRET)
    assert not names["is_genuine"](headers, body + b" ", SECRET)
    assert not names["is_genuine"](headers, body, new_secret())
    assert not names["is_genuine"](*_signed(age_s=600), SECRET)


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node")
def test_the_javascript_of_the_docs_tells_genuine_messages_from_others(tmp_path: Path) -> None:
    (headers, body), (old, _) = _signed(), _signed(age_s=600)
    asked = [(headers, body, SECRET), (headers, body + b" ", SECRET), (headers, body, new_secret())]
    cases = [[one, sent.decode(), secret] for one, sent, secret in [*asked, (old, body, SECRET)]]
    script = _snippet("js", "function isGenuine") + (
        f"const told = {json.dumps(cases)}.map(([h, b, s]) => isGenuine(h, Buffer.from(b), s));"
        "console.log(JSON.stringify(told));"
    )
    (tmp_path / "verify.mjs").write_text(script)
    said = subprocess.run(["node", tmp_path / "verify.mjs"], capture_output=True, text=True, check=True)
    assert json.loads(said.stdout) == [True, False, False, False]


# Addresses

NOT_PUBLIC = [
    "127.0.0.1",
    "127.9.9.9",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.5.4",
    "192.168.1.1",
    "100.64.0.1",
    "100.100.100.200",
    "169.254.169.254",
    "168.63.129.16",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_inside_a_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:93.184.215.14"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://localhost/",
        "https://localhost./",
        "https://LOCALHOST/",
        "https://db.internal/",
        "https://printer.local/",
        "https://169.254.169.254/latest/meta-data/",
        "http://cms.example.com/",
        "https://user:secret@cms.example.com/",
        "https:///nowhere",
        "https://cms.example.com:99999/",
        "https://cms.example.com:0/",
        "https://[/",
        "https://cms.example.com/a b",
        "https://cms.example.com/\r\nX: y",
        "https://cms.exämple.com/",
        "ftp://cms.example.com/",
        "file:///etc/passwd",
        "gopher://cms.example.com/",
        "/relative",
        "https://cms.example.com/" + "a" * 2_000,
    ],
)
def test_a_url_that_must_not_be_posted_to_is_refused(url: str) -> None:
    with pytest.raises(WebhookRefused):
        parse_url(url, private=False)


def test_a_url_is_taken_apart() -> None:
    taken = parse_url("https://cms.example.com/hook?desk=1#part", private=False)
    assert (taken.host, taken.port, taken.path, taken.is_tls) == (
        "cms.example.com",
        443,
        "/hook?desk=1",
        True,
    )
    assert parse_url("http://10.0.0.5:8080", private=True).path == "/"


def _resolving_to(monkeypatch: pytest.MonkeyPatch, *rounds: list[str]) -> list[str]:
    """Let every name resolve to these addresses, round by round; returns the names that were asked for."""
    asked: list[str] = []
    answers = list(rounds)

    def resolve(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", resolve)
    return asked


@pytest.mark.parametrize(
    "found", [["127.0.0.1"], ["169.254.169.254"], ["10.1.2.3"], ["93.184.215.14", "127.0.0.1"]]
)
def test_a_name_that_resolves_into_the_network_is_refused_for_good(
    monkeypatch: pytest.MonkeyPatch, found: list[str]
) -> None:
    _resolving_to(monkeypatch, found)
    with pytest.raises(NotDelivered, match="isn't a public address") as refused:
        sender(private=False).send(message("https://rebind.example.com/"))
    assert refused.value.is_final
    assert "127.0.0.1" not in refused.value.reason


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    """A name that answers otherwise the second time (DNS rebinding) is asked once alone."""
    port = receiver.url.rpartition(":")[2]
    connected: list[tuple[str, int]] = []
    connect = socket.create_connection

    def connecting(address: tuple[str, int], timeout: float) -> socket.socket:
        connected.append(address)
        monkeypatch.undo()
        return connect(("127.0.0.1", address[1]), timeout)

    asked = _resolving_to(monkeypatch, ["93.184.215.14"], ["127.0.0.1"])
    monkeypatch.setattr(socket, "create_connection", connecting)
    sender().send(message(f"http://rebind.example.com:{port}/hook"))
    assert connected == [("93.184.215.14", int(port))]
    assert asked.count("rebind.example.com") == 1
    [(path, headers, _)] = receiver.received
    assert (path, headers["host"]) == ("/hook", f"rebind.example.com:{port}")


# Sending


def test_a_message_arrives_signed(receiver: Receiver) -> None:
    sender().send(message(f"{receiver.url}/hook?desk=1"))
    [(path, headers, body)] = receiver.received
    assert path == "/hook?desk=1"
    assert Webhook(SECRET).verify(body, headers) == {"type": "job.done"}
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"].startswith("Pullquote/")


@pytest.mark.parametrize(
    ("status", "final"), [(301, False), (307, False), (500, False), (429, False), (410, True)]
)
def test_only_2xx_is_delivered_and_redirects_are_not_followed(
    receiver: Receiver, status: int, final: bool
) -> None:
    receiver.answers = [status, 204]
    with pytest.raises(NotDelivered, match=str(status)) as failed:
        sender().send(message(receiver.url))
    assert failed.value.is_final is final
    assert len(receiver.received) == 1


def test_a_receiver_that_trickles_is_not_waited_for(receiver: Receiver) -> None:
    receiver.trickle = True
    started_s = time.monotonic()
    with pytest.raises(NotDelivered):
        sender(timeout_s=0.5).send(message(receiver.url))
    assert time.monotonic() - started_s < 3


def test_a_receiver_that_is_not_there_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        with pytest.raises(NotDelivered, match="ConnectionRefusedError"):
            sender().send(message(f"http://127.0.0.1:{taken.getsockname()[1]}/"))


def test_tls_is_checked_against_the_host_s_name(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    options = "-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    name = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", "req", *options.split(), *name], check=True, capture_output=True)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate, key)
    trusting = ssl.create_default_context(cafile=str(certificate))
    with receiving(serving) as receiver:
        port = receiver.url.rpartition(":")[2]
        sender(tls=trusting).send(message(f"https://localhost:{port}/"))
        with pytest.raises(NotDelivered, match="CERTIFICATE_VERIFY_FAILED"):
            sender(tls=trusting).send(message(f"https://127.0.0.1:{port}/"))
        with pytest.raises(NotDelivered, match="CERTIFICATE_VERIFY_FAILED"):
            sender().send(message(f"https://localhost:{port}/"))
    assert len(receiver.received) == 1


# The outbox, delivered


def dispatcher(jobs: JobStore, **changes: float) -> WebhookDispatcher:
    return WebhookDispatcher(
        jobs,
        sender(),
        most_attempts=int(changes.get("attempts", 4)),
        timeout_s=5,
        first_delay_s=changes.get("delay_s", 0.01),
    )


def end_a_job(jobs: JobStore, url: str) -> int:
    now = datetime.now(UTC)
    job = jobs.create(new_job(1, webhook=url, secret=SECRET), now)
    lease = jobs.claim(now)
    assert lease is not None
    jobs.write_result(lease, DONE, 1, now)
    return job.key


def test_a_message_is_sent_until_it_is_taken_each_time_under_its_id(
    jobs: JobStore, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.answers = [500, 503, 200]
    key = end_a_job(jobs, receiver.url)
    sending = dispatcher(jobs)
    with caplog.at_level(logging.DEBUG):
        sending.start()
        receiver.wait_for(3)
        wait_until(lambda: (jobs.message_state(key) or ("",))[0] == "delivered")
        sending.stop(5)
    ids = {headers["webhook-id"] for _, headers, _ in receiver.received}
    assert len(ids) == 1
    bodies = [Webhook(SECRET).verify(body, headers) for _, headers, body in receiver.received]
    assert all(body == bodies[0] for body in bodies)
    assert bodies[0]["data"]["state"] == "done"
    assert jobs.message_state(key) == ("delivered", 3, None)
    assert SECRET not in caplog.text
    assert SECRET.removeprefix("whsec_") not in caplog.text


def test_a_message_that_nobody_takes_is_given_up(jobs: JobStore, receiver: Receiver) -> None:
    receiver.answers = [500]
    key = end_a_job(jobs, receiver.url)
    sending = dispatcher(jobs, attempts=3)
    sending.start()
    wait_until(lambda: (jobs.message_state(key) or ("",))[0] == "dead")
    sending.stop(5)
    assert len(receiver.received) == 3
    assert jobs.message_state(key) == ("dead", 3, "the answer was 500")


def test_the_wait_grows_with_each_attempt_and_is_never_quite_the_same(jobs: JobStore) -> None:
    sending = dispatcher(jobs, delay_s=5)
    delays = [sending._delay_s(attempt) for attempt in (*range(1, 12), 1_000)]
    assert all(4 * 4**n <= delay <= 6 * 4**n for n, delay in enumerate(delays[:6]))
    assert max(delays) < 8 * 3600, "what is put off for longer counts as a mistake of the clock"
    assert len({sending._delay_s(3) for _ in range(5)}) == 5


def test_the_message_holds_nothing_of_any_article(jobs: JobStore, receiver: Receiver) -> None:
    end_a_job(jobs, receiver.url)
    assert dispatcher(jobs).deliver_one()
    [(_, _, body)] = receiver.received
    assert set(json.loads(body)) == {"type", "timestamp", "data"}
    assert set(json.loads(body)["data"]) == {"id", "state", "progress", "links"}
