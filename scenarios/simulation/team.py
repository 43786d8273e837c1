"""The practice's people in a simulation: who is picked as a user, becomes Partner or Manager, and leaves."""

from collections.abc import Iterator
from typing import Any

from scenarios.agreement import PEOPLE
from scenarios.desks import DeskError, XpmDesk
from scenarios.ignition_desk import IgnitionDesk
from scenarios.simulation.diary import Diary, Left
from scenarios.simulation.scheduler import Scheduler

Json = dict[str, Any]
MEMBERS, USERS = 3, 2
"""From how many of the staff people choose, and how many of those are users of Ignition."""


class Team:
    """Some of the staff, the first of whom are users too. Everything goes over HTTP."""

    def __init__(self, scheduler: Scheduler, xpm: XpmDesk, ignition: IgnitionDesk, diary: Diary) -> None:
        self._scheduler = scheduler
        self._xpm = xpm
        self._ignition = ignition
        self._diary = diary
        self._staff: list[str] = []
        """The UUIDs of the staff whom people choose from."""
        self._users: list[str | None] = []
        """Who each of them is in Ignition; None: no user there."""

    def pick(self) -> bool:
        """Have an admin pick users from those whom the dropdown offers (R2); False: it offers nobody yet."""
        if not self._ignition.candidates():
            return False
        self._staff = [one["UUID"] for one in self._xpm.staff()[:MEMBERS]]
        users = [self._ignition.pick_user(one)["slug"] for one in self._staff[:USERS]]
        self._users = [*users, None]
        self._diary.users = dict(zip(users, self._staff, strict=False))
        self._diary.picked_at = self._scheduler.now
        return True

    def choose(self, row: Json, side: str, member: str, place: int) -> tuple[str, str]:
        """Make one of the staff a client's `member`: `partner` or `manager`. Returns who it was and is, as UUIDs.

        Raises DeskError where there are no users yet, or the system does not offer this one.
        """
        place = self._place(place)
        if side == "xpm":
            element = PEOPLE[member]
            old = (row.get(element) or {}).get("UUID", "")
            self._xpm.update_client(row["UUID"], **{f"{element}UUID": self._staff[place]})
            return old, self._staff[place]
        slug = self._users[place]
        if slug is None:
            raise DeskError("this member of the staff is no user of Ignition")
        old = self._diary.users.get(str((row[member] or {}).get("slug")), "")
        self._ignition.update_client(row["slug"], **{f"{member}_slug": slug})
        return old, self._staff[place]

    def leave(self, side: str, place: int) -> None:
        """Delete one of the users, or the staff member who is one (R13), and note where they are in charge by then (E18)."""
        place = self._place(place) % USERS
        uuid, slug = self._staff[place], str(self._users[place])
        began = self._scheduler.now
        in_charge = (*self._in_charge("xpm", uuid), *self._in_charge("ignition", slug))
        if side == "xpm":
            self._xpm.delete_staff(uuid)
        else:
            self._ignition.delete_user(slug)
        self._diary.left.append(Left(began, side, uuid, slug, in_charge))

    def _place(self, place: int) -> int:
        if not self._users:
            raise DeskError("nobody is set up as a user yet")
        return place % len(self._users)

    def _in_charge(self, side: str, person: str) -> Iterator[tuple[str, str]]:
        """Yield where somebody is Partner or Manager: which of both, and the client's id."""
        rows = self._xpm.clients() if side == "xpm" else self._ignition.clients()
        shown = "UUID" if side == "xpm" else "slug"
        for row in rows:
            for member, element in PEOPLE.items():
                if (row.get(element if side == "xpm" else member) or {}).get(shown) == person:
                    yield member, row[shown]
