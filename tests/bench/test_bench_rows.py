"""A row holds only when the fake did what was asked: errors are quick, and would be fine figures."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from mock_kit.server import running
from tests.bench import rows
from tests.bench.client import LoadError, Outcome, Plan, run
from tests.bench.rows import ROWS, Measured, Row, checked
from tests.bench.served import Fake


class Shop:
    """Answers every call with one status, and keeps the names that are added, but for some."""

    def __init__(
        self, status: str = "200 OK", forgets: frozenset[int] = frozenset(), closes: int = 10**9
    ) -> None:
        self.status = status
        self.forgets = forgets
        self.closes = closes
        """After how many additions nobody gets an answer any more."""
        self.added: list[int] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        body = b"".join(b"<Name>Bench addition %d</Name>" % number for number in self.kept)
        if environ["REQUEST_METHOD"] == "POST":
            found = re.search(rb"<Name>Bench addition (\d+)</Name>", environ["wsgi.input"].read())
            assert found is not None
            body = b""
            if len(self.added) == self.closes:
                environ["mock_kit.effects"].reset = True
            else:
                self.added.append(int(found.group(1)))
        start_response(self.status, [("Content-Length", str(len(body)))])
        return [body]

    @property
    def kept(self) -> list[int]:
        return [number for number in self.added if number not in self.forgets]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Shop], None]]:
    """Let the rows measure a shop in place of the fake; what they kill is a process that only waits."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as victim:

        def instead(shop: Shop) -> None:
            @contextmanager
            def mock_xpm(*_arguments: object) -> Iterator[Fake]:
                with running(shop) as url:
                    yield Fake(url, victim.pid if victim.poll() is None else os.getpid(), {})

            monkeypatch.setattr(rows, "mock_xpm", mock_xpm)

        def briefly(plan: Plan) -> Outcome:
            # What is done once ends by itself; a busy machine may need longer than a moment for it.
            return run(replace(plan, seconds=plan.seconds if plan.once else 0.1, warm_up=0))

        monkeypatch.setattr(rows, "run_apart", briefly)
        monkeypatch.setattr(rows, "world", lambda *_, **__: {})
        monkeypatch.setattr(rows, "KILL_SECONDS", 0.0)
        rows.detailed_list.cache_clear()
        yield instead
        rows.detailed_list.cache_clear()
        victim.kill()


def _row(words: str) -> Row:
    (found,) = [row for row in ROWS if words in row.name]
    return found


@pytest.mark.parametrize("row", ROWS[1:], ids=lambda row: row.name)
def test_no_row_of_a_fake_is_measured_when_its_answers_are_errors(
    serve: Callable[[Shop], None], monkeypatch: pytest.MonkeyPatch, row: Row
) -> None:
    monkeypatch.setattr(rows, "KILL_CALLS", 50)
    serve(Shop("500 Internal Server Error"))
    with pytest.raises(LoadError, match=r"answers \{'500': \d+\}"):
        row.measure()


def test_a_kill_before_which_nothing_was_acknowledged_is_no_figure(
    serve: Callable[[Shop], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "KILL_CALLS", 50)
    serve(Shop(closes=0))
    with pytest.raises(LoadError, match=r"answers \{\}, 16 connections broken"):
        _row("kill -9").measure()


def test_a_kill_that_comes_too_late_is_no_figure(
    serve: Callable[[Shop], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "KILL_CALLS", 50)
    serve(Shop())
    with pytest.raises(LoadError, match="all additions were made before the kill"):
        _row("kill -9").measure()


@pytest.mark.parametrize(
    ("forgets", "lost"), [(frozenset(), 0), (frozenset({7}), 1), (frozenset(range(30, 40)), 10)]
)
def test_acknowledged_additions_that_are_gone_are_counted_by_name(
    serve: Callable[[Shop], None], monkeypatch: pytest.MonkeyPatch, forgets: frozenset[int], lost: int
) -> None:
    monkeypatch.setattr(rows, "KILL_CALLS", 300)
    shop = Shop(forgets=forgets, closes=100)
    serve(shop)
    row = _row("kill -9")
    measured = row.measure()
    assert (measured.figure, row.holds(measured)) == (lost, not lost)
    assert measured.note == f"100 acknowledged, {100 - lost} there"
    assert len(set(shop.added)) == 100


def test_rows_that_nobody_acknowledged_make_up_for_none_that_is_gone(
    serve: Callable[[Shop], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "KILL_CALLS", 300)
    shop = Shop(forgets=frozenset({7}), closes=100)
    shop.added = [1000, 1001, 1002]
    serve(shop)
    assert _row("kill -9").measure().figure == 1


def test_a_list_that_cannot_be_had_after_the_kill_is_no_figure(serve: Callable[[Shop], None]) -> None:
    with running(Shop("503 Service Unavailable")) as url, pytest.raises(LoadError, match="answered 503"):
        rows.added(Fake(url, 0, {}))


def _outcome(**changed: Any) -> Outcome:
    of_five = {"calls": 5, "seconds": 1.0, "per_second": 5.0, "p50_ms": 900.0, "p99_ms": 1600.0}
    times = {"first_byte_p50_ms": 9.0, "longest_ms": 1600.0, "bytes": 500, "statuses": {"200": 5}}
    return Outcome(**{**of_five, **times, **changed})


def test_all_answers_must_come_in_time_not_half_of_them(
    serve: Callable[[Shop], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(Shop())
    monkeypatch.setattr(rows, "run_apart", lambda _plan: _outcome())
    row = _row("warm, all")
    measured = row.measure()
    assert (measured.figure, measured.note, row.holds(measured)) == (
        1600.0,
        "0.0 MB, the longest of 5",
        False,
    )


def test_both_sides_of_the_journals_comparison_are_measured_alike(
    serve: Callable[[Shop], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[Plan] = []
    told = iter([{"dropped": 0}, {"dropped": 0}, {"dropped": 1}])
    cleared: list[str] = []

    class Journal:
        @staticmethod
        def get(_url: str, **_: Any) -> Any:
            measured.append(Plan("a full journal", 0, []))
            return type("Answer", (), {"json": lambda _self: next(told)})()

        @staticmethod
        def delete(url: str, **_: Any) -> None:
            cleared.append(url.partition("/_control")[2])

    def run_apart(plan: Plan) -> Outcome:
        measured.append(plan)
        return _outcome(per_second=100.0 if len(measured) < 6 else 95.0)

    serve(Shop())
    monkeypatch.setattr(rows, "requests", Journal)
    monkeypatch.setattr(rows, "run_apart", run_apart)
    figure = _row("full journal").measure().figure
    kinds = [
        "?" if plan.host == "a full journal" else "fill" if plan.calls == 30_000 else "run"
        for plan in measured
    ]
    assert kinds == ["run"] * 5 + ["?", "fill", "?", "fill", "?"] + ["run"] * 5
    assert (cleared, figure) == (["/journal"] * 5, 0.95)


@pytest.mark.parametrize(
    "outcome", [_outcome(statuses={}), _outcome(statuses={"200": 4, "500": 1}), _outcome(broken=1)]
)
def test_an_outcome_with_an_error_is_worth_nothing(outcome: Outcome) -> None:
    with pytest.raises(LoadError, match="answers"):
        checked(outcome)


def test_a_broken_connection_may_be_what_was_asked_for() -> None:
    assert checked(_outcome(broken=3), whole=False).broken == 3
    with pytest.raises(LoadError):
        checked(_outcome(broken=3, statuses={}), whole=False)


def test_a_figure_holds_at_what_is_wanted() -> None:
    assert Row("fast", lambda: Measured(0), 100).holds(Measured(100.0))
    assert not Row("lean", lambda: Measured(0), 64, at_least=False).holds(Measured(64.1))
