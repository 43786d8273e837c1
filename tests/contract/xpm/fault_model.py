"""A model of the fake's books under faults: what limits, journal and rows must be, worked out apart from it.

Of each call the model is told which fault it met, by the journal; everything else it predicts.
"""

import random
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from tests.contract.xpm.small import ACME

RESET, TIMEOUT, CUT = "ConnectionError", "ReadTimeout", "ChunkedEncodingError"
OFTEN = {"probability": 0.09}
"""Of the kinds that only a part of the calls can meet."""
VERY_OFTEN = {"probability": 0.3}
"""Of the kinds that do nothing to most of the calls they are chosen for."""
PLAN: list[dict[str, Any]] = [
    {"kind": "latency", "seconds": 60},
    {"kind": "status", "status": 500, "body": "no json", "name": "500"},
    {"kind": "status", "status": 503, "name": "503"},
    {"kind": "status", "status": 429, "name": "429"},
    {"kind": "refused"},
    {"kind": "reset"},
    {"kind": "lost"},
    {"kind": "lost", "answer": "500", "name": "lost 500"},
    {"kind": "cut"},
    {"kind": "malformed"},
    {"kind": "late", "seconds": 9, **OFTEN},
    {"kind": "late", "seconds": 4, "answer": "503", "name": "late 503", **OFTEN},
    {"kind": "late", "seconds": 14, "answer": "hang", "name": "late hang", **OFTEN},
    {"kind": "stale", **OFTEN},
    {"kind": "drift", **VERY_OFTEN},
    {"kind": "missed_boundary", **VERY_OFTEN},
    {"kind": "token_dead"},
]
FATES: dict[str | None, tuple[str | int, int, str]] = {
    None: (200, 200, "done"),
    "latency": (TIMEOUT, 200, "done"),
    "500": (500, 500, "not done"),
    "503": (503, 503, "not done"),
    "429": (429, 429, "not done"),
    "refused": (RESET, 0, "not done"),
    "reset": (RESET, 0, "not done"),
    "lost": (RESET, 0, "done"),
    "lost 500": (500, 500, "done"),
    "cut": (CUT, 200, "done"),
    "malformed": (200, 200, "done"),
    "late": (RESET, 0, "9"),
    "late 503": (503, 503, "4"),
    "late hang": (TIMEOUT, 0, "14"),
    "stale": (200, 200, "done"),
    "drift": (200, 200, "done"),
    "missed_boundary": (200, 200, "done"),
    "token_dead": (401, 401, "not done"),
}
"""For each fault: what the caller sees, what the journal says, and whether the call is done, or in how many seconds."""

Step = tuple[str, str, str]
"""A call (verb, path, body), or a move of the clock (`clock`, seconds, nothing)."""
READS = (
    "client.api/list",
    "client.api/list?modifiedsince=2026-06-15T12:00:00",
    f"client.api/get/{ACME}",
    "client.api/paged-list?pageSize=2",
    "job.api/current",
)


def script(seed: int, steps: int, page_token: str) -> list[Step]:
    """Return what a busy program does: reads, writes, pauses, and bursts that are too fast.

    `page_token` leads to the second page of clients, one a page.
    """
    reads = (*READS, f"client.api/paged-list?pageSize=1&pageToken={page_token}")
    chance = random.Random(seed)  # noqa: S311  # no secret is drawn
    made: list[Step] = []
    for number in range(steps):
        drawn = chance.random()
        if drawn < 0.12:
            made.append(("clock", str(chance.randint(1, 9)), ""))
        elif drawn < 0.4:
            made.append(("POST", "client.api/add", f"<Client><Name>Client {number}</Name></Client>"))
        elif drawn < 0.6:
            body = f"<Client><UUID>{ACME}</UUID><Fax>{number}</Fax></Client>"
            made.append(("PUT", "client.api/update", body))
        else:
            made.append(("GET", chance.choice(reads), ""))
    return made


@dataclass
class Books:
    """What the fake must have counted so far. Times are seconds since the world was loaded."""

    minute: int
    day: int
    now: int = 0
    entries: int = 0
    """Calls in the journal."""
    window: deque[int] = field(default_factory=deque)
    calls: int = 0
    waiting: list[tuple[int, int, Step]] = field(default_factory=list)
    done: list[tuple[int, Step]] = field(default_factory=list)
    """The writes that were done, each with its moment."""
    dead: bool = False

    def move(self, seconds: int) -> None:
        """Let time pass: writes that are due are done at their own moments."""
        self.now += seconds
        self.waiting.sort()
        while self.waiting and self.waiting[0][0] <= self.now:
            due, _arrival, step = self.waiting.pop(0)
            self.done.append((due, step))
            self.entries += 1

    def call(self, step: Step, fault: str | None) -> tuple[str | int, int, list[str | None], str | None]:
        """Count a call; return what its caller sees, the journal's status, the headers, and the wait of a 429."""
        self.entries += 1
        if self.dead:
            return 401, 401, [None, None, None], None
        while self.window and self.window[0] <= self.now - 60:
            self.window.popleft()
        if len(self.window) >= self.minute:
            return 429, 429, self.headers(), str(self.window[0] + 60 - self.now)
        self.window.append(self.now)
        self.calls += 1
        seen, noted, fate = FATES[fault]
        if step[0] != "GET":
            if fate == "done":
                self.done.append((self.now, step))
            elif fate != "not done":
                self.waiting.append((self.now + int(fate), self.entries, step))
        self.dead = fault == "token_dead"
        return seen, noted, self.headers(), "1" if fault == "429" else None

    def headers(self) -> list[str | None]:
        used = len(self.window)
        return [str(self.minute - used), str(self.day - self.calls), str(10_000 - used)]
