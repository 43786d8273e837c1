"""How long it takes to generate a world: 15,000 clients with their contacts, as both fakes take them."""

import json
import time

from scenarios.profiles import BY_NAME, make
from tests.bench.rows import Measured, Row


def firm() -> Measured:
    """Make the profile of 15,000 clients and write it as JSON, and tell the seconds of CPU time."""
    began = time.process_time()
    worlds = make(BY_NAME["firm"], 7)
    size = len(json.dumps(worlds.xpm)) + len(json.dumps(worlds.ignition))
    took = time.process_time() - began
    clients = len(worlds.tenant()["clients"])
    return Measured(took, note=f"{clients:,} clients, {size / 1e6:.0f} MB of JSON")


ROWS = (Row("a world of 15,000 clients", firm, 20, "s CPU", at_least=False),)
