"""E6, E11, E20, E23: contacts in doubt, refused, made without an answer, or edited while a sync runs."""

from typing import Any

import pytest
from conftest import Raise
from e2e_bench import broken, known, lead, say, small_world
from e2e_contacts import (
    KEA,
    MERE,
    SIDES,
    TAMA,
    add,
    here,
    ignition_row,
    is_quiet,
    names,
    phone,
    remove,
    started,
    there,
)

from scenarios.builders import contact, ignition_client, ignition_contact

IN_DOUBT = "contacts that cannot be told apart are left alone (E6)"
DOUBLES = {
    "name": ([contact("Al"), contact("Al", nth=1)], [ignition_contact("Al", email="al@example.com")]),
    "e-mail": (
        [contact("Al", email="x@example.com")],
        [ignition_contact("Bo", email="x@example.com"), ignition_contact("Cy", email="x@example.com")],
    ),
}


@pytest.mark.parametrize("what", DOUBLES)
def test_e6_contacts_of_one_name_or_e_mail_are_left_alone_and_told(raise_bench: Raise, what: str) -> None:
    theirs, ours = DOUBLES[what]
    world = small_world([known(KEA, contacts=theirs)], [ignition_client(KEA, state="active", contacts=ours)])
    with raise_bench(world, apart=IN_DOUBT) as bench:
        report = bench.one.sync()
        text = {"name": "name “Al”", "e-mail": "e-mail “x@example.com”"}[what]
        assert f"contacts of “{KEA}” whose {text} stands more than once on a side are left alone" in say(
            report
        )
        there_now, here_now = names(bench)
        assert (len(there_now), len(here_now)) == (len(theirs), len(ours))
        assert is_quiet(bench)


def test_e6_contacts_that_were_in_doubt_are_synced_once_they_differ(raise_bench: Raise) -> None:
    theirs, ours = DOUBLES["name"]
    world = small_world([known(KEA, contacts=theirs)], [ignition_client(KEA, state="active", contacts=ours)])
    with raise_bench(world, apart=IN_DOUBT) as bench:
        bench.one.sync()
        bench.apart.clear()
        bench.one.xpm.update_contact(theirs[1]["uuid"], there(bench)["UUID"], Name="Al the younger")
        bench.one.sync()
        both = ["Al", "Al the younger"]
        assert names(bench) == (both, both)
        assert is_quiet(bench)


@SIDES
def test_e20_a_contact_that_the_other_side_refuses_does_not_hold_up_the_others(
    raise_bench: Raise, side: str
) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE])])) as bench:
        started(bench)
        bad = "Odd " + ("\u0001" if side == "ignition" else "x" * 600)
        add(bench, side, bad)
        add(bench, side, "Fine Person")
        report = bench.one.sync()
        assert report.exit_code == 3
        # Said once: what this sync plans a second time does not try it again.
        assert [one.record for one in report.problems] == [f"contact “{bad}” of “{KEA}”"]
        there_now, here_now = names(bench)
        both = {"Mere Tāwhai", "Fine Person"}
        assert both <= set(there_now)
        assert both <= set(here_now)
        assert bad not in (there_now if side == "ignition" else here_now)


CREATE = "POST http://127.0.0.1:18001/practicemanager/3.1/client.api/contact"
WITHOUT_AN_ANSWER = {
    # what becomes of the call, and how often it is made
    "done all the same": ({"reaches": True}, 1),
    "done late": ({"late": True}, 1),
    "never done": ({}, 2),
}


@pytest.mark.parametrize("case", WITHOUT_AN_ANSWER)
def test_e11_a_contact_whose_making_got_no_answer_is_made_once(raise_bench: Raise, case: str) -> None:
    how, calls = WITHOUT_AN_ANSWER[case]
    with raise_bench(small_world([known(KEA, contacts=[MERE])])) as bench:
        started(bench)
        add(bench, "ignition", "Ivy Ignition")
        bench.faults.on(CREATE, error=broken, **how)
        bench.one.sync()
        both = ["Ivy Ignition", "Mere Tāwhai"]
        assert names(bench) == (both, both)
        assert len(bench.faults.named(CREATE)) == calls
        assert is_quiet(bench)


@SIDES
def test_e6_a_removal_whose_answer_is_lost_is_no_failure(raise_bench: Raise, side: str) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA])])) as bench:
        started(bench)
        remove(bench, side, "Tama Tāwhai")
        bench.faults.on("DELETE", error=broken, reaches=True)
        report = bench.one.sync()
        assert report.problems == []
        assert names(bench) == (["Mere Tāwhai"], ["Mere Tāwhai"])
        assert is_quiet(bench)


def test_e23_a_contact_that_is_edited_in_ignition_while_it_is_to_be_removed_waits_for_the_next_sync(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA])])) as bench:
        started(bench)
        slug = ignition_row(bench, "Tama Tāwhai")["slug"]
        remove(bench, "xpm", "Tama Tāwhai")

        def edited(request: Any) -> Any:
            bench.one.ignition.update_contact(slug, phone="77")
            return bench.faults.real(request)

        bench.faults.on(f"GET http://127.0.0.1:18002/external/api/v1/contacts/{slug}", rewrite=edited)
        report = bench.one.sync()
        assert "it changed while the sync was running" in say(report)
        assert names(bench) == (["Mere Tāwhai"], ["Mere Tāwhai", "Tama Tāwhai"])
        bench.one.sync()
        (kept,) = bench.stage.ledger.dump()["conflicts"]
        assert (kept["kind"], kept["xpm"]) == ("removed", "null")
        assert names(bench) == (["Mere Tāwhai"], ["Mere Tāwhai"])
        assert is_quiet(bench)


def test_e23_a_contact_that_is_edited_in_ignition_while_it_is_to_be_written_is_not_overwritten(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA])])) as bench:
        started(bench)
        slug = ignition_row(bench, "Tama Tāwhai")["slug"]
        phone(bench, "xpm", "Tama Tāwhai", "2")

        def edited(request: Any) -> Any:
            bench.one.ignition.update_contact(slug, phone="77")
            return bench.faults.real(request)

        bench.faults.on("clients/batch", rewrite=edited)
        report = bench.one.sync()
        assert "it changed while the sync was running" in say(report)
        assert ignition_row(bench, "Tama Tāwhai")["phone"] == "77"
        bench.one.sync()
        (kept,) = bench.stage.ledger.dump()["conflicts"]
        assert (kept["xpm"], kept["ignition"]) == ('"2"', '"77"')
        assert is_quiet(bench)


def test_e23_a_look_at_a_client_that_a_sync_wrote_to_says_nothing_of_its_contacts(raise_bench: Raise) -> None:
    """The client's fax is written first, and somebody edits a contact on both sides before the same sync plans again."""
    worlds = small_world([known(KEA, contacts=[MERE, TAMA])], here=[lead("Accepts Ltd")])
    with raise_bench(worlds) as bench:
        started(bench)
        bench.accepted(bench.one.ignition.named("Accepts Ltd")[0]["slug"])
        bench.one.xpm.update_client(bench.one.xpm.named(KEA)[0]["UUID"], Fax="9")
        slug = ignition_row(bench, "Tama Tāwhai")["slug"]

        def edited(request: Any) -> Any:
            bench.one.ignition.update_contact(slug, phone="77")
            phone(bench, "xpm", "Tama Tāwhai", "2")
            return bench.faults.real(request)

        fault = bench.faults.on("clients/batch", rewrite=edited)
        bench.one.sync()
        assert fault.hit == 1
        assert ignition_row(bench, "Tama Tāwhai")["phone"] == "77"
        bench.one.sync()
        kept = [row for row in bench.stage.ledger.dump()["conflicts"] if row["field"] == "phone"]
        assert [(row["xpm"], row["ignition"]) for row in kept] == [('"2"', '"77"')]


def test_e23_a_contact_that_is_added_in_ignition_meanwhile_is_not_added_twice(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE])])) as bench:
        started(bench)
        add(bench, "xpm", "Ivy Both")
        slug = here(bench)["slug"]

        def added(request: Any) -> Any:
            bench.one.ignition.add_contact(slug, "Ivy Both")
            return bench.faults.real(request)

        bench.faults.on("clients/batch", rewrite=added)
        bench.one.sync()
        bench.one.sync()
        both = ["Ivy Both", "Mere Tāwhai"]
        assert names(bench) == (both, both)
        assert is_quiet(bench)


def test_e6_a_contact_that_somebody_else_removes_meanwhile_is_removed(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA])])) as bench:
        started(bench)
        slug = ignition_row(bench, "Tama Tāwhai")["slug"]
        remove(bench, "xpm", "Tama Tāwhai")

        def removed(request: Any) -> Any:
            bench.one.ignition.remove_contact(slug)
            return bench.faults.real(request)

        bench.faults.on(f"GET http://127.0.0.1:18002/external/api/v1/contacts/{slug}", rewrite=removed)
        assert bench.one.sync().problems == []
        assert names(bench) == (["Mere Tāwhai"], ["Mere Tāwhai"])
        assert is_quiet(bench)


@SIDES
def test_e20_a_removal_that_the_other_side_refuses_is_reported_and_tried_again(
    raise_bench: Raise, side: str
) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA])])) as bench:
        started(bench)
        remove(bench, side, "Tama Tāwhai")
        phone(bench, "xpm", "Mere Tāwhai", "5")
        body = b"<Response><Status>ERROR</Status><ErrorDescription>Contact is in use</ErrorDescription></Response>"
        bench.faults.on("DELETE", status=200 if side == "ignition" else 409, body=body, times=9)
        report = bench.one.sync()
        assert [one.record for one in report.problems] == [f"contact “Tama Tāwhai” of “{KEA}”"]
        assert ignition_row(bench, "Mere Tāwhai")["phone"] == "5"
        bench.faults.plan.clear()
        bench.one.sync()
        assert names(bench) == (["Mere Tāwhai"], ["Mere Tāwhai"])
        assert is_quiet(bench)
