"""E15 and E11: what counts as made, whatever is edited afterwards; nothing is ever there twice.

Decided: a job counts by the services it was for, the recurrence they had then and the period's
number; across recurrences by its days.
"""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syncer_jobs_desk import jobs, line, one_job, per_service, planning

from syncer.jobs import Note, PlannedJob
from syncer.model import ProposalLine, Workflow
from syncer.recurrence import CADENCES

LATE = date(2027, 1, 1)
BOOKS, PAY, TAX = line("svc_books", "monthly"), line("svc_pay", "monthly"), line("svc_tax")


def keys(found: tuple[PlannedJob, ...]) -> list[str]:
    return [one.key.removeprefix("prop_1/") for one in found]


def test_e11_a_job_that_was_made_is_not_planned_again_and_the_next_is() -> None:
    first = jobs(BOOKS)
    assert keys(first) == ["monthly/0/pss_books"]
    assert jobs(BOOKS, made=first) == ()
    assert keys(jobs(BOOKS, made=first, today=date(2026, 7, 18))) == ["monthly/1/pss_books"]


EDITS: dict[str, dict[str, Any]] = {
    "the proposal starts later": {"start_date": "2026-08-01"},
    "the proposal starts earlier": {"start_date": "2026-06-01"},
    "the workflow starts it later": {"workflow": one_job(start_date="2026-07-25")},
    "another name": {"workflow": one_job(name="Books")},
    "the proposal's name": {"name": "Engagement 2027"},
    "another description, due date, budget": {
        "workflow": one_job(description="x", due_after_days=3, budget=1.0, category_uuid="c")
    },
    "another reference number": {"reference": "PROP-9"},
    "a recurrence that is the same": {"workflow": one_job(recurrence="monthly")},
    "a job for each service": {"workflow": per_service()},
}


@pytest.mark.parametrize("edit", EDITS)
def test_e15_the_identity_of_a_period_survives_edits(edit: str) -> None:
    first = jobs(BOOKS, PAY)
    again = jobs(BOOKS, PAY, made=first, today=LATE, **EDITS[edit])
    assert {one.number for one in again} == {1, 2}


def test_e15_a_start_moved_after_the_first_job_moves_the_others_only() -> None:
    first = jobs(BOOKS)
    again = jobs(BOOKS, made=first, today=LATE, workflow=one_job(start_date="2026-07-15"))
    assert [one.start.isoformat() for one in again] == ["2026-08-15", "2026-09-15"]


def test_e14_from_one_job_to_a_job_a_service_no_service_gets_a_period_twice() -> None:
    whole = jobs(BOOKS, PAY)
    apart = jobs(BOOKS, PAY, made=whole, workflow=per_service(), today=date(2026, 7, 18))
    assert keys(apart) == ["monthly/1/pss_books", "monthly/1/pss_pay"]


def test_e14_from_a_job_a_service_to_one_job_no_service_gets_a_period_twice() -> None:
    apart = jobs(BOOKS, PAY, workflow=per_service())
    assert len(apart) == 2
    whole = jobs(BOOKS, PAY, made=apart, today=date(2026, 7, 18))
    assert [(one.number, one.lines) for one in whole] == [(1, ("pss_books", "pss_pay"))]


def test_e14_a_job_for_services_of_which_one_has_its_own_is_made_for_the_others() -> None:
    later = per_service(pss_pay={"start_date": "2026-08-15"})
    apart = jobs(BOOKS, PAY, workflow=later)
    assert keys(apart) == ["monthly/0/pss_books"]
    (rest,) = jobs(BOOKS, PAY, made=apart)
    assert (rest.key, rest.lines) == ("prop_1/monthly/0/pss_pay", ("pss_pay",))
    assert (rest.name, rest.template_uuids) == ("Payroll – July 2026", ("t-pay",))
    assert rest.description.endswith("\nPayroll")
    assert jobs(BOOKS, PAY, made=(*apart, rest)) == ()


def test_e15_from_monthly_to_quarterly_no_day_is_covered_twice_and_it_is_said() -> None:
    first = jobs(BOOKS, term_months=12)
    again = planning(
        BOOKS, made=first, today=date(2026, 10, 1), term_months=12, workflow=one_job(recurrence="quarterly")
    )
    assert keys(again.jobs) == ["quarterly/1/pss_books"]
    why = "jobs of another recurrence were made for their days"
    assert again.notes == (Note(f"“Bookkeeping”: 1 of its quarterly jobs not made, since {why}", "E15"),)


def test_e15_from_quarterly_to_monthly_goes_on_after_the_quarter() -> None:
    first = jobs(BOOKS, term_months=6, workflow=one_job(recurrence="quarterly"))
    again = jobs(BOOKS, made=first, today=LATE, term_months=6)
    assert [one.number for one in again] == [3, 4, 5]


def test_e15_there_and_back_again_makes_what_no_job_was_made_for() -> None:
    first = jobs(BOOKS, term_months=6)
    then = jobs(
        BOOKS, made=first, today=date(2026, 10, 1), term_months=6, workflow=one_job(recurrence="quarterly")
    )
    back = jobs(BOOKS, made=(*first, *then), today=LATE, term_months=6)
    assert [one.number for one in back] == [1, 2]


def test_e15_what_was_made_once_is_the_first_period_of_what_recurs_from_then_on() -> None:
    once = jobs(TAX)
    again = jobs(TAX, made=once, today=LATE, workflow=one_job(recurrence="monthly"))
    assert [one.number for one in again] == [1, 2]


def test_e15_what_recurred_is_not_made_once_more_as_a_whole() -> None:
    first = jobs(BOOKS)
    assert jobs(BOOKS, made=first, today=LATE, workflow=one_job(recurrence="once_off")) == ()


def test_e15_another_recurrence_from_a_later_day_counts_by_its_days() -> None:
    first = jobs(BOOKS, term_months=12)
    workflow = one_job(recurrence="quarterly", start_date="2026-08-01")
    again = jobs(BOOKS, made=first, today=date(2026, 8, 1), term_months=12, workflow=workflow)
    assert [(one.number, one.start.isoformat()) for one in again] == [(0, "2026-08-01")]


LINES = (BOOKS, PAY, TAX, line("svc_talk", "quarterly"))
HOWS = st.fixed_dictionaries(
    {"recurrence": st.sampled_from((None, *CADENCES)), "name": st.sampled_from((None, "Work"))}
)
WORKFLOWS = st.one_of(
    HOWS.map(lambda how: one_job(**how)),
    st.lists(HOWS, min_size=4, max_size=4).map(
        lambda hows: per_service(**{one.slug: how for one, how in zip(LINES, hows, strict=True)})
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(WORKFLOWS, st.integers(0, 200)), min_size=2, max_size=5))
def test_e11_e15_whatever_the_workflow_becomes_no_day_of_a_service_is_in_two_jobs(
    edits: list[tuple[Workflow, int]],
) -> None:
    made: tuple[PlannedJob, ...] = ()
    day = 0
    for workflow, days in edits:
        day += days
        today = date.fromordinal(date(2026, 7, 1).toordinal() + day)
        found = jobs(*LINES, workflow=workflow, made=made, today=today, term_months=12)
        made += found
        assert jobs(*LINES, workflow=workflow, made=made, today=today, term_months=12) == ()
    assert len({one.key for one in made}) == len(made)
    for one in LINES:
        _no_two_share_a_day(one, [job for job in made if one.slug in job.lines])


def _no_two_share_a_day(of: ProposalLine, found: list[PlannedJob]) -> None:
    taken = sorted((job.start, job.last) for job in found)
    assert all(before[1] < after[0] for before, after in pairwise(taken)), of
