"""When things happen in a simulated run, in seconds from the midnight before its first day."""

import random

DAY, DAYS = 86_400, 10
"""The seconds of a day, and how many days people and troubles have."""
SYNC_AT = 2 * 3600
"""When the daily sync begins, in seconds of the practice's local day."""
SYNCS_LAST = (4, 12)
"""How long a daily sync takes, in seconds: one without trouble, and one with some."""
WHILE_SYNCING = 0.35
"""How much of what people do they do while the daily sync runs."""


def during_next_sync(rng: random.Random, at: float) -> float:
    """Return a moment of the next daily sync after one."""
    day = (at - SYNC_AT) // DAY + 1
    return while_syncing(rng, day)


def moment(rng: random.Random) -> float:
    """Return a moment of the working day, or while the daily sync runs."""
    day = rng.randrange(DAYS)
    if rng.random() < WHILE_SYNCING:
        return while_syncing(rng, day)
    return day * DAY + rng.uniform(8 * 3600, 18 * 3600)


def while_syncing(rng: random.Random, day: float, first: float = 0) -> float:
    """Return a moment of a day's sync, from so many seconds after its beginning on."""
    return day * DAY + SYNC_AT + rng.uniform(first, rng.choice(SYNCS_LAST))
