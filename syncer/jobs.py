"""Which jobs an accepted proposal asks for: a pure reading of its services (R9, E13, E14, E15)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from syncer.errors import MalformedError
from syncer.model import Proposal, ProposalLine, Service
from syncer.recurrence import CADENCES, LEAD_DAYS, ONCE, is_due, periods


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """A job that is to be in XPM. Proposal, group and period number are its identity (E15)."""

    proposal_slug: str
    group: str
    number: int
    name: str
    description: str
    order_number: str
    start: date
    due: date
    template_uuids: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The identity as one text."""
        return f"{self.proposal_slug}/{self.group}/{self.number}"


def planned_jobs(
    proposal: Proposal,
    services: Mapping[str, Service],
    live_templates: Iterable[str],
    today: date,
    lead_days: int = LEAD_DAYS,
) -> tuple[PlannedJob, ...]:
    """Return the jobs due by `today`, the practice's local date, in the order they start.

    Only services selected for acceptance count (E13). Those of one recurrence make one job for
    each period (E14, E15); the first template makes the job, further ones are applied to it.
    Raises MalformedError for a proposal that cannot be read this way: it alone is left over (E20).
    """
    if proposal.start_date is None:
        raise _unusable(proposal, "it is accepted and has no start date")
    start = date.fromisoformat(proposal.start_date)
    groups: dict[str, list[ProposalLine]] = {}
    for line in proposal.lines:
        if line.selected:
            groups.setdefault(line.cadence, []).append(line)
    strange = sorted(groups.keys() - set(CADENCES))
    if strange:
        raise _unusable(proposal, f"unknown cadence {', '.join(strange)}; there are {', '.join(CADENCES)}")
    templates = frozenset(live_templates)
    found: list[PlannedJob] = []
    for cadence, lines in groups.items():
        uuids, warnings = _templates(lines, services, templates)
        base_name = lines[0].name if len(lines) == 1 else proposal.name
        for period in periods(cadence, start, proposal.term_months):
            if cadence == ONCE or is_due(period, today, lead_days):
                name = f"{base_name} – {period.label}" if period.label else base_name
                found.append(
                    PlannedJob(
                        proposal_slug=proposal.slug,
                        group=cadence,
                        number=period.number,
                        name=name,
                        description=description(proposal, lines, start),
                        order_number=proposal.reference,
                        start=period.start,
                        due=period.end,
                        template_uuids=uuids,
                        warnings=warnings,
                    )
                )
    return tuple(sorted(found, key=lambda job: (job.start, job.group, job.number)))


def description(proposal: Proposal, lines: Iterable[ProposalLine], start: date) -> str:
    """Return what a job made by Ignition says of itself: date, proposal's URL, services (recorded)."""
    return "\n".join([start.strftime("%d %b, %Y"), proposal.link, *(line.name for line in lines)])


def _unusable(proposal: Proposal, what: str) -> MalformedError:
    return MalformedError("Ignition", f"proposal {proposal.reference}", what)


def _templates(
    lines: Iterable[ProposalLine], services: Mapping[str, Service], live: frozenset[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    uuids: list[str] = []
    warnings: list[str] = []
    for line in lines:
        service = services.get(line.service_slug)
        if service is None:
            warnings.append(f"service “{line.name}” is no longer in Ignition: its tasks are not made")
        elif service.template_uuid is not None and service.template_uuid not in live:
            warnings.append(f"template “{service.template_name}” was deleted in XPM: its tasks are not made")
        elif service.template_uuid is not None and service.template_uuid not in uuids:
            uuids.append(service.template_uuid)
    return tuple(uuids), tuple(warnings)
