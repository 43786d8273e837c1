"""Which jobs an accepted proposal asks for: a pure reading of its services and workflow (R9, E13 to E16).

A job's identity is what it was made for: services (the proposal's lines), the recurrence they had
then, and the number of the period. By that, never by a name or a date, a job counts as made:

- Names, dates and descriptions may be edited: what was made for a period is not made again for it.
- When the workflow goes from one job to a job for each service, or back, what was made for a service
  stays made, whichever job it was in. A job for several services, some of which have theirs already,
  is made for the others.
- When a recurrence changes, numbers of periods no longer compare, so days do: a period that shares a
  day with one that was made for the service under another recurrence is not made. What is left of
  such a period is not made up for: rather a job that a person adds than one that is there twice.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from syncer.errors import MalformedError
from syncer.model import JOB_PER_SERVICE, Proposal, ProposalLine, Service, WorkflowJob
from syncer.recurrence import CADENCES, LEAD_DAYS, ONCE, ONCE_OFF_DAYS, Period, add_months, is_due, periods


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a job is without, as a person is told it, and the rule it follows from."""

    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """A job that is to be in XPM. Proposal, lines, recurrence and period number are its identity (E15).

    `last` is the last day of its period, `due` the day on which the work is due.
    """

    proposal_slug: str
    recurrence: str
    number: int
    lines: tuple[str, ...]
    name: str
    description: str
    order_number: str
    start: date
    last: date
    due: date
    template_uuids: tuple[str, ...] = ()
    category_uuid: str | None = None
    budget: str | None = None
    staff_slugs: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def key(self) -> str:
        """A text that no other job has: a line is in one job of a period and recurrence only."""
        return f"{self.proposal_slug}/{self.recurrence}/{self.number}/{self.lines[0]}"


@dataclass(frozen=True, slots=True)
class Made:
    """What was made before: for which lines, which period of which recurrence, and its days."""

    recurrence: str
    number: int
    lines: frozenset[str]
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Offering:
    """What jobs are made from: services by slug, XPM's templates, its categories (None: not looked at)."""

    services: Mapping[str, Service]
    templates: frozenset[str]
    categories: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Planning:
    """The jobs of a proposal that are still to be made, in the order they start; and what it is without."""

    jobs: tuple[PlannedJob, ...]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class _Group:
    """Services that one job is made for in each period, and how."""

    recurrence: str
    lines: tuple[ProposalLine, ...]
    how: WorkflowJob

    def name(self, proposal: Proposal, lines: tuple[ProposalLine, ...]) -> str:
        """Return a job's name without its period: the workflow's, the one service's, or the proposal's."""
        return self.how.name or (lines[0].name if len(lines) == 1 else proposal.name)


def planned_jobs(
    proposal: Proposal,
    offering: Offering,
    today: date,
    lead_days: int = LEAD_DAYS,
    made: Iterable[Made] = (),
) -> Planning:
    """Return the jobs due by `today`, the practice's local date, that were not made before.

    Only services selected for acceptance count (E13). Those of one recurrence make one job for
    each period, or each service one of its own (E14, E15); what recurs waits for its lead time.
    Raises MalformedError for a proposal that cannot be read this way: it alone is left over (E20).
    """
    if proposal.start_date is None:
        raise _unusable(proposal, "it is accepted and has no start date")
    groups = _groups(proposal)
    strange = sorted({group.recurrence for group in groups} - set(CADENCES))
    if strange:
        raise _unusable(proposal, f"unknown cadence {', '.join(strange)}; there are {', '.join(CADENCES)}")
    if any(not line.slug for group in groups for line in group.lines):
        raise _unusable(proposal, "an older version kept it without the slugs of its lines")
    past = _Past(made)
    try:
        calendar = _Calendar(date.fromisoformat(proposal.start_date), proposal.term_months, today, lead_days)
        parts = [_plan(proposal, group, calendar, past, offering) for group in groups]
    except (ValueError, OverflowError) as error:
        raise _unusable(proposal, f"its dates are not to be used: {error}") from error
    jobs = sorted((job for part in parts for job in part.jobs), key=lambda job: (job.start, job.recurrence))
    return Planning(tuple(jobs), tuple(note for part in parts for note in part.notes))


def description(proposal: Proposal, lines: Iterable[ProposalLine]) -> str:
    """Return what a job made by Ignition says of itself: date, proposal's URL, services (recorded)."""
    start = date.fromisoformat(proposal.start_date or "")
    return "\n".join([start.strftime("%d %b, %Y"), proposal.link, *(line.name for line in lines)])


def _groups(proposal: Proposal) -> tuple[_Group, ...]:
    """Return which services share a job: all of one recurrence, or each by itself, as the workflow says (E14)."""
    selected = [line for line in proposal.lines if line.selected]
    workflow = proposal.workflow
    if workflow.mode == JOB_PER_SERVICE:
        hows = {job.line_slug: job for job in workflow.jobs}
        each = [(line, hows.get(line.slug, WorkflowJob())) for line in selected]
        return tuple(_Group(how.recurrence or line.cadence, (line,), how) for line, how in each)
    how = workflow.jobs[0] if workflow.jobs else WorkflowJob()
    by_recurrence: dict[str, list[ProposalLine]] = {}
    for line in selected:
        by_recurrence.setdefault(how.recurrence or line.cadence, []).append(line)
    return tuple(_Group(recurrence, tuple(lines), how) for recurrence, lines in by_recurrence.items())


@dataclass(frozen=True, slots=True)
class _Calendar:
    """A contract's term, and the day on which it is looked at."""

    start: date
    months: int
    today: date
    lead_days: int

    def due(self, group: _Group) -> Iterator[Period]:
        """Yield the periods whose time has come; what does not recur is made at once, however late it starts (R9)."""
        for period in periods(group.recurrence, self.anchor(group), self.end):
            if group.recurrence != ONCE and not is_due(period, self.today, self.lead_days):
                return
            yield period

    def anchor(self, group: _Group) -> date:
        """Return the day on which a group's first period begins."""
        return date.fromisoformat(group.how.start_date) if group.how.start_date else self.start

    @property
    def end(self) -> date:
        """The day after the contract's last."""
        return add_months(self.start, self.months)


def _plan(
    proposal: Proposal, group: _Group, calendar: _Calendar, past: "_Past", offering: Offering
) -> Planning:
    """Plan the jobs of one group, and say what of it is not made, and why."""
    jobs: list[PlannedJob] = []
    notes: list[Note] = []
    what = f"“{group.name(proposal, group.lines)}”"
    anchor = calendar.anchor(group)
    if group.recurrence != ONCE and anchor >= calendar.end:
        notes.append(Note(f"{what} begins on {anchor}, after the contract's end: no job is made", "E15"))
    taken = 0
    for period in calendar.due(group):
        lines = past.left(group, period)
        if lines:
            jobs.append(_job(proposal, group, lines, period, offering))
        taken += past.is_taken(group, period)
    if taken:
        why = "jobs of another recurrence were made for their days"
        notes.append(Note(f"{what}: {taken} of its {group.recurrence} jobs not made, since {why}", "E15"))
    return Planning(tuple(jobs), tuple(notes))


class _Past:
    """What was made before, asked by line."""

    def __init__(self, made: Iterable[Made]) -> None:
        self._numbers: set[tuple[str, int, str]] = set()
        self._made: dict[str, list[Made]] = {}
        for one in made:
            self._made.setdefault(one.recurrence, []).append(one)
            self._numbers |= {(one.recurrence, one.number, line) for line in one.lines}

    def left(self, group: _Group, period: Period) -> tuple[ProposalLine, ...]:
        """Return the lines of a group that nothing was made for in a period."""
        taken = self._taken(group, period)
        return tuple(line for line in self._unnumbered(group, period) if line.slug not in taken)

    def is_taken(self, group: _Group, period: Period) -> bool:
        """Tell whether jobs of another recurrence are why something of a period is not made."""
        taken = self._taken(group, period)
        return any(line.slug in taken for line in self._unnumbered(group, period))

    def _unnumbered(self, group: _Group, period: Period) -> list[ProposalLine]:
        key = (group.recurrence, period.number)
        return [line for line in group.lines if (*key, line.slug) not in self._numbers]

    def _taken(self, group: _Group, period: Period) -> set[str]:
        """Return the lines that a job of another recurrence was made for on some day of a period."""
        return {
            line
            for recurrence, made in self._made.items()
            if recurrence != group.recurrence
            for one in made
            if one.first <= period.end and period.start <= one.last
            for line in one.lines
        }


def _job(
    proposal: Proposal, group: _Group, lines: tuple[ProposalLine, ...], period: Period, offering: Offering
) -> PlannedJob:
    how = group.how
    name = group.name(proposal, lines)
    templates, notes = _templates(lines, offering)
    category = how.category_uuid
    if category and offering.categories is not None and category not in offering.categories:
        notes.append(Note("its category was deleted in XPM: it is made without one", "E14"))
        category = None
    due = _due(group, period)
    if due < period.start:
        notes.append(Note(f"its due date {due} is before its start: it is due when it starts", "E14"))
    return PlannedJob(
        proposal_slug=proposal.slug,
        recurrence=group.recurrence,
        number=period.number,
        lines=tuple(line.slug for line in lines),
        name=f"{name} – {period.label}" if period.label else name,
        description=how.description or description(proposal, lines),
        order_number=proposal.reference,
        start=period.start,
        last=period.end,
        due=max(due, period.start),
        template_uuids=tuple(templates),
        category_uuid=category or None,
        budget=None if how.budget is None else f"{how.budget:.2f}",
        staff_slugs=tuple(dict.fromkeys(how.staff_slugs)),
        notes=tuple(dict.fromkeys(notes)),
    )


def _due(group: _Group, period: Period) -> date:
    """Return when a job is due: so long after its start, on a day if it does not recur, or with its period."""
    how = group.how
    if how.due_after_days is not None:
        return period.start + timedelta(days=how.due_after_days)
    if group.recurrence != ONCE:
        return period.end
    return date.fromisoformat(how.due_date) if how.due_date else period.start + timedelta(days=ONCE_OFF_DAYS)


def _templates(lines: Iterable[ProposalLine], offering: Offering) -> tuple[list[str], list[Note]]:
    """Return the templates of services, each once, and what is left out of them (E13)."""
    uuids: list[str] = []
    notes: list[Note] = []
    for line in lines:
        service = offering.services.get(line.service_slug)
        if service is None:
            what = f"service “{line.name}” is no longer in Ignition: its tasks are not made"
            notes.append(Note(what, "E13"))
        elif service.unreadable:
            raise MalformedError("Ignition", f"service “{line.name}”", "it cannot be read: its job waits")
        elif service.template_uuid is not None and service.template_uuid not in offering.templates:
            what = f"template “{service.template_name}” was deleted in XPM: its tasks are not made"
            notes.append(Note(what, "E13"))
        elif service.template_uuid is not None and service.template_uuid not in uuids:
            uuids.append(service.template_uuid)
    return uuids, notes


def _unusable(proposal: Proposal, what: str) -> MalformedError:
    return MalformedError("Ignition", f"proposal {proposal.reference}", what)
