"""The work of a load run as a fixed list, drawn from the seed: pure, and the same for any number of users.

A run has phases. In each, every practice has a list of items that are done one after the other; a phase
begins when all practices are through the one before. An item has a moment at which it is meant to begin,
in seconds from the beginning of its phase: who comes late is measured from there.
"""

import random
from dataclasses import dataclass
from typing import Literal

from scenarios.load.plan import LoadPlan

Kind = Literal["sync", "engage", "browse"]
"""Which kind of user an item is for."""
ZONES = (1, 0, 2)
"""The order in which the countries of practices come to their hour: New Zealand, Australia, United Kingdom.

A practice's country is its number modulo 3: Australia, New Zealand, United Kingdom.
"""
BROWSED = 3
"""Every so many practices also have a third-party integration that reads."""
ENGAGED = 2
"""In a night, every so many practices also have a client who accepts."""
BURST = 0.1
"""The part of a Monday's span in which all acceptances fall."""
STEPS = 8
"""How many rates a ramp has, …"""
GROWTH = 1.5
"""… and how many times as high each is as the one before."""


@dataclass(frozen=True)
class Item:
    """A piece of work: for whom, what, when it is meant to begin, and which of its sort it is that day."""

    kind: Kind
    what: str
    due: float = 0.0
    number: int = 0


@dataclass(frozen=True)
class Phase:
    """A part of a run. `day` counts measured days from 0; None: what comes before them is not measured."""

    name: str
    day: int | None = None
    passes: int = 0
    """How many seconds pass on everybody's clocks before it begins."""


HOUR, DAY = 3_600, 86_400
LANDED = 200
"""Seconds after which every late write has landed."""
SETTLED = 3 * DAY
"""How long after the first sync the settling one comes; that is an hour after the worlds were made, so that a look
before a write, which asks what changed since all was read, does not show all that there is."""


def phases(days: int) -> tuple[Phase, ...]:
    """Return the phases of a run: a first sync, one that settles, for each day what people do, and the day; the verdict.

    Each sync comes a day or more after the one before, so that it reads what is new and nothing else.
    """
    found = [Phase("first syncs", passes=HOUR), Phase("settling syncs", passes=SETTLED)]
    for day in range(days):
        found += [Phase(f"people of day {day + 1}", passes=DAY), Phase(f"day {day + 1}", day)]
    # What a call left that comes late has landed by then.
    return (*found, Phase("judging", passes=LANDED))


def items_of(plan: LoadPlan, practice: int, number: int) -> tuple[Item, ...]:
    """Return a practice's work in a phase, in the order it is done in."""
    phase = phases(plan.days)[number]
    if number == 0:
        return (Item("sync", "connect"), Item("sync", "first sync"))
    if number == 1:
        return (Item("sync", "settling sync"),)
    if number == len(phases(plan.days)) - 1:
        return (Item("sync", "judging"),)
    if phase.day is None:
        return (Item("engage", "people"),)
    rng = random.Random(f"load/{plan.seed}/{practice}/{phase.day}/starts")
    due = _DUE[plan.shape](plan, practice, rng)
    return tuple(sorted(due, key=lambda one: (one.due, one.kind, one.number)))


def acceptances_of(plan: LoadPlan, practice: int) -> int:
    """Return how many clients of a practice accept in a day."""
    match plan.shape:
        case "ramp" | "soak":
            return 0
        case "monday":
            return plan.acceptances
    return plan.acceptances if practice % ENGAGED == 0 else 0


def _nightly(plan: LoadPlan, practice: int, rng: random.Random) -> list[Item]:
    """Every practice of a time zone begins its sync at once; acceptances and reads come at any time."""
    hour = plan.span * ZONES.index(practice % len(ZONES)) / len(ZONES)
    return [Item("sync", "daily sync", hour), *_others(plan, practice, rng, plan.span)]


def _monday(plan: LoadPlan, practice: int, rng: random.Random) -> list[Item]:
    """All acceptances of a week-end fall into the first tenth; the daily syncs come in the middle."""
    burst = _others(plan, practice, rng, plan.span * BURST)
    return [*burst, Item("sync", "daily sync", plan.span / 2)]


def _soak(plan: LoadPlan, practice: int, rng: random.Random) -> list[Item]:
    """Have work come evenly, day after day; nobody accepts, so that what there is to keep stays the same."""
    return [
        Item("sync", "daily sync", rng.uniform(0, plan.span)),
        *_others(plan, practice, rng, plan.span),
    ]


def _ramp(plan: LoadPlan, practice: int, _rng: random.Random) -> list[Item]:
    """Have syncs come at rates that rise step by step, dealt to the practices in turn.

    A practice's first one carries over what people did.
    """
    starts = ramp_starts(plan)[practice :: plan.practices]
    return [
        Item("sync", "daily sync" if number == 0 else "further sync", due, number)
        for number, due in enumerate(starts)
    ]


def ramp_starts(plan: LoadPlan) -> list[float]:
    """Return when the syncs of a ramp are meant to begin; at the first rate each practice has one."""
    step = plan.span / STEPS
    found = []
    for number in range(STEPS):
        many = round(plan.practices * GROWTH**number)
        found += [number * step + step * place / many for place in range(many)]
    return found


def ramp_rates(plan: LoadPlan) -> list[float]:
    """Return the rates of a ramp, in syncs a minute."""
    return [round(plan.practices * GROWTH**number) * 60 * STEPS / plan.span for number in range(STEPS)]


def _others(plan: LoadPlan, practice: int, rng: random.Random, span: float) -> list[Item]:
    found = [
        Item("engage", "acceptance", rng.uniform(0, span), number)
        for number in range(acceptances_of(plan, practice))
    ]
    if practice % BROWSED == 0:
        found.append(Item("browse", "reading", rng.uniform(0, span)))
    return found


_DUE = {"nightly": _nightly, "monday": _monday, "soak": _soak, "ramp": _ramp}


def deal(practices: int, workers: int) -> list[list[int]]:
    """Deal practices to workers: each to one, as evenly as can be, zones to all."""
    return [list(range(number, practices, workers)) for number in range(workers)]
