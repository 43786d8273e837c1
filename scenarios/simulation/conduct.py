"""Invariants of the syncer's conduct: what it called, what it told, and how it came to rest."""

import json
from collections.abc import Iterator
from datetime import timedelta

import orjson

from scenarios.agreement import PEOPLE
from scenarios.simulation.fields import CLIENT
from scenarios.simulation.machine import Call
from scenarios.simulation.oracle import Case, Verdicts, leaves, members, sent, texts
from scenarios.simulation.outcome import Neighbour

ONE_WAY_ELEMENTS = (b"<WebSite", b"<Website", b"<GSTRegistered", b"<Groups")
HARMLESS = ("500", "503", "429", "refused")
"""Faults that strike before new tokens are handed out, by which none can be lost."""
MINUTE, UNAUTHORIZED = timedelta(seconds=60), 401


def what_goes_one_way_comes_from_xpm(case: Case) -> Verdicts:
    """R7: the syncer writes no one-way field to XPM."""
    for call in case.syncer_calls:
        if call.method == "PUT" and call.url.endswith("client.api/update"):
            strays = [one for one in ONE_WAY_ELEMENTS if one in call.body]
            yield None if not strays else f"the syncer wrote {strays[0].decode()} to XPM at {call.at}"


def nothing_goes_before_acceptance(case: Case) -> Verdicts:
    """R10: the syncer makes no client in XPM whose proposal was not accepted before."""
    accepted = case.outcome.diary.accepted
    for call in case.syncer_calls:
        if call.method == "POST" and call.url.endswith("client.api/add"):
            name = next(text for element, text in members(call) if element == "Name")
            before = {one.client for one in accepted if one.at <= (call.answered_at or call.at)}
            is_theirs = any(case.known(key).born == "ignition" for key in before & case.bearers(str(name)))
            yield (
                None
                if is_theirs
                else f"{name!r} was made in XPM at {call.at}, though nobody of that name had accepted"
            )


def who_writes_has_looked_again(case: Case) -> Verdicts:
    """E23: before the syncer changes a client or contact of XPM, it looks at what changed there since it read both sides."""
    last: dict[str, str] = {}
    for call in case.syncer_calls:
        path = call.url.partition("?")[0]
        if call.method == "GET" and path.endswith(("/reporting/clients", "/client.api/list")):
            last[call.actor] = path
        elif call.method == "PUT" and path.endswith("client.api/update"):
            is_sure = last.get(call.actor, "").endswith("client.api/list")
            yield None if is_sure else f"the syncer wrote to XPM at {call.at} and had not looked there again"


def users_are_left_alone(case: Case) -> Verdicts:
    """R2, R13: the syncer makes and deletes no user and no staff member."""
    for call in case.syncer_calls:
        path = call.url.partition("?")[0]
        touches = ("/users" in path and not path.endswith("xpm_candidates")) or "/staff.api/" in path
        if touches:
            yield None if call.method == "GET" else f"the syncer called {call.method} {path}"


def who_left_is_left_alone(case: Case) -> Verdicts:
    """R13, E18: who was deleted on one side stays on the other, and in charge where nobody chose somebody else."""
    diary = case.outcome.diary
    gone = {"xpm": {one.staff for one in diary.left if one.side == "xpm"}}
    gone["ignition"] = {one.user for one in diary.left if one.side == "ignition"}
    there = {"xpm": {row["UUID"] for row in case.outcome.staff}}
    there["ignition"] = {row["slug"] for row in case.outcome.users}
    for user, staff in diary.users.items():
        for side, one in (("xpm", staff), ("ignition", user)):
            is_right = (one in there[side]) != (one in gone[side])
            state = "came back" if one in there[side] else "is gone"
            yield None if is_right else f"{one} {state} in {side}, which nobody did there"
    linked = {row["slug"] for row in case.outcome.users if row["xpm_staff_uuid"]}
    yield None if linked <= set(diary.users) else f"users nobody picked: {sorted(linked - set(diary.users))}"
    for left in diary.left:
        for member, client in left.in_charge:
            if not case.was_chosen(client, member):
                now = case.in_charge(client, member)
                is_same = now in (left.staff, left.user)
                yield None if is_same else f"{member} of {client} was {left.staff}, who left, and is {now!r}"


def nobody_in_charge_is_taken_away(case: Case) -> Verdicts:
    """R6, E18: nobody in a simulation takes a Partner or Manager away, and who cannot be told on the other side is no reason to."""
    for call in case.syncer_calls:
        for client, sent_members in _updates(call):
            for member, element in PEOPLE.items():
                named = [
                    sent_members[one] for one in (f"{member}_slug", f"{element}UUID") if one in sent_members
                ]
                if named:
                    yield (
                        None if all(named) else f"the syncer took the {member} of {client} away at {call.at}"
                    )


def _updates(call: Call) -> Iterator[tuple[str, dict[str, str | None]]]:
    """Yield the clients that a call changes, as it names them, with what it sends of each."""
    if call.method == "PUT" and call.url.endswith("client.api/update"):
        said = dict(members(call))
        yield str(said["UUID"]), said
    elif call.method == "POST" and call.url.endswith("clients/batch"):
        for item in json.loads(call.body)["items"]:
            if "slug" in item:
                yield (
                    item["slug"],
                    dict(leaves({name: one for name, one in item.items() if name != "contacts"})),
                )


def limits_are_kept(case: Case) -> Verdicts:
    """E19: no more calls in any minute than XPM grants, by the calls themselves; no limit of a fake was run into, the day's among them."""
    granted = case.outcome.minute
    # A call that is turned away for its tokens is nobody's: it counts for no practice.
    calls = [
        one for one in case.every_syncer_call
        if "/practicemanager/" in one.url and one.status != UNAUTHORIZED
    ]  # fmt: skip
    for tenant in sorted({one.tenant for one in calls}):
        times = [one.at for one in calls if one.tenant == tenant]
        for place, at in enumerate(times):
            within = sum(1 for other in times[max(0, place - granted) : place] if at - other < MINUTE)
            yield None if within < granted else f"more than {granted} calls of XPM in the minute before {at}"
    for name, entries in case.outcome.journals.items():
        refused = [one for one in entries if one["status"] == 429 and not one["fault"]]  # noqa: PLR2004
        yield None if not refused else f"{name} turned {len(refused)} calls away with 429"


def a_further_sync_writes_nothing(case: Case) -> Verdicts:
    """E4: a sync right after a sync writes nothing."""
    writes = case.outcome.last_writes
    what = f"wrote {writes} times" if writes > 0 else "came to no end"
    yield None if writes == 0 else f"the last sync {what}"


def connections_live(case: Case) -> Verdicts:
    """E24: a connection ends only when an answer with new tokens was lost, to the syncer or to its ledger."""
    died = case.outcome.fired["crash"] or case.outcome.fired["disk-full"]
    for system, entries in case.outcome.journals.items():
        told = [
            one for one in case.outcome.texts if one.startswith(system) and "can no longer refresh" in one
        ]
        lost = any(
            one["fault"] and not one["fault"].startswith(HARMLESS)
            for one in entries
            if one["path"].endswith("/token")
        )
        yield None if not told or lost or died else f"a connection was lost without a cause: {told[0]}"


def practices_never_mix(case: Case) -> Verdicts:
    """E21: the other practice gets its own clients, once each; what its people typed is on both its sides, and nowhere here."""
    other = case.outcome.neighbour
    if other is None:
        return
    rows = {row["external_client_id"]: row for row in other.ignition_clients}
    names = sorted(row["Name"] for row in other.loaded)
    for side, there in (
        ("XPM", sorted(row["Name"] for row in other.xpm_clients)),
        ("Ignition", sorted(row["name"] for row in other.ignition_clients)),
    ):
        yield None if there == names else f"the other practice has {there} in {side}, and had {names}"
    typed = {(other.diary.known(one.client).xpm, one.field): one.new for one in other.diary.typed}
    now = {row["UUID"]: row for row in other.xpm_clients}
    for row in other.loaded:
        for field in CLIENT:
            uuid = row["UUID"]
            wanted = typed.get((uuid, field.name), field.in_xpm(row))
            found = {field.in_xpm(now.get(uuid, {})), field.in_ignition(rows.get(uuid, {}))}
            what = f"{row['Name']!r} of the other practice"
            yield None if found == {wanted} else f"{field.name} of {what} is {sorted(found)}, not {wanted!r}"
    yield from _calls_apart(case, other, set(typed.values()))


def _calls_apart(case: Case, other: Neighbour, theirs: set[str]) -> Verdicts:
    here = {one.new for one in case.outcome.diary.typed if one.new} - theirs - set(texts(other.loaded))
    for call in case.every_syncer_call:
        if "/practicemanager/" in call.url and call.method != "GET":
            is_theirs = call.tenant == other.tenant_id
            strays = sorted((here if is_theirs else theirs).intersection(sent(call)))
            yield None if not strays else f"{strays} went to another practice of XPM at {call.at}"
    sides = [*case.outcome.xpm_clients, *case.outcome.ignition_clients]
    for text in sorted(theirs):
        row = next((row for row in sides if text in texts(row)), None)
        yield None if row is None else f"{text!r} of the other practice stands in {row}"


def no_secret_is_told(case: Case) -> Verdicts:
    """Nothing that the syncer or a journal tells holds the secret of an app, or a token that was handed out."""
    for name, told in (
        ("journals", orjson.dumps(case.outcome.journals).decode()),
        ("ledger", json.dumps(case.outcome.ledger)),
        ("log", "\n".join(case.outcome.texts)),
    ):
        for secret in case.outcome.secrets:
            yield None if secret not in told else f"a secret stands in the {name}"


def nothing_breaks_unforeseen(case: Case) -> Verdicts:
    """Show that the syncer foresees whatever happens to it."""
    yield None
    yield from case.outcome.broken


def the_journal_is_whole(case: Case) -> Verdicts:
    """No entry of a journal was dropped, so that the judge saw all."""
    yield None if case.outcome.dropped == 0 else f"the journals dropped {case.outcome.dropped} entries"
