"""The quickstart of the docs, run as it stands there against a running service."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from support.servers import Serve

from service.pipeline import Pipeline

ROOT = Path(__file__).parents[2]
_PAGE = (ROOT / "docs" / "quickstart.md").read_text("utf-8")


def blocks(language: str, client: httpx.Client) -> list[str]:
    """The blocks of the page in a language, which call the service of the test."""
    address = str(client.base_url).rstrip("/")
    found = re.findall(rf"```{language}\n(.*?)```", _PAGE, re.DOTALL)
    return [block.replace("http://127.0.0.1:8000", address) for block in found]


def run(*command: str, folder: Path = ROOT, seconds: int = 60) -> str:
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=seconds)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture
def service(serve: Serve) -> httpx.Client:
    return serve()


def test_curl(service: httpx.Client) -> None:
    text, page, refused = [block for block in blocks("sh", service) if block.startswith("curl")]
    assert json.loads(run("bash", "-c", text))["article"]["title"] is None
    answer = json.loads(run("bash", "-c", page))
    markup = (ROOT / "examples" / "lighthouse-museum.html").read_text("utf-8")
    [evidence] = answer["summary"]["sentences"][0]["evidence"]
    assert markup[slice(*evidence["html"][0])].startswith("The 214 people of Skerry island")
    assert json.loads(run("bash", "-c", refused))["code"] == "empty-article"


def test_python(service: httpx.Client) -> None:
    first, second, _receiver = blocks("python", service)
    said = run(sys.executable, "-c", first)
    assert "empty-article The article has 3 characters" in said
    assert re.search(r"^0 one\n1 422 \S+: ", said, re.MULTILINE)
    assert run(sys.executable, "-c", second) == "['weather']\n"


@pytest.mark.slow  # it asks the registry of npm
def test_typescript(serve: Serve, fresh_pipeline: Pipeline, tmp_path: Path) -> None:
    if shutil.which("npm") is None:
        pytest.skip("no npm")
    asked = subprocess.run(["npm", "ping"], capture_output=True, text=True, check=False, timeout=60)
    if asked.returncode:
        pytest.skip("the registry of npm doesn't answer")
    client = serve(fresh_pipeline)
    making, compiling = [block for block in blocks("sh", client) if block.startswith(("npm", "npx"))]
    [program] = blocks("ts", client)
    (tmp_path / "try.ts").write_text(program, "utf-8")
    run("bash", "-ec", making, folder=tmp_path, seconds=240)
    said = run("bash", "-ec", compiling, folder=tmp_path, seconds=120)
    assert said.startswith("Rain fell on Linden on Tuesday.")
    assert "Ada Hale Bring a coat to the fair," in said
    # What isn't in the contract doesn't compile.
    wrong = program.replace('length: "short"', 'length: "tiny"').replace(
        "data.summary.text", "data.sumary.text"
    )
    (tmp_path / "try.ts").write_text(wrong, "utf-8")
    refused = subprocess.run(
        ["bash", "-ec", compiling], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
    )
    assert refused.returncode != 0
    assert '"tiny"' in refused.stdout
    assert "sumary" in refused.stdout
