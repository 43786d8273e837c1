"""`python -m scenarios capacity`: what a machine carries, and how cost grows, measured at three sizes each."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from scenarios.load.command import run
from scenarios.load.plan import LoadPlan
from scenarios.options import seed_option

FOLDER = Path("var/capacity")
TIME = 3600.0
"""Seconds after which one run is broken off."""


@dataclass(frozen=True)
class Size:
    """One run: so many practices of so many clients, of a hundred of which so many are edited that day."""

    practices: int
    clients: int
    changes: float


@dataclass(frozen=True)
class Growth:
    """What grows tenfold from run to run, the rest held."""

    what: str
    sizes: tuple[Size, Size, Size]


GROWTHS = (
    Growth("practices", (Size(10, 100, 2), Size(100, 100, 2), Size(1000, 100, 2))),
    Growth("clients", (Size(20, 15, 10), Size(20, 150, 10), Size(20, 1500, 10))),
    Growth("changes", (Size(20, 200, 1), Size(20, 200, 10), Size(20, 200, 100))),
)
HEAD = (
    "grows", "practices of clients, edited", "syncs a minute", "a sync: median, 95 %", "CPU a sync", "of it the fakes'",
    "XPM calls, Ignition calls", "bytes", "memory: syncers, fakes",
)  # fmt: skip


@click.command("capacity")
@seed_option
@click.option("--users", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--processes", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option(
    "--only", type=click.Choice([one.what for one in GROWTHS]), default=None, help="One of the three."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")
def run_capacity(seed: int, users: int, processes: int, only: str | None, *, as_json: bool) -> None:
    """Load-test at nine sizes and print a table; exit 1 when a run fails. Each row's command is in its summary.html."""
    chosen = [growth for growth in GROWTHS if only in (None, growth.what)]
    rows = [
        _measured(growth.what, size, seed, users, processes) for growth in chosen for size in growth.sizes
    ]
    if as_json:
        click.echo(json.dumps(rows))
    else:
        for line in table(rows):
            click.echo(line)
    sys.exit(0 if all(row["passed"] for row in rows) else 1)


def _measured(what: str, size: Size, seed: int, users: int, processes: int) -> dict[str, Any]:
    folder = FOLDER / f"{what}-{size.practices}x{size.clients}-{size.changes:g}"
    # Every sync is due at once: what is measured is how fast the machine is, and not how fast work comes.
    plan = LoadPlan(
        "", "", seed, size.practices, size.clients, users, str(folder), span=0.1, changes=size.changes,
        acceptances=0, seconds=TIME,
    )  # fmt: skip
    summary = run(plan, processes=processes)
    return {"grows": what, **vars(size), **figures(summary)}


def figures(summary: dict[str, Any]) -> dict[str, Any]:
    """Return what the table shows of a run: CPU in seconds a sync, memory in MB."""
    syncs, each = summary["syncs"], summary["processes"]["each"]
    own = {name: used for name, used in each.items() if not name.startswith("mock_")}
    fakes = {name: used for name, used in each.items() if name.startswith("mock_")}
    cpu = sum(used["cpu_s"] for used in each.values())
    return {
        "passed": summary["passed"],
        "command": summary["command"],
        "per_minute": syncs["per_minute"],
        "p50": syncs["seconds"]["p50"],
        "p95": syncs["seconds"]["p95"],
        "cpu_a_sync": round(cpu / syncs["count"], 4) if syncs["count"] else None,
        "fakes_share": summary["fakes"]["cpu_share"],
        "xpm_calls": syncs["xpm"]["calls"],
        "ignition_calls": syncs["ignition"]["calls"],
        "bytes": (syncs["xpm"]["bytes"] or 0) + (syncs["ignition"]["bytes"] or 0),
        "syncers_mb": round(sum(used["rss_mb"] for used in own.values())),
        "fakes_mb": round(sum(used["rss_mb"] for used in fakes.values())),
    }


def table(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Return the rows as a table in Markdown."""
    yield "| " + " | ".join(HEAD) + " |"
    yield "|" + "---|" * len(HEAD)
    for row in rows:
        cells = (
            row["grows"],
            f"{row['practices']:,} of {row['clients']:,}, {row['changes']:g} %",
            f"{row['per_minute']:,.0f}" if row["per_minute"] else "–",
            f"{row['p50']} s, {row['p95']} s",
            f"{(row['cpu_a_sync'] or 0) * 1000:.0f} ms",
            f"{(row['fakes_share'] or 0):.0%}",
            f"{row['xpm_calls']}, {row['ignition_calls']}",
            f"{row['bytes']:,}",
            f"{row['syncers_mb']:,} MB, {row['fakes_mb']:,} MB",
        )
        yield "| " + " | ".join(cells) + " |" + ("" if row["passed"] else " FAILED")
