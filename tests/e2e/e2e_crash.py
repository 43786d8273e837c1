"""What the tests of crashes share: where to die, and what must be the same afterwards."""

from collections.abc import Callable
from typing import Any

import pytest
from e2e_bench import Bench, CrashError


def boundaries(calls: range, writes: tuple[int, ...]) -> list[Any]:
    """Return where to die: before each call, and after those that change something there."""
    found = [(number, False) for number in calls] + [(number, True) for number in writes]
    return [pytest.param(*one, id=f"{'after' if one[1] else 'before'} call {one[0]}") for one in found]


def crash(bench: Bench, number: int, act: Callable[[], object], *, after: bool) -> None:
    """Let the program die at the call of that number in what it does, start it again, and have it sync."""
    bench.faults.on("", number=len(bench.faults.calls) + number, error=CrashError, reaches=after)
    with pytest.raises(CrashError):
        act()
    bench.restart()
    bench.one.sync()


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
            {"client": row["Name"], **_without(job, "UUID", "Client"), "Tasks": [one["Name"] for one in job["Tasks"]]}
            for row in there.clients()
            for job in there.jobs_of(row["UUID"])
        ],
        "shown": [_shown(bench, row["slug"]) for row in here._list("reporting/proposals")],
    }  # fmt: skip


def _without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def _shown(bench: Bench, slug: str) -> tuple[str, list[Any], str | None]:
    found = bench.shown(slug) or {"status": "", "jobs": [], "message": None}
    return found["status"], found["jobs"], found["message"]
