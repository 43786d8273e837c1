import random

import pytest

from scenarios import naming
from scenarios.naming import Identity, identity, plain
from scenarios.people import COUNTRIES, CountryCode, Person


def _rng() -> random.Random:
    return random.Random(3)  # noqa: S311  # seeded chance is the point


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Kea Cafés Pty. Ltd.", "kea cafés"),
        ("KEA CAFÉS PTY LTD", "kea cafés"),
        ("The Pōtae Family Trust", "pōtae family trust"),
        ("O'Brien & Sons", "obrien and sons"),
        ("O’Brien and Sons", "obrien and sons"),  # the printer's apostrophe is the point
    ],
)
def test_names_are_compared_without_case_punctuation_and_legal_form(name: str, bare: str) -> None:
    assert plain(name) == bare


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_maker_gives_its_kind_within_the_longest_name(country: CountryCode) -> None:
    rng = _rng()
    kinds = {
        naming.company: {"company"},
        naming.individual: {"individual"},
        naming.trust: {"trust"},
        naming.partnership: {"partnership"},
        naming.with_apostrophe: {"individual", "company"},
        naming.with_ampersand: {"partnership"},
        naming.with_macron: {"individual", "trust"},
        naming.with_long_name: {"trust"},
    }
    for maker, expected in kinds.items():
        made = [maker(rng, country) for _ in range(60)]
        assert {each.kind for each in made} == expected
        assert all(0 < len(each.name) <= 100 for each in made)
        assert all("{" not in each.name for each in made)


def test_long_names_are_long() -> None:
    rng = _rng()
    lengths = [len(naming.with_long_name(rng, "GB").name) for _ in range(100)]
    assert min(lengths) >= 65
    assert max(lengths) > 90


def test_odd_names_carry_their_odd_character() -> None:
    rng = _rng()
    for _ in range(30):
        assert set("'’") & set(naming.with_apostrophe(rng, "AU").name)
        assert "&" in naming.with_ampersand(rng, "NZ").name
        assert set("āēīōūĀĒĪŌŪ") & set(naming.with_macron(rng, "NZ").name)


def test_when_a_maker_runs_out_of_names_the_place_tells_clients_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    head = Person("Ann", "Lee", "Female", "Ms")
    monkeypatch.setitem(naming.ODD, 1, lambda _rng, country: Identity("A" * 100, "individual", country, head))
    taken: set[str] = set()
    names = [identity(_rng(), place, "AU", taken).name for place in (1, 25, 100_801)]
    assert names == ["A" * 100, "A" * 93 + " No. 25", "A" * 89 + " No. 100801"]
