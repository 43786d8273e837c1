"""What a world can have more or less of: clients of one name, near names, gaps, shared people, what Ignition has already.

Each knob is a share of the clients (or, where it says so, of the contacts) from 0 to 1, and is met to the whole
record: `round(share * count)`. Who is concerned is drawn from the seed and the practice's number alone.
"""

import random
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from mock_kit.ids import slug_of
from scenarios.people import MAIL_DOMAINS, ascii_label

Json = dict[str, Any]
NO_BREAK = "\N{NO-BREAK SPACE}"
LONG = " and the Beneficiaries of the Settlement of the First of July 1987 as Trustees for the Time Being of its Estate"
ODD = " \N{EM DASH} «Été & Co» 株式会社 \N{LEAF FLUTTERING IN WIND}"


@dataclass(frozen=True)
class Knobs:
    """The knobs of a world. None leaves what the seed draws."""

    duplicates: float | None = None
    """Clients that have exactly the name of another one."""
    near_misses: float | None = None
    """Clients that have nearly the name of another one: case, spaces, Unicode form, & or and, legal form."""
    long_names: float | None = None
    """Clients with a name of over 100 characters."""
    odd_names: float | None = None
    """Clients with a name of other scripts and signs."""
    archived: float | None = None
    deleted: float | None = None
    no_email: float | None = None
    """Contacts without an e-mail."""
    no_phone: float | None = None
    """Clients without a phone."""
    shared_contacts: float | None = None
    """Clients that have, beside their own, a contact of another one."""
    in_ignition: float | None = None
    """Live clients of XPM that Ignition has already, by name."""
    differing: float | None = None
    """Of those, the ones of which Ignition says something else."""
    engaged: float | None = None
    """Of those, the ones that are no leads any more: they have accepted a proposal."""
    leads: float | None = None
    """As many leads that only Ignition has."""


NAMES = tuple(one.name for one in fields(Knobs))
TOGETHER = {("duplicates", "near_misses", "long_names", "odd_names"): 0.5, ("archived", "deleted"): 1}
"""How many clients some knobs may concern together: who is named after another needs one that is not."""


def refuse_nonsense(knobs: Knobs) -> None:
    """Raise ValueError for a share that is none, and for shares that cannot be had together."""
    for name in NAMES:
        share = getattr(knobs, name)
        if share is not None and not 0 <= share <= 1:
            raise ValueError(f"{name.replace('_', '-')} is a share from 0 to 1, not {share}")
    for together, most in TOGETHER.items():
        total = sum(getattr(knobs, name) or 0 for name in together)
        if total > most:
            listed = ", ".join(f"{name.replace('_', '-')} {getattr(knobs, name) or 0:g}" for name in together)
            raise ValueError(
                f"{listed} together are at most {most:g} of the clients, not {total:g}; "
                "the profile's own shares count where none is given (0 takes one out)"
            )


def turn(tenant: Json, practice: Json, knobs: Knobs, key: tuple[object, ...]) -> None:
    """Change a practice, as XPM and as Ignition hold it, as the knobs say. `key` is what chance is drawn from."""

    def rng(knob: str) -> random.Random:
        return random.Random(repr((*key, knob)))

    clients = tenant["clients"]
    _names(clients, knobs, rng)
    _standings(clients, knobs, rng)
    _gaps(clients, knobs, rng)
    _share(clients, knobs.shared_contacts, rng("shared_contacts"))
    _have_already(clients, practice, knobs, rng)
    _only_here(len(clients), practice, knobs.leads, key)


Draw = Callable[[str], random.Random]


def count_of(share: float | None, of: int) -> int:
    """Return how many records a share is."""
    return 0 if share is None else round(share * of)


def _names(clients: list[Json], knobs: Knobs, rng: Draw) -> None:
    """Name some clients after others: those at the end of the list, which keep all else."""
    chance = rng("names")
    counts = [count_of(getattr(knobs, name), len(clients)) for name in NAMING]
    free = clients[: len(clients) - sum(counts)]
    after = iter(chance.sample(range(len(free)), min(sum(counts), len(free))) if free else ())
    place = len(free)
    for (name, rename), count in zip(NAMING.items(), counts, strict=True):
        for nth in range(count):
            other = free[next(after, nth % len(free))]["name"] if name in AFTER else clients[place]["name"]
            clients[place]["name"] = rename(other, nth)
            place += 1


def near(name: str, nth: int) -> str:
    """Return a name that is nearly another one: a person takes them for the same, the rules do not (E10)."""
    for turn_number in range(len(NEAR)):
        found = NEAR[(nth + turn_number) % len(NEAR)](name)
        if found != name:
            return found
    return f"{name}."


def _legal(name: str) -> str:
    for one, other in (
        ("Pty Ltd", "Pty. Ltd."),
        ("Pty. Ltd.", "Pty Ltd"),
        ("Limited", "Ltd"),
        (" Ltd", " Limited"),
    ):
        if name.endswith(one):
            return name.removesuffix(one) + other
    return name


def _other_form(name: str) -> str:
    other = unicodedata.normalize("NFD", name)
    return other if other != name else unicodedata.normalize("NFC", name)


def _ampersand(name: str) -> str:
    return name.replace(" & ", " and ") if " & " in name else name.replace(" and ", " & ")


NEAR: tuple[Callable[[str], str], ...] = (
    str.upper,
    lambda name: name.replace(" ", "  ", 1),
    lambda name: name.replace(" ", NO_BREAK, 1),
    _other_form,
    _ampersand,
    _legal,
)
NAMING: dict[str, Callable[[str, int], str]] = {
    "duplicates": lambda name, _nth: name,
    "near_misses": near,
    "long_names": lambda name, _nth: f"{name}{LONG}",
    "odd_names": lambda name, _nth: f"{name}{ODD}",
}
AFTER = ("duplicates", "near_misses")
"""What is named after another client; the others are named after themselves."""


def _standings(clients: list[Json], knobs: Knobs, rng: Draw) -> None:
    if knobs.archived is None and knobs.deleted is None:
        return
    archived, deleted = (count_of(share, len(clients)) for share in (knobs.archived, knobs.deleted))
    if knobs.archived is None:
        archived = sum(one["is_archived"] for one in clients)
    chosen = rng("standing").sample(range(len(clients)), min(archived + deleted, len(clients)))
    for one in clients:
        one["is_archived"] = False
    for place in chosen[:archived]:
        clients[place]["is_archived"] = True
    for place in chosen[archived:]:
        clients[place]["is_deleted"] = True


def _gaps(clients: list[Json], knobs: Knobs, rng: Draw) -> None:
    contacts = [one for client in clients for one in client["contacts"]]
    _gap(contacts, "email", knobs.no_email, rng("no_email"), _email)
    _gap(clients, "phone", knobs.no_phone, rng("no_phone"), lambda _row, place: f"03 555 0{place % 1000:03}")


def _gap(
    rows: Sequence[Json],
    field: str,
    share: float | None,
    chance: random.Random,
    value: Callable[[Json, int], str],
) -> None:
    """Have exactly that share of the rows say nothing in a field, and all others something."""
    if share is None:
        return
    empty = set(chance.sample(range(len(rows)), count_of(share, len(rows))))
    for place, row in enumerate(rows):
        row[field] = "" if place in empty else row.get(field) or value(row, place)


def _email(row: Json, place: int) -> str:
    return f"{ascii_label(row['name']).replace('-', '.')}.{place}@{MAIL_DOMAINS[place % len(MAIL_DOMAINS)]}"


def _share(clients: list[Json], share: float | None, chance: random.Random) -> None:
    """Give clients the first contact of others; being primary belongs to a contact's place at one client (E6)."""
    wanted = count_of(share, len(clients))
    givers = [one for one in clients if one["contacts"]]
    if not givers:
        return
    for place in chance.sample(range(len(clients)), wanted):
        mine = {contact["uuid"] for contact in clients[place]["contacts"]}
        start = chance.randrange(len(givers))
        others = (givers[(start + step) % len(givers)]["contacts"][0] for step in range(len(givers)))
        given = next((one for one in others if one["uuid"] not in mine), None)
        if given is not None:
            primary = not any(contact["is_primary"] for contact in clients[place]["contacts"])
            clients[place]["contacts"] = [*clients[place]["contacts"], {**given, "is_primary": primary}]


def _have_already(clients: list[Json], practice: Json, knobs: Knobs, rng: Draw) -> None:
    live = [one for one in clients if not one["is_archived"] and not one.get("is_deleted")]
    chosen = rng("in_ignition").sample(live, count_of(knobs.in_ignition, len(live)))
    differing = {id(one) for one in rng("differing").sample(chosen, count_of(knobs.differing, len(chosen)))}
    engaged = {id(one) for one in rng("engaged").sample(chosen, count_of(knobs.engaged, len(chosen)))}
    for one in chosen:
        state = "active" if id(one) in engaged else "lead"
        practice.setdefault("clients", []).append(_counterpart(one, state, differs=id(one) in differing))
        if state == "active":
            practice.setdefault("proposals", []).append(_accepted(practice, practice["clients"][-1]["slug"]))


def _counterpart(client: Json, state: str, *, differs: bool) -> Json:
    parts = {
        "line": "address",
        "city": "city",
        "region": "region",
        "postcode": "post_code",
        "country": "country",
    }
    contacts = [
        {
            "slug": slug_of("con", client["uuid"], contact["uuid"]),
            **{
                name: contact[name]
                for name in ("name", "email", "phone", "mobile", "salutation", "is_primary")
            },
            "is_signatory": contact["is_primary"],
        }
        for contact in client["contacts"]
    ]
    phone = client["phone"]
    return {
        "slug": slug_of("cli", client["uuid"]),
        "name": client["name"],
        "state": state,
        "phone": f"{phone or '03 555 0100'} ext. 2" if differs else phone,
        "fax": client["fax"],
        "address": {mine: client.get(theirs, "") for mine, theirs in parts.items()},
        "contacts": contacts,
    }


def _accepted(practice: Json, slug: str) -> Json:
    """Return a proposal that was accepted before anybody connected: it is not deployed unasked (E12)."""
    services = practice["services"]
    service = services[len(practice.get("proposals", [])) % len(services)]
    return {
        "slug": slug_of("prop", slug),
        "name": service["name"],
        "client_slug": slug,
        "state": "accepted",
        "proposal_start_date": "2026-06-01",
        "accepted_at": "2026-05-20T00:00:00Z",
        "services": [{"service_slug": service["slug"]}],
    }


def _only_here(count: int, practice: Json, share: float | None, key: tuple[object, ...]) -> None:
    for place in range(count_of(share, count)):
        name = f"Enquiry {place + 1:03} of {practice['name']}"
        contact = {"slug": slug_of("con", *key, name), "name": f"Enquirer {place + 1:03}", "is_primary": True}
        contact |= {"email": f"enquirer.{place + 1:03}@example.com", "is_signatory": True}
        practice.setdefault("clients", []).append(
            {"slug": slug_of("cli", *key, name), "name": name, "state": "lead", "contacts": [contact]}
        )
