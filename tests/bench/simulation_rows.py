"""How fast the simulator is: simulated days, each with its daily sync, a second of one core's time."""

import time

from scenarios.simulation.explore import play
from scenarios.simulation.night import Night, NightError
from scenarios.simulation.night import play as play_night
from scenarios.simulation.run import QUIET_DAYS
from scenarios.simulation.script import draw
from scenarios.simulation.yard import Yard
from tests.bench.client import LoadError
from tests.bench.rows import Measured, Row

SEEDS = range(1, 11)


def sync_days() -> Measured:
    """Play and judge some seeds, and tell their days in a second of CPU time. Raises LoadError when one fails.

    The quiet days at the end of a run have their daily syncs too, and count.
    """
    yard = Yard()
    play(draw(0), yard)  # what is made once in a process is made
    scripts = [draw(seed) for seed in SEEDS]
    began = time.process_time()
    bad = [script.seed for script in scripts if play(script, yard).violations]
    took = time.process_time() - began
    if bad:
        raise LoadError(f"the seeds {bad} break invariants: what goes wrong may be quick")
    days = sum(script.days + QUIET_DAYS for script in scripts)
    return Measured(days / took, note=f"{len(scripts)} seeds, {days} days, {took:.1f} s CPU")


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
    Row("simulated sync-days a second per core", sync_days, 60, "days/s"),
)
