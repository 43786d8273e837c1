"""What a sync means to do: frozen actions, each of which can say itself and why."""

from dataclasses import dataclass

from syncer.contact_actions import (
    CONTACT_TITLES,
    SYSTEMS,
    ContactBase,
    ContactWrite,
    FieldChange,
    RecordRemoval,
    RemoveContact,
    ShareContact,
    WriteShared,
    contact_titles,
)
from syncer.fields import CLIENT_FIELDS
from syncer.model import Client, Contact, MaybeValue, Staff, Template, Values
from syncer.words import counted

TITLES = {field.name: field.title for field in CLIENT_FIELDS}


@dataclass(frozen=True, slots=True)
class PushTemplates:
    """Replace Ignition's list of job templates (R3)."""

    templates: tuple[Template, ...]

    def say(self) -> str:
        """Say the action in one line."""
        return f"Ignition: list {counted(len(self.templates), 'job template')} for linking to services (R3)"


@dataclass(frozen=True, slots=True)
class PushCandidates:
    """Replace Ignition's list of XPM staff that an admin may pick as users (R2)."""

    staff: tuple[Staff, ...]

    def say(self) -> str:
        """Say the action in one line."""
        return f"Ignition: offer {len(self.staff)} XPM staff in the user dropdown (R2)"


@dataclass(frozen=True, slots=True)
class ImportLead:
    """Bring an XPM client into Ignition as a lead, with contacts and structure (R1, R4)."""

    client: Client
    values: Values

    def say(self) -> str:
        """Say the action in one line."""
        count = counted(len(self.client.contacts or ()), "contact")
        return f"Ignition: new lead “{self.client.name}” with {count} (R1, R4)"


@dataclass(frozen=True, slots=True)
class AddLink:
    """Link two clients that are one: by the importer's mark, or by exact name (E1)."""

    xpm_id: str
    ignition_id: str
    name: str
    origin: str
    receives_only: bool = False
    contact_pairs: tuple[tuple[str, str], ...] = ()

    def say(self) -> str:
        """Say the action in one line."""
        how = "exact name (E1)" if self.origin == "named" else "the importer's mark"
        return f"link “{self.name}” by {how}"


@dataclass(frozen=True, slots=True)
class WriteClient:
    """Write fields and contacts of one linked client to one side."""

    side: str
    xpm_id: str
    ignition_id: str
    name: str
    changes: tuple[FieldChange, ...]
    contacts: tuple[ContactWrite, ...] = ()

    def say(self) -> str:
        """Say the action in one line."""
        parts = [f"{TITLES[change.field]} ({change.rule})" for change in self.changes]
        parts += [
            f"contact “{write.name}”: " + (contact_titles(write.changes) if write.id else "new (E6)")
            for write in self.contacts
        ]
        return f"{SYSTEMS[self.side]}: “{self.name}”: {'; '.join(parts)}"


@dataclass(frozen=True, slots=True)
class AdvanceBase:
    """Note values that both sides have come to by themselves; nothing is written to either."""

    xpm_id: str
    name: str
    values: Values
    contacts: tuple[tuple[str, str, Values], ...] = ()
    """(XPM id, Ignition id, values) of contacts whose base moves."""
    gone: tuple[tuple[str, str], ...] = ()
    """(XPM id, Ignition id) of contacts that neither side has any more."""

    def say(self) -> str:
        """Say the action in one line."""
        told = [TITLES[field] for field in self.values]
        told += [counted(len(self.contacts), "contact")] if self.contacts else []
        told += [f"{counted(len(self.gone), 'contact')} gone from both sides"] if self.gone else []
        return f"“{self.name}”: nothing to write for {', '.join(told)}: noted as agreed (E3)"


@dataclass(frozen=True, slots=True)
class RecordConflict:
    """Keep both values of a field that changed differently on both sides (E3).

    `through`: the client by whose copy of a shared contact XPM's value came about (E6).
    """

    xpm_id: str
    ignition_id: str
    name: str
    field: str
    base: MaybeValue
    ignition: MaybeValue
    xpm: MaybeValue
    winner: str
    contact: str | None = None
    xpm_contact: str | None = None
    ignition_contact: str | None = None
    through: str | None = None

    def say(self) -> str:
        """Say the action in one line."""
        whose = f"contact “{self.contact}” of " if self.contact else ""
        titles = CONTACT_TITLES if self.contact else TITLES
        wins = f"the copy of “{self.through}”" if self.through else f"{SYSTEMS[self.winner]}'s value"
        return f"conflict: {titles[self.field]} of {whose}“{self.name}”: {wins} wins (E3)"


@dataclass(frozen=True, slots=True)
class MarkLink:
    """Mark a link whose client was archived or deleted on one side (E7)."""

    xpm_id: str
    name: str
    standing: str

    def say(self) -> str:
        """Say the action in one line."""
        if self.standing == "live":
            return f"“{self.name}”: live again on both sides; it is synced and takes jobs again (E7)"
        return f"“{self.name}”: {self.standing.replace('_', ' ')}; it takes no more jobs (E7)"


@dataclass(frozen=True, slots=True)
class MarkUserLink:
    """Note that a user and a staff member belong together, or that one of them is gone (R2, R13, E18)."""

    staff_uuid: str
    user_slug: str
    name: str
    standing: str

    def say(self) -> str:
        """Say the action in one line."""
        if self.standing == "live":
            return f"user “{self.name}” is XPM staff (R2)"
        return (
            f"user “{self.name}”: {self.standing.replace('_', ' ')}; nothing follows on the other side (R13)"
        )


Action = (
    PushTemplates
    | PushCandidates
    | ImportLead
    | AddLink
    | WriteClient
    | WriteShared
    | ShareContact
    | RemoveContact
    | AdvanceBase
    | RecordConflict
    | RecordRemoval
    | MarkLink
    | MarkUserLink
)

__all__ = [
    "Action",
    "AddLink",
    "AdvanceBase",
    "Contact",
    "ContactBase",
    "ContactWrite",
    "FieldChange",
    "ImportLead",
    "MarkLink",
    "MarkUserLink",
    "PushCandidates",
    "PushTemplates",
    "RecordConflict",
    "RecordRemoval",
    "RemoveContact",
    "ShareContact",
    "WriteClient",
    "WriteShared",
]
