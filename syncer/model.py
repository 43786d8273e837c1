"""The records that both sides are brought into, so that one can be compared with the other.

A record's `values` has one entry for each field of the table in `fields.py`. A value is text,
an address (five texts), a tuple of names, a flag, or None where a side can hold nothing;
UNKNOWN stands where a side did not say (E5) or cannot be expressed on the other side (R6).
Partner and Manager are expressed as XPM staff UUIDs on both sides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final


class Unknown(Enum):
    """The type of UNKNOWN and NO_BASE: values that are not there, and not empty either."""

    UNKNOWN = "unknown"
    NO_BASE = "no base"


UNKNOWN: Final = Unknown.UNKNOWN
NO_BASE: Final = Unknown.NO_BASE

Value = str | bool | tuple[str, ...] | None
MaybeValue = Value | Unknown
Values = Mapping[str, MaybeValue]


def is_empty(value: MaybeValue) -> bool:
    """Tell whether a known value says nothing: no text, no flag, no names, an address of empty parts."""
    if isinstance(value, tuple):
        return not any(value)
    return value is None or value == ""


def known_only(values: Values) -> dict[str, MaybeValue]:
    """Return the values that are known: what a base may hold."""
    return {name: value for name, value in values.items() if value is not UNKNOWN}


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact of one client on one side; `id` is an XPM UUID or an Ignition slug."""

    id: str
    values: Values
    etag: str | None = None

    @property
    def name(self) -> str:
        """The contact's name."""
        return str(self.values["name"])


class Standing(Enum):
    """Whether a client takes part in the sync on its side."""

    LIVE = "live"
    ARCHIVED = "archived"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Client:
    """A client on one side. `contacts` is None where a list did not carry them.

    `lead` and `xpm_uuid` (the importer's mark) are Ignition's; on XPM's side they stay empty.
    """

    id: str
    values: Values
    standing: Standing = Standing.LIVE
    contacts: tuple[Contact, ...] | None = None
    lead: bool = False
    xpm_uuid: str | None = None
    etag: str | None = None
    manager_name: str | None = None
    partner_name: str | None = None

    @property
    def name(self) -> str:
        """The client's name, code point for code point."""
        return str(self.values["name"])


@dataclass(frozen=True, slots=True)
class Staff:
    """A staff member of XPM."""

    uuid: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class User:
    """A user of Ignition; `staff_uuid` is set when an admin linked one to XPM staff (R2)."""

    slug: str
    name: str
    email: str
    staff_uuid: str | None


@dataclass(frozen=True, slots=True)
class Template:
    """A job template of XPM."""

    uuid: str
    name: str


@dataclass(frozen=True, slots=True)
class Service:
    """A service of Ignition, with the XPM template it is linked to.

    `unreadable`: it is there, and what it says is unknown.
    """

    slug: str
    name: str
    template_uuid: str | None
    template_name: str | None
    unreadable: bool = False


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A service as a proposal offers it. `slug` is the line's own; it is empty in what older ledgers kept."""

    service_slug: str
    name: str
    cadence: str
    selected: bool
    slug: str = ""


@dataclass(frozen=True, slots=True)
class WorkflowJob:
    """How one job is to be made; None where the service or the proposal decides. Dates are ISO texts.

    `line_slug` is the proposal's line it is for, where there is a job for each service.
    """

    line_slug: str | None = None
    name: str | None = None
    description: str | None = None
    category_uuid: str | None = None
    budget: float | None = None
    staff_slugs: tuple[str, ...] = ()
    start_date: str | None = None
    due_date: str | None = None
    due_after_days: int | None = None
    recurrence: str | None = None


ONE_JOB, JOB_PER_SERVICE = "one_job", "job_per_service"


@dataclass(frozen=True, slots=True)
class Workflow:
    """What jobs a proposal becomes: one for the whole of it, or one for each service (E14)."""

    mode: str = ONE_JOB
    jobs: tuple[WorkflowJob, ...] = ()


@dataclass(frozen=True, slots=True)
class Deployed:
    """What Ignition shows of a deployment: its status, the XPM client, jobs by number and name, a message (E17)."""

    status: str
    client_uuid: str | None
    jobs: tuple[tuple[str, str], ...] = ()
    message: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal; moments and dates are ISO texts, `term_months` its contract term.

    `deployed` is what Ignition shows, as read in this run; the ledger does not keep it.
    """

    slug: str
    name: str
    reference: str
    state: str
    client_slug: str
    client_name: str
    accepted_at: str | None
    start_date: str | None
    end_date: str | None
    term_months: int
    link: str
    lines: tuple[ProposalLine, ...]
    workflow: Workflow = Workflow()
    deployed: Deployed | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A job of XPM, as far as the syncer looks at one."""

    number: str
    name: str
    client_uuid: str
    order_number: str
    start_date: str
    state: str


@dataclass(frozen=True, slots=True)
class Link:
    """What the ledger knows of a pair: both ids, how it came about, and the last agreed values.

    `origin`: `imported` (R1), `named` (E1), `deployed` (R11, R12). `receives_only` holds for a
    lead born in Ignition until its client accepts (R10). `standing` is `live`, or what became of
    a side (`xpm_archived`, `xpm_deleted`, `ignition_archived`, `ignition_deleted`).
    """

    xpm_id: str
    ignition_id: str
    origin: str
    standing: str = "live"
    receives_only: bool = False
    etag: str | None = None
    base: Values = field(default_factory=dict)
    contacts: tuple["ContactLink", ...] = ()
    made_at: str | None = None
    """When a lead was imported, where that is known."""
    sent: tuple["Sent", ...] = ()
    """What was sent to either side, and of which no answer has come so far."""


@dataclass(frozen=True, slots=True)
class ContactLink:
    """A pair of contacts under a client link."""

    xpm_id: str
    ignition_id: str
    base: Values


@dataclass(frozen=True, slots=True)
class Sent:
    """Values that were sent to a record of a pair, a client or a contact on either side, and when (ISO 8601)."""

    record: str
    at: str
    values: Values
