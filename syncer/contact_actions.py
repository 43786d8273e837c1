"""What a sync means to do about contacts, and the parts that other actions are made of."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from syncer.fields import CONTACT_FIELDS
from syncer.model import NO_BASE, MaybeValue, Values

CONTACT_TITLES = {field.name: field.title for field in CONTACT_FIELDS}
SYSTEMS = {"xpm": "XPM", "ignition": "Ignition"}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A value that goes from one side to the other: the old one there, the new one, and the rule.

    `base` and `changed_in` say how it came about: what was last agreed, and which sides changed since. Two
    changes that do the same are equal, however they came about.
    """

    field: str
    old: MaybeValue
    new: MaybeValue
    rule: str
    base: MaybeValue = dataclasses.field(default=NO_BASE, compare=False)
    changed_in: tuple[str, ...] = dataclasses.field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class ContactWrite:
    """A contact to change (with `id`) or to add (without) on one side; `other_id` is its partner.

    `follows`: what is written comes from another copy, and XPM has to have it first (`WriteShared`).
    """

    id: str | None
    other_id: str
    name: str
    values: Values
    changes: tuple[FieldChange, ...] = ()
    follows: bool = False


@dataclass(frozen=True, slots=True)
class ContactBase:
    """Values that a contact in XPM and one of its copies in Ignition have both come to."""

    xpm_id: str
    ignition_contact: str
    values: Values


@dataclass(frozen=True, slots=True)
class WriteShared:
    """Write a contact that several clients share to XPM, once; the other copies follow (E6).

    `copies` are the ones that have some of the values already: their bases move.
    """

    xpm_id: str
    xpm_contact: str
    name: str
    clients: tuple[str, ...]
    changes: tuple[FieldChange, ...]
    copies: tuple[ContactBase, ...]

    def say(self) -> str:
        """Say the action in one line."""
        titles = contact_titles(self.changes)
        return f"XPM: contact “{self.name}” of {_listed(self.clients)}: {titles}"


@dataclass(frozen=True, slots=True)
class ShareContact:
    """Link a contact that other clients have in XPM to a client there again."""

    xpm_id: str
    xpm_contact: str
    client: str
    name: str

    def say(self) -> str:
        """Say the action in one line."""
        return f"XPM: “{self.client}”: contact “{self.name}”, which other clients have, once more (E6)"


@dataclass(frozen=True, slots=True)
class RemoveContact:
    """Take a contact from a client on one side, as it was taken on the other (E6).

    `values` are the contact's as the plan saw them on that side.
    """

    side: str
    xpm_id: str
    ignition_id: str
    client: str
    xpm_contact: str
    ignition_contact: str
    name: str
    values: Values

    def say(self) -> str:
        """Say the action in one line."""
        return f"{SYSTEMS[self.side]}: “{self.client}”: contact “{self.name}” removed (E6)"


@dataclass(frozen=True, slots=True)
class RecordRemoval:
    """Keep a contact that was removed on one side and changed on the other (E6).

    The side that has it no longer has no values. `winner` is the side whose removal or edit counts.
    """

    xpm_id: str
    ignition_id: str
    client: str
    contact: str
    xpm_contact: str
    ignition_contact: str
    base: Values
    ignition: Values | None
    xpm: Values | None
    winner: str

    @property
    def gone_from(self) -> str:
        """The side that has the contact no longer."""
        return "xpm" if self.xpm is None else "ignition"

    def say(self) -> str:
        """Say the action in one line."""
        gone = SYSTEMS[self.gone_from]
        edited = SYSTEMS["ignition" if self.gone_from == "xpm" else "xpm"]
        wins = "removal" if self.winner == self.gone_from else "edit"
        what = f"contact “{self.contact}” of “{self.client}” was removed from {gone} and changed in {edited}"
        return f"conflict: {what}: the {wins} wins (E6)"


def contact_titles(changes: Iterable[FieldChange]) -> str:
    """Name the fields of a contact that change, each with its rule."""
    return ", ".join(f"{CONTACT_TITLES[change.field]} ({change.rule})" for change in changes)


def _listed(names: tuple[str, ...]) -> str:
    """Name the first of some clients, and count the others."""
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"“{names[0]}”{more}"
