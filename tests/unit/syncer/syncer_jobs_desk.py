"""Proposals by hand, and the jobs that are planned of them: what the tests of jobs share."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from syncer.jobs import Made, Offering, PlannedJob, Planning, planned_jobs
from syncer.model import JOB_PER_SERVICE, ONE_JOB, Proposal, ProposalLine, Service, Workflow, WorkflowJob

TODAY = date(2026, 7, 1)
SERVICES = {
    "svc_tax": Service("svc_tax", "Tax return", "t-tax", "Tax template"),
    "svc_books": Service("svc_books", "Bookkeeping", "t-books", "Books template"),
    "svc_pay": Service("svc_pay", "Payroll", "t-pay", "Pay template"),
    "svc_books2": Service("svc_books2", "Bookkeeping", "t-books", "Books template"),
    "svc_talk": Service("svc_talk", "A talk", None, None),
}
LIVE = ("t-tax", "t-books", "t-pay")


def line(
    slug: str, cadence: str = "once_off", name: str | None = None, *, selected: bool = True, own: str = ""
) -> ProposalLine:
    """Return a line of a service; its own slug is `pss_` and what the service's has after `svc_`."""
    own = own or slug.replace("svc_", "pss_")
    return ProposalLine(slug, name or SERVICES[slug].name, cadence, selected, own)


def one_job(**how: Any) -> Workflow:
    return Workflow(ONE_JOB, (WorkflowJob(**how),))


def per_service(**hows: dict[str, Any]) -> Workflow:
    """Return a workflow of a job for each service; `pss_tax={…}` says how that line's is made."""
    return Workflow(JOB_PER_SERVICE, tuple(WorkflowJob(line_slug=slug, **how) for slug, how in hows.items()))


def proposal(*lines: ProposalLine, **given: Any) -> Proposal:
    basis: dict[str, Any] = {
        "slug": "prop_1",
        "name": "Engagement 2026",
        "reference": "PROP-1042",
        "state": "accepted",
        "client_slug": "cli_1",
        "client_name": "Smith",
        "accepted_at": "2026-07-01T01:00:00Z",
        "start_date": "2026-07-01",
        "end_date": "2026-09-30",
        "term_months": 3,
        "link": "https://app.test/prop_1",
    }
    return Proposal(**{**basis, **given}, lines=lines)


def planning(
    *lines: ProposalLine,
    today: date = TODAY,
    live: tuple[str, ...] = LIVE,
    categories: Iterable[str] | None = None,
    made: Iterable[PlannedJob] = (),
    lead_days: int = 14,
    **given: Any,
) -> Planning:
    """Plan a proposal of these lines; `made` are jobs of an earlier planning."""
    offering = Offering(SERVICES, frozenset(live), None if categories is None else frozenset(categories))
    past = [Made(job.recurrence, job.number, frozenset(job.lines), job.start, job.last) for job in made]
    return planned_jobs(proposal(*lines, **given), offering, today, lead_days, past)


def jobs(*lines: ProposalLine, **given: Any) -> tuple[PlannedJob, ...]:
    return planning(*lines, **given).jobs
