"""The troubles of a simulated run: faults of the fakes, and the syncer's own."""

import random

from scenarios.simulation.moments import DAY, DAYS, SYNC_AT, while_syncing
from scenarios.simulation.script import Item, Json

CALL_TROUBLES: tuple[tuple[str, Json], ...] = (
    ("latency", {"kind": "latency", "seconds": 20}),
    ("time-out", {"kind": "latency", "seconds": 60}),
    ("500", {"kind": "status", "status": 500}),
    ("503", {"kind": "status", "status": 503}),
    ("429", {"kind": "status", "status": 429, "retry_after": 7}),
    ("refused", {"kind": "refused"}),
    ("reset", {"kind": "reset"}),
    ("lost", {"kind": "lost"}),
    ("lost-500", {"kind": "lost", "answer": "500"}),
    ("lost-write", {"kind": "lost", "method": "POST"}),
    ("lost-put", {"kind": "lost", "method": "PUT"}),
    ("cut", {"kind": "cut"}),
    ("malformed", {"kind": "malformed"}),
    ("late", {"kind": "late", "seconds": 100}),
    ("late-hang", {"kind": "late", "seconds": 119, "answer": "hang", "method": "POST"}),
    ("stale", {"kind": "stale", "writes": 1}),
    ("drift", {"kind": "drift", "rows": 1}),
    ("missed-boundary", {"kind": "missed_boundary"}),
    ("token-dead", {"kind": "token_dead"}),
)
WEBHOOK_TROUBLES: tuple[tuple[str, Json], ...] = (
    ("webhook-lost", {"kind": "webhook_lost"}),
    ("webhook-duplicated", {"kind": "webhook_duplicated"}),
    ("webhook-delayed", {"kind": "webhook_delayed", "seconds": 3600}),
    ("webhook-reordered", {"kind": "webhook_reordered"}),
)
RELIABLE = frozenset(name for name, _ in CALL_TROUBLES) - {
    "drift",
    "late",
    "late-hang",
    "lost-put",
    "lost-write",
    "missed-boundary",
    "refused",
    "token-dead",
}
"""Troubles that strike wherever there are calls, and there are calls every day: not all days are written on."""
WHOEVER_COMES = 0.1
"""How many of a fake's troubles strike whatever call comes first, which is for a token most often: each sync begins with
those, and who gets none does nothing more that day."""
MACHINE_TROUBLES = ("crash", "disk-full", "second-syncer", "clock-jump")
OFTEN_A_MACHINE = 0.5
"""How many of the runs that drew no trouble of the syncer's own get one: those find what faults alone do not."""


def kinds_of(rng: random.Random) -> list[tuple[str, Json]]:
    """Draw which kinds of trouble a run has at all, with what a fake is told of each."""
    kinds = rng.sample(
        [*CALL_TROUBLES, *WEBHOOK_TROUBLES, *((name, {}) for name in MACHINE_TROUBLES)], rng.randint(2, 7)
    )
    if rng.random() < OFTEN_A_MACHINE and not any(name in MACHINE_TROUBLES for name, _ in kinds):
        kinds.append((rng.choice(MACHINE_TROUBLES), {}))
    if not any(name in RELIABLE for name, _ in kinds):
        # Troubles that wait for an occasion may never have one: a run with no other would be a stroll.
        kinds.append(rng.choice([one for one in CALL_TROUBLES if one[0] in RELIABLE]))
    return kinds


def trouble(rng: random.Random, kinds: list[tuple[str, Json]]) -> Item:
    """Draw one trouble of these kinds: when, and what it strikes."""
    name, rule = rng.choice(kinds)
    at = rng.randrange(DAYS) * DAY + SYNC_AT + rng.uniform(-60, 20)
    if name in ("crash", "disk-full", "second-syncer"):
        # The first sync, which makes the most, is met more often than its share.
        day = rng.choice((0, rng.randrange(DAYS), rng.randrange(DAYS)))
        at = while_syncing(rng, day, -1)
    if name in MACHINE_TROUBLES:
        return Item(
            0, at, "machine", name, {"number": rng.randint(1, 60), "seconds": rng.choice((-20, 5, 90, 600))}
        )
    fake = "ignition" if name.startswith("webhook") else rng.choice(("xpm", "ignition"))
    if fake == "ignition" and name in ("lost-write", "late-hang", "late") and rng.random() < 0.5:  # noqa: PLR2004
        fake = "xpm"
    # Several at once outlast the repeats of a call.
    if "method" not in rule and not name.startswith(("webhook", "stale", "drift", "missed")):
        method = rng.choice((None, "PUT" if fake == "xpm" else "POST", "POST"))
        rule = {**rule, "method": method} if method else rule
    if not name.startswith("webhook") and rng.random() >= WHOEVER_COMES:
        rule = {**rule, "operation": _work(fake, rule.get("method"))}
    return Item(0, at, "weather", name, {"fake": fake, "times": rng.choice((1, 1, 1, 2, 5)), "rule": rule})


def _work(fake: str, method: str | None) -> str:
    """Return which operations are a sync's own work: neither tokens nor connections."""
    if fake == "xpm":
        return "*.api/*"
    return f"{method} /*" if method else "reporting/*"
