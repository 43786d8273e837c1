"""Whether both systems agree: held side by side from outside, by a table of its own and over HTTP alone.

It knows nothing of the syncer, nor the syncer of it: who belongs together is what a person would say, by the
id that the importer left in Ignition, by what a deployment shows, or by a name that only one on either side
has. What one side may rightly have alone is not looked at: archived clients (E7), leads that were only found
by their name and send nothing back yet (R10), Partner and Manager where either is no linked user (R6), and
the clients of one name (E1).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scenarios.desks import Json, XpmDesk
from scenarios.ignition_desk import IgnitionDesk

Read = Callable[[Json], Any]
PARTS = ("line", "city", "region", "postcode", "country")
STREET = ("Address", "City", "Region", "PostCode", "Country")
POSTAL = ("PostalAddress", "PostalCity", "PostalRegion", "PostalPostCode", "PostalCountry")
CLIENT_TEXTS = {"name": "Name", "phone": "Phone", "fax": "Fax", "website": "Website"}
CONTACT_TEXTS = {
    "name": "Name",
    "email": "Email",
    "phone": "Phone",
    "mobile": "Mobile",
    "salutation": "Salutation",
}
PEOPLE = {"partner": "AccountManager", "manager": "JobManager"}


def _text(name: str) -> Read:
    return lambda row: row.get(name) or ""


def _address(member: str) -> Read:
    return lambda row: tuple((row[member] or {}).get(part) or "" for part in PARTS)


def _elements(names: tuple[str, ...]) -> Read:
    return lambda row: tuple(row.get(name) or "" for name in names)


FIELDS: Mapping[str, tuple[str, Read, Read]] = {
    # what: the rule, how XPM says it, how Ignition says it
    **{mine: ("R7" if mine == "website" else "R5", _text(theirs), _text(mine)) for mine, theirs in CLIENT_TEXTS.items()},
    "address": ("R5", _elements(STREET), _address("address")),
    "postal address": ("R5", _elements(POSTAL), _address("postal_address")),
    "groups": ("R7", lambda row: sorted(one["Name"] for one in row["Groups"] or ()), lambda row: sorted(row["groups"])),
    "tax registration": ("R7", lambda row: row["GSTRegistered"] == "Yes", lambda row: bool(row["tax_registered"])),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that the systems say differently of a client, or that one of them does not have."""

    client: str
    what: str
    rule: str
    xpm: Any
    ignition: Any

    def say(self) -> str:
        """Say it in one line."""
        return f"“{self.client}”: {self.what} is {self.xpm!r} in XPM and {self.ignition!r} in Ignition ({self.rule})"


def is_live(row: Mapping[str, Any]) -> bool:
    """Whether a client, as XPM shows it, is neither archived nor deleted (E2)."""
    return bool(row["IsArchived"] == row["IsDeleted"] == "No")


def differences(xpm: XpmDesk, ignition: IgnitionDesk) -> list[Difference]:
    """Return all that one practice's systems do not agree on, field by field."""
    there = [row for row in xpm.clients() if is_live(row)]
    everybody = ignition.clients()
    pairs, alone = _paired(there, everybody, ignition.proposals())
    found = [Difference(row["Name"], "it", "R1, E8", "there", "missing") for row in alone]
    contacts, team = contacts_by_client(ignition), team_of(xpm, ignition)
    for theirs, ours in pairs:
        found += _fields(theirs, ours)
        found += _people(theirs, ours, team)
        found += _contacts(theirs, ours, contacts.get(ours["slug"], []))
    return found


def _paired(
    there: list[Json], everybody: list[Json], proposals: list[Json]
) -> tuple[list[tuple[Json, Json]], list[Json]]:
    """Return the live clients that belong together, and those of XPM that nobody in Ignition belongs to."""
    found = together(there, everybody, proposals)
    names = Counter(row["Name"] for row, ours in found if ours is None or not ours.claimed)
    here = {one["name"] for one in everybody}
    pairs = [
        (row, ours.row) for row, ours in found if ours and ours.sends and ours.row["state"] != "archived"
    ]
    return pairs, [
        row for row, ours in found if not ours and names[row["Name"]] == 1 and row["Name"] not in here
    ]


@dataclass(frozen=True, slots=True)
class Counterpart:
    """Who an XPM client is in Ignition: by its id there or a deployment (`claimed`), or by a sole name."""

    row: Json
    claimed: bool

    @property
    def sends(self) -> bool:
        """Whether what is typed there goes to XPM too: a lead known by its name alone only receives (R10)."""
        return self.claimed or self.row["state"] != "lead"


def together(
    there: list[Json], everybody: list[Json], proposals: list[Json]
) -> list[tuple[Json, Counterpart | None]]:
    """Return some XPM clients, each with who it is in Ignition; None: nobody, or nobody that can be told."""
    shown = {row["client_slug"]: (row.get("deployment") or {}).get("xpm_client_uuid") for row in proposals}
    claimed = {row["slug"]: shown.get(row["slug"]) or row["external_client_id"] for row in everybody}
    known = {uuid: row for row in everybody if (uuid := claimed[row["slug"]])}
    names = Counter(row["Name"] for row in there if row["UUID"] not in known)
    free = [row for row in everybody if not claimed[row["slug"]]]
    by_name = {row["name"]: row for row in free}
    unique = {name for name, count in Counter(row["name"] for row in free).items() if count == 1}
    found: list[tuple[Json, Counterpart | None]] = []
    for row in there:
        name = row["Name"]
        if row["UUID"] in known:
            found.append((row, Counterpart(known[row["UUID"]], claimed=True)))
        elif names[name] == 1 and name in unique:
            found.append((row, Counterpart(by_name[name], claimed=False)))
        else:
            found.append((row, None))
    return found


def _fields(theirs: Json, ours: Json) -> Iterable[Difference]:
    for what, (rule, read_there, read_here) in FIELDS.items():
        if read_there(theirs) != read_here(ours):
            yield Difference(theirs["Name"], what, rule, read_there(theirs), read_here(ours))


def contacts_by_client(ignition: IgnitionDesk) -> dict[str, list[Json]]:
    """Return all of Ignition's contacts, by their client's slug."""
    found: dict[str, list[Json]] = {}
    for row in ignition.all_contacts():
        found.setdefault(row["client"]["slug"], []).append(row)
    return found


def team_of(xpm: XpmDesk, ignition: IgnitionDesk) -> dict[str, str]:
    """Return the staff who are users, by user."""
    staff = {row["UUID"] for row in xpm.staff()}
    return {row["slug"]: row["xpm_staff_uuid"] for row in ignition.users() if row["xpm_staff_uuid"] in staff}


def _people(theirs: Json, ours: Json, team: Mapping[str, str]) -> Iterable[Difference]:
    for mine, element in PEOPLE.items():
        uuid: str | None = (theirs.get(element) or {}).get("UUID")
        slug: str | None = (ours[mine] or {}).get("slug")
        is_known = uuid in (None, *team.values()) and slug in (None, *team)
        linked = team.get(slug) if slug else None
        if is_known and uuid != linked:
            yield Difference(theirs["Name"], mine, "R6", uuid, linked)


def _contacts(theirs: Json, ours: Json, rows: list[Json]) -> Iterable[Difference]:
    xpm = [
        {mine: row.get(their) or "" for mine, their in CONTACT_TEXTS.items()}
        for row in theirs["Contacts"] or ()
    ]
    ignition = [{mine: row[mine] or "" for mine in CONTACT_TEXTS} for row in rows]
    only_there, only_here = _without(xpm, ignition), _without(ignition, xpm)
    if only_there or only_here:
        yield Difference(
            ours["name"], "what the other side has not among its contacts", "R5, E6", only_there, only_here
        )
    primary = [row["Name"] for row in theirs["Contacts"] or () if row["IsPrimary"] == "Yes"]
    chosen = [row["name"] for row in rows if row["is_primary"]]
    if primary and primary != chosen:
        yield Difference(ours["name"], "the primary contact", "E6", primary, chosen)  # fmt: skip


def _without(rows: list[Json], others: list[Json]) -> list[Json]:
    """Return the rows that others have not, each as often as it is there more often."""
    left = list(others)
    found = []
    for row in rows:
        if row in left:
            left.remove(row)
        else:
            found.append(row)
    return found
