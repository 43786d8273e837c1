"""A machine whose clock is wrong: lists of changes, and what was accepted since the connection, go by the other side's."""

from datetime import datetime, timedelta

import pytest
from conftest import Raise
from e2e_bench import DAY, Bench, known, lead, small_world
from e2e_jobs import KEA, accept_lines

WRONG = (timedelta(minutes=-50), timedelta(minutes=10), timedelta(days=3))


def wrong_by(bench: Bench, monkeypatch: pytest.MonkeyPatch, offset: timedelta) -> None:
    """Put the clock of the syncer's machine wrong, and leave everybody else's as it is."""
    true = type(bench.stage.runtime).now

    def now(self: object) -> datetime:
        return true(self) + offset  # type: ignore[arg-type]  # the stage's own runtime

    monkeypatch.setattr(type(bench.stage.runtime), "now", now)


@pytest.mark.parametrize("offset", WRONG, ids=str)
@pytest.mark.parametrize("minutes", [0, 4, 9])
def test_e3_an_edit_right_after_a_reading_is_seen_by_the_next_whatever_our_clock_said(
    raise_bench: Raise, monkeypatch: pytest.MonkeyPatch, offset: timedelta, minutes: int
) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        bench.one.sync()
        wrong_by(bench, monkeypatch, offset)
        bench.one.sync()
        bench.stage.pass_time(minutes * 60)
        bench.one.xpm.update_client(bench.one.xpm.named(KEA)[0]["UUID"], Phone="09 111 1111")
        bench.one.ignition.update_client(bench.one.ignition.named(KEA)[0]["slug"], fax="09 222 2222")
        bench.stage.pass_time(DAY - minutes * 60)
        bench.one.sync()
        assert bench.one.ignition.named(KEA)[0]["phone"] == "09 111 1111"
        assert bench.one.xpm.named(KEA)[0]["Fax"] == "09 222 2222"


@pytest.mark.parametrize("offset", WRONG, ids=str)
@pytest.mark.parametrize("is_after", [True, False], ids=["accepted after", "accepted before"])
def test_e12_whether_it_was_accepted_before_the_connection_is_told_by_ignitions_clock(
    raise_bench: Raise, monkeypatch: pytest.MonkeyPatch, offset: timedelta, *, is_after: bool
) -> None:
    with raise_bench(small_world(here=[lead(KEA)]), connected=False) as bench:
        line = {"service_slug": bench.one.ignition.services()[0]["slug"], "cadence": "once_off"}
        wrong_by(bench, monkeypatch, offset)
        if is_after:
            bench.one.connect()
            bench.stage.pass_time(60)
        slug = accept_lines(bench, line)
        if not is_after:
            bench.stage.pass_time(60)
            bench.one.connect()
        bench.one.sync()
        shown = bench.shown(slug)
        assert (shown and shown["status"]) == ("deployed" if is_after else None)
        assert len(bench.jobs(KEA)) == is_after
