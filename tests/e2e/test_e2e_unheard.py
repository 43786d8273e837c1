"""E3 and E11: what was sent, and of which no answer came, is no person's edit in the next sync."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import requests
from conftest import Raise
from e2e_bench import DAY, LATE, Bench, CrashError, known, lost, small_world, wrong_by
from e2e_contacts import (
    KEA,
    MERE,
    OTHER,
    TAMA,
    Json,
    add,
    here,
    ignition_row,
    phone,
    started,
    there,
    xpm_contact,
)

Edit = Callable[[Bench, str, str], None]


def client_phone(bench: Bench, side: str, number: str) -> None:
    if side == "xpm":
        bench.one.xpm.update_client(there(bench)["UUID"], Phone=number)
    else:
        bench.one.ignition.update_client(here(bench)["slug"], phone=number)


def contact_phone(bench: Bench, side: str, number: str) -> None:
    phone(bench, side, "Mere Tāwhai", number)


def phones(bench: Bench, edit: Edit) -> tuple[str, str]:
    """Return what both sides have of what is edited: XPM, then Ignition."""
    if edit is client_phone:
        return there(bench)["Phone"], here(bench)["phone"]
    return xpm_contact(bench, "Mere Tāwhai")["Phone"], ignition_row(bench, "Mere Tāwhai")["phone"]


def conflicts(bench: Bench) -> list[Json]:
    found: list[Json] = bench.stage.ledger.dump()["conflicts"]
    return found


def unheard(bench: Bench) -> list[str]:
    return [row["sent"] for row in bench.stage.ledger.dump()["links"] if row["sent"] != "[]"]


WRITES = {
    (client_phone, "xpm"): "PUT http://127.0.0.1:18001/practicemanager/3.1/client.api/update",
    (contact_phone, "xpm"): "PUT http://127.0.0.1:18001/practicemanager/3.1/client.api/contact/",
    (client_phone, "ignition"): "clients/batch",
    (contact_phone, "ignition"): "clients/batch",
}
each_write = pytest.mark.parametrize(
    ("edit", "to"), WRITES, ids=[f"{edit.__name__} to {to}" for edit, to in WRITES]
)


@each_write
@pytest.mark.parametrize("dies", [False, True], ids=["the answer is lost", "the program dies"])
@pytest.mark.parametrize("winner", ["xpm", "ignition"])
def test_an_edit_after_a_write_that_nobody_heard_of_is_the_later_one(
    raise_bench: Raise, edit: Edit, to: str, winner: str, *, dies: bool
) -> None:
    world = small_world([known(KEA, contacts=[MERE, TAMA])])
    with raise_bench(world, settings={"winner": winner}) as bench:
        started(bench)
        edit(bench, OTHER[to], "111")
        if dies:
            bench.faults.on(WRITES[edit, to], error=CrashError, reaches=True)
            with pytest.raises(CrashError):
                bench.one.sync()
            bench.restart()
        else:
            fault = bench.faults.on(WRITES[edit, to], error=lost, reaches=True, times=4)
            bench.one.sync()
            assert fault.hit == 4
        assert phones(bench, edit) == ("111", "111")
        assert len(unheard(bench)) == 1
        edit(bench, OTHER[to], "222")
        bench.stage.pass_time(DAY)
        bench.one.sync()
        assert phones(bench, edit) == ("222", "222")
        assert conflicts(bench) == []
        assert unheard(bench) == []


@each_write
def test_an_edit_of_the_same_field_on_the_side_that_was_written_is_a_conflict_still(
    raise_bench: Raise, edit: Edit, to: str
) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA])])) as bench:
        started(bench)
        edit(bench, OTHER[to], "111")
        bench.faults.on(WRITES[edit, to], error=lost, reaches=True, times=4)
        bench.one.sync()
        edit(bench, OTHER[to], "222")
        edit(bench, to, "333")
        bench.stage.pass_time(DAY)
        bench.one.sync()
        (conflict,) = conflicts(bench)
        assert {conflict["xpm"], conflict["ignition"]} == {'"222"', '"333"'}
        assert len(set(phones(bench, edit))) == 1


@each_write
def test_what_came_to_nothing_is_forgotten_and_a_person_may_type_it(
    raise_bench: Raise, edit: Edit, to: str
) -> None:
    """The write never arrived, and its reason went: whoever types that very value there later has typed it."""
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA])])) as bench:
        started(bench)
        before = phones(bench, edit)[0]
        edit(bench, OTHER[to], "111")
        bench.faults.on(WRITES[edit, to], error=lost, times=4)
        bench.one.sync()
        edit(bench, OTHER[to], before)
        bench.stage.pass_time(DAY)
        bench.one.sync()
        assert unheard(bench) == []
        edit(bench, to, "111")
        bench.stage.pass_time(DAY)
        bench.one.sync()
        assert phones(bench, edit) == ("111", "111")


def type_it_there(bench: Bench, to: str) -> None:
    """Have something else typed where `111` came from, and that typed where it was sent; the next day, sync."""
    client_phone(bench, OTHER[to], "222")
    client_phone(bench, to, "111")
    bench.stage.pass_time(DAY)
    bench.one.sync()


def client_only(raise_bench: Raise) -> AbstractContextManager[Bench]:
    return raise_bench(small_world([known(KEA, phone="1")]))


@pytest.mark.parametrize("to", ["xpm", "ignition"])
def test_e3_what_was_refused_is_not_there_and_who_types_it_then_has_typed_it(
    raise_bench: Raise, to: str
) -> None:
    with client_only(raise_bench) as bench:
        started(bench)
        client_phone(bench, OTHER[to], "111")
        bench.faults.on(WRITES[client_phone, to], status=400, body=b"no")
        bench.one.sync()
        assert unheard(bench) == []
        type_it_there(bench, to)
        assert len(conflicts(bench)) == 1


def test_e3_what_was_not_written_because_somebody_was_faster_is_not_there(raise_bench: Raise) -> None:
    with client_only(raise_bench) as bench:
        started(bench)
        client_phone(bench, "xpm", "111")
        slug, edits = here(bench)["slug"], [1]

        def around(name: str, call: Callable[[], requests.Response]) -> requests.Response:
            if "clients/batch" in name and edits:
                edits.clear()
                bench.one.ignition.update_client(slug, fax="5")
            return call()

        bench.faults.around = around
        bench.one.sync()
        assert unheard(bench) == []
        type_it_there(bench, "ignition")
        assert len(conflicts(bench)) == 1


def test_e11_an_older_write_that_lands_over_a_newer_one_is_no_persons_edit(raise_bench: Raise) -> None:
    with client_only(raise_bench) as bench:
        started(bench)
        client_phone(bench, "ignition", "111")
        fault = bench.faults.on(WRITES[client_phone, "xpm"], error=lost, late=True)
        bench.faults.on(WRITES[client_phone, "xpm"], error=lost, times=3)
        bench.one.sync()
        client_phone(bench, "ignition", "222")
        bench.stage.pass_time(30)
        bench.one.sync()
        assert phones(bench, client_phone) == ("222", "222")
        bench.stage.pass_time(LATE)
        assert fault.hit == 1
        assert phones(bench, client_phone) == ("111", "222")
        bench.stage.pass_time(DAY)
        bench.one.sync()
        assert phones(bench, client_phone) == ("222", "222")
        assert conflicts(bench) == []
        bench.stage.pass_time(DAY)
        bench.one.sync()
        assert unheard(bench) == []


@pytest.mark.parametrize("level", ["nothing", "client_name"])
def test_e9_what_is_not_synced_for_a_while_is_remembered(raise_bench: Raise, level: str) -> None:
    with client_only(raise_bench) as bench:
        started(bench)
        client_phone(bench, "ignition", "111")
        bench.faults.on(WRITES[client_phone, "xpm"], error=lost, reaches=True, times=4)
        bench.one.sync()
        bench.stage.pass_time(DAY)
        bench.stage.change_settings(level=level)
        bench.one.sync()
        client_phone(bench, "ignition", "222")
        bench.stage.change_settings(level="everything")
        bench.stage.pass_time(DAY)
        bench.one.sync()
        assert phones(bench, client_phone) == ("222", "222")
        assert conflicts(bench) == []


def test_what_came_to_nothing_is_forgotten_though_something_else_of_the_client_fails_for_ever(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(KEA, phone="1", contacts=[MERE])])) as bench:
        started(bench)
        add(bench, "xpm", "Odd " + "x" * 600)
        client_phone(bench, "ignition", "111")
        bench.faults.on(WRITES[client_phone, "xpm"], error=lost, times=4)
        bench.one.sync()
        client_phone(bench, "ignition", "1")
        assert len(unheard(bench)) == 1
        bench.stage.pass_time(DAY)
        assert bench.one.sync().problems != []
        assert unheard(bench) == []


def test_what_was_sent_under_a_clock_that_was_ahead_is_forgotten_too(
    raise_bench: Raise, monkeypatch: pytest.MonkeyPatch
) -> None:
    with client_only(raise_bench) as bench:
        started(bench)
        with monkeypatch.context() as wrong:
            wrong_by(bench, wrong, timedelta(days=365))
            client_phone(bench, "ignition", "111")
            bench.faults.on(WRITES[client_phone, "xpm"], error=lost, times=4)
            bench.one.sync()
        client_phone(bench, "ignition", "1")
        bench.stage.pass_time(DAY)
        bench.one.sync()
        assert unheard(bench) == []
