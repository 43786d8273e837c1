"""The one table of fields: what is synced, how either side spells it, which way, and when.

Nothing that is not a row here ever crosses from one system to the other (R8).
"""

from dataclasses import dataclass
from enum import Enum, auto

from syncer.model import Value


class Direction(Enum):
    """Which side a field's changes may come from."""

    TWO_WAY = "two-way"
    FROM_XPM = "XPM → Ignition"
    TO_XPM = "Ignition → XPM"
    NONE = "not synced"


class When(Enum):
    """At which syncs a field takes part."""

    ALWAYS = "every sync"
    IMPORT = "at the client's import only"


class Kind(Enum):
    """What a field's value is; the API clients read and write each kind in one place."""

    TEXT = auto()
    ADDRESS = auto()
    NAMES = auto()
    FLAG = auto()
    PERSON = auto()

    __hash__ = object.__hash__
    """Each kind is there once. An enumeration's own hash is made of the name, anew for each look-up."""


@dataclass(frozen=True, slots=True)
class Field:
    """A row: `xpm` are element names as XPM answers them, `ignition` is a member of the API's row."""

    name: str
    title: str
    xpm: tuple[str, ...]
    ignition: str
    kind: Kind
    direction: Direction
    when: When
    rule: str

    @property
    def empty(self) -> Value:
        """The value of this field when it says nothing."""
        return EMPTY[self.kind]


EMPTY: dict[Kind, Value] = {
    Kind.TEXT: "",
    Kind.ADDRESS: ("", "", "", "", ""),
    Kind.NAMES: (),
    Kind.FLAG: None,
    Kind.PERSON: None,
}

ADDRESS_PARTS = ("line", "city", "region", "postcode", "country")

_TWO, _FROM = Direction.TWO_WAY, Direction.FROM_XPM
_DAILY, _ONCE = When.ALWAYS, When.IMPORT
_STREET = ("Address", "City", "Region", "PostCode", "Country")
_POSTAL = ("PostalAddress", "PostalCity", "PostalRegion", "PostalPostCode", "PostalCountry")

CLIENT_FIELDS: tuple[Field, ...] = (
    Field("name", "Client name", ("Name",), "name", Kind.TEXT, _TWO, _DAILY, "R5"),
    Field("address", "Client address", _STREET, "address", Kind.ADDRESS, _TWO, _DAILY, "R5"),
    Field("postal_address", "Postal address", _POSTAL, "postal_address", Kind.ADDRESS, _TWO, _DAILY, "R5"),
    Field("phone", "Phone", ("Phone",), "phone", Kind.TEXT, _TWO, _DAILY, "R5"),
    Field("fax", "Fax", ("Fax",), "fax", Kind.TEXT, _TWO, _DAILY, "R5"),
    Field("partner", "Partner", ("AccountManager",), "partner", Kind.PERSON, _TWO, _DAILY, "R6"),
    Field("manager", "Manager", ("JobManager",), "manager", Kind.PERSON, _TWO, _DAILY, "R6"),
    Field("groups", "Groups", ("Groups",), "groups", Kind.NAMES, _FROM, _DAILY, "R7"),
    Field("website", "Website", ("Website",), "website", Kind.TEXT, _FROM, _DAILY, "R7"),
    Field("tax_registered", "Tax registration", ("GSTRegistered",), "tax_registered", Kind.FLAG, _FROM, _DAILY, "R7"),
    Field(
        "company_structure", "Company structure", ("BusinessStructure",), "company_structure",
        Kind.TEXT, _FROM, _ONCE, "R4",
    ),
)  # fmt: skip

CONTACT_FIELDS: tuple[Field, ...] = (
    Field("name", "Contact name", ("Name",), "name", Kind.TEXT, _TWO, _DAILY, "R5"),
    Field("email", "Contact e-mail", ("Email",), "email", Kind.TEXT, _TWO, _DAILY, "R5"),
    Field("phone", "Contact phone", ("Phone",), "phone", Kind.TEXT, _TWO, _DAILY, "R5"),
    Field("mobile", "Contact mobile", ("Mobile",), "mobile", Kind.TEXT, _TWO, _DAILY, "R5"),
    Field("salutation", "Contact salutation", ("Salutation",), "salutation", Kind.TEXT, _TWO, _DAILY, "R5"),
    Field("is_primary", "Primary contact", ("IsPrimary",), "is_primary", Kind.FLAG, _FROM, _DAILY, "E6"),
)

DAILY_CLIENT_FIELDS = tuple(field for field in CLIENT_FIELDS if field.when is When.ALWAYS)
CONTACT_OWN_FIELDS = tuple(field for field in CONTACT_FIELDS if field.direction is Direction.TWO_WAY)
"""What belongs to a contact itself. Being the primary one belongs to its place at one client (E6)."""


def effective(field: Field, setting: Direction, *, receives_only: bool) -> Direction:
    """Return which way a field goes under `sync.direction` (E9) and for a lead that only receives (R10)."""
    return narrowed(field.direction, setting, receives_only=receives_only)


def narrowed(direction: Direction, setting: Direction, *, receives_only: bool) -> Direction:
    """Return what is left of a direction under `sync.direction` (E9) and for a lead that only receives (R10)."""
    ways = {direction, setting} | ({Direction.FROM_XPM} if receives_only else set())
    ways.discard(Direction.TWO_WAY)
    if not ways:
        return Direction.TWO_WAY
    return ways.pop() if len(ways) == 1 else Direction.NONE
