import random
import re

import pytest

from scenarios.people import (
    COUNTRIES,
    TOWNS,
    CountryCode,
    Person,
    abn,
    ascii_label,
    box_address,
    landline,
    mobile,
    nzbn,
    office_email,
    person,
    personal_email,
    pool_of,
    street_address,
    tax_numbers,
    website,
    work_email,
)

MOANA = Person("Mārama", "O'Brien", "Female", "Ms")


def _rng() -> random.Random:
    return random.Random(5)  # noqa: S311  # seeded chance is the point


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_pool_holds_hundreds_of_names_each_once(country: CountryCode) -> None:
    pool = pool_of(country)
    for names, least in ((pool.women, 150), (pool.men, 150), (pool.surnames, 300), (pool.streets, 1000)):
        assert len(names) == len(set(names)) > least
        assert not any("\n" in name for name in names)


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_same_chance_draws_the_same_person_and_leaves_the_global_random_alone(
    country: CountryCode,
) -> None:
    random.seed(1)
    before = random.getstate()
    assert person(_rng(), country) == person(_rng(), country)
    assert random.getstate() == before


def test_a_womans_title_is_never_mr() -> None:
    rng = _rng()
    people = [person(rng, "NZ") for _ in range(200)]
    assert {each.title for each in people if each.gender == "Female"} == {"Ms", "Mrs", "Dr"}
    assert {each.title for each in people if each.gender == "Male"} == {"Mr", "Dr"}


@pytest.mark.parametrize(
    ("country", "fixed", "cell"),
    [
        ("AU", r"\(0[2378]\) 5550 \d{4}", r"0491 57\d \d{3}"),
        ("NZ", r"0[3479] 555 0\d{3}", r"02[17] 555 0\d{3}"),
        ("GB", r"(020 7946|01\d\d 496) 0\d{3}", r"07700 900 \d{3}"),
    ],
)
def test_phones_are_written_as_the_country_writes_them(country: CountryCode, fixed: str, cell: str) -> None:
    rng = _rng()
    for _ in range(50):
        assert re.fullmatch(fixed, landline(rng, country))
        assert re.fullmatch(cell, mobile(rng, country))


@pytest.mark.parametrize("country", COUNTRIES)
def test_an_address_stands_in_a_town_of_its_country(country: CountryCode) -> None:
    rng = _rng()
    street, box = street_address(rng, country), box_address(rng, country)
    for where in (street, box):
        assert (where.city, where.region, where.postcode) in TOWNS[country]
    assert street.line in pool_of(country).streets
    assert re.fullmatch(r"PO Box \d+", box.line)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("O'Brien & Sons", "obrien-sons"),
        ("Tāmihana Whānau Trust", "tamihana-whanau-trust"),
        ("Pty. Ltd.", "pty-ltd"),
        ("招き猫", "x"),
        ("a" * 70, "a" * 50),
        ("a" * 49 + "-b", "a" * 49),
    ],
)
def test_a_name_becomes_a_domain_label(text: str, label: str) -> None:
    assert ascii_label(text) == label


def test_emails_and_websites_stand_at_reserved_domains() -> None:
    assert work_email(MOANA, "Kea Cafés Limited") == "marama.obrien@kea-cafes-limited.example"
    assert office_email("Kea Cafés Limited") == "office@kea-cafes-limited.example"
    assert re.fullmatch(r"marama\.obrien\d*@example\.(com|org|net)", personal_email(_rng(), MOANA))
    assert re.fullmatch(r"https://www\.kea\.(example|test)", website(_rng(), "Kea"))


def _abn_is_valid(text: str) -> bool:
    digits = [int(sign) for sign in text.replace(" ", "")]
    digits[0] -= 1
    weights = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
    return len(digits) == 11 and sum(a * b for a, b in zip(weights, digits, strict=True)) % 89 == 0


def test_the_checksum_of_this_test_knows_a_true_abn_from_a_false_one() -> None:
    assert _abn_is_valid("51 824 753 556")  # the example of the Australian Business Register
    assert not _abn_is_valid("51 824 753 557")


def test_an_abn_has_valid_check_digits() -> None:
    rng = _rng()
    for _ in range(500):
        text = abn(rng)
        assert re.fullmatch(r"\d\d \d{3} \d{3} \d{3}", text)
        assert _abn_is_valid(text)


def test_an_nzbn_has_a_valid_gs1_check_digit() -> None:
    rng = _rng()
    for _ in range(200):
        text = nzbn(rng)
        assert re.fullmatch(r"94\d{11}", text)
        odd, even = text[-2::-2], text[-3::-2]
        assert (3 * sum(map(int, odd)) + sum(map(int, even)) + int(text[-1])) % 10 == 0


@pytest.mark.parametrize(
    ("country", "tax", "company", "business"),
    [
        ("AU", r"\d{3} \d{3} \d{3}", r"\d{3} \d{3} \d{3}", r"\d\d \d{3} \d{3} \d{3}"),
        ("NZ", r"1\d\d-\d{3}-\d{3}", r"9\d{6}", r"94\d{11}"),
        ("GB", r"\d{10}", r"1\d{7}", r"GB\d{3} \d{4} \d\d"),
    ],
)
def test_tax_numbers_look_like_their_countrys(
    country: CountryCode, tax: str, company: str, business: str
) -> None:
    found = tax_numbers(_rng(), country)
    assert list(found) == ["tax_number", "company_number", "business_number"]
    assert re.fullmatch(tax, found["tax_number"])
    assert re.fullmatch(company, found["company_number"])
    assert re.fullmatch(business, found["business_number"])
