"""axe-core, which finds what keeps people from using a page, if it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


def find_axe() -> Path | None:
    """axe-core, a tool from npm: where PULLQUOTE_TEST_AXE says, or among npm's global packages."""
    if given := os.environ.get("PULLQUOTE_TEST_AXE"):
        return Path(given)
    npm = shutil.which("npm")
    if npm is None:
        return None
    root = subprocess.run([npm, "root", "--global"], capture_output=True, text=True, check=False)
    found = Path(root.stdout.strip()) / "axe-core" / "axe.min.js"
    return found if found.is_file() else None


def serious_violations(page: Page, axe: Path, what: str) -> list[str]:
    """What axe finds serious or critical on a page, in a line each."""
    page.evaluate(axe.read_text("utf-8"))
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{what}: {found['id']}: {found['help']}: {[node['html'][:120] for node in found['nodes'][:4]]}"
        for found in result["violations"]
        if found["impact"] in {"serious", "critical"}
    ]
