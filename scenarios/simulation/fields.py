"""The fields that people edit in a simulation, spelled as both systems spell them (R5, R6, R7).

The names are those of the outside check of scenarios, written from the rules and the wire contracts and
not from the syncer's own table: what judges the syncer must not share its mistakes.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scenarios.agreement import CLIENT_TEXTS, CONTACT_TEXTS, PARTS, POSTAL, STREET

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


def _address(prefix: str, elements: Iterable[str], member: str) -> Iterator[Spelling]:
    for part, element in zip(PARTS, elements, strict=True):
        yield Spelling(f"{prefix}{part}", element, member, part)


CLIENT = (
    *(Spelling(mine, theirs, mine, two_way=mine != "website") for mine, theirs in CLIENT_TEXTS.items()),
    *_address("address ", STREET, "address"),
    *_address("postal ", POSTAL, "postal_address"),
)
CONTACT = tuple(Spelling(mine, theirs, mine) for mine, theirs in CONTACT_TEXTS.items())
OF_CLIENT = {one.name: one for one in CLIENT}
OF_CONTACT = {one.name: one for one in CONTACT}


def group_of(field: str) -> str:
    """Return what a field is a part of, by our name or the syncer's: an address is several fields here, and one there."""
    return field.replace("_", " ").split()[0]


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
