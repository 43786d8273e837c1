"""E11: the program dies at every call of a deployment, is started again, and nothing is twice or missing."""

from typing import Any

import pytest
from conftest import Raise
from e2e_bench import ANNUAL, LODGE, Bench, CrashError, client, known, lead, small_world
from e2e_crash import boundaries, crash, state

from scenarios.builders import contact
from scenarios.world import Worlds

KNOWN, NEW = "Kea Cafés Limited", "Brand New Ventures Pty Ltd"
DEPLOY_CALLS, DEPLOY_WRITES = range(13), (5, 6, 9, 10)
"""Which calls a deployment makes; the first test below keeps these honest."""


def world() -> Worlds:
    people = [contact("Mere Tāwhai", email="mere@example.com", is_primary=True), contact("Tama Tāwhai")]
    return small_world([known(KNOWN, contacts=people), client("Moa Ltd")], [lead("Moa Ltd"), lead(NEW)])


def prepare(bench: Bench) -> str:
    """Sync, link two services to two templates, and have the new lead accept both; returns the proposal."""
    bench.one.sync()
    desk = bench.one.ignition
    templates = {row["name"]: row["slug"] for row in desk.job_templates()}
    services = [row["slug"] for row in desk.services()[:2]]
    for slug, name in zip(services, (ANNUAL["name"], LODGE["name"]), strict=True):
        desk.link_service(slug, templates[name])
    (here,) = desk.named(NEW)
    return str(bench.accepted(here["slug"], *services, name="Everything")["slug"])


@pytest.fixture(scope="module")
def calm(house: Any) -> dict[str, Any]:
    """Return what an undisturbed run ends in, and how many calls its parts make."""
    from e2e_bench import bench as bench_in  # noqa: PLC0415  # a fixture of a wider scope than `raise_bench`

    found: dict[str, Any] = {}
    with bench_in(house, world()) as bench:
        slug = prepare(bench)
        before = len(bench.faults.calls)
        bench.one.deploy(slug)
        found["deploy calls"] = bench.faults.calls[before:]
        bench.one.sync()
        found["after deployment"] = state(bench)
    return found


def test_every_call_of_a_deployment_is_tried(calm: dict[str, Any]) -> None:
    calls = calm["deploy calls"]
    assert len(calls) == len(DEPLOY_CALLS)
    assert [place for place, one in enumerate(calls) if not one.startswith("GET")] == list(DEPLOY_WRITES)


def test_an_undisturbed_run_makes_one_client_and_one_job_with_all_tasks(calm: dict[str, Any]) -> None:
    jobs = calm["after deployment"]["jobs"]
    assert [(job["client"], job["Name"], job["Tasks"]) for job in jobs] == [
        (NEW, "Everything", ["Plan", "Prepare", "Review", "Check codes", "Lodge"])
    ]
    assert [row["Name"] for row in calm["after deployment"]["xpm"]].count(NEW) == 1


@pytest.mark.parametrize(("number", "after"), boundaries(DEPLOY_CALLS, DEPLOY_WRITES))
def test_a_deployment_that_dies_at_any_call_is_finished_once_by_the_daily_sync(
    raise_bench: Raise, calm: dict[str, Any], number: int, *, after: bool
) -> None:
    with raise_bench(world()) as bench:
        slug = prepare(bench)
        crash(bench, number, lambda: bench.one.deploy(slug), after=after)
        bench.one.sync()
        assert state(bench) == calm["after deployment"]
        assert bench.one.sync().writes == 0


@pytest.mark.parametrize("number", [5, 6])
def test_a_deployment_that_dies_twice_is_still_finished_once(
    raise_bench: Raise, calm: dict[str, Any], number: int
) -> None:
    with raise_bench(world()) as bench:
        slug = prepare(bench)
        for after in (True, False):
            bench.faults.on("", number=len(bench.faults.calls) + number, error=CrashError, reaches=after)
            with pytest.raises(CrashError):
                bench.one.deploy(slug)
            bench.restart()
        bench.one.deploy(slug)
        bench.one.sync()
        assert state(bench) == calm["after deployment"]
