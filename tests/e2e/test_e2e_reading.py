"""What a sync reads, when, and what it concludes: E5, E19, E23, the weekly sweep, a side that is empty."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
from conftest import Raise
from e2e_bench import DAY, Bench, known, lead, say, small_world

from syncer.errors import MalformedError, SuddenlyEmptyError

KEA, MOA = "Kea Cafés Limited", "Moa Ltd"
EMPTY = b'<Response api-method="List"><Status>OK</Status><Clients /></Response>'
LIST = "client.api/list"


def started(bench: Bench) -> None:
    """Sync twice, and let a day pass."""
    bench.one.sync()
    bench.one.sync()
    bench.stage.pass_time(DAY)


def here(bench: Bench, name: str = KEA) -> dict[str, Any]:
    return bench.one.ignition.named(name)[0]


def there(bench: Bench, name: str = KEA) -> dict[str, Any]:
    return bench.one.xpm.named(name)[0]


def after_the_next_reading(bench: Bench, act: Callable[[], object]) -> None:
    """Let somebody do something once the syncer has read XPM's clients, before it goes on."""

    def answer(request: requests.PreparedRequest) -> requests.Response:
        answered = bench.faults.real(request)
        assert answered.content
        act()
        return answered

    bench.faults.on(LIST, rewrite=answer)


def lists_since(bench: Bench, calls: int) -> list[str]:
    return [one for one in bench.faults.calls[calls:] if LIST in one]


def test_e23_what_changed_in_xpm_since_it_was_read_is_not_overwritten(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, phone="1")])) as bench:
        started(bench)
        bench.one.ignition.update_client(here(bench)["slug"], phone="7")
        after_the_next_reading(bench, lambda: bench.one.xpm.update_client(there(bench)["UUID"], Phone="9"))
        report = bench.one.sync()
        assert (there(bench)["Phone"], here(bench)["phone"]) == ("9", "9")
        (conflict,) = bench.stage.ledger.dump()["conflicts"]
        assert (conflict["ignition"], conflict["xpm"]) == ('"7"', '"9"')
        assert report.did["conflicts"] == 1
        assert bench.one.sync().writes == 0


def test_e23_another_field_that_changed_meanwhile_goes_over_in_the_same_sync(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, phone="1", fax="2")])) as bench:
        started(bench)
        bench.one.ignition.update_client(here(bench)["slug"], phone="7")
        after_the_next_reading(bench, lambda: bench.one.xpm.update_client(there(bench)["UUID"], Fax="8"))
        bench.one.sync()
        assert (there(bench)["Phone"], there(bench)["Fax"]) == ("7", "8")
        assert (here(bench)["phone"], here(bench)["fax"]) == ("7", "8")


def test_e23_is_one_call_however_many_clients_are_written_and_none_when_xpm_is_not(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(f"Client {number}") for number in range(5)])) as bench:
        started(bench)
        for row in bench.one.ignition.clients():
            bench.one.ignition.update_client(row["slug"], phone="7")
        calls = len(bench.faults.calls)
        report = bench.one.sync()
        assert len(lists_since(bench, calls)) == 2
        assert report.window_seconds == 0.0
        calls = len(bench.faults.calls)
        bench.stage.pass_time(DAY)
        assert bench.one.sync().window_seconds is None
        assert len(lists_since(bench, calls)) == 1


def test_what_a_list_of_changes_missed_is_found_within_a_week(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, phone="1")])) as bench:
        started(bench)
        bench.one.xpm.update_client(there(bench)["UUID"], Phone="9")
        bench.stage.pass_time(600)  # each list is read again from five minutes before the last
        bench.faults.on(LIST, status=200, body=EMPTY)
        bench.apart[f"“{KEA}”: phone"] = "a list of changes missed it"
        bench.one.sync()
        bench.stage.pass_time(DAY)
        bench.one.sync()
        assert here(bench)["phone"] == "1"
        bench.apart.clear()
        bench.stage.pass_time(6 * DAY)
        calls = len(bench.faults.calls)
        bench.one.sync()
        assert "modifiedsince" not in lists_since(bench, calls)[0]
        assert here(bench)["phone"] == "9"
        bench.stage.pass_time(DAY)
        calls = len(bench.faults.calls)
        bench.one.sync()
        assert "modifiedsince" in lists_since(bench, calls)[0]


def test_a_side_that_is_suddenly_empty_stops_the_sync_and_changes_nothing(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, phone="1")])) as bench:
        started(bench)
        bench.stage.pass_time(7 * DAY)
        before = bench.stage.fake_digests()
        bench.faults.on(LIST, status=200, body=EMPTY)
        with pytest.raises(SuddenlyEmptyError, match="XPM shows no clients at all, and had 1"):
            bench.one.sync()
        assert bench.stage.fake_digests() == before
        assert bench.stage.ledger.dump()["links"][0]["standing"] == "live"
        assert bench.one.sync().writes == 0


def test_e21_a_side_that_knows_none_of_its_clients_any_more_stops_the_sync(raise_bench: Raise) -> None:
    others = EMPTY.replace(
        b"<Clients />", b"<Clients><Client><UUID>x</UUID><Name>X</Name></Client></Clients>"
    )
    with raise_bench(small_world([known(KEA, phone="1")])) as bench:
        started(bench)
        bench.stage.pass_time(7 * DAY)
        before = bench.stage.fake_digests()
        bench.faults.on(LIST, status=200, body=others)
        said = "XPM shows 1 client, none of them known, and had 1: is it the right practice?"
        with pytest.raises(SuddenlyEmptyError, match=re.escape(said)):
            bench.one.sync()
        assert bench.stage.fake_digests() == before
        assert bench.one.sync().writes == 0


def test_force_goes_on_though_a_side_is_empty_and_concludes_nothing_from_it(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, phone="1")])) as bench:
        started(bench)
        bench.stage.pass_time(7 * DAY)
        before = bench.stage.fake_digests()
        bench.faults.on(LIST, status=200, body=EMPTY)
        report = bench.one.sync(force=True)
        assert "1 client no longer in XPM's list: nothing is concluded from that (E5)" in say(report)
        assert bench.stage.fake_digests() == before


def test_e19_a_sync_that_runs_out_of_its_day_says_what_is_left_and_goes_on_the_next(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(f"Client {number}") for number in range(6)])) as bench:
        started(bench)
        for row in bench.one.ignition.clients():
            bench.one.ignition.update_client(row["slug"], phone="7")
        # Three lists, the look, and two clients.
        bench.stage.xpm.put("limits", {"day": 6})
        try:
            report = bench.one.sync()
            assert report.exit_code == 1
            assert "the calls of the day are used up" in str(report.stopped)
            assert report.left == 4
            phones = [row["Phone"] for row in bench.one.xpm.clients()]
            assert sorted(phones) == ["", "", "", "", "7", "7"]
            bench.stage.xpm.put("limits", {"day": 5000})
            bench.stage.pass_time(DAY)
            assert bench.one.sync().exit_code == 0
        finally:
            bench.stage.xpm.put("limits", {"day": 5000})
        assert {row["Phone"] for row in bench.one.xpm.clients()} == {"7"}
        assert len(bench.writes("client.api/update")) == 6
        assert bench.one.sync().writes == 0


def test_e5_a_page_that_fails_stops_the_sync_before_anything_is_concluded(raise_bench: Raise) -> None:
    worlds = small_world([known(KEA)], [lead(f"Lead {number:03}") for number in range(120)])
    with raise_bench(worlds) as bench:
        before = bench.stage.fake_digests()
        bench.faults.on("reporting/clients?limit=100&cursor", status=400)
        with pytest.raises(Exception, match="reporting/clients"):
            bench.one.sync()
        assert bench.stage.fake_digests() == before
        bench.one.sync()
        assert len(bench.one.ignition.named(KEA)) == 1


NO_LIST = b'<Response api-method="List"><Status>OK</Status></Response>'


@pytest.mark.parametrize("path", [LIST, "staff.api/list", "template.api/list"])
def test_e5_an_answer_without_its_list_stops_the_sync_and_the_next_reads_from_the_same_moment(
    raise_bench: Raise, path: str
) -> None:
    with raise_bench(small_world([known(KEA, phone="1")])) as bench:
        started(bench)
        bench.one.xpm.update_client(there(bench)["UUID"], Phone="9")
        before = bench.stage.fake_digests()
        cursors = bench.stage.ledger.dump()["cursors"]
        bench.faults.on(path, status=200, body=NO_LIST, times=3)
        with pytest.raises(MalformedError, match="where one list is due"):
            bench.one.sync()
        assert bench.stage.fake_digests() == before
        assert bench.stage.ledger.dump()["cursors"] == cursors
        bench.one.sync()
        assert here(bench)["phone"] == "9"


def test_e1_e5_a_list_that_does_not_say_whether_there_is_more_doubles_nobody(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA)], [lead(KEA)])) as bench:
        bench.faults.on("reporting/clients", status=200, body=b'{"data": []}', times=3)
        with pytest.raises(MalformedError, match="does not say whether there are more pages"):
            bench.one.sync()
        bench.one.sync()
        assert len(bench.one.ignition.named(KEA)) == 1


def written_lately(bench: Bench, many: int = 1) -> Callable[[], object]:
    """Have the syncer write to XPM clients; returns what makes the next list the one from before that."""
    started(bench)
    old: list[bytes] = []

    def keep(request: requests.PreparedRequest) -> requests.Response:
        found = bench.faults.real(request)
        old.append(found.content)
        return found

    bench.faults.on(LIST, rewrite=keep)
    for row in bench.one.ignition.clients()[:many]:
        bench.one.ignition.update_client(row["slug"], phone="7")
    for row in bench.one.xpm.clients()[:many]:
        bench.one.xpm.update_client(row["UUID"], Fax="8")
    bench.one.sync()
    return lambda: bench.faults.on(LIST, status=200, body=old[0])


def gets_since(bench: Bench, calls: int) -> list[str]:
    return [one for one in bench.faults.calls[calls:] if "client.api/get" in one]


def test_e3_an_old_answer_of_xpm_does_not_undo_what_the_syncer_wrote_there(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, phone="1")])) as bench:
        be_late = written_lately(bench)
        calls = len(bench.faults.calls)
        be_late()
        assert bench.one.sync().writes == 0
        assert len(gets_since(bench, calls)) == 1
        assert (there(bench)["Phone"], here(bench)["phone"]) == ("7", "7")
        assert bench.stage.ledger.dump()["conflicts"] == []
        calls = len(bench.faults.calls)
        assert bench.one.sync().writes == 0
        assert gets_since(bench, calls) == []


def test_e3_what_somebody_puts_back_in_xpm_is_an_edit_like_any_other(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, phone="1")])) as bench:
        written_lately(bench)
        bench.one.sync()
        bench.one.xpm.update_client(there(bench)["UUID"], Phone="1")
        calls = len(bench.faults.calls)
        bench.one.sync()
        assert len(gets_since(bench, calls)) == 2
        assert (there(bench)["Phone"], here(bench)["phone"]) == ("1", "1")
        calls = len(bench.faults.calls)
        assert bench.one.sync().writes == 0
        assert gets_since(bench, calls) == []


def test_e3_an_old_answer_about_many_clients_is_known_as_one_by_those_asked_for(raise_bench: Raise) -> None:
    worlds = small_world([known(f"Client {number:02}", phone="1") for number in range(21)])
    with raise_bench(worlds) as bench:
        be_late = written_lately(bench, many=21)
        calls = len(bench.faults.calls)
        be_late()
        report = bench.one.sync()
        assert (report.writes, len(report.problems)) == (0, 1)
        assert len(lists_since(bench, calls)) == 1
        assert len(set(gets_since(bench, calls))) == len(gets_since(bench, calls)) == 20
        assert {row["Phone"] for row in bench.one.xpm.clients()} == {"7"}


def test_e3_an_old_answer_of_ignition_does_not_undo_what_the_syncer_wrote_there(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, phone="1")])) as bench:
        started(bench)
        old: list[bytes] = []

        def keep(request: requests.PreparedRequest) -> requests.Response:
            found = bench.faults.real(request)
            old.append(found.content)
            return found

        bench.faults.on("reporting/clients", rewrite=keep)
        bench.one.ignition.update_client(here(bench)["slug"], fax="8")
        bench.one.xpm.update_client(there(bench)["UUID"], Phone="7")
        bench.one.sync()
        bench.faults.on("reporting/clients", status=200, body=old[0])
        assert bench.one.sync().writes == 0
        assert (there(bench)["Phone"], here(bench)["phone"]) == ("7", "7")
        bench.one.ignition.update_client(here(bench)["slug"], phone="1")
        bench.one.sync()
        assert (there(bench)["Phone"], here(bench)["phone"]) == ("1", "1")
