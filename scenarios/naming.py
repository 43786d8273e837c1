"""What clients and practices are called: companies, trusts, partnerships, individuals, odd names.

Names that differ only in case, punctuation or legal form are not both given out within a practice,
unless duplicates are asked for: a near match should be there because a story wants one.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from scenarios.people import CountryCode, Person, person, pool_of

Kind = Literal["company", "individual", "trust", "partnership"]
LONGEST = 100
"""How long a client's name may get here, in characters."""
ATTEMPTS = 20

TRADES = (
    "Plumbing", "Electrical", "Joinery", "Roofing", "Landscaping", "Bakery", "Brewing", "Cafés", "Catering",
    "Dental", "Physiotherapy", "Veterinary Services", "Pharmacy", "Childcare", "Engineering", "Surveying",
    "Architects", "Interiors", "Design", "Media", "Photography", "Software", "Robotics", "Consulting",
    "Logistics", "Freight", "Haulage", "Motors", "Panel Beaters", "Marine", "Farming", "Orchards", "Dairy",
    "Vineyards", "Wool", "Fisheries", "Timber", "Quarries", "Recycling", "Solar", "Property", "Holdings",
    "Investments", "Developments", "Hospitality", "Travel", "Fitness", "Music", "Books", "Fashion",
)  # fmt: skip
FIRST_WORDS = (
    "Blue", "Bright", "Coastal", "Copper", "Crystal", "Eastern", "Emerald", "Evergreen", "First", "Golden",
    "Granite", "Harbour", "High", "Iron", "Little", "Lone", "Northern", "Oak", "Old", "Pacific", "Quiet",
    "Red", "River", "Silver", "Southern", "Stone", "Summit", "Sunny", "Swift", "Twin", "Western", "Wild",
)  # fmt: skip
SECOND_WORDS = (
    "Anchor", "Bay", "Bridge", "Canyon", "Cedar", "Compass", "Creek", "Crown", "Falcon", "Fern", "Field",
    "Forge", "Gate", "Harvest", "Hill", "Kea", "Lantern", "Leaf", "Mill", "Moon", "Peak", "Pine", "Reef",
    "Ridge", "Sail", "Shore", "Spring", "Star", "Tide", "Valley", "Wattle", "Willow",
)  # fmt: skip
LEGAL_FORMS: dict[CountryCode, tuple[str, ...]] = {
    "AU": ("Pty Ltd", "Pty Ltd", "Pty Ltd", "Pty. Ltd.", "Pty Limited", "Limited"),
    "NZ": ("Limited", "Limited", "Ltd"),
    "GB": ("Ltd", "Ltd", "Limited"),
}
TRUSTS: dict[CountryCode, tuple[str, ...]] = {
    "AU": (
        "The {last} Family Trust",
        "{last} Investment Trust",
        "{last} Unit Trust",
        "{last} Superannuation Fund",
    ),
    "NZ": ("The {last} Family Trust", "{last} Investment Trust", "The {first} {last} Whānau Trust"),
    "GB": ("The {last} Family Trust", "The {first} {last} Settlement", "{last} Will Trust"),
}
PARTNERSHIPS = (
    "{last} & Sons",
    "{last} & {other}",
    "{last}, {other} & Partners",
    "{first} & {second} {last}",
    "{last} and {other} Partnership",
)
IRISH = ("O'Brien", "O'Connor", "O'Sullivan", "D'Angelo", "O’Neill", "D’Souza")
"""Names with an apostrophe: the typewriter's, and (a different code point) the printer's."""
MAORI_FIRST = ("Hēmi", "Wikitōria", "Tāne", "Mārama", "Kahurangi", "Wīremu", "Anahera", "Tūī")
MAORI_LAST = ("Pōtae", "Tāmihana", "Parāone", "Ngāpō", "Hōhepa", "Wīrihana", "Tūrei", "Rāwiri")
LONG_PLACES = (
    "Llanfairpwllgwyngyll",
    "Wooloomooloo Heights",
    "Taumatawhakatangi Hills",
    "Kingston upon Hull",
)
PRACTICE_FORMS = (
    "{last} {other} Accountants",
    "{last} & {other} Chartered Accountants",
    "{last} {other} Advisory",
    "{last} {other} Business Partners",
    "{word} {second_word} Accounting",
)


@dataclass(frozen=True)
class Identity:
    """Who a client is: its name, its kind, and the person behind it."""

    name: str
    kind: Kind
    country: CountryCode
    person: Person


def company(rng: random.Random, country: CountryCode) -> Identity:
    """Draw a company."""
    head = person(rng, country)
    other = rng.choice(pool_of(country).surnames)
    form = rng.choice(LEGAL_FORMS[country])
    trade = rng.choice(TRADES)
    body = rng.choice(
        (
            f"{head.last} {trade}",
            f"{head.last} & {other} {trade}",
            f"{rng.choice(FIRST_WORDS)} {rng.choice(SECOND_WORDS)} {trade}",
            f"{rng.choice(FIRST_WORDS)} {rng.choice(SECOND_WORDS)} {trade}",
        )
    )
    return Identity(f"{body} {form}", "company", country, head)


def individual(rng: random.Random, country: CountryCode) -> Identity:
    """Draw a person who is a client."""
    someone = person(rng, country)
    return Identity(someone.name, "individual", country, someone)


def trust(rng: random.Random, country: CountryCode) -> Identity:
    """Draw a trust, with its trustee."""
    head = person(rng, country)
    form = rng.choice(TRUSTS[country])
    return Identity(form.format(first=head.first, last=head.last), "trust", country, head)


def partnership(rng: random.Random, country: CountryCode) -> Identity:
    """Draw a partnership, with one of the partners."""
    head, second = person(rng, country), person(rng, country)
    name = rng.choice(PARTNERSHIPS).format(
        first=head.first, last=head.last, second=second.first, other=second.last
    )
    return Identity(name, "partnership", country, head)


def with_apostrophe(rng: random.Random, country: CountryCode) -> Identity:
    """Draw a client with an apostrophe in its name, of either code point."""
    head = replace(person(rng, country), last=rng.choice(IRISH))
    if rng.randint(0, 1):
        return Identity(head.name, "individual", country, head)
    form = rng.choice(LEGAL_FORMS[country])
    return Identity(f"{head.last} {rng.choice(TRADES)} {form}", "company", country, head)


def with_ampersand(rng: random.Random, country: CountryCode) -> Identity:
    """Draw a partnership such as `O'Brien & Sons`."""
    head = replace(person(rng, country), last=rng.choice((*IRISH, *pool_of(country).surnames[:6])))
    ending = rng.choice(("Sons", "Daughters", "Co", "Partners"))
    return Identity(f"{head.last} & {ending}", "partnership", country, head)


def with_macron(rng: random.Random, country: CountryCode) -> Identity:
    """Draw a client with a Māori name."""
    head = replace(person(rng, country), first=rng.choice(MAORI_FIRST), last=rng.choice(MAORI_LAST))
    if rng.randint(0, 1):
        return Identity(head.name, "individual", country, head)
    return Identity(f"The {head.last} Whānau Trust", "trust", country, head)


def with_long_name(rng: random.Random, country: CountryCode) -> Identity:
    """Draw a trust with a name of 70 to 100 characters."""
    head = person(rng, country)
    start = f"The Trustee for the {head.last}-{rng.choice(pool_of(country).surnames)}"
    ending = "Discretionary Family Investment Trust"
    name = f"{start} of {rng.choice(LONG_PLACES)} {ending}"
    return Identity(name if len(name) <= LONGEST else f"{start} {ending}", "trust", country, head)


Maker = Callable[[random.Random, CountryCode], Identity]
MAKERS: tuple[Maker, ...] = (company, individual, trust, partnership)
WEIGHTS = (50, 25, 15, 10)
ODD_EVERY = 24
ODD: dict[int, Maker] = {1: with_apostrophe, 3: with_ampersand, 5: with_macron, 9: with_long_name}
"""Odd names come by turns, so that a small practice has each of them too: place among 24 → maker."""


def identity(rng: random.Random, place: int, country: CountryCode, taken: set[str]) -> Identity:
    """Return the client at a place of a practice's list, by a name that is not in `taken`, and add it."""
    odd = ODD.get(place % ODD_EVERY)
    for _ in range(ATTEMPTS):
        maker = odd or rng.choices(MAKERS, WEIGHTS)[0]
        found = maker(rng, country)
        if (key := plain(found.name)) not in taken:
            taken.add(key)
            return found
    # A maker with few names has run out: the place tells this client from the others.
    suffix = f" No. {place}"
    found = replace(found, name=found.name[: LONGEST - len(suffix)] + suffix)
    taken.add(plain(found.name))
    return found


def practice_name(rng: random.Random, country: CountryCode) -> str:
    """Draw the name of an accounting practice."""
    last, other = rng.sample(pool_of(country).surnames, 2)
    return rng.choice(PRACTICE_FORMS).format(
        last=last, other=other, word=rng.choice(FIRST_WORDS), second_word=rng.choice(SECOND_WORDS)
    )


def plain(name: str) -> str:
    """Return what is left of a name without case, punctuation and legal form."""
    bare = re.sub(r"[^\w ]", "", name.replace("&", "and").casefold())
    words = [word for word in bare.split() if word not in {"pty", "ltd", "limited", "the"}]
    return " ".join(words)
