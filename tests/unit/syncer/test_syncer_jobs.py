from dataclasses import replace
from datetime import date

import pytest
import syncer_jobs_desk
from syncer_jobs_desk import jobs, line

from syncer.errors import MalformedError
from syncer.jobs import Note, PlannedJob
from syncer.model import Service


def test_r9_one_service_makes_one_job_of_its_name() -> None:
    assert jobs(line("svc_tax")) == (
        PlannedJob(
            proposal_slug="prop_1",
            recurrence="once_off",
            number=0,
            lines=("pss_tax",),
            name="Tax return",
            description="01 Jul, 2026\nhttps://app.test/prop_1\nTax return",
            order_number="PROP-1042",
            start=date(2026, 7, 1),
            last=date(2026, 7, 1),
            due=date(2026, 7, 31),
            template_uuids=("t-tax",),
            category_uuid=None,
            budget=None,
            staff_slugs=(),
            notes=(),
        ),
    )


def test_the_description_is_laid_out_as_a_real_one_is() -> None:
    (job,) = jobs(line("svc_tax"), line("svc_pay"), start_date="2020-05-01")
    assert job.description == "01 May, 2020\nhttps://app.test/prop_1\nTax return\nPayroll"


def test_e15_services_of_one_recurrence_make_one_job_with_the_proposals_name() -> None:
    (job,) = jobs(line("svc_tax"), line("svc_pay"))
    assert (job.name, job.template_uuids) == ("Engagement 2026", ("t-tax", "t-pay"))


def test_e15_each_recurrence_makes_its_own_jobs_in_the_order_they_start() -> None:
    lines = (line("svc_books", "monthly"), line("svc_tax", "once_off"), line("svc_pay", "weekly"))
    found = jobs(*lines, today=date(2026, 7, 18))
    assert [(one.key, one.name) for one in found] == [
        ("prop_1/monthly/0/pss_books", "Bookkeeping – July 2026"),
        ("prop_1/once_off/0/pss_tax", "Tax return"),
        ("prop_1/weekly/0/pss_pay", "Payroll – 1 July 2026"),
        ("prop_1/weekly/1/pss_pay", "Payroll – 8 July 2026"),
        ("prop_1/weekly/2/pss_pay", "Payroll – 15 July 2026"),
        ("prop_1/weekly/3/pss_pay", "Payroll – 22 July 2026"),
        ("prop_1/weekly/4/pss_pay", "Payroll – 29 July 2026"),
        ("prop_1/monthly/1/pss_books", "Bookkeeping – August 2026"),
    ]


def test_e15_a_period_is_planned_from_the_exact_day_of_its_lead() -> None:
    assert len(jobs(line("svc_books", "monthly"), today=date(2026, 7, 17))) == 1
    assert len(jobs(line("svc_books", "monthly"), today=date(2026, 7, 18))) == 2


def test_e15_after_an_outage_the_missed_periods_are_all_there_in_order_and_none_after_the_term() -> None:
    found = jobs(line("svc_books", "monthly"), today=date(2027, 7, 1))
    assert [(one.number, one.start, one.due) for one in found] == [
        (0, date(2026, 7, 1), date(2026, 7, 31)),
        (1, date(2026, 8, 1), date(2026, 8, 31)),
        (2, date(2026, 9, 1), date(2026, 9, 30)),
    ]


def test_r9_a_job_that_does_not_recur_is_planned_at_once_however_late_it_starts() -> None:
    assert [one.start for one in jobs(line("svc_tax"), start_date="2026-12-01")] == [date(2026, 12, 1)]


def test_e15_a_recurring_job_that_starts_later_waits() -> None:
    assert jobs(line("svc_books", "monthly"), start_date="2026-12-01") == ()


def test_e20_a_service_that_cannot_be_read_makes_its_job_wait_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unknown = Service("svc_tax", "Tax return", None, None, unreadable=True)
    monkeypatch.setitem(syncer_jobs_desk.SERVICES, "svc_tax", unknown)
    with pytest.raises(MalformedError, match="service “Tax return”: it cannot be read: its job waits"):
        jobs(line("svc_tax"))
    assert len(jobs(line("svc_pay"), line("svc_tax", selected=False))) == 1


def test_e13_services_that_were_not_selected_are_left_out() -> None:
    (job,) = jobs(line("svc_tax"), line("svc_pay", selected=False))
    assert (job.name, job.template_uuids) == ("Tax return", ("t-tax",))
    assert "Payroll" not in job.description
    assert jobs(line("svc_tax", selected=False)) == ()


def test_e13_a_service_without_a_template_makes_a_job_without_tasks_and_without_a_warning() -> None:
    (job,) = jobs(line("svc_talk"))
    assert (job.template_uuids, job.notes) == ((), ())


def test_e13_a_template_deleted_in_xpm_is_left_out_and_named() -> None:
    (job,) = jobs(line("svc_tax"), line("svc_pay"), live=("t-pay",))
    assert job.template_uuids == ("t-pay",)
    assert job.notes == (Note("template “Tax template” was deleted in XPM: its tasks are not made", "E13"),)


def test_e13_a_service_that_is_no_longer_there_is_named_and_its_job_is_made() -> None:
    (job,) = jobs(line("svc_gone", name="Old service"))
    assert (job.name, job.template_uuids) == ("Old service", ())
    text = "service “Old service” is no longer in Ignition: its tasks are not made"
    assert job.notes == (Note(text, "E13"),)


def test_e14_two_services_of_one_name_and_template_are_both_described_and_the_template_is_used_once() -> None:
    (job,) = jobs(line("svc_books"), line("svc_books2"))
    assert (job.name, job.template_uuids) == ("Engagement 2026", ("t-books",))
    assert job.description.split("\n")[2:] == ["Bookkeeping", "Bookkeeping"]


def test_e15_the_same_service_at_two_cadences_makes_jobs_of_two_groups() -> None:
    found = jobs(line("svc_books", "monthly", own="pss_a"), line("svc_books", "quarterly", own="pss_b"))
    assert [one.key for one in found] == ["prop_1/monthly/0/pss_a", "prop_1/quarterly/0/pss_b"]
    assert {one.name for one in found} == {"Bookkeeping – July 2026"}


def test_e20_a_proposal_without_a_start_date_is_told_by_its_reference() -> None:
    with pytest.raises(
        MalformedError, match=r"^Ignition, proposal PROP-1042: it is accepted and has no start date$"
    ):
        jobs(line("svc_tax"), start_date=None)


def test_e20_a_cadence_nobody_knows_is_told_before_any_job_is_planned() -> None:
    with pytest.raises(
        MalformedError, match=r"proposal PROP-1042: unknown cadence daily; there are once_off, weekly"
    ):
        jobs(line("svc_tax"), line("svc_pay", "daily"))
    assert len(jobs(line("svc_tax"), line("svc_pay", "daily", selected=False))) == 1


def test_e13_a_template_deleted_in_xpm_that_two_services_have_is_named_once() -> None:
    (job,) = jobs(line("svc_books"), line("svc_books2"), live=())
    assert len(job.notes) == 1


@pytest.mark.parametrize("start", ["01/07/2026", "2026-02-30", "9999-06-01"])
def test_e20_dates_that_no_calendar_has_are_told_by_the_reference(start: str) -> None:
    with pytest.raises(MalformedError, match=r"proposal PROP-1042: its dates are not to be used: "):
        jobs(line("svc_books", "monthly"), start_date=start, term_months=12)


def test_a_proposal_kept_by_an_older_version_without_the_slugs_of_its_lines_is_not_guessed_at() -> None:
    with pytest.raises(MalformedError, match=r"an older version kept it without the slugs of its lines"):
        jobs(replace(line("svc_tax"), slug=""))
