"""Loads the fakes of a load run with their worlds: `python -m scenarios.load.worlds`, with the plan in the environment."""

import sys

import requests

from scenarios.load.fakes import FakesError, steer
from scenarios.load.plan import LoadPlan, PlanError, read


def put(plan: LoadPlan) -> None:
    """Load both fakes anew; limits as the plan says, no faults. Raises FakesError or one of requests' errors."""
    worlds = plan.worlds()
    for url, world in ((plan.xpm_url, worlds.xpm), (plan.ignition_url, worlds.ignition)):
        steer("DELETE", f"{url}/_control/faults")
        steer("POST", f"{url}/_control/world", world)
        steer("DELETE", f"{url}/_control/journal")
        # The fakes' time begins with the world's, as that of every practice's syncer does.
        steer("PUT", f"{url}/_control/clock", {"now": world["now"], "mode": "running"})
        limits = steer("GET", f"{url}/_control/limits")
        if not plan.limits:
            steer("PUT", f"{url}/_control/limits", dict.fromkeys(limits))


if __name__ == "__main__":
    try:
        put(read())
    except (PlanError, FakesError, requests.RequestException) as error:
        sys.exit(f"the fakes cannot be loaded: {error}")
