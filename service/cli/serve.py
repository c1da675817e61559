"""``pullquote serve``: binds the port, says where it listens, and runs the service until told to stop."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from dataclasses import replace

from service.access import audit
from service.access.modes import needs_keys, sign_in_mode
from service.api.admission.wiring import build_admission
from service.api.app import create_app
from service.api.edge.limits import EdgeLimits
from service.api.edge.server import build_server
from service.api.examples import article as example
from service.api.logs import configure
from service.bootstrap import build_door, build_pipeline, build_store
from service.ingest import Door
from service.jobs.wiring import build_job_desk
from service.pipeline import Pipeline
from service.review.wiring import PATIENCE_OF_PAGES_S, build_review_pages
from service.settings import Settings

_SIGN_IN = {
    "open": "single-user mode: the link opens it, no account needed on this machine",
    "accounts": "accounts of `pullquote review user`",
    "proxy": "whoever the proxy in front names",
}


def serve(settings: Settings) -> None:
    """Run the service until SIGINT or SIGTERM, then finish what runs, within the grace time.

    Raises OSError if it can't listen where the settings say, PullquoteError if it can't open the store.
    """
    door = build_door(settings)
    # What the settings would leave open is refused before anything is made.
    mode, has_keys = sign_in_mode(settings), needs_keys(settings)
    store = build_store(settings, PATIENCE_OF_PAGES_S) if settings.store else None
    reviews = build_review_pages(settings, door, store)
    admits = build_admission(settings, store)
    audit.start(settings.audit_log)
    listener = _listen(settings.host, settings.port)
    configure(settings.log_level, settings.log_format)
    announce = _announcing(settings)
    jobs = build_job_desk(settings, store, door) if store else None
    app = create_app(settings, lambda: _load(settings, door, announce), door, reviews, admits, store, jobs)
    announce(f"Pullquote is listening on {_url(listener)} (Ctrl+C stops it)")
    if reviews:
        announce(f"Editors review at {_url(listener)}{reviews.entry} ({_SIGN_IN[mode]}).")
    if has_keys and store and not store.keys():
        announce("Callers need an API key, and there is none yet: `pullquote keys add NAME`.")
    build_server(app, EdgeLimits.of(settings)).run(sockets=[listener])


def _announcing(settings: Settings) -> Callable[[str], None]:
    """Return what says how the start goes: on standard output for people, as a log line for machines."""
    return logging.getLogger(__name__).info if settings.log_format == "json" else _print


def _print(line: str) -> None:
    print(line, flush=True)


def _load(settings: Settings, door: Door, announce: Callable[[str], None] = _print) -> Pipeline:
    pipeline = build_pipeline(settings)
    # One analysis now: what loads at first use (the language detector, the kernels) must not make the first
    # caller wait, and a model that can't analyse is not ready. No generating model is asked, as an endpoint
    # may take minutes, and if it fails the service still extracts.
    replace(pipeline, writer=None).analyse(door.from_text(example.TEXT))
    announce("Pullquote is ready.")
    return pipeline


def _listen(host: str, port: int) -> socket.socket:
    """Return a listening socket: connections wait until the server is up, and a taken port fails at once."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
