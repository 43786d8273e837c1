"""Both systems' records side by side, as a person sees them who looks at both: read over HTTP, nothing of the syncer."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from scenarios.agreement import (
    CONTACT_TEXTS,
    FIELDS,
    PEOPLE,
    Counterpart,
    contacts_by_client,
    is_live,
    team_of,
    together,
)
from scenarios.desks import Json, XpmDesk
from scenarios.ignition_desk import IgnitionDesk

MOST_SHOWN = 200
"""How many clients of a practice are shown; of more, those that the story is about, then those that differ."""
YES = "Yes"


@dataclass(frozen=True, slots=True)
class Line:
    """What both systems say of one thing; `is_same` where they say the same."""

    what: str
    rule: str
    xpm: str
    ignition: str
    excuse: str = ""
    """Why it need not be the same."""

    @property
    def is_same(self) -> bool:
        """Whether both say the same, or need not."""
        return self.xpm == self.ignition or bool(self.excuse)


@dataclass(frozen=True, slots=True)
class Card:
    """A client as both systems have it, or as the one that has it."""

    name: str
    xpm_id: str | None
    ignition_id: str | None
    lines: tuple[Line, ...]
    why: str = ""
    """Why it is on one side only, or may differ."""
    is_told_of: bool = False
    """Whether the story is about it: people changed it, or a step names it."""

    @property
    def where(self) -> str:
        """Which systems have it."""
        if self.xpm_id and self.ignition_id:
            return "both"
        return "XPM only" if self.xpm_id else "Ignition only"

    @property
    def may_differ(self) -> bool:
        """Whether both say something else where they may."""
        return self.where == "both" and any(one.xpm != one.ignition for one in self.lines)

    @property
    def differs(self) -> int:
        """In how many things both say something else."""
        return sum(not one.is_same for one in self.lines) if self.where == "both" else 0


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job in XPM, and whether Ignition shows it on the proposal that it is for."""

    number: str
    name: str
    days: str
    state: str
    is_shown: bool
    is_there: bool = True


@dataclass(frozen=True, slots=True)
class Deal:
    """A proposal, what Ignition shows of its deployment, and its jobs in XPM."""

    reference: str
    client: str
    state: str
    status: str
    message: str
    jobs: tuple[JobLine, ...]


@dataclass(frozen=True, slots=True)
class Practice:
    """One practice's records on both sides."""

    name: str
    cards: tuple[Card, ...]
    left_out: int
    """How many clients are not shown."""
    deals: tuple[Deal, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What a story is about: ids of what people changed, all that its steps say, and what may differ and why."""

    ids: frozenset[str]
    words: str
    apart: Mapping[str, str]


def look(name: str, xpm: XpmDesk, ignition: IgnitionDesk, told: Told) -> Practice:
    """Read both systems of a practice."""
    there, here, proposals = xpm.clients(), ignition.clients(), ignition.proposals()
    cards = [
        _marked(one, told)
        for one in _cards(there, here, proposals, contacts_by_client(ignition), team_of(xpm, ignition))
    ]
    ordered = sorted(
        cards,
        key=lambda one: (
            not one.differs,
            not one.is_told_of,
            one.where == "both",
            one.name,
            one.xpm_id or "",
        ),
    )
    deals = _deals(proposals, there, xpm.jobs_of)
    return Practice(name, tuple(ordered[:MOST_SHOWN]), len(cards[MOST_SHOWN:]), tuple(deals))


def _marked(card: Card, told: Told) -> Card:
    """Mark whether a story is about a client, and what may differ by what the scenario says."""
    lines = tuple(
        replace(line, excuse=line.excuse or _excuse(f"“{card.name}”: {line.what} is", told.apart))
        for line in card.lines
    )
    is_told_of = bool({card.xpm_id, card.ignition_id} & told.ids) or card.name in told.words
    return replace(card, lines=lines, is_told_of=is_told_of)


def _excuse(what: str, apart: Mapping[str, str]) -> str:
    return next((why for start, why in apart.items() if what.startswith(start)), "")


def _cards(
    there: list[Json],
    here: list[Json],
    proposals: list[Json],
    contacts: Mapping[str, list[Json]],
    team: Mapping[str, str],
) -> list[Card]:
    live = [row for row in there if is_live(row)]
    gone = [row for row in there if row not in live]
    found, taken = [], set()
    for theirs, counterpart in [*together(live, here, proposals), *together(gone, here, proposals)]:
        ours = counterpart.row if counterpart and counterpart.row["slug"] not in taken else None
        taken |= {ours["slug"]} if ours else set()
        lines = _lines(theirs, ours, contacts.get(ours["slug"], []) if ours else [], team)
        slug = ours["slug"] if ours else None
        found.append(Card(theirs["Name"], theirs["UUID"], slug, lines, _why(theirs, counterpart, ours)))
    for ours in here:
        if ours["slug"] not in taken:
            lines = _lines({}, ours, contacts.get(ours["slug"], []), team)
            found.append(Card(ours["name"], None, ours["slug"], lines, f"{ours['state']} in Ignition"))
    return found


def _why(theirs: Json, counterpart: Counterpart | None, ours: Json | None) -> str:
    notes = [
        word for word, flag in (("archived", "IsArchived"), ("deleted", "IsDeleted")) if theirs[flag] == YES
    ]
    told = [f"{' and '.join(notes)} in XPM (E2, E7)"] if notes else []
    if ours and ours["state"] in {"archived", "lead"}:
        told.append(f"{ours['state']} in Ignition")
    if ours and counterpart and not counterpart.sends:
        told.append("found by its name alone: until it accepts, it only receives (R10)")
    if not ours and not notes:
        told.append("not in Ignition, or not to be told from a namesake (E1)")
    return "; ".join(told)


def _lines(theirs: Json, ours: Json | None, rows: list[Json], team: Mapping[str, str]) -> tuple[Line, ...]:
    found = [
        Line(what, rule, _said(read_there(theirs)) if theirs else "", _said(read_here(ours)) if ours else "")
        for what, (rule, read_there, read_here) in FIELDS.items()
    ]
    found += [_person(theirs, ours, mine, element, team) for mine, element in PEOPLE.items()]
    found += _contacts(theirs.get("Contacts") or [], rows)
    return tuple(one for one in found if one.xpm or one.ignition)


def _person(theirs: Json, ours: Json | None, member: str, element: str, team: Mapping[str, str]) -> Line:
    """Say who is Partner or Manager: comparable where they are linked users alone (R6)."""
    there, here = theirs.get(element) or {}, (ours or {}).get(member) or {}
    is_known = there.get("UUID") in (None, *team.values()) and here.get("slug") in (None, *team)
    excuse = "" if is_known else "no linked user: not synced"
    if is_known and team.get(str(here.get("slug"))) == there.get("UUID"):
        excuse = "the same person"
    return Line(member, "R6", there.get("Name") or "", here.get("name") or "", excuse)


def _contacts(theirs: list[Json], ours: list[Json]) -> Iterable[Line]:
    """Yield a line for each contact, those of one name and e-mail beside each other, or else of one name."""
    left = list(ours)
    chosen = any(row["IsPrimary"] == YES for row in theirs)
    for row in theirs:
        alike = [one for one in left if (one["name"] or "") == (row["Name"] or "")]
        best = next((one for one in alike if (one["email"] or "") == (row["Email"] or "")), None)
        mine = best or (alike[0] if alike else None)
        if mine:
            left.remove(mine)
        said = _contact(
            [row.get(their) for their in CONTACT_TEXTS.values()], is_primary=row["IsPrimary"] == YES
        )
        yield Line("contact", "R5, E6", said, _ours(mine, says_primary=chosen) if mine else "")
    for mine in left:
        yield Line("contact", "R5, E6", "", _ours(mine, says_primary=True))


def _ours(row: Json, *, says_primary: bool) -> str:
    """Say a contact; who is primary is compared where XPM has chosen one (E6)."""
    values = [row[mine] for mine in CONTACT_TEXTS]
    return _contact(values, is_primary=says_primary and bool(row["is_primary"]))


def _contact(values: Iterable[Any], *, is_primary: bool) -> str:
    told = [str(value) for value in values if value]
    return ", ".join([*told, "primary"] if is_primary else told)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(str(one) for one in value if one) if isinstance(value, list | tuple) else str(value)


def _deals(proposals: list[Json], there: list[Json], jobs_of: Callable[[str], list[Json]]) -> Iterable[Deal]:
    """Yield the proposals with their jobs; only clients that a deployment names are asked for theirs."""
    known = {row["UUID"] for row in there}
    named = (str((row.get("deployment") or {}).get("xpm_client_uuid")) for row in proposals)
    concerned = set(named) & known
    jobs = [job for uuid in sorted(concerned) for job in jobs_of(uuid)]
    for row in sorted(proposals, key=lambda one: str(one["reference_number"])):
        deployment = row.get("deployment") or {}
        shown = {one["number"]: one["name"] for one in deployment.get("jobs", ())}
        mine = [
            job for job in jobs if job["ClientOrderNumber"] == row["reference_number"] or job["ID"] in shown
        ]
        lines = [
            JobLine(job["ID"], job["Name"], _days(job), str(job.get("State") or ""), job["ID"] in shown)
            for job in mine
        ]
        there_now = {job["ID"] for job in mine}
        lines += [
            JobLine(number, name, "", "not in XPM any more", is_shown=True, is_there=False)
            for number, name in shown.items()
            if number not in there_now
        ]
        yield Deal(
            str(row["reference_number"]), str(row["client_name"]), str(row["state"]),
            str(deployment.get("status") or ""), str(deployment.get("message") or ""), tuple(lines),
        )  # fmt: skip


def _days(job: Json) -> str:
    return f"{str(job.get('StartDate') or '')[:10]} to {str(job.get('DueDate') or '')[:10]}"
