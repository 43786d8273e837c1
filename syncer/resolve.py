"""Parked deployments: what waits for a person, and carrying out what they picked (E10)."""

import json
from typing import Any

from syncer import ledger_tables as t
from syncer import memory
from syncer.client_making import client_intent
from syncer.deploy import ATTENTION, deploy_one
from syncer.errors import ConfigError
from syncer.ledger import PracticeLedger
from syncer.match import Known
from syncer.model import Standing
from syncer.practice import Practice
from syncer.report import Report
from syncer.whose import NEW


def parked(ledger: PracticeLedger) -> list[dict[str, Any]]:
    """Return the deployments that wait for a person: proposal, reason, candidates, and what tells these apart."""
    rows = ledger.rows(t.deployments, status=ATTENTION)
    directory = _directory(ledger) if rows else {}
    return [
        {
            "proposal_slug": row["proposal_slug"],
            "reference": row["reference"],
            "client": json.loads(row["proposal"])["client_name"],
            "reason": row["message"],
            "candidates": [
                {
                    **_candidate(ledger, uuid, name),
                    "why_not": why_not(directory.get(uuid), row["client_slug"]),
                }
                for uuid, name in json.loads(row["candidates"])
            ],
        }
        for row in rows
    ]


def _directory(ledger: PracticeLedger) -> dict[str, Known]:
    return {one.uuid: one for one in memory.directory(ledger)}


def _candidate(ledger: PracticeLedger, uuid: str, name: str) -> dict[str, Any]:
    values = next((one.values for one in memory.some_mirrored(ledger, memory.XPM, [uuid])), {})
    address, phone = values.get("address"), values.get("phone")
    street = ", ".join(part for part in address if part) if isinstance(address, tuple) else ""
    return {
        "uuid": uuid,
        "name": name,
        "address": street,
        "phone": phone if isinstance(phone, str) else "",
    }


def resolve(practice: Practice, proposal: str, pick: str) -> Report:
    """Go on with a parked deployment: `pick` is an XPM client's UUID, or `new` to have one made.

    `proposal` is its slug or reference number. Raises ConfigError when either does not fit.
    """
    with practice.lease.hold():
        return _resolve(practice, proposal, pick)


def _resolve(practice: Practice, proposal: str, pick: str) -> Report:
    ledger = practice.ledger
    rows = [
        row
        for row in ledger.rows(t.deployments, status=ATTENTION)
        if proposal in (row["proposal_slug"], row["reference"])
    ]
    if len(rows) != 1:
        names = ", ".join(row["reference"] for row in ledger.rows(t.deployments, status=ATTENTION)) or "none"
        raise ConfigError(f"no deployment of “{proposal}” waits for a decision; waiting are: {names}")
    row = rows[0]
    if pick != NEW:
        _check(practice, row["client_slug"], pick)
    if row["chosen_uuid"] != pick:
        # Whatever was begun for this client before, the person has looked at what came of it. The same
        # pick once more goes on with what it began.
        ledger.remove(t.intents, key=client_intent(row["client_slug"]))
        ledger.change(t.deployments, {"chosen_uuid": pick}, proposal_slug=row["proposal_slug"])
    return deploy_one(practice, row["proposal_slug"])


def _check(practice: Practice, client_slug: str, uuid: str) -> None:
    known = _directory(practice.ledger).get(uuid)
    why = why_not(known, client_slug)
    if why:
        raise ConfigError(
            f"XPM client “{known.name}” ({uuid}) {why}" if known else f"XPM has no client {uuid}"
        )


def why_not(known: Known | None, client_slug: str) -> str:
    """Return why an XPM client cannot be picked for a client of Ignition; nothing where it can (E10)."""
    if known is None:
        return "is not in XPM's list"
    if known.standing is Standing.ARCHIVED:
        return "is archived: restore it, or pick another"
    if known.standing is not Standing.LIVE:
        return f"is {known.standing.value}: pick another"
    if known.linked_to not in (None, client_slug):
        return "is linked to another Ignition client"
    return ""
