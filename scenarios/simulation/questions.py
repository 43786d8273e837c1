"""Questions that the invariants ask of a case: what was planned, and whether there is a reason for what seems wrong."""

import json
from datetime import timedelta
from itertools import pairwise

from mock_kit.clock import parse_iso
from scenarios.agreement import PEOPLE
from scenarios.simulation.fields import group_of
from scenarios.simulation.machine import Call
from scenarios.simulation.oracle import Case, Json, Pair, sends

LATEST = timedelta(seconds=120)
"""How long after its time-out a late write may still land."""


def last_side(case: Case, pair: Pair, field: str) -> str | None:
    """Return on which side people changed a field last; None: they never did. To type what is there changes nothing."""
    typed = [one for one in case.typed_into(pair.key, None, field) if one.old != one.new]
    return typed[-1].side if typed else None


def came_back(case: Case, pair: Pair, field: str, there: str, here: str) -> bool:
    """Tell whether XPM's value is again what it was at the last sync, so that Ignition's, typed meanwhile, stays (R7)."""
    typed = case.typed_into(pair.key, None, field)
    is_typed_here = any(one.side == "ignition" and one.new == here for one in typed)
    return is_typed_here and json.loads(pair.link["base"]).get(field) == there


def was_there_before(pair: Pair) -> bool:
    """Tell whether both clients were there before they were linked: an empty field took the other's value then (E1)."""
    return pair.link["origin"] not in {"imported", "created"}


def has_two_sides(case: Case, row: Json) -> bool:
    """Tell whether people typed into the field of a conflict on either side before it (E3), or may have met there.

    Who was there on both sides before they were linked may differ from the start (E1), and so may Partner and
    Manager, who are nobody until both are users (R6).
    """
    pair = next((one for one in case.pairs if one.link["xpm_id"] == row["xpm_id"]), None)
    if pair is None or was_there_before(pair) or row["field"] in PEOPLE:
        return True
    group = group_of(row["field"])
    sides = {
        one.side
        for one in case.outcome.diary.typed
        if case.one_key(one.client) == pair.key
        and one.contact is None
        and group_of(one.field) == group
        # Where the syncer's clock was another, the record's time says nothing; it has no parts of a second.
        and (case.outcome.fired.get("clock-jump") or one.at.replace(microsecond=0) <= parse_iso(row["at"]))
    }
    return len(sides) == 2  # noqa: PLR2004  # XPM and Ignition


def told_doubles(case: Case, made_by: str, looked_by: str, name: str) -> int:
    """Return how many doubles of something nobody could have kept from being made, and the syncer told of (E11).

    That is where a call was repeated after an unknown outcome, and XPM answered with what was true before to
    every look that the syncer took once everything late had landed.
    """
    if not (_was_told(case, name) or _was_parked(case, name)):
        return 0
    return _repeated_unseen(case, made_by, looked_by, (name,))


def told_contacts(case: Case, pair: Pair, name: str) -> int:
    """Return the same of the contacts of a name that XPM has of a client: told by name, and by their ids."""
    uuids = [row["UUID"] for row in pair.xpm["Contacts"] or [] if row["Name"] == name]
    if not any(_was_told(case, f"contact “{name}”", one) for one in uuids):
        return 0
    uuid = pair.xpm["UUID"]
    return _repeated_unseen(case, "client.api/contact", f"client.api/get/{uuid}", (name, uuid))


def _was_told(case: Case, *parts: str) -> bool:
    return any(
        "delete what is there twice" in text and all(one in text for one in parts)
        for text in case.outcome.texts
    )


def _was_parked(case: Case, name: str) -> bool:
    """Tell whether a deployment waits for a person because two clients of its client's name appeared (E11)."""
    return any(
        f"(“{name}”): several XPM clients of this name appeared" in text for text in case.outcome.texts
    )


def _repeated_unseen(case: Case, made_by: str, looked_by: str, sent: tuple[str, ...]) -> int:
    made = [
        call
        for call in case.syncer_calls
        if call.method == "POST" and made_by in call.url and all(sends(call, one) for one in sent)
    ]
    return sum(_saw_nothing_new(case, looked_by, one, again) for one, again in pairwise(made))


def _saw_nothing_new(case: Case, looked_by: str, made: Call, again: Call) -> bool:
    looks = [
        call
        for call in case.syncer_calls
        if call.method == "GET" and looked_by in call.url and made.at + LATEST < call.at <= again.at
    ]
    return bool(looks) and all(case.met(one, "stale") for one in looks)


def archived_alone(case: Case, name: str) -> int:
    """Return how many clients of a name somebody archived in Ignition before they were linked with anybody in XPM.

    Whoever has the name in XPM comes in beside them, as a lead of its own (R1).
    """
    linked = {link["ignition_id"] for link in case.outcome.ledger["links"]}
    return sum(
        row["name"] == name and row["state"] == "archived" and row["slug"] not in linked
        for row in case.outcome.ignition_clients
    )
