"""What each step of a story did to both systems' records: their states are read between the steps.

They are read from the control plane, which no limit counts, no fault meets and no journal notes, and only of
a system that was asked since to do more than answer.
"""

from scenarios.desks import Control
from scenarios.report.changes import Change, Tables, changes, ordered
from scenarios.stage import Stage
from scenarios.watch import Noted
from scenarios.world import Worlds

MOST_CLIENTS = 1000
"""Of how many clients in a world states are compared: of more, reading them takes longer than the steps."""
READS = frozenset({"GET", "HEAD"})
NO_RECORDS = (
    "/_control/tokens",
    "/_control/faults",
    "/_control/limits",
    "/connect/",
    "/identity/",
    "/oauth2/",
)
"""Where calls begin that change no record, although they write: consents, tokens, and what a scenario arranges."""


class States:
    """Both systems' states: at first, and when a step was last over."""

    def __init__(self, stage: Stage) -> None:
        self._watch = stage.watch
        self._controls = (stage.xpm, stage.ignition)
        self._seen = len(self._watch)
        self._last = {one.name: _read(one) for one in self._controls}
        self._first = dict(self._last)

    def since_last(self) -> tuple[Change, ...]:
        """Return what became of the records since this was asked last, or since the world was loaded.

        What happened between two steps belongs to the one that follows.
        """
        written = {note.origin for note in self._watch.since(self._seen) if may_change(note)}
        found: list[Change] = []
        for control in self._controls:
            if control.url in written:
                before, after = self._last[control.name], _read(control)
                self._last[control.name] = after
                found += changes(control.name, before, after)
        self._seen = len(self._watch)
        return ordered(found)

    def whole(self) -> tuple[Change, ...]:
        """Return what became of the records from the first step to the last."""
        return ordered(
            change for name, first in self._first.items() for change in changes(name, first, self._last[name])
        )


def may_change(note: Noted) -> bool:
    """Tell whether a record may be another after a call; a clock that moves lets late writes land."""
    return note.method not in READS and not note.path.startswith(NO_RECORDS)


def clients_of(worlds: Worlds) -> int:
    """Return how many clients a world begins with, on both sides."""
    practices = [*worlds.xpm["tenants"], *worlds.ignition["practices"]]
    return sum(len(practice.get("clients", ())) for practice in practices)


def _read(control: Control) -> Tables:
    tables: Tables = control.get("state")
    return tables
