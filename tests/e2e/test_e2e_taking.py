"""E3, E6, R6, R7: what lost a conflict is taken after all, on both sides and all copies."""

from collections.abc import Iterator

import pytest
from conftest import Raise
from e2e_bench import Bench, known, small_world
from e2e_conflicts import WINNERS, edit, phones, removed, row, tamas
from e2e_contacts import KEA, MERE, SIDES, TAMA, here, is_quiet, started, there

from scenarios.builders import staff
from syncer.errors import DecisionError


@WINNERS
def test_e3_either_sides_value_can_be_taken_after_all(raise_bench: Raise, winner: str) -> None:
    with raise_bench(small_world([known(KEA, phone="1")]), settings={"winner": winner}) as bench:
        started(bench)
        edit(bench, xpm="2", ignition="3")
        bench.one.sync()
        wins, loses = {"xpm": ("2", "3"), "ignition": ("3", "2")}[winner]
        assert phones(bench) == (wins, wins)
        bench.one.take(1)
        assert phones(bench) == (loses, loses)
        assert row(bench)["state"] == "taken"
        assert is_quiet(bench)


@WINNERS
def test_e3_a_contacts_value_can_be_taken_after_all(raise_bench: Raise, winner: str) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE])]), settings={"winner": winner}) as bench:
        started(bench)
        (ours,) = bench.one.ignition.contacts(here(bench)["slug"])
        bench.one.ignition.update_contact(ours["slug"], phone="3")
        bench.one.xpm.update_contact(MERE["uuid"], there(bench)["UUID"], Phone="2")
        bench.one.sync()
        bench.one.take(1)
        loses = {"xpm": "3", "ignition": "2"}[winner]
        (ours,) = bench.one.ignition.contacts(here(bench)["slug"])
        assert (there(bench)["Contacts"][0]["Phone"], ours["phone"]) == (loses, loses)
        assert is_quiet(bench)


@WINNERS
def test_e6_a_value_taken_of_a_shared_contact_goes_to_all_its_copies(raise_bench: Raise, winner: str) -> None:
    world = small_world([known(name, contacts=[MERE]) for name in (KEA, "Moa Ltd", "Tui Ltd")])
    with raise_bench(world, settings={"winner": winner}) as bench:
        started(bench)
        (ours,) = bench.one.ignition.contacts(here(bench)["slug"])
        bench.one.ignition.update_contact(ours["slug"], phone="3")
        bench.one.xpm.update_contact(MERE["uuid"], there(bench)["UUID"], Phone="2")
        bench.one.sync()
        bench.one.take(1)
        loses = {"xpm": "3", "ignition": "2"}[winner]
        rows = bench.one.ignition.all_contacts()
        assert [one["phone"] for one in rows] == [loses] * 3
        assert [one["Contacts"][0]["Phone"] for one in bench.one.xpm.clients()] == [loses] * 3
        assert is_quiet(bench)


@SIDES
@WINNERS
def test_e6_of_a_removal_and_an_edit_the_other_can_be_taken_after_all(
    raise_bench: Raise, side: str, winner: str
) -> None:
    world = small_world([known(KEA, contacts=[MERE, TAMA])])
    with raise_bench(world, settings={"winner": winner}) as bench:
        started(bench)
        removed(bench, side)
        bench.one.sync()
        stays = winner != side
        assert tamas(bench) == ((["77"], ["77"]) if stays else ([], []))
        bench.one.take(1)
        assert tamas(bench) == (([], []) if stays else (["77"], ["77"]))
        assert row(bench)["state"] == "taken"
        assert is_quiet(bench)


def test_e6_a_shared_contact_that_is_taken_back_is_shared_again(raise_bench: Raise) -> None:
    world = small_world([known(KEA, contacts=[MERE, TAMA]), known("Moa Ltd", contacts=[TAMA])])
    with raise_bench(world, settings={"winner": "ignition"}) as bench:
        started(bench)
        removed(bench, "ignition")
        bench.one.sync()
        assert tamas(bench) == ([], [])
        bench.one.take(1)
        assert tamas(bench) == (["77"], ["77"])
        assert TAMA["uuid"] in [one["UUID"] for one in there(bench)["Contacts"]]
        assert is_quiet(bench)


def test_r7_a_one_way_value_that_is_taken_stays_in_ignition(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, website="https://1.example")])) as bench:
        started(bench)
        bench.one.xpm.update_client(there(bench)["UUID"], WebSite="https://2.example")
        bench.one.ignition.update_client(here(bench)["slug"], website="https://3.example")
        bench.one.sync()
        assert here(bench)["website"] == "https://2.example"
        bench.one.take(1)
        bench.apart[f"“{KEA}”: website"] = "a one-way field that a person set in Ignition stays (R7)"
        assert (there(bench)["Website"], here(bench)["website"]) == ("https://2.example", "https://3.example")
        assert row(bench)["state"] == "taken"
        assert is_quiet(bench)


ANN, BOB, CAT = (staff(name, email=f"{name.lower()}@example.com") for name in ("Ann", "Bob", "Cat"))


@pytest.fixture
def partners(raise_bench: Raise) -> Iterator[tuple[Bench, dict[str, str]]]:
    """A conflict about the Partner, which XPM's Bob won and Ignition's Cat lost; and the users by name."""
    world = small_world([known(KEA, account_manager_uuid=ANN["uuid"])], staff=[ANN, BOB, CAT])
    with raise_bench(world) as bench:
        bench.one.sync()
        users = {one["name"]: bench.one.ignition.pick_user(one["uuid"])["slug"] for one in (ANN, BOB, CAT)}
        started(bench)
        bench.one.xpm.update_client(there(bench)["UUID"], AccountManagerUUID=BOB["uuid"])
        bench.one.ignition.update_client(here(bench)["slug"], partner_slug=users["Cat"])
        bench.one.sync()
        assert here(bench)["partner"]["slug"] == users["Bob"]
        yield bench, users


def test_r6_a_partner_who_lost_can_be_taken(partners: tuple[Bench, dict[str, str]]) -> None:
    bench, users = partners
    bench.one.take(1)
    assert here(bench)["partner"]["slug"] == users["Cat"]
    assert bench.one.xpm.client(there(bench)["UUID"])["AccountManager"]["UUID"] == CAT["uuid"]
    assert is_quiet(bench)


def test_r6_a_partner_who_is_no_linked_user_any_more_is_not_taken(
    partners: tuple[Bench, dict[str, str]],
) -> None:
    bench, users = partners
    bench.one.ignition.delete_user(users["Cat"])
    bench.one.sync()
    with pytest.raises(DecisionError, match="no linked user any more"):
        bench.one.take(1)
