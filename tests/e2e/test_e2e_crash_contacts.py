"""E11, E6: a sync that carries contacts over dies at every call, is started again, and ends as it would have."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from conftest import Raise
from e2e_bench import Bench, CrashError, known, small_world
from sqlalchemy import Connection

from scenarios.builders import contact
from scenarios.world import Worlds
from syncer.ledger import Ledger

JANE = contact("Jane Doe", email="jane@example.com", phone="1", is_primary=True)
SHARING = ("Alpha Ltd", "Beta Ltd", "Gamma Ltd")
KEA = "Kea Cafés Limited"
PEOPLE = [
    contact("Mere", email="mere@example.com", is_primary=True),
    contact("Tama", email="tama@example.com"),
    contact("Aria", email="aria@example.com"),
    contact("Rewi", email="rewi@example.com"),
    contact("Hone", email="hone@example.com"),
]
BATCHES = 4
STRIDE = 9
"""Every so many of the ledger's transactions is tried; which ones depends on nothing but the sync."""


def world() -> Worlds:
    return small_world(
        [known(name, contacts=[JANE]) for name in SHARING] + [known(KEA, contacts=PEOPLE)],
    )


def prepare(bench: Bench) -> None:
    """Sync, and have people add, change and remove contacts on both sides, one of them shared by three clients."""
    bench.one.sync()
    bench.one.sync()
    bench.stage.pass_time(
        600
    )  # not long enough for a token: a refresh whose answer is lost is another story (E24)
    there, here = bench.one.xpm, bench.one.ignition
    (kea,) = there.named(KEA)
    (ours,) = here.named(KEA)
    slugs = {row["name"]: row["slug"] for row in here.contacts(ours["slug"])}
    uuids = {row["name"]: row["uuid"] for row in PEOPLE}
    (jane,) = here.contacts(here.named("Beta Ltd")[0]["slug"])
    here.update_contact(jane["slug"], phone="3")
    # Two of one name on either side: only what is noted before the call tells them apart afterwards.
    for _ in range(2):
        here.add_contact(ours["slug"], "Ivy")
        there.add_contact(kea["UUID"], "Xan")
    here.remove_contact(slugs["Mere"])
    there.remove_contact(uuids["Tama"], kea["UUID"])
    there.remove_contact(uuids["Aria"], kea["UUID"])
    here.update_contact(slugs["Aria"], phone="7")
    here.remove_contact(slugs["Rewi"])
    there.update_contact(uuids["Rewi"], kea["UUID"], Phone="8")
    here.update_contact(slugs["Hone"], mobile="9")
    there.update_client(kea["UUID"], Fax="5")


def state(bench: Bench) -> Any:
    """Return who is a contact of whom on both sides, what conflicts were kept, and how many are linked."""
    there = [
        (client["Name"], client["Fax"], row["Name"], row["Phone"], row["Mobile"], row["IsPrimary"] == "Yes")
        for client in bench.one.xpm.clients()
        for row in client["Contacts"]
    ]
    fax = {row["slug"]: row["fax"] or "" for row in bench.one.ignition.clients()}
    here = [
        (row["client"]["name"], fax[row["client"]["slug"]], row["name"], row["phone"] or "", row["mobile"] or "",
         row["is_primary"])
        for row in bench.one.ignition.all_contacts()
    ]  # fmt: skip
    kept = [
        (row["kind"], row["contact"], row["ignition"], row["xpm"])
        for row in bench.stage.ledger.dump()["conflicts"]
    ]
    linked = sorted(len(json.loads(row["contacts"])) for row in bench.stage.ledger.dump()["links"])
    return sorted(there), sorted(here), sorted(kept), linked


@pytest.fixture(scope="module", params=["xpm", "ignition"])
def calm(house: Any, request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return what an undisturbed sync ends in, and the calls it makes."""
    from e2e_bench import bench as bench_in  # noqa: PLC0415  # a fixture of a wider scope than `raise_bench`

    settings = {"winner": request.param}
    with bench_in(house, world(), settings) as bench:
        prepare(bench)
        before = len(bench.faults.calls)
        bench.one.sync()
        calls = bench.faults.calls[before:]
        return {
            "settings": settings,
            "calls": calls,
            "state": state(bench),
            "writes": bench.one.sync().writes,
        }


def test_an_undisturbed_sync_brings_both_sides_in_step(calm: dict[str, Any]) -> None:
    there, here, kept, linked = calm["state"]
    assert sum(linked) == len(there)
    assert there == here
    assert calm["writes"] == 0
    assert [row[:2] for row in kept] == [("removed", "Aria"), ("removed", "Rewi")]
    who = [row[2] for row in there if row[0] == KEA]
    stayed = {"xpm": "Rewi", "ignition": "Aria"}[calm["settings"]["winner"]]
    assert who == sorted(["Hone", "Ivy", "Ivy", "Xan", "Xan", stayed])
    assert {row[3] for row in there if row[2] == "Jane Doe"} == {"3"}
    assert len([one for one in calm["calls"] if not one.startswith("GET")]) >= 9


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_sync_of_contacts_that_dies_at_any_call_ends_alike_when_started_again(
    raise_bench: Raise, calm: dict[str, Any], batch: int
) -> None:
    for number, call in list(enumerate(calm["calls"]))[batch::BATCHES]:
        for after in (False,) if call.startswith("GET") else (False, True):
            with raise_bench(world(), settings=calm["settings"]) as bench:
                prepare(bench)
                bench.faults.on("", number=len(bench.faults.calls) + number, error=CrashError, reaches=after)
                with pytest.raises(CrashError):
                    bench.one.sync()
                bench.restart()
                bench.one.sync()
                assert state(bench) == calm["state"], (number, after, call)
                assert bench.one.sync().writes == 0


def test_a_sync_of_contacts_that_dies_between_two_statements_ends_alike_when_started_again(
    raise_bench: Raise, calm: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, seen, fatal = Ledger.begin, [0], [-1]

    @contextmanager
    def counted(ledger: Ledger) -> Iterator[Connection]:
        seen[0] += 1
        if seen[0] == fatal[0]:
            raise CrashError
        with begin(ledger) as connection:
            yield connection

    monkeypatch.setattr(Ledger, "begin", counted)
    with raise_bench(world(), settings=calm["settings"]) as bench:
        prepare(bench)
        seen[0] = 0
        bench.one.sync()
        count = seen[0]
    for number in range(1, count + 1, STRIDE):
        with raise_bench(world(), settings=calm["settings"]) as bench:
            fatal[0] = -1
            prepare(bench)
            seen[0], fatal[0] = 0, number
            with pytest.raises(CrashError):
                bench.one.sync()
            bench.restart()
            bench.one.sync()
            assert state(bench) == calm["state"], number
            assert bench.one.sync().writes == 0
