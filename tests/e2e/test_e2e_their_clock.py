"""A machine whose clock is wrong: lists of changes, and what was accepted since the connection, go by the other side's."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import requests
from conftest import Raise
from e2e_bench import DAY, known, lead, lost, small_world, wrong_by
from e2e_contacts import started
from e2e_jobs import KEA, accept_lines

from syncer.errors import ApiError

WRONG = (timedelta(minutes=-50), timedelta(minutes=10), timedelta(days=3))


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


@pytest.mark.parametrize("offset", WRONG, ids=str)
def test_e12_a_connection_whose_first_call_got_no_answer_has_its_moment_by_ignitions_clock_too(
    raise_bench: Raise, monkeypatch: pytest.MonkeyPatch, offset: timedelta
) -> None:
    with raise_bench(small_world(here=[lead(KEA)]), connected=False) as bench:
        line = {"service_slug": bench.one.ignition.services()[0]["slug"], "cadence": "once_off"}
        wrong_by(bench, monkeypatch, offset)
        bench.faults.on("integrations/xpm", error=lost, times=4)
        with pytest.raises(ApiError):
            bench.one.connect()
        bench.one.connect()
        bench.stage.pass_time(60)
        slug = accept_lines(bench, line)
        bench.one.sync()
        assert bench.shown(slug)["status"] == "deployed"


def test_e23_the_look_before_a_write_goes_by_xpms_clock(
    raise_bench: Raise, monkeypatch: pytest.MonkeyPatch
) -> None:
    with raise_bench(small_world([known(KEA, phone="1")])) as bench:
        wrong_by(bench, monkeypatch, timedelta(days=3))
        started(bench)
        uuid = bench.one.xpm.named(KEA)[0]["UUID"]
        bench.one.ignition.update_client(bench.one.ignition.named(KEA)[0]["slug"], phone="111")

        def edited(request: requests.PreparedRequest) -> requests.Response:
            answered = bench.faults.real(request)
            bench.one.xpm.update_client(uuid, Phone="222")
            return answered

        bench.faults.on("/v1/proposals", rewrite=edited)
        bench.one.sync()
        (conflict,) = bench.stage.ledger.dump()["conflicts"]
        assert (conflict["xpm"], conflict["ignition"]) == ('"222"', '"111"')


@pytest.mark.parametrize(
    "date", ["Fri, 27 Nov 202 12:00:00 GMT", "Wed, 01 Jul 2026 09:00:00 GMT, Thu, 02 Jul 2026 09:00:00 GMT"]
)
def test_a_date_that_nobody_means_stops_no_sync(raise_bench: Raise, date: str) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        started(bench)

        def around(name: str, call: Callable[[], requests.Response]) -> requests.Response:
            answered = call()
            if "staff.api/list" in name:
                answered.headers["Date"] = date
            return answered

        bench.faults.around = around
        for phone in ("111", "222"):
            bench.one.xpm.update_client(bench.one.xpm.named(KEA)[0]["UUID"], Phone=phone)
            bench.stage.pass_time(DAY)
            bench.one.sync()
            assert bench.one.ignition.named(KEA)[0]["phone"] == phone
