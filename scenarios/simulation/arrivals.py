"""Invariants of what has to have come to the other side, and of what has to have stayed away."""

import json
from collections import Counter
from datetime import datetime, timedelta

from mock_kit.clock import parse_iso
from scenarios.agreement import FIELDS, is_live
from scenarios.simulation.diary import Known
from scenarios.simulation.fields import CLIENT, OF_CONTACT, group_of
from scenarios.simulation.oracle import Case, Json, Pair, Verdicts
from scenarios.simulation.questions import was_there_before

ONE_WAY = ("groups", "tax registration")
"""What no person in a simulation edits, of the fields that go one way."""
A_SYNC = timedelta(minutes=15)
"""How long before a conflict is recorded its values may have been read."""
BOTH = 2
"""On how many sides a contact is."""
TWO_WAY = frozenset(group_of(one.name) for one in CLIENT if one.two_way)


def every_client_has_come(case: Case) -> Verdicts:
    """R1, E8: an XPM client neither archived nor deleted is a client of Ignition's, but where a name is not one client's (E1)."""
    linked = {link["xpm_id"] for link in case.outcome.ledger["links"]}
    living = [row for row in case.outcome.xpm_clients if is_live(row)]
    names = Counter(row["Name"] for row in living)
    here = {row["name"] for row in case.outcome.ignition_clients}
    for row in living:
        is_shared = names[row["Name"]] > 1 or row["Name"] in here
        is_here = row["UUID"] in linked or is_shared
        yield None if is_here else f"{row['Name']!r} of XPM is not in Ignition"


def what_comes_one_way_has_come(case: Case) -> Verdicts:
    """R7: groups and tax registration of a linked client are XPM's."""
    for pair in case.pairs:
        if pair.is_live:
            for name in ONE_WAY:
                _, in_xpm, in_ignition = FIELDS[name]
                there, here = in_xpm(pair.xpm), in_ignition(pair.ignition)
                what = f"{pair.xpm['Name']}: {name} is {there!r} in XPM and {here!r} in Ignition"
                yield None if there == here else what


def who_is_archived_is_marked(case: Case) -> Verdicts:
    """E7: the link of a client is a live one, unless it was archived or deleted on a side."""
    for pair in case.pairs:
        is_there = is_live(pair.xpm) and pair.ignition["state"] != "archived"
        what = "is there on both sides" if is_there else "was archived"
        yield (
            None
            if pair.is_live == is_there
            else f"{pair.xpm['Name']!r} {what}, and its link is {pair.link['standing']}"
        )


def who_was_gone_before_stays_out(case: Case) -> Verdicts:
    """E2: an XPM client that was archived or deleted before the connection is nobody in Ignition."""
    linked = {link["xpm_id"] for link in case.outcome.ledger["links"]}
    shown = {row["external_client_id"] for row in case.outcome.ignition_clients}
    for uuid, name in case.outcome.diary.gone.items():
        is_out = uuid not in linked | shown
        yield None if is_out else f"{name!r} was archived before the connection, and came into Ignition"


def structure_comes_with_the_client(case: Case) -> Verdicts:
    """R4: a client that was imported has the company structure that XPM says."""
    for pair in case.pairs:
        if pair.link["origin"] == "imported":
            there, here = pair.xpm.get("BusinessStructure") or "", pair.ignition["company_structure"] or ""
            what = f"{pair.xpm['Name']}: company structure is {there!r} in XPM and {here!r} in Ignition"
            yield None if there == here else what


def who_was_removed_stays_away(case: Case) -> Verdicts:
    """E6: a contact that was removed on one side, and left alone on the other, is on neither."""
    for at, side, key, name in case.outcome.diary.removed:
        pair = case.pair_of(key)
        known = case.outcome.diary.clients[key]
        if pair is None or not pair.is_live or _is_in_conflict(case, pair):
            continue
        if not _was_synced(case, known, at):
            continue
        others = case.outcome.diary.typed
        person = case.person(key, name)
        is_touched = any(case.person(one.client, one.contact) == person for one in others)
        if is_touched or known.contacts.count(name) > 1:
            continue
        there = [row["Name"] for row in pair.xpm["Contacts"] or []]
        here = [row["name"] for row in case.contacts[pair.ignition["slug"]]]
        what = f"contact {name!r} of {pair.xpm['Name']!r} was removed in {side} at {at}, and is there again"
        yield None if name not in (*there, *here) else what


def _was_synced(case: Case, known: Known, until: datetime) -> bool:
    """Tell whether a whole sync came between a client's making and a moment, so that its contacts were linked by then."""
    return any(
        (known.at is None or known.at < began) and ended < until for began, ended in case.outcome.synced
    )


def _is_in_conflict(case: Case, pair: Pair) -> bool:
    return any(row["contact"] for row in case.conflicts[pair.link["xpm_id"]])


def the_winner_stands(case: Case) -> Verdicts:
    """E3: of a conflict that nobody has touched since, both sides have the value of the side that wins."""
    wanted = case.outcome.winner
    for pair in case.pairs:
        for row in case.conflicts[pair.link["xpm_id"]]:
            if _is_at_rest(case, pair, row):
                sides = _values_of_contact(case, pair, row) if row["contact"] else _values(pair, row["field"])
                value = json.loads(row[wanted])
                parts = value if isinstance(value, list) else [value or ""]
                is_right = sides == [parts, parts]
                what = f"{row['field']} of {pair.xpm['Name']!r} is {sides}, and {wanted} wins with {value!r}"
                yield None if is_right else what


def _is_at_rest(case: Case, pair: Pair, row: Json) -> bool:
    """Tell whether a conflict of a field is open, and nobody has typed there since it was read, nor taken the contact away."""
    group, shared = group_of(row["field"]), case.outcome.diary.shared
    if row["state"] != "open" or row["kind"] != "changed" or not pair.is_live:
        return False
    # Who was linked by a name may only have received when it was (R10): then XPM's value stands.
    if (group not in TWO_WAY and not row["contact"]) or was_there_before(pair):
        return False
    # Of who is a contact of several, another copy may have won (E6).
    if row["contact"] and (
        len(_contacts_of(case, pair, row)) != BOTH or pair.key in {key for key, _ in shared}
    ):
        return False
    since = parse_iso(row["at"]) - A_SYNC
    return not any(
        one.done_at >= since and bool(one.contact) == bool(row["contact"]) and group_of(one.field) == group
        for one in case.outcome.diary.typed
        if case.one_key(one.client) == pair.key
    )


def _contacts_of(case: Case, pair: Pair, row: Json) -> list[Json]:
    """Return the contact that a conflict is about, as XPM and as Ignition have it, where they do."""
    there = [one for one in pair.xpm["Contacts"] or [] if one["UUID"] == row["xpm_contact"]]
    here = [one for one in case.contacts[pair.ignition["slug"]] if one["slug"] == row["ignition_contact"]]
    return [*there, *here] if there and here else []


def _values_of_contact(case: Case, pair: Pair, row: Json) -> list[list[str]]:
    there, here = _contacts_of(case, pair, row)
    spelling = OF_CONTACT[row["field"]]
    return [[spelling.in_xpm(there)], [spelling.in_ignition(here)]]


def _values(pair: Pair, field: str) -> list[list[str]]:
    """Return the values of both sides, part by part."""
    parts = [one for one in CLIENT if group_of(one.name) == group_of(field)]
    return [[one.in_xpm(pair.xpm) for one in parts], [one.in_ignition(pair.ignition) for one in parts]]
