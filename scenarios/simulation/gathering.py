"""Gathers what a run leaves behind: both systems as they are seen from outside, the ledger, calls, journals and texts."""

import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mock_kit.clock import parse_iso
from scenarios.simulation.outcome import Logged, Neighbour, Outcome, state_of
from syncer.ledger_tables import runs

if TYPE_CHECKING:
    from scenarios.simulation.run import Run

Json = dict[str, Any]
NOT_DONE = "not done"
"""How the outcome of a sync begins that an error ended."""


def outcome_of(run: "Run", logged: Logged, *, digested: bool) -> Outcome:
    """Return what a run that came to rest left behind; `digested`: with a hash of both fakes and the ledger."""
    xpm, ignition = run.looking_at(0)
    journals = run.yard.journals()
    today = run.scheduler.now.astimezone(run.zone).date()
    digests = [control.get("digest")["sha256"] for control in run.yard.controls] if digested else []
    with run.shop.command() as (_machine, ledger):
        dump, rows = ledger.dump(), ledger.of(run.name).rows(runs)
        digests += [ledger.digest()] if digested else []
    return replace(
        state_of(run.hands[0].diary, xpm, ignition, dump, today),
        days=run.script.days,
        tasks={
            one["name"]: [task["name"] for task in one["tasks"]] for one in run.worlds.tenant()["templates"]
        },
        synced=_when([one for one in _syncs(rows) if _is_whole(one)]),
        broken_off=_when([one for one in _syncs(rows) if one["outcome"].startswith(NOT_DONE)]),
        winner=run.script.winner,
        minute=run.script.minute,
        calls=run.network.calls,
        journals={name: one["entries"] for name, one in journals.items()},
        dropped=sum(one["dropped"] for one in journals.values()),
        secrets=_secrets(run),
        fired=run.fired,
        digest="/".join(digests),
        trace=run.scheduler.trace,
        last_writes=run.last_writes,
        texts=[
            *logged.lines,
            *(line for report in run.shop.reports for line in report.lines),
            *(problem.say() for report in run.shop.reports for problem in report.problems),
            *run.shop.failures,
        ],
        broken=logged.broken,
        neighbour=_neighbour(run) if run.script.has_neighbour else None,
    )


def _syncs(rows: list[Json]) -> list[Json]:
    return [row for row in rows if row["command"] == "sync" and row["ended_at"]]


def _is_whole(row: Json) -> bool:
    return row["outcome"].startswith("done") and not json.loads(row["report"])["problems"]


def _when(rows: list[Json]) -> list[tuple[datetime, datetime]]:
    return [(parse_iso(row["started_at"]), parse_iso(row["ended_at"])) for row in rows]


def _secrets(run: "Run") -> list[str]:
    known = run.worlds.credentials
    return [known.xpm_client_secret, known.ignition_client_secret, *sorted(run.network.tokens)]


def _neighbour(run: "Run") -> Neighbour:
    xpm, ignition = run.looking_at(1)
    tenant, diary = run.worlds.practices[1].xpm_tenant_id, run.hands[1].diary
    return Neighbour(tenant, run.loaded, xpm.clients(), ignition.clients(), diary)
