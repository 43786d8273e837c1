"""What must hold after every run: named functions in a tuple; adding one is adding a line.

Each takes a case and yields a verdict for everything it put to the test: None where it holds, else a
sentence on what is wrong. How often each was put to the test is counted.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from mock_kit.clock import parse_iso
from scenarios.agreement import PEOPLE
from scenarios.simulation.arrivals import (
    every_client_has_come,
    structure_comes_with_the_client,
    the_winner_stands,
    what_comes_one_way_has_come,
    who_is_archived_is_marked,
    who_was_gone_before_stays_out,
    who_was_removed_stays_away,
)
from scenarios.simulation.conduct import (
    a_further_sync_writes_nothing,
    connections_live,
    limits_are_kept,
    no_secret_is_told,
    nobody_in_charge_is_taken_away,
    nothing_breaks_unforeseen,
    nothing_goes_before_acceptance,
    practices_never_mix,
    the_journal_is_whole,
    users_are_left_alone,
    what_goes_one_way_comes_from_xpm,
    who_left_is_left_alone,
    who_writes_has_looked_again,
)
from scenarios.simulation.deals import (
    a_revoked_proposal_plans_no_more,
    each_proposal_has_its_jobs,
    jobs_are_as_planned,
    jobs_have_their_people,
    jobs_have_their_tasks,
    what_nobody_accepted_makes_nothing,
    who_accepts_is_seen_to_at_once,
)
from scenarios.simulation.fields import CLIENT, CONTACT
from scenarios.simulation.losses import lost_in_the_window, nothing_typed_is_lost
from scenarios.simulation.oracle import Case, Pair, Verdicts
from scenarios.simulation.questions import (
    archived_alone,
    came_back,
    has_two_sides,
    last_side,
    told_contacts,
    told_doubles,
)


def clients_agree(case: Case) -> Verdicts:
    """R5, R7, E3: both sides of a linked client hold the same, field by field: of what is in conflict the winner's value."""
    for pair in case.pairs:
        if not pair.is_live:
            continue
        for field in CLIENT:
            there, here = field.in_xpm(pair.xpm), field.in_ignition(pair.ignition)
            if there == here:
                yield None
            elif last_side(case, pair, field.name) == "ignition" and (
                not field.two_way or pair.link["receives_only"]
            ):
                yield None  # a one-way field edited in Ignition stays; what only receives does not send
            elif pair.link["receives_only"] and not there and not _was_cleared_since(case, pair, field.name):
                yield None  # nor what it was made with
            elif not field.two_way and came_back(case, pair, field.name, there, here):
                yield None
            else:
                yield f"{pair.xpm['Name']}: {field.name} is {there!r} in XPM and {here!r} in Ignition"


def _was_cleared_since(case: Case, pair: Pair, field: str) -> bool:
    """Tell whether somebody changed a field in XPM once the pair was linked, where it is known when that was."""
    made_at = pair.link["made_at"]
    return any(
        one.side == "xpm" and one.old != one.new and made_at is not None and one.at > parse_iso(made_at)
        for one in case.typed_into(pair.key, None, field)
    )


def people_in_charge_agree(case: Case) -> Verdicts:
    """R6: Partner and Manager agree where the staff member is a user."""
    staff = {row["UUID"] for row in case.outcome.staff}
    team = {
        row["slug"]: row["xpm_staff_uuid"] for row in case.outcome.users if row["xpm_staff_uuid"] in staff
    }
    for pair in case.pairs:
        for member in PEOPLE:
            there = case.in_charge(pair.xpm["UUID"], member)
            here = case.in_charge(pair.ignition["slug"], member)
            if not pair.is_live or (there and there not in team.values()) or (here and here not in team):
                continue  # somebody whom the other side does not know, or knows no more (E18)
            if there == team.get(here, "") or (
                last_side(case, pair, member) == "ignition" and pair.link["receives_only"]
            ):
                yield None
            else:
                yield f"{pair.xpm['Name']}: {member} is {there!r} in XPM and {here!r} in Ignition"


def contacts_agree(case: Case) -> Verdicts:
    """R5, E6: a linked client has the same contacts on both sides, and the same primary one: of what is in conflict the winner's."""
    for pair in case.pairs:
        if not pair.is_live or pair.link["receives_only"]:
            continue
        rows = case.contacts[pair.ignition["slug"]]
        own = pair.xpm["Contacts"] or []
        # Where XPM has no primary contact any more, Ignition's is its own affair.
        has_primary = any(row["IsPrimary"] == "Yes" for row in own)
        there = sorted((*(one.in_xpm(row) for one in CONTACT), row["IsPrimary"] == "Yes") for row in own)
        here = sorted(
            (*(one.in_ignition(row) for one in CONTACT), has_primary and row["is_primary"]) for row in rows
        )
        if there == here:
            yield None
        else:
            yield f"{pair.xpm['Name']}: contacts are {there} in XPM and {here} in Ignition"


def nobody_is_there_twice(case: Case) -> Verdicts:
    """E1, E11: no client and no contact was made twice, but where nobody could have known better and it was told."""
    outcome = case.outcome
    for side, names in (
        ("XPM", Counter(row["Name"] for row in outcome.xpm_clients)),
        ("Ignition", Counter(row["name"] for row in outcome.ignition_clients)),
    ):
        for name, count in sorted(names.items()):
            allowed = max(1, case.namesakes(name))
            doubles = told_doubles(case, "client.api/add", "client.api/list", name)
            # One that is parked because of a double, and archived then, is linked with neither of the two.
            allowed += doubles + (archived_alone(case, name) if doubles and side == "Ignition" else 0)
            yield None if count <= allowed else f"{side} has {count} clients called {name!r}"
    for pair in case.pairs:
        names = Counter((row["name"], row["email"]) for row in case.contacts[pair.ignition["slug"]])
        own = Counter((row["Name"], row["Email"]) for row in pair.xpm["Contacts"] or [])
        for side, counted in (("Ignition", names), ("XPM", own)):
            for (name, _), count in sorted(counted.items()):
                allowed = max(1, case.texts_typed(pair.key)[name])
                # What is twice in XPM comes to Ignition twice.
                allowed += told_contacts(case, pair, name) if count > allowed else 0
                yield (
                    None
                    if count <= allowed
                    else f"{side} has contact {name!r} of {pair.xpm['Name']!r} {count} times"
                )


def links_are_one_to_one(case: Case) -> Verdicts:
    """E1, E10: no client is linked twice."""
    for side in ("xpm_id", "ignition_id"):
        for one, count in Counter(link[side] for link in case.outcome.ledger["links"]).items():
            yield None if count == 1 else f"{side} {one} is linked {count} times"


def nobody_is_guessed(case: Case) -> Verdicts:
    """E1, E10: a client that has namesakes is linked to none of them unasked."""
    renamed = {name for one in case.outcome.diary.typed if one.field == "name" for name in (one.old, one.new)}
    linked = {pair.xpm["UUID"] for pair in case.pairs}
    for pair in case.pairs:
        name = pair.ignition["name"]
        if pair.link["origin"] not in {"named", "deployed"} or name in renamed:
            continue
        begun = [
            one.at
            for one in case.outcome.diary.accepted
            if case.known(one.client).ignition == pair.ignition["slug"]
        ]
        rivals = [
            one for one in case.outcome.diary.clients.values()
            if one.name == name and one.xpm not in (None, pair.xpm["UUID"]) and not one.archived
            and (one.at is None or (begun and one.at < begun[0]))
            # Who belongs to another Ignition client is no match for an acceptance (E10).
            and not (pair.link["origin"] == "deployed" and one.xpm in linked)
        ]  # fmt: skip
        yield None if not rivals else f"{name!r} was linked to one of {len(rivals) + 1} clients of that name"


def what_is_never_imported_stays_out(case: Case) -> Verdicts:
    """R8: no proposals but people's, no jobs or quotes carried over, nobody's status changed."""
    people = {*case.outcome.diary.proposed, *(one.slug for one in case.outcome.diary.accepted)}
    for row in case.outcome.proposals:
        yield None if row["slug"] in people else f"proposal {row['slug']} was made by nobody"
    accepted = {case.known(one.client).ignition for one in case.outcome.diary.accepted}
    for row in case.outcome.ignition_clients:
        is_plain = row["state"] in {"lead", "archived"} or row["slug"] in accepted
        yield None if is_plain else f"{row['name']} became {row['state']} though it accepted nothing"


FORGETFUL = ("crash", "disk-full", "stale", "second-syncer", "late", "late-hang")
"""Troubles after which the syncer may not know what is its own."""


def a_conflict_has_two_sides(case: Case) -> Verdicts:
    """E3: what changed on one side alone is carried over, and is no conflict.

    Where an answer was an old one, or the ledger could not keep what had been written, the syncer's own write looks
    like a person's: those runs tell nothing.
    """
    if any(case.outcome.fired.get(kind) for kind in FORGETFUL):
        return
    for row in case.outcome.ledger["conflicts"]:
        if row["kind"] == "changed" and not row["contact"]:
            what = f"{row['field']} of {row['client_name']!r} at {row['at']}"
            yield None if has_two_sides(case, row) else f"a conflict nobody made: {what}"


Invariant = Callable[[Case], Verdicts]
OF_STATE: tuple[Invariant, ...] = (
    clients_agree,
    people_in_charge_agree,
    contacts_agree,
    every_client_has_come,
    what_comes_one_way_has_come,
    who_is_archived_is_marked,
    nobody_is_there_twice,
    links_are_one_to_one,
    each_proposal_has_its_jobs,
    nobody_is_guessed,
    what_is_never_imported_stays_out,
    nothing_typed_is_lost,
)
"""Those that the final state answers, and the diary; a load run is put to them as well."""
OF_CONDUCT: tuple[Invariant, ...] = (
    a_conflict_has_two_sides,
    the_winner_stands,
    who_was_removed_stays_away,
    who_was_gone_before_stays_out,
    structure_comes_with_the_client,
    a_revoked_proposal_plans_no_more,
    jobs_are_as_planned,
    what_nobody_accepted_makes_nothing,
    who_accepts_is_seen_to_at_once,
    jobs_have_their_tasks,
    jobs_have_their_people,
    what_goes_one_way_comes_from_xpm,
    nothing_goes_before_acceptance,
    nobody_in_charge_is_taken_away,
    users_are_left_alone,
    who_left_is_left_alone,
    who_writes_has_looked_again,
    limits_are_kept,
    a_further_sync_writes_nothing,
    connections_live,
    practices_never_mix,
    no_secret_is_told,
    nothing_breaks_unforeseen,
    the_journal_is_whole,
)
"""Those that need every call, journal and line of the run, or what it was drawn with."""
INVARIANTS = OF_STATE + OF_CONDUCT


@dataclass
class Judgement:
    """What the invariants say of a run."""

    tested: dict[str, int]
    violations: list[tuple[str, str]]
    window: int
    """How many typed values fell into the window that XPM leaves open (E23)."""


def judge(case: Case, invariants: tuple[Invariant, ...] = INVARIANTS) -> Judgement:
    """Put a case to invariants."""
    tested: dict[str, int] = {}
    violations: list[tuple[str, str]] = []
    for invariant in invariants:
        verdicts = list(invariant(case))
        tested[invariant.__name__] = len(verdicts)
        violations += [(invariant.__name__, text) for text in verdicts if text is not None]
    return Judgement(tested, violations, lost_in_the_window(case))
