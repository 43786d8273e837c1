"""The small lists that are read whole at every sync, and what stands in where one is not whole (E5)."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from syncer import ledger_tables as t
from syncer.errors import MalformedError
from syncer.ledger import PracticeLedger
from syncer.model import Staff, Template, User
from syncer.practice import Practice

Record = TypeVar("Record", Staff, User, Template)


@dataclass(frozen=True)
class Lists:
    """The small lists that are read whole at every sync."""

    staff: tuple[Staff, ...]
    users: tuple[User, ...]
    templates: tuple[Template, ...]
    first: bool


def lists_of(
    practice: Practice,
    staff: Sequence[Staff],
    users: Sequence[User],
    templates: Sequence[Template],
    *,
    force: bool,
) -> tuple[Lists, tuple[str, ...]]:
    """Return the lists as they were read, and what is to be said of those that are not to be believed.

    Nobody has been deleted because a list is suddenly empty, unless `force` says so, or because a record of
    it could not be read: what was there before goes on being there (E5).
    """
    ledger = practice.ledger
    judge = _Judge({error.operation.partition(" ")[0] for error in _left_out(practice)}, force=force)
    lists = Lists(
        staff=judge.whole("staff", "XPM's list of staff", staff, _staff_before(ledger), _uuid),
        users=judge.whole(
            "user", "Ignition's list of users", users, _users_before(ledger), lambda one: one.slug
        ),
        templates=judge.whole(
            "template", "XPM's list of job templates", templates, _templates_before(ledger), _uuid
        ),
        first=ledger.cursor("first_sync") is None,
    )
    return lists, tuple(judge.said)


@dataclass
class _Judge:
    """Tells which lists are whole."""

    broken: set[str]
    """The kinds of records of which one could not be read."""
    force: bool
    said: list[str] = field(default_factory=list)

    def whole(
        self,
        kind: str,
        title: str,
        found: Sequence[Record],
        before: Sequence[Record],
        key: Callable[[Record], str],
    ) -> tuple[Record, ...]:
        """Return a list as it was read, or with what was in it before."""
        if kind in self.broken:
            fresh = {key(one): one for one in found}
            known = {key(one): one for one in before}
            return tuple((known | fresh).values())
        if found or not before or self.force:
            return tuple(found)
        self.said.append(
            f"{title} is empty, and had {len(before)}: nothing is concluded from that (E5); "
            "`syncer sync --force` takes it as it is"
        )
        return tuple(before)


def _left_out(practice: Practice) -> list[MalformedError]:
    return [*practice.xpm.left_out, *practice.ignition.left_out]


def _uuid(one: Staff | Template) -> str:
    return one.uuid


def _staff_before(ledger: PracticeLedger) -> list[Staff]:
    return [Staff(*row) for row in json.loads(ledger.cursor("candidates") or "[]")]


def _templates_before(ledger: PracticeLedger) -> list[Template]:
    return [Template(uuid, name) for uuid, name, _ in json.loads(ledger.cursor("templates") or "[]")]


def _users_before(ledger: PracticeLedger) -> list[User]:
    """Return the linked users who were there at the last sync: no other ones matter."""
    return [
        User(row["user_slug"], row["name"], "", row["staff_uuid"])
        for row in ledger.rows(t.user_links)
        if row["standing"] != "user_deleted"
    ]
