"""What a sync means to do: frozen actions, each of which can say itself and why."""

from dataclasses import dataclass

from syncer.fields import CLIENT_FIELDS, CONTACT_FIELDS
from syncer.model import Client, Contact, MaybeValue, Staff, Template, Values

TITLES = {field.name: field.title for field in CLIENT_FIELDS}
CONTACT_TITLES = {field.name: field.title for field in CONTACT_FIELDS}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A value that goes from one side to the other: the old one there, the new one, and the rule."""

    field: str
    old: MaybeValue
    new: MaybeValue
    rule: str


@dataclass(frozen=True, slots=True)
class PushTemplates:
    """Replace Ignition's list of job templates (R3)."""

    templates: tuple[Template, ...]

    def say(self) -> str:
        """Say the action in one line."""
        return f"Ignition: list {len(self.templates)} job templates for linking to services (R3)"


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
        count = len(self.client.contacts or ())
        return f"Ignition: new lead “{self.client.name}” with {count} contacts (R1, R4)"


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
class ContactWrite:
    """A contact to change (with `id`) or to add (without) on one side; `other_id` is its partner."""

    id: str | None
    other_id: str
    name: str
    values: Values
    changes: tuple[FieldChange, ...] = ()


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
            f"contact “{write.name}”: "
            + (", ".join(CONTACT_TITLES[c.field] for c in write.changes) if write.id else "new")
            for write in self.contacts
        ]
        return f"{'XPM' if self.side == 'xpm' else 'Ignition'}: “{self.name}”: {'; '.join(parts)}"


@dataclass(frozen=True, slots=True)
class AdvanceBase:
    """Note values that both sides have come to by themselves; nothing is written to either."""

    xpm_id: str
    name: str
    values: Values
    contacts: tuple[tuple[str, str, Values], ...] = ()
    """(XPM id, Ignition id, values) of contacts whose base moves."""

    def say(self) -> str:
        """Say the action in one line."""
        return f"“{self.name}” is in step"


@dataclass(frozen=True, slots=True)
class RecordConflict:
    """Keep both values of a field that changed differently on both sides (E3)."""

    xpm_id: str
    ignition_id: str
    name: str
    field: str
    base: MaybeValue
    ignition: MaybeValue
    xpm: MaybeValue
    winner: str
    contact: str | None = None

    def say(self) -> str:
        """Say the action in one line."""
        whose = f"contact “{self.contact}” of " if self.contact else ""
        titles = CONTACT_TITLES if self.contact else TITLES
        return f"conflict: {titles[self.field]} of {whose}“{self.name}”: {self.winner}'s value wins (E3)"


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
    | AdvanceBase
    | RecordConflict
    | MarkLink
    | MarkUserLink
)

__all__ = [
    "Action",
    "AddLink",
    "AdvanceBase",
    "Contact",
    "ContactWrite",
    "FieldChange",
    "ImportLead",
    "MarkLink",
    "MarkUserLink",
    "PushCandidates",
    "PushTemplates",
    "RecordConflict",
    "WriteClient",
]
