"""What became of what people typed: nothing is lost but in the window that XPM leaves open (E3, E23)."""

from collections.abc import Iterator

from scenarios.agreement import PEOPLE
from scenarios.simulation.diary import Typed
from scenarios.simulation.fields import OF_CLIENT
from scenarios.simulation.machine import Call
from scenarios.simulation.oracle import Case, Json, Pair, Verdicts, sends, texts
from scenarios.simulation.questions import LATEST, was_there_before

OK, SHOWS_NOTHING = 200, ("stale", "cut", "malformed")
"""The status of an answer that shows what there is, and the faults by which it does not."""


def nothing_typed_is_lost(case: Case) -> Verdicts:
    """E3: what a person typed is on a side, in a conflict record, or was overwritten by a person who saw it."""
    for one, pair in _of_linked(case):
        if _is_accounted_for(case, pair, one) or _is_in_the_window(case, one):
            yield None
        else:
            yield f"item {one.item}: {one.field} {one.new!r} typed in {one.side} for {pair.xpm['Name']!r} is lost"


def lost_in_the_window(case: Case) -> int:
    """Return how many of the values that people typed are lost, as they fell into the window that XPM leaves open (E23)."""
    return sum(
        not _is_accounted_for(case, pair, one) and _is_in_the_window(case, one)
        for one, pair in _of_linked(case)
    )


def _of_linked(case: Case) -> Iterator[tuple[Typed, Pair]]:
    """Yield what people typed for clients that are kept in step, with their pairs."""
    for one in case.outcome.diary.typed:
        pair = case.pair_typed_into(one)
        if pair is not None and pair.is_live:
            yield one, pair


def _is_in_the_window(case: Case, typed: Typed) -> bool:
    return typed.side == "xpm" and fell_into_the_window(case, typed)


def _is_accounted_for(case: Case, pair: Pair, one: Typed) -> bool:
    """Tell whether a value is still there, is kept, or was taken away by people."""
    return (
        one.old == one.new  # nobody sees that somebody chose what was there
        or stands(case, pair, one)
        or (not one.new and was_there_before(pair))
        or was_overwritten(case, one)
        or only_put_back(case, one)
        or case.kept_in_conflict(one)
        or (one.contact is not None and contact_is_gone(case, one))
    )


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


def contact_is_gone(case: Case, typed: Typed) -> bool:
    """Tell whether a person removed the contact after that."""
    return any(
        (case.one_key(key), contact) == (case.one_key(typed.client), typed.contact) and at >= typed.at
        for at, _, key, contact in case.outcome.diary.removed
    )


def fell_into_the_window(case: Case, typed: Typed) -> bool:
    """Tell whether the syncer wrote to the client after this was typed and after its own last look before (E23).

    A look that XPM answered with what was true before, or not as a whole, shows nothing, nor does one of a sync that
    an error ended, as it kept none of it: the window is open since the one before. A write that XPM did late closes it late.
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
            fresh = [one.at for one in looks if _shows(case, one)]
            return bool(looks) and (not fresh or fresh[-1] <= typed.done_at)
    return False


def _shows(case: Case, look: Call) -> bool:
    """Tell whether the syncer knew by a look what was there."""
    is_answered = look.status == OK and not case.met(look, *SHOWS_NOTHING)
    return is_answered and not any(began <= look.at <= ended for began, ended in case.outcome.broken_off)
