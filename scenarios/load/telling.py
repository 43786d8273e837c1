"""A load run's summary in words: what `make load` prints."""

from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]
LONGEST = 20
"""How many practices a line names."""


def lines_of(summary: Json, folder: str) -> Iterator[str]:
    """Return the summary, line by line; the digest is the last."""
    yield from table_of(summary["operations"])
    yield ""
    yield from _figures(summary)
    yield ""
    yield from _thresholds(summary["thresholds"])
    yield f"\n{heading_of(summary)}"
    yield from (f"  {cause}" for cause in summary["causes"])
    oracle = summary["oracle"]
    yield f"{sum(oracle['tested'].values())} verdicts of the oracle, {len(oracle['violations'])} violations"
    yield from (f"  {line}" for line in oracle["violations"])
    yield f"doubles {len(summary['doubles'])}, losses {len(summary['losses'])}"
    for name in ("doubles", "losses"):
        yield from (f"  {line}" for line in summary[name])
    yield from (f"  practice {number}: {why}" for number, why in summary["lost"].items())
    yield from (f"  {line}" for line in summary["edits"]["wrong"])
    yield f"details in {folder} (summary.html, summary.json, records.jsonl, results.json, locust.html, locust_stats.csv)"
    yield f"digest {summary['digest'] or 'none'}"


def heading_of(summary: Json) -> str:
    """Return in a line what was done, what there is of it, and whether the run is whole."""
    found = f"{summary['clients']} clients and {summary['jobs']} jobs in XPM"
    told = f"{summary['syncs']['count']} measured syncs, {found}, {summary['failures']} failures"
    if summary["partial"]:
        unfinished = _unfinished(summary["unfinished"])
        told += f"; PARTIAL: {summary['partial']}{unfinished}"
    return told


def _unfinished(numbers: list[int]) -> str:
    if not numbers:
        return ""
    named = ", ".join(str(number) for number in numbers[:LONGEST])
    more = f" and {len(numbers) - LONGEST} more" if len(numbers) > LONGEST else ""
    return f"; practices {named}{more} were not finished"


def table_of(rows: list[Json]) -> Iterator[str]:
    """Return the table of operations."""
    yield f"{'':10}{'operation':44}{'calls':>7}{'failed':>8}{'median ms':>11}{'95 % ms':>9}"
    for row in rows:
        yield (
            f"{row['kind']:10}{row['name']:44}{row['calls']:>7}{row['failures']:>8}"
            f"{row['median_ms'] or 0:>11.0f}{row['p95_ms'] or 0:>9.0f}"
        )


def figures_of(summary: Json) -> Iterator[tuple[str, str]]:
    """Return the figures worth a line: what, and how much."""
    syncs, fakes, waits = summary["syncs"], summary["fakes"], summary["waits"]
    yield "syncs a minute", shown(syncs["per_minute"])
    yield "a sync", _spread(syncs["seconds"])
    yield "a sync, from its intended moment", _spread(syncs["from_due"])
    for title, side in (("XPM", "xpm"), ("Ignition", "ignition")):
        cost = syncs[side]
        yield (
            f"a sync at {title}, mean",
            f"{shown(cost['calls'])} calls, {shown(cost['writes'])} of them writes, {shown(cost['bytes'])} bytes",
        )
    yield "syncs begun anew", shown(syncs["repeated"])
    yield "from an acceptance's intended moment to its job in XPM", _spread(summary["acceptances"]["to_job"])
    yield "waits of the syncer, on its own clock", f"{waits['seconds']} s; {waits['limited']} answers of 429"
    for title, side in (("mock_xpm", "xpm"), ("mock_ignition", "ignition")):
        fake = fakes[side]
        faults = ", ".join(f"{kind} {count}" for kind, count in fake["faults"].items()) or "none"
        yield (
            f"{title}, a call",
            f"{shown(fake['service_ms'])} ms its own, {shown(fake['delay_ms'])} ms injected; faults: {faults}",
        )
    yield "the fakes' part of all CPU", shown(fakes["cpu_share"])
    for name, used in summary["processes"]["each"].items():
        grown = "" if used["growth"] is None else f", {used['growth']:+.1%} since a quarter of the days"
        yield name, f"{used['cpu_s']} s CPU, {used['rss_mb']} MB{grown}"
    edits = summary["edits"]
    yield "edits of people that had to cross", f"{edits['planned']}, {len(edits['wrong'])} wrong writes"
    for step in summary["ramp"]:
        carried = "carried" if step["carried"] else "not carried"
        yield (
            f"at {step['per_minute']} syncs a minute",
            f"{shown(step['done_per_minute'])} done; {_spread(step)}: {carried}",
        )
    if summary["ramp"]:
        yield "the knee, syncs a minute", shown(summary["knee_per_minute"])


def _figures(summary: Json) -> Iterator[str]:
    for what, how_much in figures_of(summary):
        yield f"{what:56}{how_much}"


def _thresholds(rows: list[Json]) -> Iterator[str]:
    for row in rows:
        mark = {True: "✓", False: "✗", None: "–"}[row["met"]]
        sign = {"most": "≤", "least": "≥"}[row["bound"]]
        yield f"{mark} {row['what']} {shown(row['measured'])} {sign} {row['wanted']}"


def _spread(one: Json) -> str:
    if not one["count"]:
        return "none"
    return f"median {one['p50']} s, 95 % {one['p95']} s, 99 % {one['p99']} s, longest {one['max']} s"


def shown(value: Any) -> str:
    """Return a figure for people: a dash where nothing was measured."""
    return "–" if value is None else str(value)
