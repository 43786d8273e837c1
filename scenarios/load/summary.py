"""What a load run came to, in one JSON document: figures, findings, and whether the thresholds are met. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import Any

from scenarios.load.judge import Verdict
from scenarios.load.plan import LoadPlan
from scenarios.load.schedule import STEPS, ramp_rates
from scenarios.simulation.invariants import OF_STATE

Json = dict[str, Any]
INVARIANTS = tuple(one.__name__ for one in OF_STATE)
KNEE = 2.0
"""A rate is carried while 95 of 100 syncs are done within so many times what they take at the first rate."""
PERCENTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
WARM = 4
"""One in so many of a run's days are for getting warm."""
SIDES = ("xpm", "ignition")


def summarise(plan: LoadPlan, results: Mapping[str, Any], verdict: Verdict, processes: int) -> Json:
    """Return the summary of a run. Seconds are real ones, but for `waits.seconds`, which are the syncer's clock's."""
    records, days = results["records"], results["days"]
    syncs = [sync for record in records for sync in record["syncs"]]
    span = sum(day["span"] for day in days)
    unfinished = "not all practices were finished" if verdict.unfinished else ""
    document = {
        "run": {
            "seed": plan.seed, "practices": plan.practices, "size": plan.size, "users": plan.users,
            "processes": processes, "shape": plan.shape, "days": plan.days, "span": plan.span,
            "changes": plan.changes, "acceptances": plan.acceptances, "faults": plan.faults, "limits": plan.limits,
        },
        "partial": results["partial"] or unfinished,
        "unfinished": verdict.unfinished,
        "lost": results["lost"],
        "spans": results["spans"],
        "syncs": {
            "count": len(syncs),
            "per_minute": round(len(syncs) * 60 / span, 1) if span else None,
            "seconds": spread(sync["seconds"] for sync in syncs),
            "from_due": spread(sync["from_due"] for sync in syncs),
            "xpm": costs_of(syncs, "xpm"),
            "ignition": costs_of(syncs, "ignition"),
            "repeated": sum(record["repeats"] for record in records),
        },
        "acceptances": {"to_job": spread(seconds for record in records for seconds in record["jobs"])},
        "waits": {"seconds": round(sum(record["waited"] for record in records), 1), "limited": limited(results["rows"])},
        "fakes": {side: fake_of(days, side) for side in SIDES} | {"cpu_share": fakes_share(days)},
        "processes": processes_of(days),
        "edits": {
            "planned": sum(day["planned"] for day in days),
            "wrong": [line for day in days for line in day["wrong"]],
        },
        "ramp": ramp(plan, syncs) if plan.shape == "ramp" else [],
        "failures": failures_of(plan, results["rows"]),
        "causes": results["failures"],
        "oracle": {
            "tested": {name: sum(one["tested"].get(name, 0) for one in records) for name in INVARIANTS},
            "violations": [line for record in records for line in record["violations"]],
        },
        "doubles": verdict.doubles,
        "losses": verdict.losses,
        "clients": verdict.clients,
        "jobs": verdict.jobs,
        "operations": results["rows"],
        "digest": verdict.digest,
    }  # fmt: skip
    return document | {"knee_per_minute": knee(document["ramp"])}


def spread(values: Iterable[float]) -> Json:
    """Return how many values there are and their percentiles by nearest rank: None where there are none."""
    found = sorted(values)
    told = {name: round(_rank(found, part), 3) if found else None for name, part in PERCENTILES.items()}
    return {"count": len(found), **told}


def _rank(found: Sequence[float], part: float) -> float:
    return found[max(ceil(len(found) * part), 1) - 1]


def costs_of(syncs: Sequence[Mapping[str, Any]], api: str) -> Json:
    """Return the mean calls of a sync at one API, those of them that write and that do not, and bytes: None where there was no sync."""
    rows = [sync["costs"][api] for sync in syncs if api in sync["costs"]]
    if not rows:
        return {"calls": None, "writes": None, "reads": None, "bytes": None}
    calls, writes = (sum(row[name] for row in rows) for name in ("calls", "writes"))
    return {
        "calls": round(calls / len(rows), 2),
        "writes": round(writes / len(rows), 2),
        "reads": round((calls - writes) / len(rows), 2),
        "bytes": round(sum(row["bytes_sent"] + row["bytes_received"] for row in rows) / len(rows)),
    }


def limited(rows: Iterable[Mapping[str, Any]]) -> int:
    """Return how many calls were answered with 429."""
    return sum(row["limited"] for row in rows)


def fake_of(days: Sequence[Mapping[str, Any]], side: str) -> Json:
    """Return a fake's measured days together: calls, its own time in them, and apart from it injected delay."""
    calls = sum(day[side]["calls"] for day in days)
    service = sum(day[side]["service_ms"] for day in days)
    faults: dict[str, int] = {}
    for day in days:
        for kind, count in day[side]["faults"].items():
            faults[kind] = faults.get(kind, 0) + count
    return {
        "calls": calls,
        "service_ms": round(service / calls, 3) if calls else None,
        "delay_ms": round(sum(day[side]["delay_ms"] for day in days) / calls, 3) if calls else None,
        "faults": faults,
        "dropped": sum(day[side]["dropped"] for day in days),
    }


def fakes_share(days: Sequence[Mapping[str, Any]]) -> float | None:
    """Return the fakes' part of all CPU used in the measured days: None where nobody looked."""
    used = [(name, one["cpu_s"]) for day in days for name, one in day["processes"].items()]
    whole = sum(seconds for _, seconds in used)
    own = sum(seconds for name, seconds in used if name.startswith("mock_"))
    return round(own / whole, 3) if whole and own else None


def processes_of(days: Sequence[Mapping[str, Any]]) -> Json:
    """Return each process's CPU over the measured days, its memory after the last, and how much that grew.

    Growth is from when a quarter of the days is over, and caches are warm, to the end of the last one, as a part
    of the former: None with fewer than four days.
    """
    found: Json = {}
    for name in days[-1]["processes"] if days else ():
        lived = [day["processes"][name] for day in days if name in day["processes"]]
        first, last = lived[max(len(lived) // WARM - 1, 0)]["rss"], lived[-1]["rss"]
        found[name] = {
            "cpu_s": round(sum(one["cpu_s"] for one in lived), 2),
            "rss_mb": round(last / 1e6, 1),
            "growth": round(last / first - 1, 4) if len(lived) >= WARM else None,
        }
    grown = [one["growth"] for one in found.values() if one["growth"] is not None]
    return {"each": found, "growth": max(grown) if grown else None}


def failures_of(plan: LoadPlan, rows: Iterable[Mapping[str, Any]]) -> int:
    """Return how many pieces of work failed; without faults a call that fails counts as well."""
    return sum(row["failures"] for row in rows if plan.faults == "none" or row["kind"] in {"sync", "work"})


def ramp(plan: LoadPlan, syncs: Sequence[Mapping[str, Any]]) -> list[Json]:
    """Return the steps of a ramp: the rate, what was done of it, how late the syncs were, and whether it was carried.

    `done_per_minute` counts from the step's beginning to its last sync's end.
    """
    step, found = plan.span / STEPS, list[Json]()
    for number, rate in enumerate(ramp_rates(plan)):
        own = [one for one in syncs if number == min(int(one["due"] / step), STEPS - 1)]
        late = spread(one["from_due"] for one in own)
        ends = [one["due"] + one["from_due"] - number * step for one in own]
        done = round(len(own) * 60 / max(ends), 1) if ends else None
        first = found[0]["p95"] if found else late["p95"]
        carried = late["p95"] is not None and first is not None and late["p95"] <= KNEE * first
        found.append({"per_minute": round(rate, 1), "done_per_minute": done, **late, "carried": carried})
    return found


def knee(steps: Sequence[Mapping[str, Any]]) -> float | None:
    """Return the highest rate that was carried, with all before it: None where the shape has no rates."""
    best = None
    for step in steps:
        if not step["carried"]:
            break
        best = step["per_minute"]
    return best
