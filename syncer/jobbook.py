"""What the ledger knows of the jobs of accepted proposals: made, cut short, and what they are without."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from sqlalchemy import Table, bindparam, select

from syncer import ledger_tables as t
from syncer.job_records import job_from_json, job_to_json, notes_from_json, notes_to_json
from syncer.jobs import Made, Note, PlannedJob
from syncer.ledger import PracticeLedger, Row
from syncer.ledger_statements import Prepared
from syncer.model import Proposal
from syncer.recurrence import periods

NAMED = 3
"""How many jobs a sentence names before it only counts them."""
LONGEST_MESSAGE = 5000
_SENTENCE = re.compile(r"(?:^|; )(it is without [^;]+?) \((\w+(?:, \w+)*)(?: and \d+ more)?\)(?=; |$)")
"""Who a job is without, and the numbers of the jobs (E16)."""
LISTED = 1000
"""How many jobs Ignition takes for a proposal; of more, the newest are shown."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A job that is in XPM, and how many of its steps (further templates, people) are done."""

    job: PlannedJob
    number: str
    steps: int

    @property
    def last_step(self) -> int:
        """The number of the step after which the job is whole."""
        return max(len(self.job.template_uuids), 1)


class JobBook:
    """One practice's jobs as the ledger has them."""

    def __init__(self, ledger: PracticeLedger) -> None:
        self._ledger = ledger

    def rows(self, proposal_slug: str) -> list[Row]:
        """Return the rows of one proposal's jobs."""
        return self._of(t.deployed_jobs, proposal_slug)

    def numbers(self) -> frozenset[str]:
        """Return the numbers of all jobs in XPM that are known as ours."""
        return frozenset(str(row["number"]) for row in self._ledger.rows(t.deployed_jobs))

    def unfinished(self, proposal_slug: str) -> list[Begun]:
        """Return the jobs that a crash or a failure cut short, oldest first.

        One that was made before plans were kept counts as whole.
        """
        rows = [row for row in self.rows(proposal_slug) if row["plan"]]
        begun = [
            Begun(job_from_json(json.loads(row["plan"])), str(row["number"]), row["steps"]) for row in rows
        ]
        return sorted(
            (one for one in begun if one.steps < one.last_step), key=lambda one: (one.job.start, one.number)
        )

    def unsettled(self, proposal_slug: str) -> list[Row]:
        """Return the intents to make a job of a proposal that no job in the ledger came of."""
        known = {job_intent(row["key"]) for row in self.rows(proposal_slug)}
        intents = self._of(t.intents, job_intent(proposal_slug))
        return [row for row in intents if row["key"] not in known]

    def enter(self, job: PlannedJob, number: str, steps: int = 0) -> Begun:
        """Note that a job is in XPM, and how many of its steps are done."""
        row = {"key": job.key, "proposal_slug": job.proposal_slug, "name": job.name, "number": number}
        row |= {"start_date": job.start.isoformat(), "plan": _text(job_to_json(job))}
        self._ledger.put(
            t.deployed_jobs,
            {**row, "steps": steps, "notes": _text(notes_to_json(job.notes)), "audited": False},
        )
        return Begun(job, number, steps)

    def advance(self, begun: Begun, steps: int, notes: Iterable[Note] = ()) -> None:
        """Note that so many steps of a job are done, and what it is without by that."""
        (row,) = self._ledger.rows(t.deployed_jobs, key=begun.job.key)
        every = dict.fromkeys((*notes_from_json(json.loads(row["notes"])), *notes))
        changed = {"steps": steps, "notes": _text(notes_to_json(tuple(every)))}
        self._ledger.change(t.deployed_jobs, changed, key=begun.job.key)

    def _of(self, table: Table, first: str) -> list[Row]:
        """Return the rows whose keys begin with a part, by the index of the key: "0" comes next after "/"."""
        return self._ledger.read(_between(table), first=f"{first}/", after=f"{first}0")


@cache
def _between(table: Table) -> Prepared:
    """Return the query for a practice's rows whose keys lie between two texts, the second left out."""
    key, practice = table.c.key, table.c.practice == bindparam("practice")
    within = key >= bindparam("first"), key < bindparam("after")
    return Prepared(select(table).where(practice, *within).order_by(key))


def job_intent(key: str) -> str:
    """Return the key of the intent to make a job."""
    return f"job/{key}"


def made_of(rows: Iterable[Row], proposal: Proposal) -> list[Made]:
    """Return what a proposal's jobs were made for.

    Before plans were kept, a job was for all selected services of a cadence, and its key said which.
    """
    return [_made(row, proposal) for row in rows]


def _made(row: Row, proposal: Proposal) -> Made:
    if row["plan"]:
        kept = json.loads(row["plan"])
        first, last = (date.fromisoformat(kept[name]) for name in ("start", "last"))
        return Made(kept["recurrence"], kept["number"], frozenset(kept["lines"]), first, last)
    cadence, number = row["key"].split("/")[1:3]
    first = date.fromisoformat(row["start_date"])
    period = next(periods(cadence, first, first + timedelta(days=1)))
    lines = frozenset(line.slug for line in proposal.lines if line.selected and line.cadence == cadence)
    return Made(cadence, int(number), lines, first, period.end)


def told(rows: Iterable[Row], more: Iterable[Note] = ()) -> str:
    """Return as one text what a proposal's jobs are without, each thing once, with the jobs it concerns."""
    whose: dict[str, list[str]] = {note.text: [] for note in more}
    for row in sorted(rows, key=_number):
        for note in notes_from_json(json.loads(row["notes"])):
            whose.setdefault(note.text, []).append(str(row["number"]))
    sentences = [f"{text}{_jobs(numbers)}" for text, numbers in whose.items()]
    message = "; ".join(sentences)
    return message if len(message) <= LONGEST_MESSAGE else f"{message[:LONGEST_MESSAGE]}…"


def told_before(message: str, number: str) -> tuple[Note, ...]:
    """Return what a job is without, by the text that `told` made of it: also a ledger that is lost has said so.

    Of more than a few jobs the text names the first only; then it is known of these alone.
    """
    found = _SENTENCE.findall(message)
    return tuple(Note(text, "E16") for text, numbers in found if number in numbers.split(", "))


def shown_jobs(rows: Iterable[Row]) -> list[Mapping[str, str]]:
    """Return a proposal's jobs as Ignition shows them, by number."""
    ordered = sorted(rows, key=_number)
    return [{"number": row["number"], "name": row["name"]} for row in ordered[-LISTED:]]


def _number(row: Row) -> str:
    return str(row["number"])


def _jobs(numbers: list[str]) -> str:
    if not numbers:
        return ""
    more = f" and {len(numbers) - NAMED} more" if len(numbers) > NAMED else ""
    return f" ({', '.join(numbers[:NAMED])}{more})"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
