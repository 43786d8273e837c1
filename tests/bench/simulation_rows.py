"""How fast the simulator is: simulated days, each with its daily sync, a second of one core's time."""

import time

from scenarios.simulation.explore import play
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


ROWS = (Row("simulated sync-days a second per core", sync_days, 60, "days/s"),)
