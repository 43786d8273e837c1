"""The report of a run: complete, safe, and the same every time."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from e2e_told import FAILING, HOSTILE, Text, failed, passed

from scenarios import watch
from scenarios.report import page
from scenarios.runner import play
from scenarios.story import Expectation, Step


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
    assert "2 things in 5 steps, of which 2 are not so" in told.text
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
    assert re.search(
        r"PROP-1001 new ?accepted.{1,80}?deployed ?J\d+ \w+ new 2026-07-01 to 2026-07-31 Planned", told
    )


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
    cells = r'<td data-is="won">XPM</td><td data-is="state">[^<]*</td><td data-is="rule">E3</td>'
    assert re.search(f'{cells}<td data-is="way out"><code>syncer conflicts take 1', html)


def test_a_page_of_another_seed_size_or_mode_overwrites_no_other(tmp_path: Path) -> None:
    usual = replace(passed(), seed=7, size=24, mode="process")
    others = ({}, {"seed": 8}, {"size": 60}, {"mode": "sockets"}, {"size": 60, "mode": "sockets"})
    found = [page.write(replace(usual, **other), tmp_path).name for other in others]
    assert found == [
        "end-to-end-seed7.html",
        "end-to-end-seed8.html",
        "end-to-end-seed7-size60.html",
        "end-to-end-seed7-sockets.html",
        "end-to-end-seed7-size60-sockets.html",
    ]


def test_the_index_links_each_page_and_says_what_failed(tmp_path: Path) -> None:
    for result in (passed(), failed()):
        page.write(result, tmp_path)
    told = Text(page.write_index([passed(), failed()], tmp_path).read_text("utf-8"))
    assert told.links == ["end-to-end-seed7-size3.html", "made-to-fail-seed7-size3.html"]
    assert all((tmp_path / one).exists() for one in told.links)
    assert "1 of 2 passed" in told.text
    assert "✗ XPM is not well, and the sync meets it" in told.text
