"""Invariants of proposals: which jobs each has, what is in them, and what is shown of it."""

import calendar
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from mock_kit.clock import parse_iso
from scenarios.agreement import PEOPLE
from scenarios.simulation.diary import Accepted
from scenarios.simulation.machine import Call
from scenarios.simulation.oracle import Case, Json, Verdicts, members, sends
from scenarios.simulation.questions import told_doubles

LEAD_DAYS, TERM = 14, 12
"""How long before its start a recurring job is made (E15), and the months of a proposal's term."""
UNDER_WAY = timedelta(hours=1)
"""How long a sync may go on that read a proposal before it was revoked."""
SOON = timedelta(minutes=15)
"""Within what time a webhook has been delivered, and what it tells of begun."""
DEAF = ("crash", "disk-full", "clock-jump", "webhook-lost", "webhook-delayed", "webhook-reordered")
"""Troubles by which an acceptance may be heard of late; to a clock that is minutes ahead a webhook's signature is too old."""
QUIET = timedelta(hours=2)
"""How long after a sync nobody else syncs."""
A_DAY, ONCE_OFF = timedelta(days=1), timedelta(days=30)


def planned(proposal: Accepted, today: date) -> list[date]:
    """Return the starts of the jobs that a proposal must have by a day (E14, E15): our own calendar, not the syncer's."""
    start = date.fromisoformat(proposal.start)
    soon = today + timedelta(days=LEAD_DAYS)
    months = [_months_on(start, number) for number in range(TERM)]
    starts = [start] if proposal.cadence == "once_off" else [one for one in months if one <= soon]
    return [one for one in starts for _ in range(proposal.jobs)]


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))


def each_proposal_has_its_jobs(case: Case) -> Verdicts:
    """R9, R11, E11, E14, E15, E17: an accepted proposal has one XPM client and exactly the planned jobs, and shows that."""
    shown = {row["slug"]: row["deployment"] or {} for row in case.outcome.proposals}
    today = date.fromisoformat(case.outcome.today)
    for proposal in case.outcome.diary.accepted:
        if proposal.revoked_at is not None:
            continue
        jobs = _jobs_of(case, proposal)
        status, wanted = shown[proposal.slug].get("status"), planned(proposal, today)
        told = f"and shows {status!r}: {shown[proposal.slug].get('message')}"
        wrong = _strays(case, proposal, jobs, wanted)
        if wrong:
            yield wrong
        elif len(jobs) < len(wanted) and not may_be_parked(case, proposal, str(status)):
            yield f"{proposal.reference} has {len(jobs)} jobs of {len(wanted)}, {told}"
        elif len(jobs) >= len(wanted) > 0 and status != "deployed":
            yield f"{proposal.reference} has all its jobs, {told}"
        elif len(jobs) == len(wanted) and status == "deployed" and _shown_wrong(jobs, shown[proposal.slug]):
            yield f"{proposal.reference} shows {shown[proposal.slug]}, and has jobs {[job['ID'] for job in jobs]}"
        else:
            yield None


def _jobs_of(case: Case, proposal: Accepted) -> list[Json]:
    return [job for job in case.outcome.jobs if job["ClientOrderNumber"] == proposal.reference]


def _owner(case: Case, proposal: Accepted) -> set[str]:
    """Return the XPM client that the proposal's client is linked to; whoever is there, where it is with nobody."""
    slug = case.known(proposal.client).ignition
    linked = {link["xpm_id"] for link in case.outcome.ledger["links"] if link["ignition_id"] == slug}
    return linked or set(case.xpm)


def _shown_wrong(jobs: list[Json], shown: Json) -> bool:
    """Tell whether a proposal shows other jobs than it has, or another client (E17)."""
    numbers = {one["number"] for one in shown.get("jobs") or ()}
    owners = {job["Client"]["UUID"] for job in jobs}
    return numbers != {job["ID"] for job in jobs} or not owners <= {shown.get("xpm_client_uuid")}


def jobs_are_as_planned(case: Case) -> Verdicts:
    """E14, E15: a job is due on the last day of its period and named with it; the older ones are made first."""
    for proposal in case.outcome.diary.accepted:
        for job in _jobs_of(case, proposal):
            start = date.fromisoformat(job["StartDate"][:10])
            is_once = proposal.cadence == "once_off"
            due = (
                start + ONCE_OFF
                if is_once
                else _months_on(date.fromisoformat(proposal.start), _place(proposal, start) + 1) - A_DAY
            )
            is_right = job["DueDate"][:10] == str(due) and (
                is_once or job["Name"].endswith(f" – {start:%B %Y}")
            )
            what = f"job {job['ID']} of {proposal.reference}, {job['Name']!r}, starts {start} and is due {job['DueDate'][:10]}, not {due}"
            yield None if is_right else what
    starts: dict[str, list[str]] = defaultdict(list)
    for call in case.syncer_calls:
        if _makes_a_job(call):
            said = dict(members(call))
            starts[str(said["ClientNumber"])].append(str(said["StartDate"]))
    for reference, made in starts.items():
        yield None if made == sorted(made) else f"the jobs of {reference} were made in the order {made}"


def _makes_a_job(call: Call) -> bool:
    return call.method == "POST" and call.url.endswith("job.api/add")


def _place(proposal: Accepted, start: date) -> int:
    first = date.fromisoformat(proposal.start)
    return (start.year - first.year) * 12 + start.month - first.month


def _strays(case: Case, proposal: Accepted, jobs: list[Json], wanted: list[date]) -> str | None:
    """Tell what is wrong with the jobs that there are: too many, not one client's, or on other days than planned."""
    starts = Counter(job["StartDate"][:10] for job in jobs)
    doubles = told_doubles(case, "job.api/add", "job.api/client/", proposal.reference)
    owners = {job["Client"]["UUID"] for job in jobs}
    if len(jobs) > len(wanted) + doubles:
        return f"{proposal.reference} has {len(jobs)} jobs, planned are {len(wanted)}"
    if len(owners) > 1:
        return f"the jobs of {proposal.reference} are with {len(owners)} clients"
    if not owners <= _owner(case, proposal):
        return f"the jobs of {proposal.reference} are with another client: {owners}"
    if (starts - Counter(map(str, wanted))).total() > doubles:
        return f"the jobs of {proposal.reference} start on {sorted(starts.elements())}, planned is {sorted(map(str, wanted))}"
    return None


def may_be_parked(case: Case, proposal: Accepted, status: str) -> bool:
    """Tell whether there is a reason for a proposal without its jobs: its client is gone, or not to be told."""
    known = case.known(proposal.client)
    if status not in {"needs_attention", "partly", "failed"}:
        return False
    row = case.ignition.get(str(known.ignition), {})
    named = [other["UUID"] for other in case.outcome.xpm_clients if other["Name"] == row.get("name")]
    elsewhere = [
        pair for pair in case.pairs if pair.xpm["UUID"] in named and pair.ignition["slug"] != known.ignition
    ]
    # Somebody else may have archived it, who knew it as a client of the other side's.
    one = case.one_key(known.key)
    archived = [
        each
        for each in case.outcome.diary.clients.values()
        if case.one_key(each.key) == one and each.archived
    ]
    # Whom it was linked to before is told by that, whatever the names say (E10).
    is_linked = any(
        link["ignition_id"] == known.ignition and link["made_at"] and parse_iso(link["made_at"]) < proposal.at
        for link in case.outcome.ledger["links"]
    )
    return bool(archived) or (not is_linked and (len(named) > 1 or bool(elsewhere)))


def who_accepts_is_seen_to_at_once(case: Case) -> Verdicts:
    """R9: a proposal is looked at within minutes of its acceptance, where nothing had gone wrong since the last sync."""
    fired = case.outcome.fired
    if any(fired.get(kind) for kind in DEAF):
        return
    for proposal in case.outcome.diary.accepted:
        since = max((ended for _, ended in case.outcome.synced if ended < proposal.at), default=None)
        until = proposal.at + SOON
        if since is None or proposal.at - since < QUIET or _went_wrong(case, since, until):
            continue
        is_seen = any(
            proposal.at <= one.at <= until and one.url.endswith(f"proposals/{proposal.slug}")
            for one in case.syncer_calls
        )
        yield (
            None
            if is_seen
            else f"{proposal.reference} was accepted at {proposal.at}, and nobody looked until {until}"
        )


def _went_wrong(case: Case, since: datetime, until: datetime) -> bool:
    """Tell whether a call met a fault between two moments, or a sync came to no good end."""
    is_broken = any(since <= began <= until for began, _ in case.outcome.broken_off)
    return is_broken or any(
        one["fault"] and since <= parse_iso(one["at"]) <= until
        for entries in case.outcome.journals.values()
        for one in entries
    )


def a_revoked_proposal_plans_no_more(case: Case) -> Verdicts:
    """E15: of a revoked proposal no job was made that was planned later, nor any once whoever had read it was done."""
    for proposal in case.outcome.diary.accepted:
        if proposal.revoked_at is None:
            continue
        jobs, until = _jobs_of(case, proposal), proposal.revoked_at
        yield _strays(case, proposal, jobs, planned(proposal, (until + A_DAY).date()))
        for call in case.syncer_calls:
            if _makes_a_job(call) and sends(call, proposal.reference):
                is_late = call.at > until + UNDER_WAY
                what = f"a job of {proposal.reference} was made at {call.at}, and it was revoked at {until}"
                yield what if is_late else None


def what_nobody_accepted_makes_nothing(case: Case) -> Verdicts:
    """R9, R10: a proposal that was sent and not accepted has no job, and nothing is shown of one."""
    accepted = {one.slug for one in case.outcome.diary.accepted}
    shown = {row["slug"]: row["deployment"] for row in case.outcome.proposals}
    there = {job["ClientOrderNumber"] for job in case.outcome.jobs}
    for slug, reference in case.outcome.diary.proposed.items():
        if slug not in accepted:
            is_quiet = reference not in there and shown[slug] is None
            yield None if is_quiet else f"{reference} was accepted by nobody, and shows {shown[slug]}"


def jobs_have_their_tasks(case: Case) -> Verdicts:
    """R3, R11, E14: a job has the tasks of the job templates that its services were linked to when it was accepted.

    A job for the whole has those of each, in their order; of jobs for each service every one has its own.
    """
    for proposal in case.outcome.diary.accepted:
        if proposal.revoked_at is not None or not proposal.templates or None in proposal.templates:
            continue
        tasks = [tuple(case.outcome.tasks[str(one)]) for one in proposal.templates]
        wanted = Counter(tasks if proposal.jobs > 1 else [sum(tasks, ())])
        for start, found in _tasks_by_start(_jobs_of(case, proposal)):
            is_right = (
                not found - wanted if found.total() <= wanted.total() else not found.keys() - wanted.keys()
            )
            what = f"jobs of {proposal.reference} that start on {start} have tasks {list(found)}, and their templates {list(wanted)}"
            yield None if is_right else what


def jobs_have_their_people(case: Case) -> Verdicts:
    """E16: who is a client's Partner or Manager from the start, and a user by the time it accepts, is so on its jobs."""
    diary = case.outcome.diary
    if case.outcome.fired.get("clock-jump"):
        return  # when a sync was, by the syncer's clock, tells nothing then
    gone = {one.staff for one in diary.left}
    for proposal in diary.accepted:
        pair = case.pair_of(proposal.client)
        picked = diary.picked_at
        is_known = picked and any(
            picked < began and ended < proposal.at for began, ended in case.outcome.synced
        )
        if pair is None or pair.link["origin"] != "imported" or not is_known or proposal.revoked_at:
            continue
        for member in PEOPLE:
            staff = case.in_charge(pair.xpm["UUID"], member)
            if (
                staff in gone
                or staff not in diary.users.values()
                or case.was_chosen(pair.xpm["UUID"], member)
            ):
                continue
            jobs = _jobs_of(case, proposal)
            # Who made one twice without knowing put people on one of them.
            for job in (
                jobs if len(jobs) <= len(planned(proposal, date.fromisoformat(case.outcome.today))) else ()
            ):
                found = (job.get(member.title()) or {}).get("UUID")
                what = f"job {job['ID']} of {proposal.reference} has {member} {found}, and its client {staff}"
                yield None if found == staff else what


def _tasks_by_start(jobs: list[Json]) -> Iterator[tuple[str, Counter[tuple[str, ...]]]]:
    """Yield the names of the tasks of the jobs that start on a day, with how many jobs have them."""
    found: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for job in jobs:
        found[job["StartDate"][:10]][tuple(one["Name"] for one in job["Tasks"] or [])] += 1
    yield from found.items()
