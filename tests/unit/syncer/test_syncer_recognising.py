"""E11: which planned jobs are there already, by what XPM and Ignition show; a ledger that is lost knows of none."""

from dataclasses import replace
from datetime import date

import pytest
from syncer_jobs_desk import jobs, line, one_job, proposal

from syncer.job_records import proposal_from_json, proposal_to_json
from syncer.jobs import PlannedJob
from syncer.model import Deployed, Job, Proposal
from syncer.recognising import is_forgotten, recognise, unknown_jobs

NOBODY: frozenset[str] = frozenset()


def planned(*names: str) -> list[PlannedJob]:
    """Return a job for each name, of one proposal and one start."""
    (job,) = jobs(line("svc_tax"))
    return [replace(job, name=name, lines=(f"pss_{place}",)) for place, name in enumerate(names)]


def there(number: str, name: str, start: str = "2026-07-01", order: str = "PROP-1042") -> Job:
    return Job(number, name, "c-1", order, start, "Planned")


def found(
    plans: list[PlannedJob], *xpm: Job, shown: dict[str, str] | None = None, ours: frozenset[str] = NOBODY
) -> list[str | None]:
    """Return for each planned job the number of the one that is there."""
    known = recognise(plans, xpm, shown or {}, ours)
    return [known.get(job.key) for job in plans]


def test_e11_a_job_is_known_by_its_mark_whether_or_not_ignition_shows_it() -> None:
    assert found(planned("Tax"), there("J1", "Tax")) == ["J1"]
    assert found(planned("Tax"), there("J1", "  Tax ")) == ["J1"]


@pytest.mark.parametrize(
    "other",
    [there("J1", "Books"), there("J1", "Tax", start="2026-07-02"), there("J1", "Tax", order="PROP-1043")],
    ids=["name", "start", "proposal"],
)
def test_e11_a_job_whose_mark_differs_and_that_ignition_does_not_show_is_another(other: Job) -> None:
    assert found(planned("Tax"), other) == [None]


def test_e11_a_job_that_the_ledger_knows_is_no_other_planned_one() -> None:
    assert found(planned("Tax"), there("J1", "Tax"), ours=frozenset({"J1"})) == [None]


def test_e11_each_number_is_taken_once_the_lowest_first() -> None:
    alike = planned("Tax", "Tax", "Tax")
    assert found(alike, there("J2", "Tax"), there("J1", "Tax")) == ["J1", "J2", None]


def test_e11_of_two_with_the_mark_the_one_that_ignition_shows_is_ours() -> None:
    assert found(planned("Tax"), there("J1", "Tax"), there("J2", "Tax"), shown={"J2": "Tax"}) == ["J2"]


def test_e11_a_job_that_is_gone_or_moved_is_known_by_the_name_that_ignition_shows() -> None:
    assert found(planned("Tax"), shown={"J1": "Tax"}) == ["J1"]
    assert found(planned("Tax"), there("J1", "Tax", start="2026-10-01"), shown={"J1": " Tax"}) == ["J1"]
    assert found(planned("Tax"), shown={"J1": "Books"}) == [None]


def test_e11_a_job_planned_under_another_name_is_known_by_its_start_where_ignition_shows_its_number() -> None:
    renamed = there("J1", "Old name")
    assert found(planned("Tax"), renamed, shown={"J1": "Old name"}) == ["J1"]
    assert found(planned("Tax"), renamed) == [None]
    moved, other = there("J1", "Old", start="2026-07-02"), there("J1", "Old", order="PROP-1")
    assert found(planned("Tax"), moved, shown={"J1": "Old"}) == [None]
    assert found(planned("Tax"), other, shown={"J1": "Old"}) == [None]


def test_e11_a_mark_counts_before_a_name_and_a_name_before_a_start() -> None:
    xpm = (there("J1", "Old name"), there("J2", "Books"))
    shown = {"J1": "Old name", "J2": "Books", "J3": "Payroll"}
    assert found(planned("Tax", "Payroll", "Books"), *xpm, shown=shown) == ["J1", "J3", "J2"]


def test_e11_what_ignition_shows_is_unknown_unless_the_ledger_has_its_number() -> None:
    shown = Deployed("deployed", "c-1", (("J1", "Tax"), ("J2", "Books")))
    assert unknown_jobs(shown, frozenset({"J1"})) == {"J2": "Books"}
    assert unknown_jobs(None, NOBODY) == {}


def shown_as(status: str, cadence: str = "once_off", **given: object) -> Proposal:
    return replace(proposal(line("svc_tax", cadence)), deployed=Deployed(status, None), **given)  # type: ignore[arg-type]  # any field


@pytest.mark.parametrize("status", ["pending", "partly", "needs_attention", "failed"])
def test_e12_a_deployment_that_is_not_whole_is_taken_in_again(status: str) -> None:
    assert is_forgotten(shown_as(status), date(2030, 1, 1))


def test_e12_e15_a_whole_one_is_taken_in_again_until_its_term_is_over_if_something_in_it_recurs() -> None:
    last, after = date(2026, 9, 30), date(2026, 10, 1)
    recurring = shown_as("deployed", "monthly")
    assert [is_forgotten(recurring, day) for day in (last, after)] == [True, False]
    assert not is_forgotten(shown_as("deployed"), last)
    assert is_forgotten(shown_as("deployed", workflow=one_job(recurrence="weekly")), last)
    assert not is_forgotten(shown_as("deployed", "monthly", start_date=None), last)
    unselected = replace(recurring, lines=(line("svc_tax", "monthly", selected=False),))
    assert not is_forgotten(unselected, last)


def test_e12_what_ignition_was_never_told_of_was_not_begun() -> None:
    assert not is_forgotten(proposal(line("svc_tax", "monthly")), date(2026, 7, 1))


def test_the_ledger_does_not_keep_what_ignition_shows() -> None:
    kept = shown_as("deployed")
    assert '"deployed"' not in proposal_to_json(kept)
    assert proposal_from_json(proposal_to_json(kept)) == replace(kept, deployed=None)
