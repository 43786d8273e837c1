"""A load run's work done without Locust: on fakes of this process, one item after the other."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import requests

from mock_kit.clock import parse_iso
from scenarios.house import opened
from scenarios.load.fakes import begin_phase, settle
from scenarios.load.judge import judge
from scenarios.load.plan import LoadPlan
from scenarios.load.schedule import items_of, phases
from scenarios.load.work import Lane, make_house
from scenarios.load.worlds import put
from scenarios.world import NOW


@contextmanager
def loaded(plan: LoadPlan) -> Iterator[LoadPlan]:
    """Have both fakes up, loaded for a plan, while the block runs; the plan says where they are.

    They make ids as fakes do that are served without a seed.
    """
    with opened(parse_iso(NOW), 0, "sockets") as house:
        placed = replace(plan, xpm_url=house.xpm_url, ignition_url=house.ignition_url)
        put(placed)
        yield placed


@contextmanager
def lanes_of(plan: LoadPlan) -> Iterator[list[Lane]]:
    """Have a lane for each of a plan's practices while the block runs."""
    house = make_house(plan, requests.Session, lambda work, *given: work(*given))
    with ExitStack() as ends:
        lanes = [Lane(house, number) for number in range(plan.practices)]
        for lane in lanes:
            ends.callback(lane.close)
        yield lanes


def work_through(plan: LoadPlan, lanes: list[Lane]) -> Iterator[int]:
    """Do all that a plan asks for, and yield each phase when it is over."""
    for number, phase in enumerate(phases(plan.days)):
        begin_phase(plan, number)
        for lane in lanes:
            lane.begin(phase.passes)
            for item in items_of(plan, lane.number, number):
                lane.do(item, number, 0.0)
        yield number


def digest_of(plan: LoadPlan) -> str:
    """Return the digest of what a plan leaves when it is worked through here, by one user and without faults."""
    with loaded(replace(plan, users=1, faults="none")) as placed, lanes_of(placed) as lanes:
        for _ in work_through(placed, lanes):
            pass
        settle(placed)
        return judge(placed, {str(lane.number): lane.record.ledger for lane in lanes}).digest
