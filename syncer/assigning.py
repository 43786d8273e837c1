"""Who goes on a job: the client's Partner and Manager, and the staff its workflow names (E16)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from syncer import ledger_tables as t
from syncer import memory
from syncer.errors import RefusedError
from syncer.jobs import Note, PlannedJob
from syncer.model import User
from syncer.practice import Practice

MANAGER, PARTNER, ASSIGNED = "Manager", "Partner", "assigned"
UNLINKED = "is no linked XPM staff"
DELETED = "was deleted from XPM's staff"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who belongs on a job: as what, by name, as XPM staff; or why that cannot be."""

    role: str
    name: str
    staff_uuid: str | None = None
    lack: str = ""

    def missing(self) -> Note:
        """Return what a job is without, when this person is not on it."""
        who = f"“{self.name}”" if self.role == ASSIGNED else f"its {self.role}, “{self.name}”"
        return Note(f"it is without {who}, who {self.lack}", "E16")


class Assigner:
    """Puts people on one practice's jobs. Nobody who cannot be put there keeps anybody else away."""

    def __init__(self, practice: Practice, users: Iterable[User] | None = None) -> None:
        """Take Ignition's users where they were just read; else they are read when they are needed."""
        self._practice = practice
        self._ledger = practice.ledger
        self._users = users
        self._deleted: frozenset[str] = frozenset()
        """Staff whom XPM was found to have no more."""

    def assign(self, job: PlannedJob, number: str) -> list[Note]:
        """Put Manager, Partner and assigned staff on a job, in one call; returns who is missing, and why."""
        people = [self._checked(one) for one in self._people(job)]
        notes = [one.missing() for one in people if one.lack]
        able = [one for one in people if not one.lack]
        if not able:
            return notes
        try:
            self._put(number, able)
        except RefusedError:
            return notes + self._put_who_can_be(number, able)
        return notes

    def lacking(self, job: PlannedJob) -> list[Note]:
        """Return who will be missing on a job, as far as that is known before XPM is asked."""
        return [one.missing() for one in self._people(job) if one.lack]

    def _put_who_can_be(self, number: str, people: list[Person]) -> list[Note]:
        """Assign those whom XPM takes: all who are still on its staff, or else one by one."""
        there = {one.uuid for one in self._practice.xpm.staff()}
        self._deleted |= {one.staff_uuid for one in people if one.staff_uuid and one.staff_uuid not in there}
        checked = [self._checked(one) for one in people]
        notes = [one.missing() for one in checked if one.lack]
        able = [one for one in checked if not one.lack]
        if notes and able:
            try:
                self._put(number, able)
            except RefusedError:
                pass  # who of them it was is found out below
            else:
                return notes
        for one in able:
            try:
                self._put(number, [one])
            except RefusedError as error:
                notes.append(replace(one, lack=f"was refused by XPM ({error.what})").missing())
        return notes

    def _put(self, number: str, people: list[Person]) -> None:
        of_role = {one.role: one.staff_uuid for one in people}
        staff = [one.staff_uuid for one in people if one.role == ASSIGNED and one.staff_uuid]
        self._practice.xpm.assign(
            number, manager_uuid=of_role.get(MANAGER), partner_uuid=of_role.get(PARTNER), staff_uuids=staff
        )

    def _checked(self, person: Person) -> Person:
        return replace(person, lack=DELETED) if person.staff_uuid in self._deleted else person

    def _people(self, job: PlannedJob) -> list[Person]:
        row = self._ledger.row(t.deployments, proposal_slug=job.proposal_slug) or {}
        (client,) = memory.some_mirrored(self._ledger, memory.IGNITION, [row["client_slug"]])
        roles = ((MANAGER, client.values["manager"]), (PARTNER, client.values["partner"]))
        wanted = [(role, slug) for role, slug in roles if isinstance(slug, str) and slug]
        wanted += [(ASSIGNED, slug) for slug in job.staff_slugs]
        people = [self._person(role, slug) for role, slug in wanted]
        # Two users may be one member of the staff.
        return list({(one.role, one.staff_uuid or one.name): one for one in people}.values())

    def _person(self, role: str, slug: str) -> Person:
        """Return who a user is in XPM; one who was picked since the last sync is asked for (R2)."""
        rows = self._ledger.rows(t.user_links)
        mine = {row["standing"]: row for row in rows if row["user_slug"] == slug}
        if "live" in mine:
            return Person(role, mine["live"]["name"], mine["live"]["staff_uuid"])
        if "staff_deleted" in mine:
            return Person(role, mine["staff_deleted"]["name"], lack=DELETED)
        user = self._team.get(slug)
        if user is None:
            name = next((row["name"] for row in mine.values()), slug)
            return Person(role, name, lack="is no user any more")
        taken = {row["staff_uuid"] for row in rows if row["standing"] == "live"}
        if user.staff_uuid is None or user.staff_uuid in taken:
            return Person(role, user.name, lack=UNLINKED)
        return Person(role, user.name, user.staff_uuid)

    @cached_property
    def _team(self) -> dict[str, User]:
        """Ignition's users, read once, and only when the ledger does not know one."""
        users = self._practice.ignition.users() if self._users is None else self._users
        return {one.slug: one for one in users}
