"""Invariants of the syncer's conduct: what it called, what it told, and how it came to rest."""

import json
from datetime import timedelta

from scenarios.simulation.oracle import Case, Verdicts

ONE_WAY_ELEMENTS = (b"<WebSite", b"<Website", b"<GSTRegistered", b"<Groups")
MINUTE, MINUTE_CALLS = timedelta(seconds=60), 60


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
            before = [one for one in accepted if one.at <= (call.answered_at or call.at)]
            born = {one.client for one in before}
            is_theirs = any(case.known(key).born == "ignition" for key in born)
            yield None if is_theirs else f"a client was made in XPM at {call.at} though nobody had accepted"


def users_are_left_alone(case: Case) -> Verdicts:
    """R2, R13: the syncer makes and deletes no user and no staff member."""
    for call in case.syncer_calls:
        path = call.url.partition("?")[0]
        touches = ("/users" in path and not path.endswith("xpm_candidates")) or "/staff.api/" in path
        if touches:
            yield None if call.method == "GET" else f"the syncer called {call.method} {path}"


def limits_are_kept(case: Case) -> Verdicts:
    """E19: no more than 60 calls in any minute, by the calls themselves; no limit of a fake was run into, the day's among them."""
    calls = [one for one in case.every_syncer_call if "/practicemanager/" in one.url]
    for tenant in sorted({one.tenant for one in calls}):
        times = [one.at for one in calls if one.tenant == tenant]
        for place, at in enumerate(times):
            within = sum(1 for other in times[max(0, place - MINUTE_CALLS) : place] if at - other < MINUTE)
            yield None if within < MINUTE_CALLS else f"more than 60 calls of XPM in the minute before {at}"
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
    told = [line for line in case.outcome.texts if "can no longer refresh" in line]
    struck = any(one["fault"] for one in case.outcome.journals["Ignition"] if "/oauth2/token" in one["path"])
    died = case.outcome.fired["crash"] or case.outcome.fired["disk-full"]
    yield None if not told or struck or died else f"a connection was lost without a cause: {told[0]}"


def practices_never_mix(case: Case) -> Verdicts:
    """E21: a practice in which nobody touches anything gets its own clients, once each, and nothing else happens to it."""
    other = case.outcome.neighbour
    if other is None:
        return
    live = sorted(one["name"] for one in other.loaded if not one["is_archived"])
    here = sorted(one["name"] for one in other.ignition_clients)
    yield None if here == live else f"the other practice has {here} in Ignition, and {live} in XPM"
    phones = {one["name"]: one["phone"] for one in other.loaded}
    for row in other.xpm_clients:
        yield (
            None
            if phones.get(row["Name"]) == row["Phone"]
            else f"XPM has {row['Name']!r} in the other practice"
        )
    yield None if len(other.xpm_clients) == len(other.loaded) else "the other practice has clients it had not"
    for call in case.every_syncer_call:
        if call.tenant == other.tenant_id:
            yield None if call.method == "GET" else f"the syncer wrote to the other practice at {call.at}"


def no_secret_is_told(case: Case) -> Verdicts:
    """Nothing that the syncer or a journal tells holds the secret of an app, or a token that was handed out."""
    for name, told in (
        ("journals", case.outcome.journals),
        ("ledger", case.outcome.ledger),
        ("log", case.outcome.texts),
    ):
        text = json.dumps(told)
        for secret in case.outcome.secrets:
            yield None if secret not in text else f"a secret stands in the {name}"


def nothing_breaks_unforeseen(case: Case) -> Verdicts:
    """Show that the syncer foresees whatever happens to it."""
    yield None
    yield from case.outcome.broken


def the_journal_is_whole(case: Case) -> Verdicts:
    """No entry of a journal was dropped, so that the judge saw all."""
    yield None if case.outcome.dropped == 0 else f"the journals dropped {case.outcome.dropped} entries"
