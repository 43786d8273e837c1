"""What people did in one practice under load, kept as the simulator's diary, so that its oracle can judge what came of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from scenarios.agreement import is_live
from scenarios.desks import XpmDesk
from scenarios.ignition_desk import IgnitionDesk
from scenarios.simulation.diary import Accepted, Diary, Known, Typed
from scenarios.simulation.invariants import OF_STATE, judge
from scenarios.simulation.oracle import Case
from scenarios.simulation.outcome import state_of

Json = Mapping[str, Any]


class Remembered:
    """The diary of one practice. Clients are known by XPM's UUID where they were there before, else by Ignition's slug."""

    def __init__(self) -> None:
        self._diary = Diary()
        self._sent: dict[str, tuple[str, str]] = {}
        """Proposals by slug: the client's key, the day it starts on."""

    def found(self, xpm: XpmDesk) -> None:
        """Note the clients of a practice before anything is done."""
        for row in xpm.clients():
            known = Known(row["UUID"], row["Name"], xpm=row["UUID"])
            if not is_live(row):
                known.archived.add("xpm")
            self._diary.clients[known.key] = known

    def edited(self, side: str, uuid: str, row: Json, new: str, at: datetime) -> None:
        """Note a phone number that somebody typed over the one in Ignition's `row`; both sides were in step before."""
        key = uuid if uuid in self._diary.clients else str(row["slug"])
        self._diary.clients[key].ignition = row["slug"]
        number = len(self._diary.typed)
        self._diary.typed.append(
            Typed(at, number, side, key, None, "phone", str(row["phone"] or ""), new, at)
        )

    def made(self, row: Json, at: datetime) -> None:
        """Note a lead that somebody made in Ignition."""
        slug = row["slug"]
        self._diary.clients[slug] = Known(slug, row["name"], ignition=slug, born="ignition", at=at)

    def sent(self, proposal: str, client: Json, start: str) -> None:
        """Note a proposal of services that are delivered once, and the row of the client whom it went to."""
        uuid, slug = client["external_client_id"], client["slug"]
        key = uuid if uuid in self._diary.clients else slug
        self._diary.clients[key].ignition = slug
        self._sent[proposal] = (key, start)

    def accepted(self, row: Json, at: datetime) -> None:
        """Note that a client accepted a proposal."""
        key, start = self._sent[row["slug"]]
        number = len(self._diary.accepted)
        self._diary.accepted.append(
            Accepted(at, number, key, row["slug"], row["reference_number"], row["name"], "once_off", start)
        )

    def case(
        self, xpm: XpmDesk, ignition: IgnitionDesk, ledger: dict[str, list[dict[str, Any]]], at: datetime
    ) -> Case:
        """Return what the oracle looks at: this diary, both sides as they are now, and the ledger's dump."""
        return Case(state_of(self._diary, xpm, ignition, ledger, at.date()))


def verdict_of(case: Case) -> tuple[dict[str, int], list[str]]:
    """Put a case to the invariants of the state: how often each was put to the test, and what does not hold. Pure."""
    found = judge(case, OF_STATE)
    return found.tested, [f"{name}: {text}" for name, text in found.violations]
