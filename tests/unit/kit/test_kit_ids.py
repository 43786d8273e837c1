import re
from collections.abc import Iterator
from uuid import UUID

import pytest
import tiny_fake
from sqlalchemy import select

from mock_kit.ids import Ids, hash_of, slug_of, uuid_of
from mock_kit.store import Store

Asked = tuple[str, str]


@pytest.fixture
def stores() -> Iterator[list[Store]]:
    made = [Store(tiny_fake.METADATA), Store(tiny_fake.METADATA)]
    yield made
    for store in made:
        store.close()


@pytest.fixture
def store(stores: list[Store]) -> Store:
    return stores[0]


def _uuids(store: Store, asked: list[Asked], seed: int = 0) -> dict[Asked, list[str]]:
    ids = Ids(tiny_fake.KIT_TABLES["counters"], seed)
    given: dict[Asked, list[str]] = {}
    with store.begin() as tx:
        for tenant_id, key in asked:
            given.setdefault((tenant_id, key), []).append(ids.uuid(tx, tenant_id, "client", key))
    return given


def test_ids_do_not_depend_on_the_order_in_which_keys_and_practices_arrive(stores: list[Store]) -> None:
    asked = [("a", "Kea"), ("a", "Kea"), ("a", "Tui"), ("b", "Kea"), ("b", "Moa")]
    assert _uuids(stores[0], asked) == _uuids(stores[1], asked[::-1])


def test_every_id_is_another(stores: list[Store]) -> None:
    given = _uuids(stores[0], [("a", "Kea"), ("a", "Kea"), ("b", "Kea"), ("a", "kea")])
    ids = [each for several in given.values() for each in several]
    assert len(set(ids)) == 4
    assert given != _uuids(stores[1], list(given), seed=1)


def test_an_id_is_given_out_once_over_several_transactions(store: Store) -> None:
    first = _uuids(store, [("a", "Kea")])["a", "Kea"]
    second = _uuids(store, [("a", "Kea")])["a", "Kea"]
    assert first != second


def test_an_id_taken_in_a_transaction_that_failed_is_given_again(store: Store) -> None:
    ids = Ids(tiny_fake.KIT_TABLES["counters"])
    taken = []

    def fail() -> None:
        with store.begin() as tx:
            taken.append(ids.slug(tx, "a", "cli", "Kea"))
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        fail()
    with store.begin() as tx:
        assert ids.slug(tx, "a", "cli", "Kea") == taken[0]


def test_a_sequence_counts_from_its_first_number_for_each_practice(store: Store) -> None:
    ids = Ids(tiny_fake.KIT_TABLES["counters"])
    with store.begin() as tx:
        assert [ids.number(tx, "a", "proposal", first=1001) for _ in range(3)] == [1001, 1002, 1003]
        assert ids.number(tx, "b", "proposal", first=1001) == 1001


def test_several_numbers_at_once_are_those_that_would_have_come_one_by_one(store: Store) -> None:
    ids = Ids(tiny_fake.KIT_TABLES["counters"])
    with store.begin() as tx:
        assert list(ids.numbers(tx, "a", "delivery", 3, first=1)) == [1, 2, 3]
        assert ids.number(tx, "a", "delivery", first=1) == 4
    with store.begin() as tx:
        assert list(ids.numbers(tx, "a", "delivery", 2, first=1)) == [5, 6]


def test_a_counter_is_written_once_however_often_it_was_asked(store: Store) -> None:
    counters = tiny_fake.KIT_TABLES["counters"]
    ids = Ids(counters)
    with store.begin() as tx:
        for key in ("Kea", "Tui", "Kea", "Kea"):
            ids.slug(tx, "a", "cli", key)
    with store.begin() as tx:
        there = tx.rows(select(counters).order_by(counters.c.key))
    row = {"tenant_id": "a", "kind": "cli"}
    assert there == [{**row, "key": "Kea", "count": 3}, {**row, "key": "Tui", "count": 1}]


def test_a_uuid_is_a_random_one_by_its_form() -> None:
    made = UUID(uuid_of(7, "client", "Kea"))
    assert (made.version, made.variant) == (4, "specified in RFC 4122")
    assert str(made) == uuid_of(7, "client", "Kea")


def test_a_slug_has_its_prefix_and_sixteen_plain_characters() -> None:
    assert re.fullmatch(r"cli_[0-9a-hjkmnp-tv-z]{16}", slug_of("cli", "Kea"))
    assert slug_of("cli", "Kea") != slug_of("cli", "Tui")


def test_an_id_is_made_of_the_hash_of_a_json_list() -> None:
    # printf '["Kea\\n", 7, null, ["é"]]' | sha256sum
    assert hash_of("Kea\n", 7, None, ["é"]).hex()[:20] == "b8d285b7b042f9a8c5f0"
    # Its first ten bytes as a number, five bits at a time, the lowest first.
    assert slug_of("cli", "Kea\n", 7, None, ["é"]) == "cli_gfhhtwb8gxdb893q"


def test_parts_are_told_apart_by_their_borders_and_kinds() -> None:
    hashes = [hash_of("ab", "c"), hash_of("a", "bc"), hash_of("abc"), hash_of(1), hash_of("1"), hash_of(True)]
    assert len(set(hashes)) == 6


def test_a_name_with_half_a_character_has_an_id_too() -> None:
    assert len(hash_of("\ud800")) == 32
