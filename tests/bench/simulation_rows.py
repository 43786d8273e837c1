"""How fast the simulator is: quiet days, and whole seeds, in one core's time; and how near a night comes to its limits."""

import time
from collections.abc import Sequence

from scenarios.simulation.drawing import draw
from scenarios.simulation.explore import play
from scenarios.simulation.night import Night, NightError
from scenarios.simulation.night import play as play_night
from scenarios.simulation.script import Script
from scenarios.simulation.yard import Yard
from tests.bench.client import LoadError
from tests.bench.rows import Measured, Row

SEEDS = range(1, 13)
YEAR, CLIENTS = 365, 50


def year() -> Measured:
    """Play and judge a year of daily syncs in which nothing else happens: its days in a second of CPU time."""
    script = Script(7, YEAR, CLIENTS, 0, "xpm", (), ())
    took = _seconds_of([script])
    return Measured(YEAR / took, note=f"{YEAR} days of {CLIENTS} clients, {took:.1f} s CPU")


def seeds() -> Measured:
    """Play and judge some seeds, with their people and troubles: seeds in a minute of CPU time."""
    scripts = [draw(seed) for seed in SEEDS]
    took = _seconds_of(scripts)
    days = sum(script.days for script in scripts) / took
    return Measured(
        60 * len(scripts) / took,
        note=f"{len(scripts)} seeds, {took:.1f} s CPU, {days:.0f} such days a second",
    )


def _seconds_of(scripts: Sequence[Script]) -> float:
    """Return the CPU time of playing and judging. Raises LoadError when one fails: what goes wrong may be quick."""
    yard = Yard()
    play(draw(0), yard)  # what is made once in a process is made
    began = time.process_time()
    bad = [script.seed for script in scripts if play(script, yard).violations]
    took = time.process_time() - began
    if bad:
        raise LoadError(f"the seeds {bad} break invariants")
    return took


def night() -> Measured:
    """Sync two practices with 300 edits each under the real limits: simulated time, as a part of the least there is.

    Raises LoadError when it was not that night's work.
    """
    try:
        told = play_night(Night(seed=7, practices=2, size=330, changes=300))
    except NightError as error:
        raise LoadError(str(error)) from error
    return Measured(told.minutes / told.least, note=f"{told.minutes:.2f} minutes, the least {told.least:.2f}")


ROWS = (
    Row("a night under the limits, simulated, over the least", night, 1.1, "", at_least=False),
    Row("a year of daily syncs of 50 clients, simulated, per core", year, 60, "days/s"),
    Row("seeds of the simulator, per core", seeds, 100, "seeds/min"),
)
