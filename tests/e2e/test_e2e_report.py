"""The report of a run: complete, safe, the same every time, and readable in a real browser."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from scenarios import watch
from scenarios.builders import client
from scenarios.catalogue import CATALOGUE
from scenarios.report import page
from scenarios.runner import Result, play
from scenarios.story import Expectation, Scenario, Step, Story
from scenarios.world import Worlds, build

HOSTILE = "<script>alert('a')</script> & Söhne"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
BROWSER = [
    str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--allow-file-access-from-files",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=4000", "--enable-logging=stderr",
]  # fmt: skip


def _world(seed: int, size: int) -> Worlds:
    worlds = build(seed, clients=size)
    worlds.tenant()["clients"] += [client(HOSTILE, phone="1", website="https://old.example")]
    return worlds


def _play(story: Story) -> None:
    practice = story.start()
    with story.step("The first sync"):
        practice.sync()
    (there,), (here,) = practice.xpm.named(HOSTILE), practice.ignition.named(HOSTILE)
    with story.step("Both sides type a phone, and Ignition a website"):
        practice.xpm.update_client(there["UUID"], Phone="2")
        practice.ignition.update_client(here["slug"], phone="3", website="https://mine.example")
        story.note(f"“{HOSTILE}” is what it is about")
    with story.step("XPM is not well, and the sync meets it"):
        fault = {"kind": "status", "status": 503, "times": 1, "operation": "staff.api/list", "name": "ill"}
        practice.stage.xpm.post("faults", fault)
        practice.sync()
        story.expect("nobody is called so", "<b>nobody</b>", HOSTILE)


FAILING = Scenario(
    "made-to-fail", "It fails, and its report says where.", ("E3", "R7"), _play, _world, group="Tests"
)


@cache
def failed() -> Result:
    return play(FAILING, 7, 3, looks=True)


@cache
def passed() -> Result:
    return play(next(one for one in CATALOGUE if one.name == "end-to-end"), 7, 3, looks=True)


class Text(HTMLParser):
    """The texts of a page, those within elements of a class or an id apart, and every tag."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        told = dict(attrs)
        self.links += [str(told["href"])] if "href" in told else []
        self.ids += [str(told["id"])] if "id" in told else []

    def handle_data(self, data: str) -> None:
        self.text += data


def test_every_step_every_expectation_and_every_rule_is_in_the_page() -> None:
    told = Text(page.render(passed()))
    for number, step in enumerate(passed().steps, start=1):
        assert f"{number}. {step.title}" in told.text
        assert f"step-{number}" in told.ids
        for one in step.expectations:
            assert f"✓ {one.what}" in told.text
    for rule in passed().scenario.rules:
        assert f"\n{rule}" in told.text
    assert passed().command in told.text
    assert passed().state in told.text
    assert "first failure" not in told.text


def test_every_link_leads_to_a_place_in_the_page() -> None:
    for result in (passed(), failed()):
        told = Text(page.render(result))
        assert {one.removeprefix("#") for one in told.links} <= set(told.ids)
        assert len(told.ids) == len(set(told.ids))


def test_a_failing_run_says_where_it_failed_what_was_expected_and_what_was_found() -> None:
    html = page.render(failed())
    told = Text(html)
    assert "first failure: step 4, XPM is not well, and the sync meets it" in told.text
    assert "✗ nobody is called so" in told.text
    assert 'expected"<b>nobody</b>"' in told.text
    assert '<li id="step-4" class="bad">' in html


def test_names_from_the_systems_are_text_and_nothing_else() -> None:
    html = page.render(failed())
    assert "<script" not in html
    assert HOSTILE in Text(html).text


def test_both_sides_stand_beside_each_other_and_what_differs_is_marked() -> None:
    html = page.render(failed())
    assert "1 thing differs" in Text(html).text
    row = re.search(r'<tr class="differs"><td>website <span class="soft">R7</span></td>(.*?)</tr>', html)
    assert row
    assert row[1].split("</td>")[:2] == ["<td>https://old.example", "<td>https://mine.example"]
    assert "none of them differ where they ought to agree" in Text(page.render(passed())).text


def test_jobs_stand_beside_the_proposals_that_they_are_for() -> None:
    told = " ".join(Text(page.render(passed())).text.split())
    assert re.search(r"PROP-1001accepted.{1,80}?deployed ?J\d+ \w+ 2026-07-01 to 2026-07-31 Planned", told)


def test_conflicts_and_faults_are_told_with_what_a_person_can_do() -> None:
    told = Text(page.render(failed())).text
    assert "Phone of “<script>alert('a')</script> & Söhne”" in told
    assert "syncer conflicts take 1" in told
    assert "503, ill" in told


def test_the_same_run_has_the_same_page_to_the_last_byte() -> None:
    again = play(FAILING, 7, 3, looks=True)
    assert page.render(again) == page.render(failed())


def test_the_page_holds_no_secret_and_fetches_nothing() -> None:
    for result in (passed(), failed()):
        html = page.render(result)
        known = result.scenario.world(7, 3).credentials
        assert known.xpm_client_secret not in html
        assert known.ignition_client_secret not in html
        assert (
            re.findall(r"eyJ[\w-]{20,}|Bearer |(?:src|action)\s*=|@import|url\((?!#)|<link|<iframe", html)
            == []
        )


SECRET_NAMES = {
    "access_token",
    "refresh_token",
    "id_token",
    "code",
    "secret",
    "client_secret",
    "code_verifier",
}


def _secrets(value: object) -> Iterator[str]:
    """Yield what stands under a secret's name, however deep."""
    for name, inner in value.items() if isinstance(value, dict) else ():
        if name in SECRET_NAMES and isinstance(inner, str):
            yield inner
        yield from _secrets(inner)
    for inner in value if isinstance(value, list) else ():
        yield from _secrets(inner)


def test_no_secret_that_went_over_the_wire_in_a_run_is_in_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every token, code and secret that a call of the run asked with or was answered with is looked for."""
    seen: set[str] = set()
    send = watch._Watched.send

    def spy(self: Any, request: Any, *args: Any, **options: Any) -> Any:
        answer = send(self, request, *args, **options)
        body = request.body.decode() if isinstance(request.body, bytes) else request.body or ""
        words = [*parse_qsl(urlsplit(request.url).query), *parse_qsl(body)]
        words += parse_qsl(urlsplit(answer.headers.get("Location", "")).query)
        seen.update(_secrets(dict(words)))
        if answer.headers.get("Content-Type", "").startswith("application/json"):
            seen.update(_secrets(answer.json()))
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        seen.update({token} if scheme == "Bearer" else ())
        return answer

    monkeypatch.setattr(watch._Watched, "send", spy)
    html = page.render(play(FAILING, 7, 3, looks=True))
    secrets = {one for one in seen if len(one) > 8}
    assert len(secrets) >= 6
    assert [one for one in secrets if one in html] == []


def test_a_long_value_has_the_lines_marked_in_which_it_is_another() -> None:
    """Who compares two lists of names sees the one that is missing, and not two lists."""
    step = Step("Names")
    step.expectations.append(Expectation("the names", [*"abc", "<d>" * 20], ["a", "c", "<d>" * 20]))
    html = page.render(replace(failed(), steps=[step]))
    assert html.count("<mark>") == 1
    assert "<mark> &#34;b&#34;,</mark>" in html


def test_the_rules_stand_above_what_happened_and_each_conflict_has_its_own() -> None:
    """The verdict's reader learns what was to be proved before how it was played."""
    html = page.render(failed())
    assert html.index('id="rules"') < html.index('id="steps"')
    assert re.search(r"<td>XPM</td><td>[^<]*</td><td>E3</td><td><code>syncer conflicts take 1", html)


def test_the_index_links_each_page_and_says_what_failed(tmp_path: Path) -> None:
    for result in (passed(), failed()):
        page.write(result, tmp_path)
    told = Text(page.write_index([passed(), failed()], tmp_path).read_text("utf-8"))
    assert told.links == ["end-to-end-seed7.html", "made-to-fail-seed7.html"]
    assert all((tmp_path / one).exists() for one in told.links)
    assert "1 of 2 passed" in told.text
    assert "✗ XPM is not well, and the sync meets it" in told.text


# In a browser.


@pytest.fixture(scope="module")
def browser() -> list[str]:
    if CHROMIUM is None:
        if os.environ.get("REQUIRE_CHROMIUM"):
            pytest.fail("REQUIRE_CHROMIUM is set, and there is no Chromium: apt-get install chromium")
        pytest.skip("there is no Chromium to look at the report with: apt-get install chromium")
    return BROWSER


MEASURE = """<!doctype html><title>waiting</title><body style="margin:0">
<iframe src="{page}" style="width:{width}px;height:2000px;border:0" onload="
  const one = this.contentDocument, root = one.documentElement;
  const wide = [...one.querySelectorAll('body *')].filter(
    it => !it.closest('.wide') && !it.closest('details:not([open])') && it.getBoundingClientRect().right > {width} + 1);
  document.title = JSON.stringify([root.scrollWidth, wide.length, one.querySelectorAll('.call').length,
    getComputedStyle(one.querySelector('.verdict')).backgroundColor]);
"></iframe>"""


@pytest.mark.parametrize("width", [1280, 700])
def test_nothing_of_the_page_sticks_out_in_a_browser(browser: list[str], tmp_path: Path, width: int) -> None:
    written = page.write(failed(), tmp_path)
    outer = tmp_path / "measure.html"
    outer.write_text(MEASURE.replace("{page}", written.name).replace("{width}", str(width)), "utf-8")
    done = subprocess.run(
        [*browser, "--window-size=1400,2100", "--dump-dom", outer.as_uri()],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    found = re.search(r"<title>(\[.*?\])</title>", done.stdout)
    assert found, done.stdout[:300]
    scroll, wide, calls, colour = found[1].strip("[]").split(",", 3)
    assert (int(scroll), int(wide)) == (width, 0)
    assert int(calls) > 20
    assert colour == '"rgb(179, 38, 30)"'
    assert "CONSOLE" not in done.stderr


def _pages(browser: list[str], html: Path) -> int:
    """Print a page and return how many sheets it takes."""
    paper = html.with_suffix(".pdf")
    command = [*browser, f"--print-to-pdf={paper}", "--no-pdf-header-footer", html.as_uri()]
    subprocess.run(command, capture_output=True, check=True, timeout=120)
    told = paper.read_bytes()
    assert told.startswith(b"%PDF-")
    return len(re.findall(rb"/Type\s*/Page\b", told))


def test_the_page_prints_with_its_folds_open(browser: list[str], tmp_path: Path) -> None:
    """What nobody can unfold on paper is printed, but for quiet calls and clients: as many sheets as with those folds opened by hand."""
    written = page.write(passed(), tmp_path)
    html = written.read_text("utf-8")
    opened, closed = tmp_path / "opened.html", tmp_path / "closed.html"
    opened.write_text(re.sub('<details(?! class="quiet")', "<details open", html), "utf-8")
    closed.write_text(html.replace("::details-content", "::nothing"), "utf-8")
    sheets = _pages(browser, written)
    assert sheets == _pages(browser, opened)
    assert _pages(browser, closed) < sheets <= 30
