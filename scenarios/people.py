"""Made-up people, addresses and numbers, drawn from pools that Faker fills once for each country.

Everything is a pure function of the `random.Random` that is passed in: the global random is never
touched. E-mails and websites stand at domains reserved for examples (RFC 2606), telephone numbers
mostly in ranges kept for fiction, so that nothing here can reach a person.
"""

import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import Literal

from faker import Faker

CountryCode = Literal["AU", "NZ", "GB"]
COUNTRIES: tuple[CountryCode, ...] = ("AU", "NZ", "GB")
MAIL_DOMAINS = ("example.com", "example.org", "example.net")
POOL_SEED = 2606
"""Faker's own seed: the pools are the same in every run, a run's seed draws from them."""

TOWNS: dict[CountryCode, tuple[tuple[str, str, str], ...]] = {
    "AU": (
        ("Sydney", "NSW", "2000"),
        ("Parramatta", "NSW", "2150"),
        ("Newcastle", "NSW", "2300"),
        ("Melbourne", "VIC", "3000"),
        ("Geelong", "VIC", "3220"),
        ("Brisbane", "QLD", "4000"),
        ("Toowoomba", "QLD", "4350"),
        ("Adelaide", "SA", "5000"),
        ("Fremantle", "WA", "6160"),
        ("Hobart", "TAS", "7000"),
    ),
    "NZ": (
        ("Auckland", "Auckland", "1010"),
        ("Whangārei", "Northland", "0110"),
        ("Hamilton", "Waikato", "3204"),
        ("Tauranga", "Bay of Plenty", "3110"),
        ("Taupō", "Waikato", "3330"),
        ("Napier", "Hawke's Bay", "4110"),
        ("Wellington", "Wellington", "6011"),
        ("Nelson", "Nelson", "7010"),
        ("Christchurch", "Canterbury", "8011"),
        ("Dunedin", "Otago", "9016"),
    ),
    "GB": (
        ("London", "Greater London", "EC1A 1BB"),
        ("Bristol", "Avon", "BS1 4DJ"),
        ("Leeds", "West Yorkshire", "LS1 5AB"),
        ("Manchester", "Greater Manchester", "M2 3AE"),
        ("Cardiff", "South Glamorgan", "CF10 1EP"),
        ("Edinburgh", "Midlothian", "EH1 1YZ"),
        ("Newcastle upon Tyne", "Tyne and Wear", "NE1 7RU"),
        ("St Ives", "Cornwall", "TR26 1LP"),
        ("King's Lynn", "Norfolk", "PE30 1EZ"),
    ),
}
COUNTRY_NAMES: dict[CountryCode, str] = {"AU": "Australia", "NZ": "New Zealand", "GB": "United Kingdom"}
LANDLINES: dict[CountryCode, tuple[str, ...]] = {
    "AU": ("(02) 5550 ####", "(03) 5550 ####", "(07) 5550 ####", "(08) 5550 ####"),
    "NZ": ("03 555 0###", "04 555 0###", "07 555 0###", "09 555 0###"),
    "GB": ("020 7946 0###", "0113 496 0###", "0117 496 0###", "0161 496 0###"),
}
MOBILES: dict[CountryCode, tuple[str, ...]] = {
    "AU": ("0491 57# ###",),
    "NZ": ("021 555 0###", "027 555 0###"),
    "GB": ("07700 900 ###",),
}
ABN_WEIGHTS = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)


@dataclass(frozen=True)
class Pool:
    """Names and streets of one country, each once, in Faker's order."""

    women: tuple[str, ...]
    men: tuple[str, ...]
    surnames: tuple[str, ...]
    draw_streets: Callable[[], tuple[str, ...]]

    @cached_property
    def streets(self) -> tuple[str, ...]:
        """Drawn last, and on first use: as much work as all the names, for which many ask alone."""
        return self.draw_streets()


@dataclass(frozen=True)
class Person:
    """A person. `gender` is `Male` or `Female`, as XPM writes it."""

    first: str
    last: str
    gender: Literal["Male", "Female"]
    title: str

    @property
    def name(self) -> str:
        """Return the name as it is said."""
        return f"{self.first} {self.last}"


@dataclass(frozen=True)
class Address:
    """A postal or street address; an empty part is an empty string."""

    line: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""


@cache
def pool_of(country: CountryCode) -> Pool:
    """Return the pool of a country; made on first use."""
    fake = Faker(f"en_{country}")
    fake.seed_instance(POOL_SEED)

    def several(draw: Callable[[], str], times: int) -> tuple[str, ...]:
        return tuple(dict.fromkeys(draw().replace("\n", ", ") for _ in range(times)))

    return Pool(
        women=several(fake.first_name_female, 600),
        men=several(fake.first_name_male, 600),
        surnames=several(fake.last_name, 1500),
        draw_streets=partial(several, fake.street_address, 1500),
    )


def person(rng: random.Random, country: CountryCode) -> Person:
    """Draw a person."""
    pool = pool_of(country)
    woman = rng.random() < 0.5  # noqa: PLR2004  # a coin
    first = rng.choice(pool.women if woman else pool.men)
    title = rng.choice(("Ms", "Mrs", "Dr") if woman else ("Mr", "Mr", "Dr"))
    return Person(first, rng.choice(pool.surnames), "Female" if woman else "Male", title)


def street_address(rng: random.Random, country: CountryCode) -> Address:
    """Draw a street address: a made-up street in a real town."""
    return Address(rng.choice(pool_of(country).streets), *rng.choice(TOWNS[country]), COUNTRY_NAMES[country])


def box_address(rng: random.Random, country: CountryCode) -> Address:
    """Draw a post-office box."""
    return Address(f"PO Box {rng.randint(10, 9999)}", *rng.choice(TOWNS[country]), COUNTRY_NAMES[country])


def landline(rng: random.Random, country: CountryCode) -> str:
    """Draw a fixed-line number in the form the country writes it."""
    return _digits(rng, rng.choice(LANDLINES[country]))


def mobile(rng: random.Random, country: CountryCode) -> str:
    """Draw a mobile number in the form the country writes it."""
    return _digits(rng, rng.choice(MOBILES[country]))


def ascii_label(text: str) -> str:
    """Return a name as a domain label: lower-case ASCII letters and digits, joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    label = "-".join(re.findall(r"[a-z0-9]+", plain.replace("'", "")))
    return label[:50].strip("-") or "x"


def personal_email(rng: random.Random, someone: Person) -> str:
    """Draw an e-mail address for a person."""
    local = f"{ascii_label(someone.first)}.{ascii_label(someone.last)}"
    return f"{local}{rng.choice(('', str(rng.randint(2, 99))))}@{rng.choice(MAIL_DOMAINS)}"


def work_email(someone: Person, organisation: str) -> str:
    """Return a person's address at an organisation."""
    return f"{ascii_label(someone.first)}.{ascii_label(someone.last)}@{ascii_label(organisation)}.example"


def office_email(organisation: str) -> str:
    """Return the general address of an organisation."""
    return f"office@{ascii_label(organisation)}.example"


def website(rng: random.Random, organisation: str) -> str:
    """Draw the address of an organisation's website."""
    return f"https://www.{ascii_label(organisation)}.{rng.choice(('example', 'test'))}"


def abn(rng: random.Random) -> str:
    """Draw an Australian Business Number: 11 digits with valid check digits, written `51 824 753 556`.

    The rule is the Australian Business Register's: one less in the first digit, each digit times
    its weight, and the sum divides by 89.
    """
    rest = [rng.randint(0, 9) for _ in range(9)]
    weighed = sum(weight * digit for weight, digit in zip(ABN_WEIGHTS[2:], rest, strict=True))
    text = str(10 + -weighed % 89) + "".join(map(str, rest))
    return f"{text[:2]} {text[2:5]} {text[5:8]} {text[8:]}"


def nzbn(rng: random.Random) -> str:
    """Draw a New Zealand Business Number: a GS1 number of 13 digits that begins with 94."""
    text = "94" + _digits(rng, "##########")
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(text))
    return f"{text}{-weighed % 10}"


def tax_numbers(rng: random.Random, country: CountryCode) -> dict[str, str]:
    """Draw the numbers that an integration must never import: tax, company and business number."""
    if country == "AU":
        return {
            "tax_number": _digits(rng, "### ### ###"),
            "company_number": _digits(rng, "### ### ###"),
            "business_number": abn(rng),
        }
    if country == "NZ":
        return {
            "tax_number": _digits(rng, "1##-###-###"),
            "company_number": _digits(rng, "9######"),
            "business_number": nzbn(rng),
        }
    return {
        "tax_number": _digits(rng, "##########"),
        "company_number": _digits(rng, "1#######"),
        "business_number": _digits(rng, "GB### #### ##"),
    }


def _digits(rng: random.Random, form: str) -> str:
    return "".join(str(rng.randint(0, 9)) if sign == "#" else sign for sign in form)
