"""What is there twice: a pure comparison of what XPM shows with what the ledger says was made (E11).

A job's mark is the proposal's reference number, its name and its start date, counted with
multiplicity: two services may share a name. A double is a job that bears a mark more often than jobs
of that mark were made, and that the ledger does not know. So a job that a person renamed, moved to
another day or deleted is none, nor is a further job that bears the reference number only.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from syncer.jobs import PlannedJob
from syncer.match import Known
from syncer.model import Contact, Job, Standing

NOBODY: Mapping[str, str | None] = {}
LONGEST_SPAN = timedelta(days=364)
"""XPM lists jobs whose starts lie less than a year apart."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a job is known by in XPM when its number is not known."""

    order_number: str
    name: str
    start_date: str


@dataclass(frozen=True, slots=True)
class MadeJob:
    """A job that the ledger says was made: its number, and the mark it was made with."""

    number: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class MadeClient:
    """A client that was made in XPM for a client of Ignition, and who had its name before. `at`: the intent's moment."""

    uuid: str
    name: str
    before: frozenset[str]
    at: str = ""


@dataclass(frozen=True, slots=True)
class MadeContact:
    """A contact that was made for a client of XPM, what it was made with, and who was there before.

    `uuid`: which of the client's contacts is known as it; None where none is.
    """

    name: str
    email: str
    before: frozenset[str]
    uuid: str | None = None


@dataclass(frozen=True, slots=True)
class Double:
    """A thing that is there more often than it was made; `extra` are those that nobody here knows."""

    what: str
    made: tuple[str, ...]
    extra: tuple[str, ...]

    def say(self) -> str:
        """Say what was found, in one sentence."""
        return f"XPM has {', '.join(self.extra)} beside {', '.join(self.made)}, which alone was made"


def mark(order_number: str, name: str, start_date: str) -> Mark:
    """Return a mark; white space is folded, as a system may store it otherwise than it was sent."""
    return Mark(order_number.strip(), " ".join(name.split()), start_date)


def mark_of(job: Job) -> Mark:
    """Return the mark of a job in XPM."""
    return mark(job.order_number, job.name, job.start_date)


def mark_of_planned(job: PlannedJob) -> Mark:
    """Return the mark that a planned job is made with."""
    return mark(job.order_number, job.name, job.start.isoformat())


def doubled_jobs(made: Iterable[MadeJob], found: Iterable[Job], ours: frozenset[str]) -> list[Double]:
    """Return the jobs that XPM has more often than they were made; a job found twice counts once.

    `made` has all jobs of the proposals looked at, `ours` the numbers of all jobs ever made.
    """
    known = list(made)
    planned = Counter(one.mark for one in known)
    there: dict[Mark, set[str]] = {}
    for job in found:
        there.setdefault(mark_of(job), set()).add(job.number)
    doubles = []
    for one, count in planned.items():
        present = there.get(one, set())
        extra = sorted(present - ours)
        if extra and len(present) > count:
            numbers = sorted(job.number for job in known if job.mark == one)
            what = f"job “{one.name}” of {one.order_number}, starting {one.start_date}"
            doubles.append(Double(what, tuple(numbers), tuple(extra[: len(present) - count])))
    return doubles


def doubled_clients(
    made: Iterable[MadeClient], directory: Iterable[Known], imported: Mapping[str, str | None] = NOBODY
) -> list[Double]:
    """Return the clients made here beside whom another of the name has appeared that belongs to nobody.

    One of which a sync has made a lead since (`imported`: when, None where that is not known) belongs to nobody
    else; one that was a lead before, and has been given the name, is another client. Whether a person or a lost
    call made the other one cannot be told: a person judges.
    """
    everyone = list(directory)
    doubles = []
    for one in made:
        others = tuple(
            known.uuid
            for known in everyone
            if known.name == one.name
            and known.standing is Standing.LIVE
            and known.uuid not in one.before | {one.uuid}
            and (known.linked_to is None or _came_after(one, known.uuid, imported))
        )
        if others:
            doubles.append(Double(f"client “{one.name}”", (one.uuid,), others))
    return doubles


def doubled_contacts(made: Iterable[MadeContact], client: str, present: Iterable[Contact]) -> list[Double]:
    """Return the contacts made for a client that it has more than one of, by name and e-mail; `present`: all it has.

    As with clients, a person judges whether another of them or a lost call made it.
    """
    everyone = {one.id: one for one in present}
    doubles = []
    for one in made:
        same = one.name, one.email
        alike = [
            contact.id
            for contact in everyone.values()
            if (contact.name, contact.values["email"]) == same and contact.id not in one.before
        ]
        ours = one.uuid if one.uuid in alike else next(iter(alike), "")
        others = tuple(uuid for uuid in alike if uuid != ours)
        if others:
            doubles.append(Double(f"contact “{one.name}” of “{client}”", (ours,), others))
    return doubles


def _came_after(made: MadeClient, uuid: str, imported: Mapping[str, str | None]) -> bool:
    if uuid not in imported:
        return False
    at = imported[uuid]
    return at is None or at >= made.at


def spans(days: Iterable[date]) -> list[tuple[date, date]]:
    """Return spans of less than a year that hold all of some days: as few as there can be."""
    found: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if found and day - found[-1][0] <= LONGEST_SPAN:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found
