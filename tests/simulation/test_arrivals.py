"""What the judge sees of clients that did not come, of what came back, and of the wrong winner (R1, R7, E3, E6, E7, E8)."""

from dataclasses import replace
from typing import Any

import pytest
from judged import said, with_rows

from scenarios.simulation.arrivals import (
    every_client_has_come,
    the_winner_stands,
    what_comes_one_way_has_come,
    who_is_archived_is_marked,
    who_was_removed_stays_away,
)
from scenarios.simulation.conduct import a_further_sync_writes_nothing, nothing_goes_before_acceptance
from scenarios.simulation.diary import Accepted
from scenarios.simulation.invariants import Invariant, contacts_agree, each_proposal_has_its_jobs
from scenarios.simulation.moments import DAY
from scenarios.simulation.oracle import Case, Pair
from scenarios.simulation.outcome import Outcome
from scenarios.simulation.run import simulate
from scenarios.simulation.script import Item, Script
from scenarios.simulation.yard import Yard

NOON = 12 * 3600
AGREED = {"service": 0, "cadence": "once_off", "start": 0}
ITEMS = (
    Item(1, DAY + NOON, "ignition", "engage", {"client": 0, "value": 1, "called": "new", **AGREED}),
    Item(2, DAY + NOON, "ignition", "new client", {"client": 0, "value": 2}),
    Item(3, DAY + NOON, "xpm", "new client", {"client": 0, "value": 3}),
    Item(4, DAY + NOON, "xpm", "archive", {"client": 1, "value": 0}),
    Item(5, DAY + NOON, "xpm", "add a contact", {"client": 0, "value": 5}),
    Item(6, 3 * DAY + NOON, "xpm", "remove a contact", {"client": 0, "value": 0, "contact": -1}),
    Item(7, 3 * DAY + NOON, "xpm", "client field", {"client": 2, "field": "phone", "value": 71}),
    Item(8, 3 * DAY + NOON, "ignition", "client field", {"client": 2, "field": "phone", "value": 72}),
    Item(9, 3 * DAY + NOON, "xpm", "client field", {"client": 3, "field": "address city", "value": 91}),
    Item(10, 3 * DAY + NOON, "ignition", "client field", {"client": 3, "field": "address city", "value": 92}),
)  # fmt: skip


@pytest.fixture(scope="module")
def quiet() -> Outcome:
    return simulate(Script(7, 10, 6, 0, "xpm", (), ITEMS), Yard())


def a_pair(outcome: Outcome) -> Pair:
    """A live pair."""
    return next(pair for pair in Case(outcome).pairs if pair.is_live)


@pytest.mark.parametrize(
    "invariant",
    [
        every_client_has_come,
        what_comes_one_way_has_come,
        who_is_archived_is_marked,
        who_was_removed_stays_away,
        the_winner_stands,
        nothing_goes_before_acceptance,
        contacts_agree,
        each_proposal_has_its_jobs,
    ],
)
def test_a_run_without_trouble_holds(quiet: Outcome, invariant: Invariant) -> None:
    assert said(invariant, quiet) == []


def test_the_judge_sees_a_client_that_never_came(quiet: Outcome) -> None:
    pair = next(one for one in Case(quiet).pairs if one.key == "n3")
    links = [row for row in quiet.ledger["links"] if row["xpm_id"] != pair.link["xpm_id"]]
    here = [row for row in quiet.ignition_clients if row["slug"] != pair.link["ignition_id"]]
    lost = replace(quiet, ledger={**quiet.ledger, "links": links}, ignition_clients=here)
    assert said(every_client_has_come, lost) == [f"'{pair.xpm['Name']}' of XPM is not in Ignition"]


def test_a_client_whose_name_somebody_else_has_is_not_asked_for(quiet: Outcome) -> None:
    """E1: where a name is not one client's, none is linked."""
    pair = next(one for one in Case(quiet).pairs if one.key == "n3")
    links = [row for row in quiet.ledger["links"] if row["xpm_id"] != pair.link["xpm_id"]]
    assert said(every_client_has_come, replace(quiet, ledger={**quiet.ledger, "links": links})) == []


@pytest.mark.parametrize(("member", "value"), [("groups", ["Strangers"]), ("tax_registered", "other")])
def test_the_judge_sees_what_did_not_come_from_xpm(quiet: Outcome, member: str, value: Any) -> None:
    pair = a_pair(quiet)
    given = not pair.ignition["tax_registered"] if value == "other" else value
    rows = with_rows(quiet.ignition_clients, "slug", pair.ignition["slug"], **{member: given})
    assert len(said(what_comes_one_way_has_come, replace(quiet, ignition_clients=rows))) == 1


@pytest.mark.parametrize("standing", ["xpm_archived", "live"])
def test_the_judge_sees_the_live_link_of_an_archived_client(quiet: Outcome, standing: str) -> None:
    gone = next(
        row["UUID"]
        for row in quiet.xpm_clients
        if row["IsArchived"] == "Yes" and row["UUID"] in linked(quiet)
    )
    links = with_rows(quiet.ledger["links"], "xpm_id", gone, standing=standing)
    told = said(who_is_archived_is_marked, replace(quiet, ledger={**quiet.ledger, "links": links}))
    assert len(told) == (standing == "live")


def linked(outcome: Outcome) -> set[str]:
    """The XPM clients with a link."""
    return {row["xpm_id"] for row in outcome.ledger["links"]}


def test_the_judge_sees_a_contact_that_was_made_again(quiet: Outcome) -> None:
    _, _, key, name = quiet.diary.removed[0]
    pair = Case(quiet).pair_of(key)
    assert pair is not None
    again = {**quiet.contacts[0], "name": name, "client": {"slug": pair.ignition["slug"], "name": ""}}
    told = said(who_was_removed_stays_away, replace(quiet, contacts=[*quiet.contacts, again]))
    assert len(told) == 1
    assert f"contact {name!r}" in told[0]


def test_the_judge_sees_another_primary_contact(quiet: Outcome) -> None:
    one = next(row for row in quiet.contacts if row["is_primary"])
    rows = with_rows(quiet.contacts, "slug", one["slug"], is_primary=False)
    assert len(said(contacts_agree, replace(quiet, contacts=rows))) == 1


def test_the_judge_sees_that_the_other_side_has_won(quiet: Outcome) -> None:
    """XPM wins: 71 stands on both sides, 72 is kept. If Ignition was to win, both values would be wrong."""
    assert len(said(the_winner_stands, replace(quiet, winner="ignition"))) == 2


def test_the_judge_sees_a_winner_that_stands_on_one_side_alone(quiet: Outcome) -> None:
    pair = next(one for one in Case(quiet).pairs if one.key == "c2")
    assert pair.ignition["phone"] == "71"
    rows = with_rows(quiet.ignition_clients, "slug", pair.ignition["slug"], phone="72")
    assert len(said(the_winner_stands, replace(quiet, ignition_clients=rows))) == 1


def test_the_judge_sees_a_client_that_was_made_for_a_lead_that_accepted_nothing(quiet: Outcome) -> None:
    """Another lead's acceptance is no reason (R10)."""
    (made,) = quiet.diary.accepted
    other = Accepted(made.at, made.item, "n2", made.slug, made.reference, made.name, made.cadence, made.start)
    told = said(nothing_goes_before_acceptance, replace(quiet, diary=replace(quiet.diary, accepted=[other])))
    assert told == [f"'Engaged 1 Limited' was made in XPM at {told[0].split(' at ')[1]}"]


def test_the_judge_sees_a_deployment_that_is_shown_as_failed(quiet: Outcome) -> None:
    (made,) = quiet.diary.accepted
    rows = with_rows(quiet.proposals, "slug", made.slug, deployment={"status": "failed", "message": "no"})
    told = said(each_proposal_has_its_jobs, replace(quiet, proposals=rows))
    assert told == [f"{made.reference} has all its jobs, and shows 'failed': no"]


def test_the_last_sync_is_judged_by_its_calls(quiet: Outcome) -> None:
    assert said(a_further_sync_writes_nothing, quiet) == []
    assert said(a_further_sync_writes_nothing, replace(quiet, last_writes=1)) == [
        "the last sync wrote 1 times"
    ]
