"""What the tests of conflicts share: a client whose phone or contact is changed on both sides."""

import pytest
from e2e_bench import Bench
from e2e_contacts import OTHER, Json, here, phone, remove, started, there

WINNERS = pytest.mark.parametrize("winner", ["xpm", "ignition"])


def phones(bench: Bench) -> tuple[str, str]:
    return there(bench)["Phone"], here(bench)["phone"] or ""


def edit(bench: Bench, *, xpm: str, ignition: str) -> None:
    """Have the client's phone changed on both sides."""
    bench.one.xpm.update_client(there(bench)["UUID"], Phone=xpm)
    bench.one.ignition.update_client(here(bench)["slug"], phone=ignition)


def row(bench: Bench, number: int = 1) -> Json:
    found: Json = bench.stage.ledger.dump()["conflicts"][number - 1]
    return found


def removed(bench: Bench, side: str) -> None:
    """Have Tama removed on one side and changed on the other."""
    remove(bench, side, "Tama Tāwhai")
    phone(bench, OTHER[side], "Tama Tāwhai", "77")


def tamas(bench: Bench) -> tuple[list[str], list[str]]:
    """Return Tama's phones: XPM's, then Ignition's."""
    ours = bench.one.ignition.contacts(here(bench)["slug"])
    return (
        [one["Phone"] for one in there(bench)["Contacts"] if one["Name"] == "Tama Tāwhai"],
        [one["phone"] for one in ours if one["name"] == "Tama Tāwhai"],
    )


def prepared(bench: Bench, side: str | None) -> None:
    started(bench)
    if side is None:
        edit(bench, xpm="2", ignition="3")
    else:
        removed(bench, side)
    bench.one.sync()
