"""Commands that look: how a practice stands, and who of XPM's staff is a user."""

from typing import Any

from syncer import ledger_tables as t
from syncer import memory
from syncer.cli_runs import runs_of
from syncer.errors import ConfigError, LedgerError
from syncer.ledger import PracticeLedger
from syncer.session import Session
from syncer.show import Screen


def status_command(session: Session, name: str | None, screen: Screen) -> None:
    """Show connections, what is linked, and what became of proposals."""
    config = session.config()
    own = session.ledger(config).of(config.practice(name).name)
    connections = {
        row["system"]: row
        for row in own.rows(t.connections)
        if row["system"] in (memory.XPM, memory.IGNITION)
    }
    deployments = own.rows(t.deployments)
    last = next(iter(runs_of(own, session.runtime)[-1:]), None)
    statuses = {system: _stands(own, system, row["status"]) for system, row in connections.items()}
    state: dict[str, Any] = {
        "practice": own.practice,
        "connections": statuses,
        "xpm_practice": connections.get(memory.XPM, {}).get("tenant_name"),
        "linked_clients": len(own.rows(t.links)),
        "open_conflicts": len(own.rows(t.conflicts, state="open")),
        "last_run": last and {name: last[name] for name in ("command", "started_at", "ended_at", "outcome")},
        "deployments": [
            {name: row[name] for name in ("reference", "proposal_slug", "status", "message")}
            for row in deployments
        ],
    }
    if screen.as_json:
        screen.value(state)
        return
    facts = [
        (key.replace("_", " "), value)
        for key, value in state.items()
        if key not in ("deployments", "connections", "last_run")
    ]
    facts += [
        (f"connection to {system}", statuses.get(system, "not connected"))
        for system in (memory.XPM, memory.IGNITION)
    ]
    facts.append(
        ("last run", f"{last['command']} at {last['started_at']}: {last['outcome']}" if last else "none yet")
    )
    screen.table("Status", ("what", ""), facts, "")
    rows = [(row["reference"], row["status"], row["message"]) for row in deployments]
    screen.table(
        "Proposals", ("proposal", "status", "why"), rows, "no proposal has been accepted since the connection"
    )


def users_command(session: Session, name: str | None, screen: Screen) -> None:
    """Show XPM's staff and which of them an admin picked as users (R2)."""
    practice = session.practice(name)
    staff, users = practice.xpm.staff(), practice.ignition.users()
    picked = {user.staff_uuid: user for user in users if user.staff_uuid}
    rows = [
        {
            "staff": one.name,
            "email": one.email,
            "uuid": one.uuid,
            "user": picked[one.uuid].name if one.uuid in picked else None,
        }
        for one in staff
    ]
    if screen.as_json:
        screen.value(rows)
        return
    cells = [(row["staff"], row["email"], row["user"] or "–") for row in rows]
    screen.table("XPM staff", ("staff member", "e-mail", "user in Ignition"), cells, "XPM has no staff")
    screen.say("Pick staff in Ignition: Settings → Team → Add User.")


def _stands(own: PracticeLedger, system: str, status: str) -> str:
    """Return how a connection stands; one whose tokens no key opens is of no use."""
    try:
        own.tokens(system)
    except (ConfigError, LedgerError) as error:
        return f"unusable: {error}"
    return status
