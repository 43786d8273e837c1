"""E11 and E14 to E16: the program dies at every call of a rich acceptance, and the jobs end up alike."""

from collections.abc import Callable
from typing import Any

import pytest
from conftest import Raise
from e2e_bench import ANNUAL, DAY, LODGE, Bench, CrashError, known, lead, small_world
from e2e_bench import bench as bench_in
from e2e_crash import boundaries, crash, state
from e2e_jobs import COMPLIANCE, MAX, ONE_JOB, PAT, SAM, deployed_rows, linked_services, with_users

from scenarios.world import Worlds
from syncer import once
from syncer.ledger import PracticeLedger

NEW = "Brand New Ventures Pty Ltd"
CALLS, WRITES = range(21), (5, 6, 9, 10, 11, 12, 13, 16, 17, 18)
"""Which calls the acceptance makes: what it is about, and the client; then a period's job, its second template
and its people, the job that does not recur and its people, the second period's; what is shown; the audit."""
LATER_CALLS, LATER_WRITES = range(10, 20), (13, 16, 17, 18)
"""Of a later sync, those after its reading: the client anew, the next period's job, what is shown, the audit."""


def world() -> Worlds:
    there = {"staff": [PAT, MAX, SAM], "categories": [COMPLIANCE]}
    return small_world([known("Kea Ltd")], [lead(NEW)], **there)


def prepare(bench: Bench) -> str:
    """Have a new lead accept two fortnightly services of two templates and one that does not recur."""
    pat, max_, sam = with_users(bench, PAT, MAX, SAM)
    desk = bench.one.ignition
    (here,) = desk.named(NEW)
    desk.update_client(here["slug"], partner_slug=pat, manager_slug=max_)
    bench.one.sync()
    services = linked_services(bench, ANNUAL["name"], LODGE["name"], None)
    lines = [
        {"service_slug": one, "cadence": cadence}
        for one, cadence in zip(services, ("fortnightly", "fortnightly", "once_off"), strict=True)
    ]
    body = {"name": "Everything", "client_slug": here["slug"], "contract_term": 1, "services": lines}
    slug = desk.call("POST", "proposals", body)["data"]["slug"]
    how = {"category_uuid": COMPLIANCE["uuid"], "budget": 900.0, "staff_slugs": [sam], "due_after_days": 9}
    desk.plan_workflow(slug, ONE_JOB, how)
    desk.call("POST", f"proposals/{slug}/send")
    desk.accept(slug)
    return str(slug)


def settled(bench: Bench) -> dict[str, Any]:
    """Return what both systems and the ledger hold, once all is quiet, and what was in doubt is audited."""
    while bench.one.sync().writes:
        pass
    bench.stage.pass_time(once.SETTLE_SECONDS)
    assert bench.one.sync().writes == 0
    rows = [{**row, "plan": None} for row in deployed_rows(bench)]
    return {**state(bench), "ledger": rows}


@pytest.fixture(scope="module")
def calm(house: Any) -> dict[str, Any]:
    """Return what undisturbed runs end in, and which calls they make."""
    found: dict[str, Any] = {}
    with bench_in(house, world()) as bench:
        slug = prepare(bench)
        before = len(bench.faults.calls)
        bench.one.deploy(slug)
        found["calls"] = bench.faults.calls[before:]
        found["end"] = settled(bench)
    with bench_in(house, world()) as bench:
        next_period(bench)
        before = len(bench.faults.calls)
        bench.one.sync()
        found["later calls"] = bench.faults.calls[before:]
        found["later end"] = settled(bench)
    return found


def next_period(bench: Bench) -> None:
    """Deploy, and let time pass until another period's job is due."""
    bench.one.deploy(prepare(bench))
    settled(bench)
    bench.stage.pass_time(15 * DAY)


def test_every_call_of_the_acceptance_and_of_a_later_period_is_tried(calm: dict[str, Any]) -> None:
    for calls, tried, writes in (
        (calm["calls"], CALLS, WRITES),
        (calm["later calls"], LATER_CALLS, LATER_WRITES),
    ):
        assert len(calls) == tried.stop, "\n".join(calls)
        assert [place for place in tried if not calls[place].startswith("GET")] == list(writes)


def test_an_undisturbed_run_makes_each_job_whole(calm: dict[str, Any]) -> None:
    both = ["Plan", "Prepare", "Review", "Check codes", "Lodge"]
    jobs = calm["end"]["jobs"]
    assert [(one["Name"], one["StartDate"][:10], one["DueDate"][:10], one["Tasks"]) for one in jobs] == [
        ("Everything – 1 July 2026", "2026-07-01", "2026-07-10", both),
        ("Bookkeeping", "2026-07-01", "2026-07-10", []),
        ("Everything – 15 July 2026", "2026-07-15", "2026-07-24", both),
    ]
    assert {(one["Type"], one["Budget"]) for one in jobs} == {("Compliance", "900.00")}
    assert {(one["Partner"]["Name"], one["Manager"]["Name"]) for one in jobs} == {
        ("Pat Partner", "Max Manager")
    }
    assert all([one["Name"] for one in job["Assigned"]] == ["Sam Senior"] for job in jobs)
    assert calm["end"]["shown"][0][0] == "deployed"
    assert [one["Name"] for one in calm["later end"]["jobs"]][3:] == ["Everything – 29 July 2026"]


@pytest.mark.parametrize(("number", "after"), boundaries(CALLS, WRITES))
def test_an_acceptance_that_dies_at_any_call_ends_alike_when_started_again(
    raise_bench: Raise, calm: dict[str, Any], number: int, *, after: bool
) -> None:
    with raise_bench(world()) as bench:
        slug = prepare(bench)
        crash(bench, number, lambda: bench.one.deploy(slug), after=after)
        assert settled(bench) == calm["end"]
        assert bench.one.audit().problems == []


STATEMENTS = range(37)
"""The ledger's own writes during the acceptance, one transaction each."""


def die_at_statement(patch: pytest.MonkeyPatch, number: int) -> list[str]:
    """Let the program die before its ledger write of that number; returns the names of those it did."""
    done: list[str] = []

    def counted(write: Callable[..., Any], name: str) -> Callable[..., Any]:
        def wrapped(*args: Any, **given: Any) -> Any:
            if len(done) == number:
                raise CrashError
            done.append(name)
            return write(*args, **given)

        return wrapped

    for name in ("put", "change", "remove", "add", "together"):
        patch.setattr(PracticeLedger, name, counted(getattr(PracticeLedger, name), name))
    patch.setattr(once, "_claim", counted(once._claim, "claim"))
    return done


def test_every_ledger_write_of_the_acceptance_is_tried(raise_bench: Raise) -> None:
    with raise_bench(world()) as bench, pytest.MonkeyPatch.context() as patch:
        slug = prepare(bench)
        done = die_at_statement(patch, -1)
        bench.one.deploy(slug)
        assert len(done) == len(STATEMENTS), done


@pytest.mark.parametrize("number", STATEMENTS)
def test_an_acceptance_that_dies_between_two_statements_ends_alike_when_started_again(
    raise_bench: Raise, calm: dict[str, Any], number: int
) -> None:
    with raise_bench(world()) as bench:
        slug = prepare(bench)
        with pytest.MonkeyPatch.context() as patch:
            die_at_statement(patch, number)
            with pytest.raises(CrashError):
                bench.one.deploy(slug)
        bench.restart()
        bench.one.sync()
        assert settled(bench) == calm["end"]


@pytest.mark.parametrize(("number", "after"), boundaries(LATER_CALLS, LATER_WRITES))
def test_a_later_periods_sync_that_dies_at_any_call_ends_alike_when_started_again(
    raise_bench: Raise, calm: dict[str, Any], number: int, *, after: bool
) -> None:
    with raise_bench(world()) as bench:
        next_period(bench)
        crash(bench, number, bench.one.sync, after=after)
        assert settled(bench) == calm["later end"]
        assert bench.one.audit().problems == []
