"""E11: the program dies at every boundary of a call, is started again, and nothing is twice or missing."""

from typing import Any

import pytest
from conftest import Raise
from e2e_bench import ANNUAL, LODGE, Bench, CrashError, client, known, lead, small_world

from scenarios.builders import contact
from scenarios.world import Worlds

KNOWN, NEW = "Kea Cafés Limited", "Brand New Ventures Pty Ltd"
SYNC_CALLS, SYNC_WRITES = range(13), (8, 9, 10, 12)
DEPLOY_CALLS, DEPLOY_WRITES = range(10), (5, 6, 8, 9)
"""Which calls a first sync and a deployment make; the first test below keeps these honest."""


def boundaries(calls: range, writes: tuple[int, ...]) -> list[Any]:
    """Return where to die: before each call, and after those that change something there."""
    found = [(number, False) for number in calls] + [(number, True) for number in writes]
    return [pytest.param(*one, id=f"{'after' if one[1] else 'before'} call {one[0]}") for one in found]


def world() -> Worlds:
    people = [contact("Mere Tāwhai", email="mere@example.com", is_primary=True), contact("Tama Tāwhai")]
    return small_world([known(KNOWN, contacts=people), client("Moa Ltd")], [lead("Moa Ltd"), lead(NEW)])


def state(bench: Bench) -> dict[str, Any]:
    """Return what both systems hold that people can see."""
    here, there = bench.one.ignition, bench.one.xpm
    slugs = {row["slug"]: row["name"] for row in here.clients()}
    return {
        "xpm": [_without(row, "UUID") for row in there.clients()],
        "ignition": [
            {**_without(row, "updated_at", "etag"), "contacts": len(row["contact_slugs"])} for row in here.clients()
        ],
        "contacts": sorted((slugs[row["client"]["slug"]], row["name"]) for row in here._list("reporting/contacts")),
        "templates": here.job_templates(),
        "candidates": here.candidates(),
        "jobs": [
            (row["Name"], job["Name"], job["ClientOrderNumber"], job["StartDate"], [one["Name"] for one in job["Tasks"]])
            for row in there.clients()
            for job in there.jobs_of(row["UUID"])
        ],
        "shown": [_shown(bench, row["slug"]) for row in here._list("reporting/proposals")],
    }  # fmt: skip


def _without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def _shown(bench: Bench, slug: str) -> tuple[str, list[str]]:
    found = bench.shown(slug) or {"status": "", "jobs": []}
    return found["status"], [job["name"] for job in found["jobs"]]


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


def crash(bench: Bench, number: int, *, after: bool) -> None:
    """Let the program die at the syncer's call of that number from now on."""
    bench.faults.on("", number=len(bench.faults.calls) + number, error=CrashError, reaches=after)


@pytest.fixture(scope="module")
def calm(house: Any) -> dict[str, Any]:
    """Return what an undisturbed run ends in, and how many calls its parts make."""
    from e2e_bench import bench as bench_in  # noqa: PLC0415  # a fixture of a wider scope than `raise_bench`

    found: dict[str, Any] = {}
    with bench_in(house, world()) as bench:
        before = len(bench.faults.calls)
        bench.one.sync()
        found["sync calls"] = bench.faults.calls[before:]
        found["after sync"] = state(bench)
    with bench_in(house, world()) as bench:
        slug = prepare(bench)
        before = len(bench.faults.calls)
        bench.one.deploy(slug)
        found["deploy calls"] = bench.faults.calls[before:]
        bench.one.sync()
        found["after deployment"] = state(bench)
    return found


def test_every_call_of_a_first_sync_and_of_a_deployment_is_tried(calm: dict[str, Any]) -> None:
    for calls, count, writes in (
        (calm["sync calls"], SYNC_CALLS, SYNC_WRITES),
        (calm["deploy calls"], DEPLOY_CALLS, DEPLOY_WRITES),
    ):
        assert len(calls) == len(count)
        assert [place for place, one in enumerate(calls) if not one.startswith("GET")] == list(writes)


def test_an_undisturbed_run_makes_one_client_and_one_job_with_all_tasks(calm: dict[str, Any]) -> None:
    jobs = calm["after deployment"]["jobs"]
    assert [(client, job, tasks) for client, job, _, _, tasks in jobs] == [
        (NEW, "Everything", ["Plan", "Prepare", "Review", "Check codes", "Lodge"])
    ]
    assert [row["Name"] for row in calm["after deployment"]["xpm"]].count(NEW) == 1


@pytest.mark.parametrize(("number", "after"), boundaries(SYNC_CALLS, SYNC_WRITES))
def test_a_first_sync_that_dies_at_any_call_ends_alike_when_started_again(
    raise_bench: Raise, calm: dict[str, Any], number: int, *, after: bool
) -> None:
    with raise_bench(world()) as bench:
        crash(bench, number, after=after)
        with pytest.raises(CrashError):
            bench.one.sync()
        bench.restart()
        bench.one.sync()
        assert state(bench) == calm["after sync"]
        assert bench.one.sync().writes == 0


@pytest.mark.parametrize(("number", "after"), boundaries(DEPLOY_CALLS, DEPLOY_WRITES))
def test_a_deployment_that_dies_at_any_call_is_finished_once_by_the_daily_sync(
    raise_bench: Raise, calm: dict[str, Any], number: int, *, after: bool
) -> None:
    with raise_bench(world()) as bench:
        slug = prepare(bench)
        crash(bench, number, after=after)
        with pytest.raises(CrashError):
            bench.one.deploy(slug)
        bench.restart()
        bench.one.sync()
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
