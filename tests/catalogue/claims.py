"""Sabotages that a tester planted and no scenario noticed: each has its step by now."""

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from sabotage import Sabotage

from syncer import (
    auditing,
    conflicts,
    contact_match,
    decide,
    finder,
    jobs,
    match,
    plan,
    recurrence,
    resolve,
    service,
    whose,
    xpm_xml,
)
from syncer import ledger_tables as t
from syncer.deploy import Deployer
from syncer.errors import RefusedError
from syncer.match import Known, Named
from syncer.model import NO_BASE, Client, Standing, is_empty
from syncer.xpm import Xpm

Patch = pytest.MonkeyPatch
Break = Callable[[Patch], None]


# Who is whom.


def _twice_here_is_taken(patch: Patch) -> None:
    real = match.pair_by_name

    def pair(here: Iterable[Named], there: Iterable[Named]) -> match.Pairing:
        ours, theirs = tuple(here), tuple(there)
        sole = {name for name, count in Counter(one.name for one in theirs).items() if count == 1}
        free = {one.name: one.id for one in theirs if not one.linked and one.name in sole}
        pairs = tuple((one.id, free[one.name]) for one in ours if not one.linked and one.name in free)
        return replace(real(ours, theirs), pairs=pairs)

    patch.setattr(plan, "pair_by_name", pair)


def _near_is_linked(patch: Patch) -> None:
    real = match.pair_by_name

    def pair(here: Iterable[Named], there: Iterable[Named]) -> match.Pairing:
        ours, theirs = tuple(here), tuple(there)
        found = real(ours, theirs)
        near = [
            (mine.id, other.id)
            for mine in ours
            for other in theirs
            if not mine.linked and match.is_near(mine.name, other.name)
        ]
        return replace(found, pairs=(*found.pairs, *near))

    patch.setattr(plan, "pair_by_name", pair)


def _an_empty_field_of_xpm_stays(patch: Patch) -> None:
    real = decide._two_way

    def two_way(base: Any, ignition: Any, xpm: Any, winner: decide.Side) -> decide.Decision:
        is_first = base is NO_BASE and is_empty(xpm) and not is_empty(ignition)
        return decide.NOTHING if is_first else real(base, ignition, xpm, winner)

    patch.setattr(decide, "_two_way", two_way)


def _the_gone_are_as_good_as_live(patch: Patch) -> None:
    real = whose.identify

    def identify(client: match.Accepting, directory: Iterable[Known]) -> match.Identity:
        return real(client, [replace(known, standing=Standing.LIVE) for known in directory])

    patch.setattr(whose, "identify", identify)


def _archived_here_takes_jobs(patch: Patch) -> None:
    real = finder.question

    def question(practice: Any, row: Any, client: Client, link: Any) -> whose.Question:
        asked = real(practice, row, client, link)
        return replace(asked, client=replace(client, standing=Standing.LIVE))

    patch.setattr(finder, "question", question)


# What is made.


def _partner_and_manager_are_swapped(patch: Patch) -> None:
    real = Xpm.assign

    def assign(self: Xpm, number: str, *, manager_uuid: Any, partner_uuid: Any, **how: Any) -> Any:
        return real(self, number, manager_uuid=partner_uuid, partner_uuid=manager_uuid, **how)

    patch.setattr(Xpm, "assign", assign)


def _made_without(name: str) -> Break:
    """Return what has new XPM clients made without one field."""

    def leave_out(patch: Patch) -> None:
        patch.setattr(finder, "WRITTEN", tuple(row for row in finder.WRITTEN if row.name != name))

    return leave_out


def _contacts_made_without(name: str) -> Break:
    """Return what has the contacts of new XPM clients made without one field."""

    def leave_out(patch: Patch) -> None:
        real = Xpm.add_client

        def add(self: Xpm, values: Any, contacts: Any) -> Client:
            return real(self, values, [{key: one[key] for key in one if key != name} for one in contacts])

        patch.setattr(Xpm, "add_client", add)

    return leave_out


def _days_of(cadence: str, days: int) -> Break:
    """Return what gives a cadence of days another length."""
    return lambda patch: patch.setitem(recurrence.DAYS, cadence, days)


def _months_of(cadence: str, months: int) -> Break:
    """Return what gives a cadence of months another length."""
    return lambda patch: patch.setitem(recurrence.MONTHS, cadence, months)


def _due_after_days_is_not_heeded(patch: Patch) -> None:
    real = jobs._due
    patch.setattr(
        jobs,
        "_due",
        lambda group, period: real(replace(group, how=replace(group.how, due_after_days=None)), period),
    )


# Contacts and conflicts.


def _xpm_wins_removals(patch: Patch) -> None:
    rows = {key: decide.CONTESTED[(*key[:2], decide.Side.XPM)] for key in decide.CONTESTED}
    patch.setattr(decide, "CONTESTED", rows)


def _names_before_emails(patch: Patch) -> None:
    patch.setattr(contact_match, "KEYS", contact_match.KEYS[::-1])


def _the_first_of_several(patch: Patch) -> None:
    real = contact_match._by
    patch.setattr(
        contact_match, "_by", lambda key, rows: {text: ids[:1] for text, ids in real(key, rows).items()}
    )


def _dismissed_is_open_still(patch: Patch) -> None:
    patch.setattr(conflicts, "close", lambda *_given: None)


# What a person picks, what an audit finds, what Ignition did not send.


def _anything_can_be_picked(patch: Patch) -> None:
    patch.setattr(resolve, "_check", lambda *_given: None)


def _doubled_jobs_are_not_told(patch: Patch) -> None:
    patch.setattr(auditing, "doubled_jobs", lambda *_given: [])


def _doubled_clients_are_not_told(patch: Patch) -> None:
    patch.setattr(auditing, "doubled_clients", lambda *_given: [])


def _an_old_signature_will_do(patch: Patch) -> None:
    patch.setattr(service, "TOLERANCE", 10**9)


def _a_typed_name_is_taken_back(patch: Patch) -> None:
    """Have jobs made before given their planned name and days again, whenever there is something to deploy."""
    real = Deployer.work

    def work(self: Deployer, *given: Any, **how: Any) -> Any:
        xpm, ledger = self._practice.xpm, self._ledger
        for row in ledger.rows(t.deployed_jobs):
            fields = {
                "ID": row["number"],
                "Name": row["name"],
                "StartDate": row["start_date"].replace("-", ""),
            }
            with suppress(RefusedError):
                xpm._write(
                    "job.api/update",
                    "PUT",
                    xpm_xml.element("Job", fields),
                    "Job",
                    xpm_xml.read_job,
                    safe=True,
                )
        return real(self, *given, **how)

    patch.setattr(Deployer, "work", work)


CLAIMS: tuple[Sabotage, ...] = (
    Sabotage("E1", "first-link", "a name that Ignition has twice is linked", _twice_here_is_taken),
    Sabotage("E1", "first-link", "a near miss is linked", _near_is_linked),
    Sabotage("E1", "first-link", "an empty field of XPM stays empty at a first link", _an_empty_field_of_xpm_stays),
    Sabotage("E2", "name-match", "an archived or deleted namesake is a match", _the_gone_are_as_good_as_live),
    Sabotage("E10", "name-match", "an archived or deleted namesake is a match", _the_gone_are_as_good_as_live),
    Sabotage("E7", "leaving", "a client archived in Ignition takes jobs", _archived_here_takes_jobs),
    Sabotage("E16", "end-to-end", "Partner and Manager of a job are swapped", _partner_and_manager_are_swapped),
    *(Sabotage("R11", "end-to-end", f"a client is made without its {name}", _made_without(name))
      for name in ("address", "postal_address", "phone", "fax")),
    *(Sabotage("R11", "end-to-end", f"a contact is made without its {name}", _contacts_made_without(name))
      for name in ("email", "phone", "mobile", "salutation")),
    *(Sabotage("E15", "recurring-jobs", f"{name} is every {days} days", _days_of(name, days))
      for name, days in (("weekly", 8), ("fortnightly", 15))),
    *(Sabotage("E15", "recurring-jobs", f"{name} is every {months} months", _months_of(name, months))
      for name, months in (("quarterly", 4), ("half_yearly", 5), ("yearly", 11))),
    Sabotage("E14", "proposal-workflow", "the days until a job is due are not heeded", _due_after_days_is_not_heeded),
    Sabotage("E6", "settings", "a removal in XPM wins whoever is to win", _xpm_wins_removals),
    Sabotage("E6", "contacts", "contacts are matched by name before e-mail", _names_before_emails),
    Sabotage("E6", "contacts", "of several contacts of a name the first is taken", _the_first_of_several),
    Sabotage("E3", "daily-edits", "a conflict that is dismissed stays open", _dismissed_is_open_still),
    Sabotage("E10", "name-match", "an archived client, or one linked elsewhere, can be picked", _anything_can_be_picked),
    Sabotage("E11", "lost-answers", "an audit tells of no doubled job", _doubled_jobs_are_not_told),
    Sabotage("E11", "lost-answers", "an audit tells of no doubled client", _doubled_clients_are_not_told),
    Sabotage("E11", "lost-answers", "what a person typed of a job is taken back", _a_typed_name_is_taken_back),
    Sabotage("E11", "webhooks", "a webhook signed long ago is taken", _an_old_signature_will_do),
)  # fmt: skip
