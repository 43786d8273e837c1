"""`syncer serve --once`, for cron: its exit code says what `sync`'s would, its JSON is a list of what was done."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Raise
from e2e_bench import known, lead, small_world
from e2e_terminal import Terminal

KEA, MOA = "Kea Cafés Limited", "Moa Ltd"
REFUSED = b"<Response><Status>ERROR</Status><ErrorDescription>No.</ErrorDescription></Response>"


@pytest.fixture
def terminal(raise_bench: Raise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    with raise_bench(small_world([known(KEA)], [lead(MOA)], practices=2), connected=False) as bench:
        yield Terminal(bench, tmp_path, monkeypatch)


def once(terminal: Terminal, *words: str, code: int = 0) -> list[dict[str, object]]:
    found: list[dict[str, object]] = terminal.json("serve", "--once", *words, code=code)
    return found


def test_once_tells_what_it_did_and_an_empty_list_where_nothing_was_due(terminal: Terminal) -> None:
    terminal.run("connect", "--practice", "practice-1")
    (report,) = once(terminal)
    assert report["practice"] == "practice-1"
    assert f"Ignition: new lead “{KEA}” with 0 contacts (R1, R4)" in str(report["lines"])
    assert once(terminal) == []


def test_once_exits_with_3_where_a_record_is_left_over(terminal: Terminal) -> None:
    terminal.run("connect", "--practice", "practice-1")
    bench = terminal.bench
    bench.accepted(bench.one.ignition.named(MOA)[0]["slug"])
    bench.faults.on("client.api/add", status=200, body=REFUSED)
    (report,) = once(terminal, code=3)
    assert report["problems"] != []


def test_once_exits_with_1_and_says_why_where_the_practice_is_not_connected(terminal: Terminal) -> None:
    why = "practice “practice-2” is not connected: run `syncer connect`"
    assert once(terminal, "--practice", "practice-2", code=1) == [{"practice": "practice-2", "error": why}]
    assert [one["practice"] for one in once(terminal, code=1)] == ["practice-1", "practice-2"]
    assert why in terminal.run("serve", "--once", "--practice", "practice-2", code=1).stderr


def test_once_says_of_a_practice_that_was_disconnected_that_it_is_not_connected(terminal: Terminal) -> None:
    terminal.run("connect", "--practice", "practice-1")
    terminal.run("disconnect", "--practice", "practice-1")
    (failure,) = once(terminal, "--practice", "practice-1", code=1)
    assert failure["error"] == "practice “practice-1” is not connected: run `syncer connect`"
    calls = len(terminal.bench.faults.calls)
    once(terminal, code=1)
    assert len(terminal.bench.faults.calls) == calls


def test_once_leaves_out_a_practice_that_is_not_connected_where_another_one_is(terminal: Terminal) -> None:
    terminal.run("connect", "--practice", "practice-1")
    assert [one["practice"] for one in once(terminal)] == ["practice-1"]


def test_once_tells_programs_why_a_practice_was_not_done(terminal: Terminal) -> None:
    terminal.run("connect", "--practice", "practice-1")
    terminal.bench.faults.on("client.api/list", status=404)
    (failure,) = once(terminal, code=1)
    assert failure["practice"] == "practice-1"
    assert "XPM, client.api/list: 404" in str(failure["error"])
