"""`syncer plan` foresees what follows from a deployment in the same sync too, and leaves no trace (R9 to R12, E4, E10, E11, E16)."""

from typing import Any

import pytest
from conftest import Raise
from e2e_bench import DAY, Bench, known, lead, small_world
from e2e_jobs import MAX, PAT, accept_lines, both_services, kea, lines, with_users
from e2e_ledgers import backed_up, lose, put_back
from test_e2e_lost_ledger import delete
from test_e2e_plan import KEA, accept, planned, rows

from syncer.report import Report

STREET = {"line": "1 High St", "city": "Leeds", "region": "", "postcode": "LS1", "country": "UK"}


def told_of_clients(report: Report) -> list[str]:
    """Return the lines on what is written to a client, whether a plan's or a sync's."""
    lines = [line.removeprefix("then ") for line in report.lines]
    return sorted(line for line in lines if line.startswith(("XPM: “", "Ignition: “")))


def kept(bench: Bench) -> dict[str, Any]:
    """Return what the ledger holds of decisions: all but what was read, and until when."""
    dump = bench.stage.ledger.dump()
    return {name: dump[name] for name in dump.keys() - {"mirror", "cursors", "runs", "connections", "leases"}}


def plan_then_sync(bench: Bench) -> tuple[Report, Report]:
    """Plan, see that it leaves no trace but the reading, and sync."""
    before = kept(bench)
    plan = planned(bench)
    assert kept(bench) == before
    return plan, bench.one.sync()


def test_r10_what_a_lead_that_only_received_gives_to_xpm_once_it_accepts_is_foreseen(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(KEA)], [lead(KEA, phone="04 555 0100", address=STREET)])) as bench:
        bench.one.sync()
        (uuid,) = [row["UUID"] for row in bench.one.xpm.named(KEA)]
        assert bench.one.xpm.named(KEA)[0].get("Phone", "") == ""
        accept(bench)
        plan, sync = plan_then_sync(bench)
        (line,) = [one for one in plan.lines if one.startswith("then XPM: “")]
        assert line.startswith(
            f"then XPM: “{KEA}”: Client address (R5); Phone (R5); contact “Signer of {KEA}”: new"
        )
        assert told_of_clients(plan) == told_of_clients(sync) != []
        written = {row["field"]: row["new"] for row in rows(plan, "write") if row["xpm_id"] == uuid}
        assert written == {"address": ["1 High St", "Leeds", "", "LS1", "UK"], "phone": "04 555 0100"}
        (made,) = bench.one.xpm.named(KEA)
        assert (made["Phone"], made["City"], len(made["Contacts"])) == ("04 555 0100", "Leeds", 1)
        assert bench.one.plan().lines == []


def test_r7_what_a_client_made_in_xpm_gives_back_to_ignition_is_foreseen(raise_bench: Raise) -> None:
    with raise_bench(small_world(here=[lead(KEA)])) as bench:
        bench.one.sync()
        accept(bench)
        plan, sync = plan_then_sync(bench)
        assert f"then Ignition: “{KEA}”: Tax registration (R7)" in plan.lines
        assert told_of_clients(plan) == told_of_clients(sync) == [f"Ignition: “{KEA}”: Tax registration (R7)"]
        (row,) = rows(plan, "write")
        assert (row["field"], row["new"], row["xpm_id"]) == ("tax_registered", False, None)
        assert bench.one.plan().lines == []


def test_e10_what_a_match_by_name_at_acceptance_asks_for_is_foreseen(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, phone="1")]), settings={"import_new_clients": False}) as bench:
        bench.one.sync()
        other = bench.one.xpm.add_client("Late Arrival Ltd", Phone="7", Fax="8")
        new = bench.one.ignition.add_lead("Late Arrival Ltd", "Olive Other", fax="9")
        bench.accepted(new["slug"])
        plan, sync = plan_then_sync(bench)
        assert told_of_clients(plan) == told_of_clients(sync) != []
        assert [row["field"] for row in rows(plan, "conflict")] == ["fax"]
        assert {row["xpm_id"] for row in rows(plan, "conflict")} == {other["UUID"]}


def test_e10_what_a_persons_pick_asks_for_is_foreseen_by_the_plan_after_it(raise_bench: Raise) -> None:
    world = small_world([known(KEA), known(KEA, nth=1)], [lead(KEA, phone="04 555 0100")])
    with raise_bench(world) as bench:
        bench.one.sync()
        slug = accept(bench)
        bench.one.sync()
        bench.one.resolve(slug, bench.one.xpm.named(KEA)[0]["UUID"])
        plan, sync = plan_then_sync(bench)
        assert told_of_clients(plan) == told_of_clients(sync) != []


def test_e16_who_will_be_missing_on_a_job_is_foreseen(raise_bench: Raise) -> None:
    with raise_bench(kea(account_manager_uuid=PAT["uuid"], job_manager_uuid=MAX["uuid"])) as bench:
        with_users(bench, PAT, MAX)
        bench.one.xpm.delete_staff(MAX["uuid"])
        accept_lines(bench, *lines(both_services(bench)))
        plan, sync = plan_then_sync(bench)
        lacks = ": it is without its Manager, “Max Manager”, who was deleted from XPM's staff (E16)"
        assert f"job “Engagement” of PROP-1001{lacks}" in plan.warnings
        assert f"job J000001 “Engagement”{lacks}" in sync.warnings


@pytest.mark.parametrize("is_deleted", [False, True])
def test_e11_a_job_that_ignition_shows_is_foreseen_as_taken_over(
    raise_bench: Raise, *, is_deleted: bool
) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        backup = backed_up(bench)
        accept_lines(bench, *lines(both_services(bench)))
        bench.one.sync()
        if is_deleted:
            delete(bench)
        put_back(bench, backup)
        plan, sync = plan_then_sync(bench)
        assert (
            "XPM: take over job J000001 “Engagement”, which Ignition shows on PROP-1001 (E11)" in plan.lines
        )
        (row,) = rows(plan, "take over")
        assert (row["number"], row["rule"], rows(plan, "job")) == ("J000001", "E11", [])
        found = (
            "was made before, though its client does not have it any more"
            if is_deleted
            else "is there already"
        )
        assert (
            f"XPM: job J000001 “Engagement” for PROP-1001 {found}: it is not made again (E11)" in sync.lines
        )


def test_e11_a_proposal_from_before_this_ledger_is_foreseen_as_looked_for_first(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        accept_lines(bench, *lines(both_services(bench), "monthly"))
        bench.one.sync()
        bench.stage.pass_time(20 * DAY)
        lose(bench)
        bench.one.connect()
        plan, sync = plan_then_sync(bench)
        assert [row["job"] for row in rows(plan, "take over")] == ["Engagement – July 2026"]
        (line,) = [one for one in plan.lines if "see whether job" in one]
        assert line.startswith(
            "XPM: see whether job “Engagement – August 2026” is there already (E11); only if not: "
            "job “Engagement – August 2026” for PROP-1001"
        )
        assert [row["looked_for"] for row in rows(plan, "job")] == [True]
        assert sum("is not made again (E11)" in one for one in sync.lines) == 1
        assert any("job J000002 “Engagement – August 2026” for PROP-1001 (R9)" in one for one in sync.lines)
