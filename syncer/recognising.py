"""Which planned jobs are there already, though this ledger knows nothing of them: a pure comparison (E11).

A ledger may be lost, or an older copy of it put back. What was made since stands in XPM, and Ignition
shows on the proposal what it was told: numbers and names. By that a planned job counts as made, also
where a person renamed, moved or deleted it in XPM since.
"""

from collections.abc import Callable, Iterable
from datetime import date

from syncer.audit import mark_of, mark_of_planned
from syncer.jobs import PlannedJob
from syncer.model import Deployed, Job, Proposal
from syncer.recurrence import ONCE, add_months

WHOLE = "deployed"
"""What Ignition shows of a deployment that nothing was left of."""
Numbers = Callable[[PlannedJob], Iterable[str]]


def unknown_jobs(deployed: Deployed | None, ours: frozenset[str]) -> dict[str, str]:
    """Return the jobs that Ignition shows on a proposal and the ledger does not know, by number: their names."""
    shown = deployed.jobs if deployed else ()
    return {number: name for number, name in shown if number not in ours}


def is_forgotten(proposal: Proposal, today: date) -> bool:
    """Tell whether a deployment that Ignition shows has something to come: it is not whole, or it recurs.

    It is asked of proposals that the ledger has no deployment of.
    """
    if proposal.deployed is None:
        return False
    return proposal.deployed.status != WHOLE or _goes_on(proposal, today)


def _goes_on(proposal: Proposal, today: date) -> bool:
    recurrences = {line.cadence for line in proposal.lines if line.selected}
    recurrences |= {job.recurrence for job in proposal.workflow.jobs if job.recurrence}
    try:
        end = add_months(date.fromisoformat(proposal.start_date or ""), proposal.term_months)
    except (ValueError, OverflowError):
        return False
    return bool(recurrences - {ONCE}) and end > today


def recognise(
    planned: Iterable[PlannedJob], found: Iterable[Job], unknown: dict[str, str], ours: frozenset[str]
) -> dict[str, str]:
    """Return which planned jobs are there already, by their keys: the number of each, no number twice.

    `found` are the client's jobs in XPM, `unknown` those that Ignition shows and the ledger does not
    know, `ours` the numbers that it knows. A job is known by its mark, rather one that Ignition shows;
    else by the name that Ignition shows; else, where Ignition shows its number, by its start.
    """
    there = [job for job in found if job.number not in ours]

    def marked(job: PlannedJob) -> list[str]:
        return [one.number for one in there if mark_of(one) == mark_of_planned(job)]

    def named(job: PlannedJob) -> list[str]:
        return [number for number, name in unknown.items() if _folded(name) == _folded(job.name)]

    def starting(job: PlannedJob) -> list[str]:
        mark = mark_of_planned(job)
        return [
            one.number
            for one in there
            if one.number in unknown
            and (mark_of(one).order_number, one.start_date) == (mark.order_number, mark.start_date)
        ]

    known: dict[str, str] = {}
    left = list(planned)
    for numbers in (marked, named, starting):
        _assign(left, numbers, unknown, known)
        left = [job for job in left if job.key not in known]
    return known


def _assign(
    planned: Iterable[PlannedJob], numbers: Numbers, unknown: dict[str, str], known: dict[str, str]
) -> None:
    """Give each job one of the numbers that fit it and no other job has, rather one that Ignition shows."""
    for job in planned:
        free = [number for number in numbers(job) if number not in known.values()]
        if free:
            known[job.key] = min(free, key=lambda number: (number not in unknown, number))


def _folded(name: str) -> str:
    return " ".join(name.split())
