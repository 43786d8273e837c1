"""What the judge sees of proposals: of several services, only offered, and revoked (R9, R10, R11, E14, E15)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from judged import said, with_rows

from scenarios.simulation.conduct import who_writes_has_looked_again
from scenarios.simulation.deals import (
    a_revoked_proposal_plans_no_more,
    each_proposal_has_its_jobs,
    jobs_have_their_tasks,
    what_nobody_accepted_makes_nothing,
)
from scenarios.simulation.diary import Accepted
from scenarios.simulation.invariants import Invariant
from scenarios.simulation.moments import DAY
from scenarios.simulation.outcome import Outcome
from scenarios.simulation.run import simulate
from scenarios.simulation.script import Item, Script
from scenarios.simulation.yard import Yard

MORNING, ACCOUNTS, BOOKKEEPING = 9 * 3600, 1, 2
MONTHLY = {"service": BOOKKEEPING, "cadence": "monthly", "start": 0}
BOTH = {"service": BOOKKEEPING, "beside": [ACCOUNTS], "cadence": "once_off", "start": 0}
ITEMS = (
    Item(1, 2 * DAY + MORNING, "ignition", "accept", {"client": 0, **BOTH, "mode": "job_per_service"}),
    Item(2, 2 * DAY + MORNING, "ignition", "accept", {"client": 1, **BOTH, "mode": "one_job"}),
    Item(3, 2 * DAY + MORNING, "ignition", "offer", {"client": 2, **MONTHLY}),
    Item(4, 2 * DAY + MORNING + 900, "ignition", "accept", {"client": 3, **MONTHLY}),
    Item(5, 2 * DAY + MORNING + 9000, "ignition", "revoke", {"value": 1}),
    Item(6, 3 * DAY + MORNING, "ignition", "client field", {"client": 2, "field": "phone", "value": 72}),
)


@pytest.fixture(scope="module")
def quiet() -> Outcome:
    return simulate(Script(7, 10, 6, 0, "xpm", (), ITEMS), Yard())


@pytest.mark.parametrize(
    "invariant",
    [
        each_proposal_has_its_jobs,
        a_revoked_proposal_plans_no_more,
        what_nobody_accepted_makes_nothing,
        jobs_have_their_tasks,
        who_writes_has_looked_again,
    ],
)
def test_a_run_without_trouble_holds(quiet: Outcome, invariant: Invariant) -> None:
    assert said(invariant, quiet) == []


def named(outcome: Outcome, item: int) -> Accepted:
    """The proposal that an item has accepted."""
    return next(one for one in outcome.diary.accepted if one.item == item)


def jobs_of(outcome: Outcome, item: int) -> list[dict[str, Any]]:
    """The jobs of that proposal."""
    return [one for one in outcome.jobs if one["ClientOrderNumber"] == named(outcome, item).reference]


def test_a_job_for_each_service_and_a_job_for_both_have_the_tasks_of_the_services(quiet: Outcome) -> None:
    each, (both,) = jobs_of(quiet, 1), jobs_of(quiet, 2)
    tasks = [[task["Name"] for task in job["Tasks"]] for job in each]
    assert len(tasks) == 2
    assert [task["Name"] for task in both["Tasks"]] in (tasks[0] + tasks[1], tasks[1] + tasks[0])


def test_the_judge_sees_that_one_of_two_services_has_no_job(quiet: Outcome) -> None:
    one, _ = jobs_of(quiet, 1)
    less = replace(quiet, jobs=[job for job in quiet.jobs if job is not one])
    (text,) = said(each_proposal_has_its_jobs, less)
    assert text.startswith(f"{one['ClientOrderNumber']} has 1 jobs of 2, and shows 'deployed'")


def test_the_judge_sees_two_jobs_on_one_of_two_days(quiet: Outcome) -> None:
    one, _ = jobs_of(quiet, 1)
    moved = replace(quiet, jobs=with_rows(quiet.jobs, "ID", one["ID"], StartDate="2027-01-01T00:00:00"))
    (text,) = said(each_proposal_has_its_jobs, moved)
    assert text.startswith(f"the jobs of {one['ClientOrderNumber']} start on")


@pytest.mark.parametrize("item", [1, 2])
def test_the_judge_sees_a_job_without_one_of_its_tasks(quiet: Outcome, item: int) -> None:
    job = jobs_of(quiet, item)[0]
    less = replace(quiet, jobs=with_rows(quiet.jobs, "ID", job["ID"], Tasks=job["Tasks"][1:]))
    (text,) = said(jobs_have_their_tasks, less)
    assert text.startswith(f"jobs of {job['ClientOrderNumber']} that start on")


def test_the_judge_sees_that_both_services_got_the_tasks_of_one(quiet: Outcome) -> None:
    one, other = jobs_of(quiet, 1)
    same = replace(quiet, jobs=with_rows(quiet.jobs, "ID", one["ID"], Tasks=other["Tasks"]))
    assert len(said(jobs_have_their_tasks, same)) == 1


def test_the_judge_sees_a_job_of_what_was_only_offered_and_a_deployment_shown_of_it(quiet: Outcome) -> None:
    accepted = {one.slug for one in quiet.diary.accepted}
    ((slug, reference),) = (
        (slug, number) for slug, number in quiet.diary.proposed.items() if slug not in accepted
    )
    made = replace(quiet, jobs=with_rows(quiet.jobs, "ID", quiet.jobs[0]["ID"], ClientOrderNumber=reference))
    assert said(what_nobody_accepted_makes_nothing, made) == [
        f"{reference} was accepted by nobody, and shows None"
    ]
    shown = {"status": "deployed"}
    told = replace(quiet, proposals=with_rows(quiet.proposals, "slug", slug, deployment=shown))
    assert said(what_nobody_accepted_makes_nothing, told) == [
        f"{reference} was accepted by nobody, and shows {shown}"
    ]


def test_the_judge_sees_a_job_that_was_made_after_the_revocation_and_one_that_was_planned_then(
    quiet: Outcome,
) -> None:
    proposal = named(quiet, 4)
    assert proposal.revoked_at is not None
    (job,) = jobs_of(quiet, 4)
    (call,) = (
        one
        for one in quiet.calls
        if one.url.endswith("job.api/add") and proposal.reference.encode() in one.body
    )
    late = replace(call, at=proposal.revoked_at + timedelta(hours=2))
    (text,) = said(a_revoked_proposal_plans_no_more, replace(quiet, calls=[late]))
    assert (
        text
        == f"a job of {proposal.reference} was made at {late.at}, and it was revoked at {proposal.revoked_at}"
    )
    more = [*quiet.jobs, {**job, "ID": "J999999", "StartDate": "2026-08-03T00:00:00"}]
    (text,) = said(a_revoked_proposal_plans_no_more, replace(quiet, jobs=more))
    assert text == f"{proposal.reference} has 2 jobs, planned are 1"


def test_the_judge_sees_a_write_to_xpm_before_which_nobody_had_looked_again(quiet: Outcome) -> None:
    write = next(one for one in quiet.calls if one.url.endswith("client.api/update"))
    since = write.at - timedelta(minutes=1)
    blind = [one for one in quiet.calls if not (since < one.at < write.at and "client.api/list" in one.url)]
    assert said(who_writes_has_looked_again, replace(quiet, calls=blind)) == [
        f"the syncer wrote to XPM at {write.at} and had not looked there again"
    ]
