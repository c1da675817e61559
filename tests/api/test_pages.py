"""The front page and the API reference: to whom they are served, their headers, and examples that run."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys

import httpx
import pytest

from service.api.examples.article import RECORD
from service.api.pages.reference import read_reference

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "is_page"),
    [
        (BROWSER, True),
        ("text/html", True),
        ("application/json;q=0.5, text/html", True),
        ("*/*", False),
        ("", False),
        ("application/json", False),
        ("application/json, text/html", False),
        ("text/html;q=0.3, application/*;q=0.8", False),
        ("text/html;q=0", False),
        ("text/html;q=often", False),
        (";;,q=,", False),
    ],
)
def test_the_root_is_a_page_for_whoever_would_rather_have_one(
    client: httpx.Client, accept: str, is_page: bool
) -> None:
    answer = client.get("/", headers={"Accept": accept})
    assert answer.headers["content-type"].startswith("text/html" if is_page else "application/json")
    assert answer.headers["vary"] == "Accept"
    if not is_page:
        assert answer.json()["docs"] == "/docs"


@pytest.mark.parametrize("path", ["/", "/docs", "/pages/front.js", "/pages/pages.css", "/pages/icon.svg"])
def test_the_policy_allows_nothing_from_elsewhere(client: httpx.Client, path: str) -> None:
    answer = client.get(path, headers={"Accept": BROWSER})
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    if path in ("/", "/docs"):
        addresses = re.findall(r'(?:src|href|action)="([^"]*)"', answer.text)
        assert [address for address in addresses if not address.startswith(("/", "#"))] == []
        assert not re.search(r"<script(?![^>]*src=)|\son\w+=|style=", answer.text)


def test_nothing_but_the_files_is_served(client: httpx.Client) -> None:
    for path in ("/pages/../rendering.py", "/pages/%2e%2e/rendering.py", "/pages/", "/pages/none.js"):
        assert client.get(path).status_code == 404


def test_an_example_fills_the_page_without_its_script(client: httpx.Client) -> None:
    page = client.get("/", params={"example": "lighthouse-museum"}, headers={"Accept": BROWSER}).text
    [field] = re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert html.unescape(field).startswith("<!DOCTYPE html>")
    assert len(re.findall("data-example=", page)) == 3
    none = client.get("/", params={"example": "</textarea><script>"}, headers={"Accept": BROWSER}).text
    assert "<script>" not in none


def test_the_reference_shows_every_operation_and_object(client: httpx.Client) -> None:
    page = client.get("/docs").text
    document = client.get("/openapi.json").json()
    for path, item in document["paths"].items():
        assert f"<span>{path}</span>" in page
        for operation in item.values():
            assert operation["summary"] in page
            for parameter in operation.get("parameters", []):
                assert f"<code>{parameter['name']}</code>" in page
            for status in operation["responses"]:
                assert f'<span class="status">{status}</span>' in page
    for name, schema in document["components"]["schemas"].items():
        assert (f'id="object-{name}"' in page) is ("enum" not in schema)
    assert "short | medium | long, default" in page
    anchors = set(re.findall(r'id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= anchors


def test_what_a_description_or_a_host_says_is_no_markup(client: httpx.Client) -> None:
    refused = client.get("/docs", headers={"Host": "<script>alert(1)</script>"})
    assert (refused.status_code, refused.headers["content-type"]) == (400, "application/problem+json")
    assert f"{client.base_url}/v1/analyses".replace("//v1", "/v1") in client.get("/docs").text


def snippet(client: httpx.Client, anchor: str, language: str) -> str:
    """An example of the reference, as the copy button takes it."""
    page = client.get("/docs", headers={"Host": client.base_url.netloc.decode()}).text
    section = page.partition(f'id="{anchor}"')[2].partition("</section>")[0]
    figure = section.partition(f'data-language="{language}"')[2]
    [code] = re.findall(r"<pre[^>]*>(.*?)</pre>", figure.partition("</figure>")[0], re.DOTALL)
    return html.unescape(code)


def run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def test_the_examples_in_curl_and_python_run(client: httpx.Client) -> None:
    answer = json.loads(run("bash", "-c", snippet(client, "post-v1-analyses", "curl")))
    assert answer["article"]["id"] == RECORD["id"]
    said = run(sys.executable, "-c", snippet(client, "post-v1-analyses", "Python"))
    assert said.startswith("Linden council voted")
    assert "Ada Hale A town without a library" in said
    assert json.loads(run("bash", "-c", snippet(client, "get-readyz", "curl")))["status"] == "ready"
    assert '"alive"' in run(sys.executable, "-c", snippet(client, "get-livez", "Python"))


def test_examples_for_operations_with_keys_paths_and_bodies() -> None:
    operation = {
        "tags": ["jobs"],
        "summary": "Change a job",
        "security": [{"key": []}],
        "parameters": [
            {"name": "job", "in": "path", "required": True, "schema": {"type": "string"}},
            {"name": "run", "in": "path", "required": True, "schema": {"type": "integer", "examples": [7]}},
        ],
        "requestBody": {"content": {"application/json": {"example": {"note": "it's late"}}}},
        "responses": {"204": {"description": "Done."}},
    }
    document = {
        "info": {"title": "Pullquote", "version": "1"},
        "paths": {"/v1/jobs/{job}/runs/{run}": {"patch": operation, "delete": {"responses": {}}}},
    }
    reference = read_reference(document, "http://host")
    [jobs, others] = reference.subjects.values()
    curl, python, script = (one.code for one in jobs[0].snippets)
    assert curl == (
        "curl -s -X PATCH http://host/v1/jobs/JOB/runs/7 \\\n"
        '  -H "Authorization: Bearer $PULLQUOTE_API_KEY" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        "  --data-binary '{\"note\": \"it'\\''s late\"}'"
    )
    assert 'httpx.request("PATCH", "http://host/v1/jobs/JOB/runs/7"' in python
    compile(python, "example", "exec")
    assert "Authorization: `Bearer ${process.env.PULLQUOTE_API_KEY}`" in script
    assert others[0].snippets[0].code == "curl -s -X DELETE http://host/v1/jobs/{job}/runs/{run}".replace(
        "{job}", "JOB"
    ).replace("{run}", "RUN")


def test_without_a_review_the_page_links_to_none(client: httpx.Client) -> None:
    assert 'href="/review"' not in client.get("/", headers={"Accept": BROWSER}).text
