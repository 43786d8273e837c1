"""E14 and E15: what a proposal's workflow makes of its jobs, cell by cell."""

from datetime import date, timedelta

import pytest
from syncer_jobs_desk import jobs, line, one_job, per_service, planning

from syncer.errors import MalformedError
from syncer.jobs import Note

TAX, PAY = line("svc_tax"), line("svc_pay")
BOOKS = line("svc_books", "monthly")


def test_e14_without_a_workflow_there_is_one_job_for_the_whole_proposal() -> None:
    (job,) = jobs(TAX, PAY)
    assert (job.name, job.lines) == ("Engagement 2026", ("pss_tax", "pss_pay"))


def test_e14_a_job_a_service_bears_its_services_name_template_and_description() -> None:
    found = jobs(TAX, PAY, workflow=per_service())
    assert [(one.name, one.lines, one.template_uuids) for one in found] == [
        ("Tax return", ("pss_tax",), ("t-tax",)),
        ("Payroll", ("pss_pay",), ("t-pay",)),
    ]
    assert [one.description.split("\n")[2:] for one in found] == [["Tax return"], ["Payroll"]]


def test_e14_two_services_of_one_name_are_two_jobs_of_one_name() -> None:
    found = jobs(line("svc_books"), line("svc_books2"), workflow=per_service())
    assert [one.name for one in found] == ["Bookkeeping", "Bookkeeping"]
    assert len({one.key for one in found}) == 2


def test_e14_name_description_category_budget_and_staff_are_the_workflows() -> None:
    how = {
        "name": "Year end",
        "description": "As agreed.",
        "category_uuid": "c-1",
        "budget": 1200.5,
        "staff_slugs": ("usr_a", "usr_b", "usr_a"),
    }
    (job,) = jobs(TAX, PAY, workflow=one_job(**how))
    assert (job.name, job.description, job.category_uuid) == ("Year end", "As agreed.", "c-1")
    assert (job.budget, job.staff_slugs) == ("1200.50", ("usr_a", "usr_b"))


def test_e14_a_service_that_the_workflow_says_nothing_of_is_made_as_by_default() -> None:
    found = jobs(TAX, PAY, workflow=per_service(pss_pay={"name": "Pay run", "budget": 0.0}))
    assert [(one.name, one.budget) for one in found] == [("Tax return", None), ("Pay run", "0.00")]


def test_e14_e13_a_workflow_for_a_service_that_was_not_selected_or_is_gone_makes_nothing() -> None:
    left_out = line("svc_pay", selected=False)
    workflow = per_service(pss_pay={"name": "Pay run"}, pss_gone={"name": "Ghost"})
    assert [one.name for one in jobs(TAX, left_out, workflow=workflow)] == ["Tax return"]


@pytest.mark.parametrize(
    ("categories", "category", "notes"),
    [
        (None, "c-1", ()),
        (("c-1", "c-2"), "c-1", ()),
        (("c-2",), None, (Note("its category was deleted in XPM: it is made without one", "E14"),)),
    ],
)
def test_e14_a_category_that_xpm_is_known_to_have_no_more_is_left_out_and_said(
    categories: tuple[str, ...] | None, category: str | None, notes: tuple[Note, ...]
) -> None:
    (job,) = jobs(TAX, workflow=one_job(category_uuid="c-1"), categories=categories)
    assert (job.category_uuid, job.notes) == (category, notes)


@pytest.mark.parametrize(
    ("how", "start", "due"),
    [
        ({}, "2026-07-01", "2026-07-31"),
        ({"start_date": "2026-09-15"}, "2026-09-15", "2026-10-15"),
        ({"due_date": "2026-08-20"}, "2026-07-01", "2026-08-20"),
        ({"due_after_days": 0}, "2026-07-01", "2026-07-01"),
        ({"due_after_days": 45, "start_date": "2026-07-10"}, "2026-07-10", "2026-08-24"),
    ],
)
def test_e14_a_job_that_does_not_recur_starts_and_is_due_as_the_workflow_says(
    how: dict[str, object], start: str, due: str
) -> None:
    (job,) = jobs(TAX, workflow=one_job(**how))
    assert (job.start.isoformat(), job.due.isoformat()) == (start, due)


def test_e14_a_due_date_before_the_start_is_moved_to_it_and_said() -> None:
    (job,) = jobs(TAX, workflow=one_job(due_date="2026-06-01"))
    assert job.due == job.start
    assert job.notes == (
        Note("its due date 2026-06-01 is before its start: it is due when it starts", "E14"),
    )


@pytest.mark.parametrize(
    ("how", "dues"),
    [
        ({}, ["2026-07-31", "2026-08-31", "2026-09-30"]),
        ({"due_after_days": 20}, ["2026-07-21", "2026-08-21", "2026-09-21"]),
        ({"due_date": "2026-07-09"}, ["2026-07-31", "2026-08-31", "2026-09-30"]),
    ],
)
def test_e15_a_recurring_job_is_due_so_long_after_its_start_or_with_its_period(
    how: dict[str, object], dues: list[str]
) -> None:
    found = jobs(BOOKS, workflow=one_job(**how), today=date(2027, 1, 1))
    assert [one.due.isoformat() for one in found] == dues


def test_e15_the_workflows_recurrence_goes_before_the_services_cadence() -> None:
    found = jobs(
        TAX, line("svc_books", "weekly"), workflow=one_job(recurrence="monthly"), today=date(2027, 1, 1)
    )
    assert [(one.key, one.name) for one in found] == [
        ("prop_1/monthly/0/pss_tax", "Engagement 2026 – July 2026"),
        ("prop_1/monthly/1/pss_tax", "Engagement 2026 – August 2026"),
        ("prop_1/monthly/2/pss_tax", "Engagement 2026 – September 2026"),
    ]
    assert {one.lines for one in found} == {("pss_tax", "pss_books")}


def test_e15_a_workflow_can_make_one_job_of_what_is_billed_monthly() -> None:
    (job,) = jobs(BOOKS, workflow=one_job(recurrence="once_off"), today=date(2027, 1, 1))
    assert job.name == "Bookkeeping"


def test_e14_e15_each_service_has_its_own_recurrence() -> None:
    workflow = per_service(pss_tax={"recurrence": "quarterly"}, pss_books={"name": "Books"})
    found = jobs(TAX, BOOKS, workflow=workflow, today=date(2026, 7, 20))
    assert [one.name for one in found] == [
        "Books – July 2026", "Tax return – July 2026", "Books – August 2026",
    ]  # fmt: skip


def test_e15_periods_are_counted_from_the_workflows_start_to_the_contracts_end() -> None:
    found = jobs(BOOKS, workflow=one_job(start_date="2026-07-20"), today=date(2027, 1, 1))
    assert [one.start.isoformat() for one in found] == ["2026-07-20", "2026-08-20", "2026-09-20"]
    found = jobs(BOOKS, workflow=one_job(start_date="2026-09-30"), today=date(2027, 1, 1))
    assert [one.start.isoformat() for one in found] == ["2026-09-30"]


def test_e15_a_workflow_that_starts_after_the_contracts_end_says_that_nothing_is_made() -> None:
    found = planning(BOOKS, workflow=one_job(start_date="2026-10-01"), today=date(2027, 1, 1))
    text = "“Bookkeeping” begins on 2026-10-01, after the contract's end: no job is made"
    assert (found.jobs, found.notes) == ((), (Note(text, "E15"),))


def test_e15_the_lead_time_of_a_later_start_counts_from_that_start() -> None:
    workflow = one_job(start_date="2026-08-01")
    assert jobs(BOOKS, workflow=workflow, today=date(2026, 7, 17)) == ()
    assert len(jobs(BOOKS, workflow=workflow, today=date(2026, 7, 18))) == 1


@pytest.mark.parametrize("lead_days", [0, 1, 14, 366])
def test_e15_the_lead_time_is_the_practices_setting(lead_days: int) -> None:
    starts = date(2028, 3, 1)
    for early, count in ((lead_days + 1, 0), (lead_days, 1)):
        today = starts - timedelta(days=early)
        found = jobs(BOOKS, start_date="2028-03-01", term_months=1, today=today, lead_days=lead_days)
        assert len(found) == count


def test_e20_a_recurrence_nobody_knows_is_told_before_any_job_is_planned() -> None:
    with pytest.raises(
        MalformedError, match=r"proposal PROP-1042: unknown cadence daily; there are once_off"
    ):
        jobs(TAX, workflow=one_job(recurrence="daily"))


def test_e20_a_workflows_date_that_no_calendar_has_is_told_by_the_reference() -> None:
    with pytest.raises(MalformedError, match=r"proposal PROP-1042: its dates are not to be used"):
        jobs(TAX, workflow=one_job(start_date="2026-02-30"))
    with pytest.raises(MalformedError, match=r"proposal PROP-1042: its dates are not to be used"):
        jobs(TAX, workflow=one_job(due_after_days=10**9))
