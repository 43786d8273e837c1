"""What a client was before (E3): an old answer shows values that its fields had."""

from itertools import pairwise

import pytest
from syncer_desk import contact, ignition_client, xpm_client

from syncer.earlier import KEPT, earlier_values, shows_earlier_values
from syncer.model import UNKNOWN, Client

FIRST = xpm_client("x1", "Smith", contact("c1", "Al", phone="5"), phone="1", fax="2")
LATER = xpm_client("x1", "Smith", contact("c1", "Al", phone="6"), phone="3", fax="4")
AGAIN = xpm_client("x1", "Smith & Co", contact("c1", "Al", phone="6"), phone="3", fax="4")
WITHOUT = xpm_client("x1", "Smith", phone="3", fax="4")


def history(*clients: Client) -> list[str]:
    """Return what is kept of a client that was all these, one after the other."""
    kept: list[str] = []
    for before, now in pairwise(clients):
        kept = earlier_values(kept, before, now)
    return kept


@pytest.mark.parametrize(
    "old",
    [
        FIRST,
        LATER,
        xpm_client("x1", "Smith & Co", contact("c1", "Al", phone="6"), phone="1", fax="4"),
        xpm_client("x1", "Smith & Co", contact("c1", "Al", phone="5"), phone="3", fax="4"),
    ],
    ids=["as at first", "as last", "one field as at first", "a contact as at first"],
)
def test_a_picture_with_any_value_of_before_is_an_earlier_one_though_none_was_ever_read_like_it(
    old: Client,
) -> None:
    assert shows_earlier_values(history(FIRST, LATER, AGAIN), old, AGAIN)


@pytest.mark.parametrize(
    "new",
    [
        AGAIN,
        xpm_client("x1", "Smith & Co", contact("c1", "Al", phone="6"), phone="9", fax="4"),
        xpm_client("x1", "Smith & Co", contact("c1", "Al", phone="1"), phone="3", fax="4"),
        xpm_client("x1", "Smith & Co", contact("c2", "Al", phone="5"), phone="3", fax="4"),
    ],
    ids=["the same", "a new value", "another field's former value", "another contact with a former value"],
)
def test_a_picture_without_a_value_of_before_is_no_earlier_one(new: Client) -> None:
    assert not shows_earlier_values(history(FIRST, LATER, AGAIN), new, AGAIN)


def test_a_contact_that_was_removed_or_was_not_there_yet_makes_a_picture_an_earlier_one() -> None:
    assert shows_earlier_values(history(LATER, WITHOUT), LATER, WITHOUT)
    assert shows_earlier_values(history(WITHOUT, LATER), WITHOUT, LATER)


def test_a_list_without_contacts_shows_none_of_before() -> None:
    bare = Client("x1", LATER.values, contacts=None)
    assert not shows_earlier_values(history(WITHOUT, LATER), bare, LATER)


def test_what_is_unknown_is_no_value_of_before() -> None:
    unread = Client("x1", {**LATER.values, "fax": UNKNOWN}, contacts=LATER.contacts)
    assert not shows_earlier_values(history(FIRST, LATER), unread, LATER)


@pytest.mark.parametrize(
    "untold",
    [
        Client("x1", {**FIRST.values, "fax": UNKNOWN}, contacts=FIRST.contacts),
        Client("x1", FIRST.values, contacts=None),
    ],
    ids=["a field", "contacts"],
)
def test_what_was_not_told_once_is_no_reason_to_forget_what_was_before(untold: Client) -> None:
    fax, phone = (
        xpm_client("x1", "Smith", contact("c1", "Al", phone="5"), phone="1", fax="7"),
        xpm_client("x1", "Smith", contact("c1", "Al", phone="9"), phone="1", fax="2"),
    )
    gone = xpm_client("x1", "Smith", phone="1", fax="2")
    for now in (fax,) if untold.contacts else (phone, gone):
        kept = history(FIRST, untold, now)
        assert shows_earlier_values(kept, FIRST, now)
        assert not shows_earlier_values(kept, now, now)


def test_what_is_told_again_as_it_was_is_no_value_of_before() -> None:
    untold = Client("x1", {**FIRST.values, "fax": UNKNOWN}, contacts=None)
    assert history(FIRST, untold, FIRST) == []


def test_a_client_that_is_no_lead_any_more_or_was_archived_was_one() -> None:
    lead, engaged = (
        ignition_client("cli_1", "Smith", lead=True),
        ignition_client("cli_1", "Smith", lead=False),
    )
    assert shows_earlier_values(history(lead, engaged), lead, engaged)


def test_a_value_that_was_put_back_is_the_latest_and_the_one_in_between_is_before() -> None:
    kept = history(FIRST, LATER, FIRST)
    assert not shows_earlier_values(kept, FIRST, FIRST)
    assert shows_earlier_values(kept, LATER, FIRST)


def test_the_latest_of_what_was_before_are_kept() -> None:
    clients = [xpm_client("x1", "Smith", phone=str(number)) for number in range(KEPT + 3)]
    kept = history(*clients)
    assert len(kept) == KEPT
    assert not shows_earlier_values(kept, clients[1], clients[-1])
    assert shows_earlier_values(kept, clients[2], clients[-1])


def test_a_change_of_many_contacts_does_not_push_out_what_the_client_itself_was() -> None:
    def many(phone: str, fax: str) -> Client:
        contacts = (contact(f"c{number}", f"Al {number}", phone=phone) for number in range(KEPT + 1))
        return xpm_client("x1", "Smith", *contacts, fax=fax)

    old = many("2", "1")
    assert shows_earlier_values(history(many("1", "1"), many("2", "2")), old, many("2", "2"))
