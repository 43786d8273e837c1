"""The fields that people edit in a simulation, spelled as both systems spell them (R5, R6, R7).

Written from the rules and the wire contracts, and not from the syncer's own table: what judges the
syncer must not share its mistakes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Spelling:
    """A field: its name, XPM's element, Ignition's member (with its part, for addresses)."""

    name: str
    xpm: str
    ignition: str
    part: str | None = None
    two_way: bool = True

    def in_xpm(self, row: Mapping[str, Any]) -> str:
        """Return a row's value as XPM holds it; empty and absent are the same."""
        return str(row.get(self.xpm) or "")

    def in_ignition(self, row: Mapping[str, Any]) -> str:
        """Return a row's value as Ignition holds it."""
        value = row.get(self.ignition)
        if self.part:
            value = (value or {}).get(self.part)
        return str(value or "")

    def patch(self, value: str) -> Json:
        """Return the body that sets the field in Ignition."""
        given = value or None
        return {self.ignition: {self.part: given} if self.part else given}


def _address(prefix: str, xpm: str, ignition: str) -> tuple[Spelling, ...]:
    parts = (
        ("line", "Address"), ("city", "City"), ("region", "Region"), ("postcode", "PostCode"), ("country", "Country"),
    )  # fmt: skip
    return tuple(Spelling(f"{prefix}{part}", f"{xpm}{element}", ignition, part) for part, element in parts)


CLIENT = (
    Spelling("name", "Name", "name"),
    Spelling("phone", "Phone", "phone"),
    Spelling("fax", "Fax", "fax"),
    *_address("address ", "", "address"),
    *_address("postal ", "Postal", "postal_address"),
    Spelling("website", "Website", "website", two_way=False),
)
CONTACT = (
    Spelling("name", "Name", "name"),
    Spelling("email", "Email", "email"),
    Spelling("phone", "Phone", "phone"),
    Spelling("mobile", "Mobile", "mobile"),
    Spelling("salutation", "Salutation", "salutation"),
)
OF_CLIENT = {one.name: one for one in CLIENT}
OF_CONTACT = {one.name: one for one in CONTACT}


def typed(field: str, value: int | None) -> str:
    """Return what a person types into a field; the same number is the same text."""
    if value is None:
        return ""
    match field:
        case "name":
            return f"Renamed {value} & Co"
        case "email":
            return f"person{value}@example.com"
        case "website":
            return f"https://w{value}.example"
    return f"{value}"
