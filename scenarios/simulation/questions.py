"""Questions that the invariants ask of a case: what was planned, and whether there is a reason for what seems wrong."""

import json
from datetime import timedelta
from itertools import pairwise

from mock_kit.clock import parse_iso
from scenarios.agreement import PEOPLE
from scenarios.simulation.diary import Typed
from scenarios.simulation.fields import OF_CLIENT, group_of
from scenarios.simulation.machine import Call
from scenarios.simulation.oracle import Case, Json, Pair, sends, texts

LATEST = timedelta(seconds=120)
"""How long after its time-out a late write may still land."""
OK, SHOWS_NOTHING = 200, ("stale", "cut", "malformed")
"""The status of an answer that shows what there is, and the faults by which it does not."""


def last_side(case: Case, pair: Pair, field: str) -> str | None:
    """Return on which side people changed a field last; None: they never did. To type what is there changes nothing."""
    typed = [one for one in case.typed_into(pair.key, None, field) if one.old != one.new]
    return typed[-1].side if typed else None


def came_back(case: Case, pair: Pair, field: str, there: str, here: str) -> bool:
    """Tell whether XPM's value is again what it was at the last sync, so that Ignition's, typed meanwhile, stays (R7)."""
    typed = case.typed_into(pair.key, None, field)
    is_typed_here = any(one.side == "ignition" and one.new == here for one in typed)
    return is_typed_here and json.loads(pair.link["base"]).get(field) == there


def stands(case: Case, pair: Pair, typed: Typed) -> bool:
    """Tell whether what was typed is on either side now."""
    if typed.field in PEOPLE:
        there = case.in_charge(pair.xpm["UUID"], typed.field)
        here = case.in_charge(pair.ignition["slug"], typed.field)
        return typed.new in (there, case.outcome.diary.users.get(here))
    if not typed.new and not typed.contact:
        spelling = OF_CLIENT[typed.field]
        return "" in (spelling.in_xpm(pair.xpm), spelling.in_ignition(pair.ignition))
    rows: list[Json] = [pair.xpm, pair.ignition]
    if typed.contact:
        rows = [*(pair.xpm["Contacts"] or []), *case.contacts[pair.ignition["slug"]]]
    return any(typed.new in texts(row) for row in rows)


def was_overwritten(case: Case, typed: Typed) -> bool:
    """Tell whether a person later typed something else there, or where the value had come to by then."""
    later = [
        one
        for one in case.typed_into(typed.client, typed.contact, typed.field)
        if one.done_at > typed.done_at
    ]
    # A clearing of a one-way field stays until XPM's value changes (R7), and leaves nothing to be kept.
    is_until = not typed.new and not typed.contact and not _is_two_way(typed.field)
    if is_until and _was_on_its_way(case, typed):
        return True
    return any(
        _is_one_record(case, one, typed)
        or one.old == typed.new
        or (is_until and one.side == "xpm")
        or _was_carried(case, typed, one)
        for one in later
    )


def _is_one_record(case: Case, one: Typed, other: Typed) -> bool:
    """Tell whether two values were typed into one record: who is a contact of several has a copy for each in Ignition."""
    is_one_client = case.one_key(one.client) == case.one_key(other.client)
    return one.side == other.side and (one.side == "xpm" or is_one_client)


def _was_on_its_way(case: Case, typed: Typed) -> bool:
    """Tell whether somebody had typed in XPM before what the syncer had not carried over yet."""
    return any(
        one.side == "xpm" and one.done_at <= typed.done_at and not _was_carried(case, one, typed)
        for one in case.typed_into(typed.client, typed.contact, typed.field)
    )


def _is_two_way(field: str) -> bool:
    return field in PEOPLE or OF_CLIENT[field].two_way


def only_put_back(case: Case, typed: Typed) -> bool:
    """Tell whether a person put back what was there, before the syncer had carried over what they had typed in between.

    Nothing has changed on that side since the last sync then (E3), and the other side's change comes.
    """
    return any(
        _is_one_record(case, one, typed)
        and one.done_at < typed.at
        and (one.old, one.new) == (typed.new, typed.old)
        and not _was_carried(case, one, typed, anywhere=True)
        for one in case.typed_into(typed.client, typed.contact, typed.field)
    )


def _was_carried(case: Case, typed: Typed, later: Typed, *, anywhere: bool = False) -> bool:
    """Tell whether the syncer had written a value to the side where another was typed later; `anywhere`: to either."""
    place = "" if anywhere else "/practicemanager/" if later.side == "xpm" else "/external/"
    # Partner and Manager are staff in XPM, and users in Ignition.
    values = {typed.new, *(user for user, staff in case.outcome.diary.users.items() if staff == typed.new)}
    return any(
        typed.at < call.at < later.done_at
        and place in call.url
        and any(sends(call, one) for one in values)
        and _took_effect(case, call, typed)
        for call in case.syncer_calls
        if call.method != "GET"
    )


def _took_effect(case: Case, call: Call, typed: Typed) -> bool:
    """Tell whether a write changed something, as far as can be told.

    What was refused did not (an answer of 500 may be all that was lost), nor an item of a batch that Ignition refused
    by itself: its journal has no change of the client then.
    """
    if 400 <= call.status < 500:  # noqa: PLR2004
        return False
    pair = case.pair_typed_into(typed)
    told = case.told_by_ignition(call)
    if pair is None or not told or any(str(one["fault"]).startswith("late") for one in told):
        return True
    slug = pair.ignition["slug"]
    return any(slug in change["key"] for one in told for change in one["changes"])


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


def contact_is_gone(case: Case, typed: Typed) -> bool:
    """Tell whether a person removed the contact after that."""
    return any(
        (case.one_key(key), contact) == (case.one_key(typed.client), typed.contact) and at >= typed.at
        for at, _, key, contact in case.outcome.diary.removed
    )


def fell_into_the_window(case: Case, typed: Typed) -> bool:
    """Tell whether the syncer wrote to the client after this was typed and after its own last look before (E23).

    A look that XPM answered with what was true before, or not as a whole, shows nothing: the window is open since
    the one before. A write that XPM did late closes it late.
    """
    uuids = [pair.link["xpm_id"] for pair in case.sharers(typed)]
    for call in case.syncer_calls:
        is_write = (
            call.method in ("PUT", "DELETE")
            and "client.api" in call.url
            and any(uuid.encode() in call.body or f"clientUuid={uuid}" in call.url for uuid in uuids)
        )
        done = call.at + LATEST if is_write and case.met(call, "late") else call.at
        if is_write and done >= typed.at:
            looks = [
                one for one in case.syncer_calls
                if one.actor == call.actor and one.method == "GET" and "client.api/list" in one.url and one.at < call.at
            ]  # fmt: skip
            fresh = [one.at for one in looks if one.status == OK and not case.met(one, *SHOWS_NOTHING)]
            return bool(looks) and (not fresh or fresh[-1] <= typed.done_at)
    return False


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
