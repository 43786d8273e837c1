"""What the tests of contacts share: a client with a family of them, and people who change them on either side."""

from typing import Any

import pytest
from e2e_bench import DAY, Bench

from scenarios.builders import contact

KEA = "Kea Cafés Limited"
MERE = contact("Mere Tāwhai", email="mere@example.com", phone="1", is_primary=True)
TAMA = contact("Tama Tāwhai", email="tama@example.com")
ARIA = contact("Aria Tāwhai", email="aria@example.com")
Json = dict[str, Any]


def there(bench: Bench, name: str = KEA) -> Json:
    return bench.one.xpm.named(name)[0]


def here(bench: Bench, name: str = KEA) -> Json:
    return bench.one.ignition.named(name)[0]


def names(bench: Bench, name: str = KEA) -> tuple[list[str], list[str]]:
    """Return the names of a client's contacts: XPM's, then Ignition's."""
    ours = bench.one.ignition.contacts(here(bench, name)["slug"])
    return sorted(row["Name"] for row in there(bench, name)["Contacts"]), sorted(row["name"] for row in ours)


def xpm_contact(bench: Bench, who: str, name: str = KEA) -> Json:
    return next(row for row in there(bench, name)["Contacts"] if row["Name"] == who)


def ignition_row(bench: Bench, who: str, name: str = KEA) -> Json:
    return next(row for row in bench.one.ignition.contacts(here(bench, name)["slug"]) if row["name"] == who)


def primaries(bench: Bench, name: str = KEA) -> tuple[list[str], list[str]]:
    ours = bench.one.ignition.contacts(here(bench, name)["slug"])
    return (
        [row["Name"] for row in there(bench, name)["Contacts"] if row["IsPrimary"] == "Yes"],
        [row["name"] for row in ours if row["is_primary"]],
    )


def remove(bench: Bench, side: str, who: str, name: str = KEA) -> None:
    """Have a person remove a contact."""
    if side == "xpm":
        bench.one.xpm.remove_contact(xpm_contact(bench, who, name)["UUID"], there(bench, name)["UUID"])
    else:
        bench.one.ignition.remove_contact(ignition_row(bench, who, name)["slug"])


def phone(bench: Bench, side: str, who: str, number: str, name: str = KEA) -> None:
    """Have a person change a contact's phone."""
    if side == "xpm":
        uuid = xpm_contact(bench, who, name)["UUID"]
        bench.one.xpm.update_contact(uuid, there(bench, name)["UUID"], Phone=number)
    else:
        bench.one.ignition.update_contact(ignition_row(bench, who, name)["slug"], phone=number)


def add(bench: Bench, side: str, who: str, name: str = KEA, **fields: str) -> None:
    """Have a person add a contact."""
    if side == "xpm":
        elements = {key.title(): value for key, value in fields.items()}
        bench.one.xpm.add_contact(there(bench, name)["UUID"], who, **elements)
    else:
        bench.one.ignition.add_contact(here(bench, name)["slug"], who, **fields)


def started(bench: Bench) -> None:
    """Sync until nothing is left to do, and let a day pass."""
    bench.one.sync()
    bench.one.sync()
    bench.stage.pass_time(DAY)


def is_quiet(bench: Bench) -> bool:
    """Tell whether two further syncs, right after and the next day, write and change nothing (E4)."""
    before = bench.stage.fake_digests()
    writes = bench.one.sync().writes
    bench.stage.pass_time(DAY)
    return writes + bench.one.sync().writes == 0 and bench.stage.fake_digests() == before


OTHER = {"xpm": "ignition", "ignition": "xpm"}
SIDES = pytest.mark.parametrize("side", ["xpm", "ignition"])
