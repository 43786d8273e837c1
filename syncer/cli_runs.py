"""Commands that look back or take leave: the runs so far, and disconnecting a practice."""

import json
from typing import Any

from syncer import ledger_tables as t
from syncer.disconnect import disconnect
from syncer.errors import DecisionError
from syncer.lease import PRACTICE, is_held
from syncer.ledger import RUNNING, PracticeLedger, Row
from syncer.report import CUT_SHORT
from syncer.runtime import Runtime
from syncer.session import Session
from syncer.show import Screen
from syncer.words import counted

LAST = 20


def runs_command(session: Session, name: str | None, number: int | None, screen: Screen) -> None:
    """Show the last runs, or with NUMBER all that one of them did, said and cost."""
    config = session.config()
    own = session.ledger(config).of(config.practice(name).name)
    rows = runs_of(own, session.runtime)
    if number is not None:
        _one(screen, next((row for row in rows if row["id"] == number), None), number)
        return
    shown = [_told(row) for row in rows[-LAST:]]
    if screen.as_json:
        screen.value(shown)
        return
    cells = [
        (
            one["number"],
            one["command"],
            one["started_at"],
            one["ended_at"] or ("still running" if one["outcome"] == RUNNING else "–"),
            one["outcome"],
            _cost(one),
        )
        for one in shown
    ]
    heads = ("run", "command", "began", "ended", "outcome", "calls and bytes")
    screen.table(f"Runs of {own.practice}", heads, cells, "nothing has run yet")


def runs_of(own: PracticeLedger, runtime: Runtime) -> list[Row]:
    """Return a practice's runs; one that nobody works on any more was cut short."""
    rows = own.rows(t.runs)
    if any(row["outcome"] == RUNNING for row in rows) and not is_held(
        own.ledger, runtime, PRACTICE, own.practice
    ):
        return [{**row, "outcome": CUT_SHORT} if row["outcome"] == RUNNING else row for row in rows]
    return rows


def disconnect_command(session: Session, name: str | None, screen: Screen) -> None:
    """Disconnect a practice from XPM and Ignition; what is linked stays in the ledger for a next connection."""
    config = session.config()
    sentence = disconnect(config, session.ledger(config), session.runtime, config.practice(name).name)
    if screen.as_json:
        screen.value({"connected": False, "message": sentence})
    else:
        screen.say(sentence)


def _one(screen: Screen, row: dict[str, Any] | None, number: int) -> None:
    if row is None:
        raise DecisionError(f"there is no run {number}; `syncer runs` lists them")
    report = json.loads(row["report"])
    if screen.as_json:
        screen.value({**_told(row), "report": report})
        return
    screen.say(f"run {number}, {row['command']} at {row['started_at']}: {row['outcome']}")
    for line in report.get("lines", []):
        screen.say(line)
    for kind in ("warnings", "attention"):
        for line in report.get(kind, []):
            screen.say(f"{'note' if kind == 'warnings' else 'needs attention'}: {line}")
    for one in report.get("problems", []):
        screen.say(f"problem: {one['record']}: {one['what']} – {one['way_out']}")
    screen.say(_cost(_told(row)))


def _told(row: dict[str, Any]) -> dict[str, Any]:
    costs = json.loads(row["report"]).get("costs", {})
    told = {name: row[name] for name in ("command", "started_at", "ended_at", "outcome")}
    return {"number": row["id"], **told, "costs": costs}


def _cost(told: dict[str, Any]) -> str:
    return ", ".join(
        f"{api} {counted(cost['calls'], 'call')}, {cost['bytes_sent'] + cost['bytes_received']:,} bytes"
        for api, cost in sorted(told["costs"].items())
    )
