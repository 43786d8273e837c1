"""What a run leaves behind, for the judge."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from scenarios.simulation.diary import Diary
from scenarios.simulation.machine import Call
from scenarios.simulation.script import Script

Json = dict[str, Any]


@dataclass
class Neighbour:
    """Another practice of the same syncer, in which nobody touched anything."""

    tenant_id: str
    loaded: list[Json]
    """Its clients in XPM as the world had them."""
    xpm_clients: list[Json]
    ignition_clients: list[Json]


@dataclass
class Outcome:
    """What a run left behind, for the judge."""

    script: Script
    diary: Diary
    calls: list[Call]
    journals: dict[str, list[Json]]
    dropped: int
    xpm_clients: list[Json]
    ignition_clients: list[Json]
    contacts: list[Json]
    users: list[Json]
    staff: list[Json]
    proposals: list[Json]
    jobs: list[Json]
    ledger: dict[str, list[Json]]
    secrets: list[str]
    fired: dict[str, int]
    digest: str
    trace: str
    last_writes: int
    """Of a sync right after a sync; below 0: it came to no end."""
    today: str
    """The practice's local date of the last sync."""
    texts: list[str] = field(default_factory=list)
    """Everything the syncer said: reports and log lines."""
    broken: list[str] = field(default_factory=list)
    neighbour: Neighbour | None = None


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
