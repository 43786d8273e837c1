"""E3, E6, E7, E11: what is not taken, and taking that dies or fails; conflicts that settle by themselves."""

from typing import Any

import pytest
from conftest import Raise
from e2e_bench import CrashError, broken, known, small_world
from e2e_conflicts import WINNERS, edit, phones, prepared, removed, row, tamas
from e2e_contacts import KEA, MERE, SIDES, TAMA, here, is_quiet, started, there

from syncer import ledger_tables as t
from syncer.errors import DecisionError, OutcomeUnknownError


@SIDES
def test_e3_what_changed_again_since_is_not_overwritten(raise_bench: Raise, side: str) -> None:
    with raise_bench(small_world([known(KEA, phone="1")])) as bench:
        started(bench)
        edit(bench, xpm="2", ignition="3")
        bench.one.sync()
        if side == "xpm":
            bench.one.xpm.update_client(there(bench)["UUID"], Phone="4")
        else:
            bench.one.ignition.update_client(here(bench)["slug"], phone="4")
        before = bench.stage.fake_digests()
        with pytest.raises(DecisionError, match="has changed again since"):
            bench.one.take(1)
        assert bench.stage.fake_digests() == before
        still = "; `syncer conflicts take 1` still puts back “3”"
        assert f"conflict 1, Phone of “{KEA}”: both sides will agree{still}" in bench.one.plan().lines
        report = bench.one.sync()
        assert phones(bench) == ("4", "4")
        assert row(bench)["state"] == "agreed"
        assert f"conflict 1, Phone of “{KEA}”: both sides agree now{still}" in report.lines
        # Time has gone over it, and what lost is to be had all the same.
        bench.one.take(1)
        assert phones(bench) == ("3", "3")
        assert is_quiet(bench)
        with pytest.raises(DecisionError, match="settled: what lost was taken"):
            bench.one.take(1)


@WINNERS
def test_e3_a_later_conflict_takes_the_place_of_an_open_one_and_both_can_be_taken(
    raise_bench: Raise, winner: str
) -> None:
    with raise_bench(small_world([known(KEA, phone="1")]), settings={"winner": winner}) as bench:
        started(bench)
        edit(bench, xpm="2", ignition="3")
        bench.one.sync()
        edit(bench, xpm="4", ignition="5")
        first, second = ("3", "5") if winner == "xpm" else ("2", "4")
        still = f"; `syncer conflicts take 1` still puts back “{first}”"
        foreseen = f"conflict 1, Phone of “{KEA}”: superseded by the new conflict{still}"
        assert foreseen in bench.one.plan().lines
        assert f"conflict 1, Phone of “{KEA}”: superseded by conflict 2{still}" in bench.one.sync().lines
        assert (row(bench)["state"], row(bench)["superseded_by"]) == ("superseded", 2)
        bench.one.take(1)
        assert phones(bench) == (first, first)
        assert is_quiet(bench)
        assert (row(bench)["state"], row(bench, 2)["state"]) == ("taken", "agreed")
        bench.one.take(2)
        assert phones(bench) == (second, second)
        assert is_quiet(bench)


def test_e3_what_lost_long_ago_is_not_put_over_an_edit_that_no_sync_has_seen(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, phone="1")])) as bench:
        started(bench)
        edit(bench, xpm="2", ignition="3")
        bench.one.sync()
        edit(bench, xpm="4", ignition="4")
        bench.one.sync()
        assert row(bench)["state"] == "agreed"
        edit(bench, xpm="4", ignition="6")
        before = bench.stage.fake_digests()
        with pytest.raises(DecisionError, match="has changed again since"):
            bench.one.take(1)
        assert bench.stage.fake_digests() == before


def test_e3_a_conflict_stays_open_as_long_as_both_sides_have_what_won(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, phone="1", fax="1")])) as bench:
        started(bench)
        edit(bench, xpm="2", ignition="3")
        bench.one.sync()
        bench.one.xpm.update_client(there(bench)["UUID"], Fax="5")
        bench.one.sync()
        bench.one.sync()
        assert row(bench)["state"] == "open"


def test_e3_what_a_person_already_put_right_by_hand_is_settled(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, phone="1")])) as bench:
        started(bench)
        edit(bench, xpm="2", ignition="3")
        bench.one.sync()
        edit(bench, xpm="3", ignition="3")
        report = bench.one.take(1)
        assert report.lines == [f"conflict 1, Phone of “{KEA}”: both sides have it already"]
        assert row(bench)["state"] == "agreed"
        assert is_quiet(bench)


@SIDES
def test_e7_nothing_is_taken_for_a_client_that_is_archived(raise_bench: Raise, side: str) -> None:
    with raise_bench(small_world([known(KEA, phone="1")])) as bench:
        started(bench)
        edit(bench, xpm="2", ignition="3")
        bench.one.sync()
        if side == "xpm":
            bench.one.xpm.archive_client(there(bench)["UUID"])
        else:
            bench.one.ignition.call("POST", f"clients/{here(bench)['slug']}/archive")
        where = {"xpm": "XPM", "ignition": "Ignition"}[side]
        with pytest.raises(DecisionError, match=f"the client is archived in {where}"):
            bench.one.take(1)


def test_e6_nothing_is_taken_for_a_contact_that_is_gone(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA])])) as bench:
        started(bench)
        ours = next(
            one for one in bench.one.ignition.contacts(here(bench)["slug"]) if one["name"] == "Tama Tāwhai"
        )
        bench.one.ignition.update_contact(ours["slug"], phone="3")
        bench.one.xpm.update_contact(TAMA["uuid"], there(bench)["UUID"], Phone="2")
        bench.one.sync()
        bench.one.xpm.remove_contact(TAMA["uuid"], there(bench)["UUID"])
        with pytest.raises(DecisionError, match="a side has the contact no longer"):
            bench.one.take(1)
        bench.one.sync()
        assert row(bench)["state"] == "agreed"


def test_e6_a_removed_contact_that_somebody_entered_anew_is_not_taken_back(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA])])) as bench:
        started(bench)
        removed(bench, "xpm")
        bench.one.sync()
        bench.one.ignition.add_contact(here(bench)["slug"], "Tama Tāwhai", email="tama@example.com")
        with pytest.raises(DecisionError, match="a contact “Tama Tāwhai” is there again"):
            bench.one.take(1)
        bench.one.sync()
        assert row(bench)["state"] == "agreed"


def test_e6_a_contact_that_was_made_again_and_changed_since_is_not_removed(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA])])) as bench:
        started(bench)
        removed(bench, "ignition")
        bench.one.sync()
        assert tamas(bench) == (["77"], ["77"])
        bench.one.xpm.update_contact(TAMA["uuid"], there(bench)["UUID"], Phone="78")
        with pytest.raises(DecisionError, match="the contact has changed again since"):
            bench.one.take(1)
        bench.one.sync()
        assert row(bench)["state"] == "agreed"
        assert tamas(bench) == (["78"], ["78"])


def test_e6_a_conflict_about_a_contact_that_went_after_all_is_settled(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA])])) as bench:
        started(bench)
        removed(bench, "ignition")
        bench.one.sync()
        assert row(bench)["state"] == "open"
        bench.one.xpm.remove_contact(TAMA["uuid"], there(bench)["UUID"])
        with pytest.raises(DecisionError, match="the contact is gone from XPM"):
            bench.one.take(1)
        bench.one.sync()
        assert (tamas(bench), row(bench)["state"]) == (([], []), "agreed")


CASES = {
    "value, XPM won": ("xpm", None),
    "value, Ignition won": ("ignition", None),
    "removal, removed in XPM, XPM won": ("xpm", "xpm"),
    "removal, removed in XPM, Ignition won": ("ignition", "xpm"),
    "removal, removed in Ignition, XPM won": ("xpm", "ignition"),
    "removal, removed in Ignition, Ignition won": ("ignition", "ignition"),
}


@pytest.mark.parametrize("case", CASES)
def test_e11_taking_that_dies_at_any_call_ends_as_if_it_had_not(raise_bench: Raise, case: str) -> None:
    winner, side = CASES[case]
    world = small_world([known(KEA, phone="1", contacts=[MERE, TAMA])])
    with raise_bench(world, settings={"winner": winner}) as bench:
        prepared(bench, side)
        before = len(bench.faults.calls)
        bench.one.take(1)
        count, calm = len(bench.faults.calls) - before, (phones(bench), tamas(bench))
        assert count > 3
    for number in range(count):
        for after in (False, True):
            with raise_bench(world, settings={"winner": winner}) as bench:
                prepared(bench, side)
                bench.faults.on("", number=len(bench.faults.calls) + number, error=CrashError, reaches=after)
                with pytest.raises(CrashError):
                    bench.one.take(1)
                bench.restart()
                bench.one.sync()
                if row(bench)["state"] == "open":
                    try:
                        bench.one.take(1)
                    except DecisionError:
                        bench.one.sync()
                assert (phones(bench), tamas(bench)) == calm, (number, after)
                assert is_quiet(bench)


def test_e11_a_contact_taken_back_into_xpm_is_made_once_though_no_answer_comes(raise_bench: Raise) -> None:
    world = small_world([known(KEA, contacts=[MERE, TAMA])])
    with raise_bench(world, settings={"winner": "ignition"}) as bench:
        prepared(bench, "ignition")
        bench.faults.on(
            "POST http://127.0.0.1:18001/practicemanager/3.1/client.api/contact", error=broken, reaches=True
        )
        bench.one.take(1)
        assert tamas(bench) == (["77"], ["77"])
        assert is_quiet(bench)


def test_e3_taking_that_fails_leaves_the_conflict_open_and_the_run_says_so(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, phone="1")])) as bench:
        prepared(bench, None)
        bench.faults.on("clients/batch", error=broken, times=9)
        with pytest.raises(OutcomeUnknownError):
            bench.one.take(1)
        assert row(bench)["state"] == "open"
        bench.faults.plan.clear()
        bench.one.take(1)
        assert phones(bench) == ("3", "3")
        assert is_quiet(bench)


BATCH, DELETE = "clients/batch", "DELETE http://127.0.0.1:18002"


@pytest.mark.parametrize(("side", "at"), [(None, BATCH), ("xpm", DELETE), ("ignition", BATCH)])
def test_e3_what_won_and_could_not_be_written_yields_to_what_lost(
    raise_bench: Raise, side: str | None, at: str
) -> None:
    with raise_bench(small_world([known(KEA, phone="1", contacts=[MERE, TAMA])])) as bench:
        bench.faults.on(at, status=409, times=99)
        fault = bench.faults.plan.pop()
        started(bench)
        bench.faults.plan.append(fault)
        if side is None:
            edit(bench, xpm="2", ignition="3")
        else:
            removed(bench, side)
        assert bench.one.sync().exit_code == 3
        bench.faults.plan.clear()
        bench.one.take(1)
        assert row(bench)["state"] == "taken"
        if side is None:
            assert phones(bench) == ("3", "3")
        else:
            # Removed in XPM: XPM's removal lost to the edit. Removed in Ignition: the edit in XPM lost.
            assert tamas(bench) == ((["77"], ["77"]) if side == "xpm" else ([], []))
        assert is_quiet(bench)


def test_nothing_is_taken_for_clients_that_are_no_longer_linked(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, phone="1", contacts=[MERE, TAMA])])) as bench:
        prepared(bench, None)
        bench.stage.ledger.of(bench.one.name).remove(t.links)
        with pytest.raises(DecisionError, match="the two clients are no longer linked"):
            bench.one.take(1)


def test_e23_nothing_is_taken_over_an_edit_of_the_same_moment(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, phone="1", contacts=[MERE, TAMA])])) as bench:
        prepared(bench, None)
        slug = here(bench)["slug"]
        looks = [0]

        def edited(request: Any) -> Any:
            looks[0] += 1
            if looks[0] == 2:
                bench.one.ignition.update_client(slug, fax="9")
            return bench.faults.real(request)

        bench.faults.on(f"GET http://127.0.0.1:18002/external/api/v1/clients/{slug}", rewrite=edited, times=9)
        with pytest.raises(DecisionError, match="the client changed in Ignition just now; try again"):
            bench.one.take(1)
        bench.faults.plan.clear()
        bench.one.take(1)
        assert (phones(bench), there(bench)["Fax"]) == (("3", "3"), "9")
