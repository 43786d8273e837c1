"""R2, R6: users whom an admin picks, and the Partners and Managers that follow from it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from conftest import Raise
from e2e_bench import DAY, Bench, CrashError, known, small_world
from e2e_jobs import MAX, PAT

NAMES = ("Kea Limited", "Tui Limited", "Weka Limited")


@contextmanager
def just_picked(raise_bench: Raise) -> Iterator[tuple[Bench, tuple[str, str]]]:
    """Have three clients in step for a day, then their Partner and Manager picked; yields the users' slugs too."""
    clients = [known(name, account_manager_uuid=PAT["uuid"], job_manager_uuid=MAX["uuid"]) for name in NAMES]
    with raise_bench(small_world(clients, staff=[PAT, MAX])) as bench:
        bench.one.sync()
        bench.stage.pass_time(DAY)
        bench.one.sync()
        bench.stage.pass_time(DAY)
        pat, max_ = (bench.one.ignition.pick_user(one["uuid"])["slug"] for one in (PAT, MAX))
        yield bench, (pat, max_)


def in_charge(bench: Bench) -> list[tuple[str, str]]:
    """Return each client's Partner and Manager in Ignition."""
    return [
        ((row["partner"] or {}).get("slug"), (row["manager"] or {}).get("slug"))
        for row in bench.one.ignition.clients()
    ]


@pytest.mark.parametrize("reaches", [True, False], ids=["after the server's commit", "before the call"])
def test_r6_a_sync_that_dies_when_users_were_picked_leaves_no_partner_behind(
    raise_bench: Raise,
    reaches: bool,  # noqa: FBT001
) -> None:
    """Found by the simulator (seed 111): the picks were noted, and who had not had their turn never had it."""
    with just_picked(raise_bench) as (bench, users):
        bench.faults.on("clients/batch", error=CrashError, reaches=reaches)
        with pytest.raises(CrashError):
            bench.one.sync()
        bench.restart()
        bench.stage.pass_time(DAY)
        bench.one.sync()
        assert in_charge(bench) == [users] * 3
        assert bench.one.sync().writes == 0


def test_r6_e19_a_limit_that_ends_a_sync_when_users_were_picked_leaves_no_partner_behind(
    raise_bench: Raise,
) -> None:
    with just_picked(raise_bench) as (bench, users):
        bench.faults.on("clients/batch", status=429, headers={"Retry-After": "80000"})
        assert bench.one.sync().stopped is not None
        bench.stage.pass_time(DAY)
        bench.one.sync()
        assert in_charge(bench) == [users] * 3
        assert bench.one.sync().writes == 0


def test_r6_e20_a_client_that_could_not_be_written_when_users_were_picked_gets_its_partner_later(
    raise_bench: Raise,
) -> None:
    with just_picked(raise_bench) as (bench, users):
        trouble = bench.faults.on("clients/batch", status=422, body=b'{"errors": []}', times=99)
        assert len(bench.one.sync().problems) == 3
        trouble.times = 0
        bench.stage.pass_time(DAY)
        assert bench.one.sync().problems == []
        assert in_charge(bench) == [users] * 3
        assert bench.one.sync().writes == 0
