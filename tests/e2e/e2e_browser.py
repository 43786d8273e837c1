"""A real browser for the report: Chromium, measured and printed without anybody looking."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
BROWSER = [
    str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--allow-file-access-from-files",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=4000", "--enable-logging=stderr",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> list[str]:
    """The command that starts it; a test without one is skipped, and fails where one is required."""
    if CHROMIUM is None:
        if os.environ.get("REQUIRE_CHROMIUM"):
            pytest.fail("REQUIRE_CHROMIUM is set, and there is no Chromium: apt-get install chromium")
        pytest.skip("there is no Chromium to look at the report with: apt-get install chromium")
    return BROWSER


FRAME = """<!doctype html><title>waiting</title><body style="margin:0">
<iframe src="{page}" style="width:{width}px;height:2000px;border:0" onload="
  const one = this.contentDocument, root = one.documentElement;
  const wide = [...one.querySelectorAll('body *')].filter(
    it => !it.closest('.wide') && !it.closest('details:not([open])') && it.getBoundingClientRect().right > {width} + 1);
  const ink = what => getComputedStyle(one.querySelector(what)).color;
  document.title = JSON.stringify({asked});
"></iframe>"""


def measured(browser: list[str], page: Path, width: int, asked: str) -> list[Any]:
    """Return the width that a page takes, how many elements stick out of it, and what else is asked for.

    `asked` are members of a list in JavaScript, where `one` is the document and `ink` the colour of what a
    selector finds.
    """
    outer = page.with_name(f"measure-{page.name}")
    html = FRAME.replace("{asked}", f"[root.scrollWidth, wide.length, {asked}]")
    outer.write_text(html.replace("{page}", page.name).replace("{width}", str(width)), "utf-8")
    done = subprocess.run(
        [*browser, "--window-size=1400,2100", "--dump-dom", outer.as_uri()],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    found = re.search(r"<title>(\[.*?\])</title>", done.stdout)
    assert found, done.stdout[:300]
    assert "CONSOLE" not in done.stderr
    told: list[Any] = json.loads(found[1])
    return told


def sheets(browser: list[str], page: Path) -> int:
    """Print a page and return how many sheets it takes."""
    paper = page.with_suffix(".pdf")
    command = [*browser, f"--print-to-pdf={paper}", "--no-pdf-header-footer", page.as_uri()]
    subprocess.run(command, capture_output=True, check=True, timeout=120)
    told = paper.read_bytes()
    assert told.startswith(b"%PDF-")
    return len(re.findall(rb"/Type\s*/Page\b", told))
