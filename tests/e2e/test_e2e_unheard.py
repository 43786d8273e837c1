"""E3 and E11: what was sent, and of which no answer came, is no person's edit in the next sync."""

from collections.abc import Callable

import pytest
from conftest import Raise
from e2e_bench import DAY, Bench, CrashError, known, lost, small_world
from e2e_contacts import KEA, MERE, OTHER, TAMA, here, ignition_row, phone, started, there, xpm_contact

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
        assert bench.stage.ledger.dump()["conflicts"] == []
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
        (conflict,) = bench.stage.ledger.dump()["conflicts"]
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
