"""Sabotages that a tester planted and no scenario noticed: each has its step by now."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest
from sabotage import Sabotage

from syncer import decide, finder, match, plan, whose
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
)  # fmt: skip
