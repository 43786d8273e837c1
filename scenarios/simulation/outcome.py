"""What a run leaves behind, for the judge."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from scenarios.desks import XpmDesk
from scenarios.ignition_desk import IgnitionDesk
from scenarios.simulation.diary import Diary
from scenarios.simulation.machine import Call

Json = dict[str, Any]
BEFORE, AFTER = timedelta(days=300), timedelta(days=60)
"""How far from the last day the jobs lie that are looked at: a proposal starts weeks before, a period a few days ahead."""


@dataclass
class Neighbour:
    """Another practice of the same syncer, in which people typed into few fields, each once."""

    tenant_id: str
    loaded: list[Json]
    """Its clients as XPM had them at first."""
    xpm_clients: list[Json]
    ignition_clients: list[Json]
    diary: Diary
    """What people did there."""


@dataclass(kw_only=True)
class Outcome:
    """What a run left behind, for the judge: the state of both sides and the ledger, then how it came to that."""

    diary: Diary
    xpm_clients: list[Json]
    ignition_clients: list[Json]
    contacts: list[Json]
    users: list[Json]
    staff: list[Json]
    proposals: list[Json]
    jobs: list[Json]
    ledger: dict[str, list[Json]]
    today: str
    """The practice's local date of the last sync."""
    days: int = 0
    synced: list[tuple[datetime, datetime]] = field(default_factory=list)
    """When each sync began and ended that left nothing undone, by the syncer's clock."""
    broken_off: list[tuple[datetime, datetime]] = field(default_factory=list)
    """When each sync began and ended that an error ended, by the syncer's clock."""
    tasks: dict[str, list[str]] = field(default_factory=dict)
    """The names of the tasks of each of XPM's job templates, by the template's name."""
    winner: str = "xpm"
    """Which side wins a conflict (E3)."""
    minute: int = 60
    """How many calls a minute XPM grants (E19)."""
    calls: list[Call] = field(default_factory=list)
    journals: dict[str, list[Json]] = field(default_factory=dict)
    dropped: int = 0
    secrets: list[str] = field(default_factory=list)
    fired: dict[str, int] = field(default_factory=dict)
    digest: str = ""
    """Of both fakes and the ledger, where it was asked for."""
    trace: str = ""
    last_writes: int = -1
    """How often a sync right after a sync wrote, by its calls; below 0: it came to no end."""
    texts: list[str] = field(default_factory=list)
    """Everything the syncer said: reports and log lines."""
    broken: list[str] = field(default_factory=list)
    neighbour: Neighbour | None = None


def state_of(
    diary: Diary, xpm: XpmDesk, ignition: IgnitionDesk, ledger: dict[str, list[Json]], today: date
) -> Outcome:
    """Return the state that both sides of a practice are in, read from outside, and its ledger's dump."""
    return Outcome(
        diary=diary,
        xpm_clients=xpm.clients(),
        ignition_clients=ignition.clients(),
        contacts=ignition.all_contacts(),
        users=ignition.users(),
        staff=xpm.staff(),
        proposals=ignition.proposals(),
        jobs=xpm.jobs_between(today - BEFORE, today + AFTER),
        ledger=ledger,
        today=str(today),
    )


class Logged(logging.Handler):
    """Keeps what the syncer logs; an exception that it did not foresee is a finding."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []
        self.broken: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        text = record.getMessage()
        self.lines.append(text)
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            self.broken.append(f"{text}: {type(error).__name__}: {error}")


@contextmanager
def listening() -> Iterator[Logged]:
    """Keep what the syncer logs while the block runs."""
    handler, logger = Logged(), logging.getLogger("syncer")
    level, propagates = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield handler
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagates
