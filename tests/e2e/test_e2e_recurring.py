"""E15: one job for each group of services and period, in time, by the calendar, each once."""

from datetime import date, timedelta
from typing import Any

import pytest
from conftest import Raise
from e2e_bench import ANNUAL, DAY, LODGE, Bench, CrashError, lead, say, small_world
from e2e_jobs import (
    JOB_PER_SERVICE,
    KEA,
    ONE_JOB,
    accept_lines,
    kea,
    lines,
    linked_services,
    names,
    plan,
    proposed,
    tasks,
)

from syncer.resolve import parked


def test_e15_services_group_by_recurrence_and_each_group_makes_its_own_jobs(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        once, monthly = linked_services(bench, None, None)
        accept_lines(
            bench,
            {"service_slug": once, "cadence": "once_off"},
            {"service_slug": monthly, "cadence": "monthly"},
        )
        bench.one.deliver_webhooks()
        names = {job["Name"] for job in bench.jobs(KEA)}
        assert names == {"Annual Accounts", "BAS – July 2026"}
        bench.stage.pass_time(20 * DAY)
        bench.one.sync()
        assert [job["Name"] for job in bench.jobs(KEA)][2:] == ["BAS – August 2026"]


def test_e15_a_revoked_proposal_plans_no_more_jobs(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        (one,) = linked_services(bench, None)
        slug = accept_lines(bench, {"service_slug": one, "cadence": "monthly"})
        bench.one.deliver_webhooks()
        bench.one.ignition.call("POST", f"proposals/{slug}/revoke")
        bench.stage.pass_time(40 * DAY)
        report = bench.one.sync()
        assert len(bench.jobs(KEA)) == 1
        assert report.problems == []


def test_e15_the_lead_time_counts_in_the_practices_local_date(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        (one,) = linked_services(bench, None)
        desk = bench.one.ignition
        (here,) = desk.named(KEA)
        desk.make_signatory(here["slug"])
        proposal = desk.propose(here["slug"], "Care", one, cadence="weekly", start="2026-07-16")
        desk.accept(proposal["slug"])
        bench.one.deliver_webhooks()
        assert bench.jobs(KEA) == []
        # 14:00 UTC on 1 July is midnight in Sydney: the 2nd, 14 days before the 16th.
        bench.stage.pass_time(14 * 3600 - 60)
        bench.one.sync()
        assert bench.jobs(KEA) == []
        bench.stage.pass_time(60)
        bench.one.sync()
        assert [(job["Name"], job["StartDate"][:10]) for job in bench.jobs(KEA)] == [
            ("Annual Accounts – 16 July 2026", date(2026, 7, 16).isoformat())
        ]


def test_e15_a_further_periods_job_that_a_crash_cut_short_is_finished(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        services = linked_services(bench, ANNUAL["name"], LODGE["name"])
        accept_lines(bench, *({"service_slug": one, "cadence": "monthly"} for one in services))
        bench.one.deliver_webhooks()
        assert len(bench.jobs(KEA)) == 1
        bench.stage.pass_time(20 * DAY)
        bench.faults.on("job.api/applytemplate", error=CrashError)
        try:
            bench.one.sync()
        except CrashError:
            bench.restart()
        bench.one.sync()
        assert tasks(bench) == [["Plan", "Prepare", "Review", "Check codes", "Lodge"]] * 2
        assert bench.one.sync().writes == 0


def started(bench: Bench, cadence: str, **how: Any) -> str:
    """Have a service of a cadence accepted and deployed; returns the proposal."""
    bench.one.sync()
    (one,) = linked_services(bench, None)
    slug = accept_lines(bench, *lines([one], cadence), **how)
    bench.one.deliver_webhooks()
    return slug


def weeks_later(bench: Bench, weeks: int) -> None:
    """Let weeks pass with a sync after each seven of them: a connection unused for 60 days dies (E24)."""
    while weeks > 0:
        bench.stage.pass_time(min(weeks, 7) * 7 * DAY)
        bench.one.sync()
        weeks -= 7


def starts(bench: Bench) -> list[str]:
    return [job["StartDate"][:10] for job in bench.jobs(KEA)]


def test_e15_a_completed_proposal_still_makes_what_was_due_in_its_term(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        slug = started(bench, "weekly", term=1)
        assert starts(bench) == ["2026-07-01", "2026-07-08", "2026-07-15"]
        bench.stage.pass_time(50 * DAY)
        assert bench.one.ignition.proposal(slug)["state"] == "completed"
        bench.one.sync()
        assert starts(bench) == ["2026-07-01", "2026-07-08", "2026-07-15", "2026-07-22", "2026-07-29"]
        assert [job["ID"] for job in bench.jobs(KEA)] == [f"J00000{number}" for number in range(1, 6)]
        bench.one.sync()
        assert bench.one.sync().writes == 0


@pytest.mark.parametrize("act", ["revoke", "archive"])
def test_e15_a_proposal_revoked_or_archived_plans_no_more(raise_bench: Raise, act: str) -> None:
    with raise_bench(kea()) as bench:
        slug = started(bench, "weekly")
        before = names(bench)
        bench.one.ignition.call("POST", f"proposals/{slug}/{act}")
        bench.stage.pass_time(40 * DAY)
        report = bench.one.sync()
        assert names(bench) == before
        assert report.problems == []
        assert bench.shown(slug)["status"] == "deployed"


def test_e15_e17_a_proposal_revoked_while_it_waits_for_a_person_waits_no_more(raise_bench: Raise) -> None:
    with raise_bench(small_world(here=[lead(KEA)])) as bench:
        bench.one.sync()
        for _ in range(2):
            bench.one.xpm.add_client(KEA)
        slug = str(bench.accepted(bench.one.ignition.named(KEA)[0]["slug"])["slug"])
        bench.one.deliver_webhooks()
        assert len(parked(bench.stage.ledger.of("practice-1"))) == 1
        bench.one.ignition.call("POST", f"proposals/{slug}/revoke")
        bench.one.sync()
        assert parked(bench.stage.ledger.of("practice-1")) == []
        shown = bench.shown(slug)
        assert (shown["status"], shown["jobs"]) == ("failed", [])
        assert shown["message"] == "the proposal is revoked: no more jobs are made"
        assert bench.one.sync().writes == 0


def test_e15_dates_and_names_edited_after_acceptance_make_no_period_again(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        (one,) = linked_services(bench, None)
        row = proposed(bench, *lines([one], "monthly"))
        bench.one.ignition.accept(row["slug"])
        bench.one.deliver_webhooks()
        plan(bench, row, ONE_JOB, {"name": "Books", "start_date": "2026-07-20", "due_after_days": 10})
        bench.stage.pass_time(40 * DAY)
        bench.one.sync()
        assert [(job["Name"], job["StartDate"][:10], job["DueDate"][:10]) for job in bench.jobs(KEA)] == [
            ("Annual Accounts – July 2026", "2026-07-01", "2026-07-31"),
            ("Books – August 2026", "2026-08-20", "2026-08-30"),
        ]


def test_e15_a_year_of_months_from_a_31st_has_each_month_end_once_after_outages_too(
    raise_bench: Raise,
) -> None:
    with raise_bench(kea()) as bench:
        started(bench, "monthly", start="2027-01-31")
        weeks_later(bench, 78)
        assert starts(bench) == [
            "2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31", "2027-06-30",
            "2027-07-31", "2027-08-31", "2027-09-30", "2027-10-31", "2027-11-30", "2027-12-31",
        ]  # fmt: skip
        assert names(bench)[1] == "Annual Accounts – February 2027"


def test_e15_a_leap_day_is_met_in_leap_years_only(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        (one,) = linked_services(bench, None)
        accept_lines(bench, *lines([one], "yearly"), term=60, start="2024-02-29")
        bench.one.deliver_webhooks()
        assert starts(bench) == ["2024-02-29", "2025-02-28", "2026-02-28"]


def test_e14_e15_each_service_recurs_by_itself(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        services = linked_services(bench, None, None)
        hows = ({"recurrence": "weekly", "start_date": "2026-07-03"}, {"recurrence": "once_off"})
        accept_lines(bench, *lines(services, "monthly"), mode=JOB_PER_SERVICE, hows=hows)
        bench.one.deliver_webhooks()
        assert names(bench) == ["BAS", "Annual Accounts – 3 July 2026", "Annual Accounts – 10 July 2026"]


def test_e15_e17_a_workflow_that_begins_after_the_contracts_end_says_that_nothing_is_made(
    raise_bench: Raise,
) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        (one,) = linked_services(bench, None)
        slug = accept_lines(
            bench, *lines([one], "monthly"), mode=ONE_JOB, hows=({"start_date": "2027-07-01"},), term=12
        )
        bench.one.deliver_webhooks()
        assert names(bench) == []
        assert bench.shown(slug)["message"] == (
            "“Annual Accounts” begins on 2027-07-01, after the contract's end: no job is made"
        )


@pytest.mark.parametrize(
    ("zone", "hours"),
    [("Pacific/Auckland", 12), ("America/Los_Angeles", 31), ("Australia/Sydney", 14)],
)
def test_e15_the_lead_time_begins_with_the_local_day(raise_bench: Raise, zone: str, hours: int) -> None:
    # It is 2026-07-01 00:00 UTC. The 2nd of July, 14 days before the 16th, begins so many hours later.
    with raise_bench(kea()) as bench:
        config = bench.stage.config
        section = config.practices[0].model_copy(update={"timezone": zone})
        bench.stage.config = config.model_copy(update={"practices": (section,)})
        started(bench, "weekly", start="2026-07-16")
        bench.stage.pass_time(hours * 3600 - 1)
        bench.one.sync()
        assert names(bench) == []
        bench.stage.pass_time(1)
        bench.one.sync()
        assert names(bench) == ["Annual Accounts – 16 July 2026"]


def test_e11_e15_a_plan_names_the_jobs_that_are_still_to_be_made_only(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        started(bench, "monthly")
        bench.stage.pass_time(20 * DAY)
        report = bench.one.plan()
        assert [one for one in report.lines if "job" in one] == [
            f"XPM: job “Annual Accounts – August 2026” for PROP-1001, client “{KEA}” (R9)"
        ], say(report)
        assert names(bench) == ["Annual Accounts – July 2026"]


def test_e15_e19_more_jobs_than_a_minute_allows_are_made_in_one_sync_each_once(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        (one,) = linked_services(bench, None)
        accept_lines(bench, *lines([one], "weekly"), start="2024-07-01", term=36)
        began = bench.stage.runtime.now()
        report = bench.one.sync()
        assert report.problems == []
        starts = [date.fromisoformat(job["StartDate"][:10]) for job in bench.jobs(KEA)]
        # From 1 July 2024, weekly, until a fortnight from now: 1 July 2026.
        assert starts == [date(2024, 7, 1) + timedelta(weeks=week) for week in range(107)]
        assert (bench.stage.runtime.now() - began).total_seconds() >= 60
        assert bench.one.sync().writes == 0
        assert bench.one.audit().problems == []
