import json

from hypothesis import given, settings
from hypothesis import strategies as st
from syncer_desk import client_values, contact

from syncer.fields import CLIENT_FIELDS, CONTACT_FIELDS, Field, Kind
from syncer.model import NO_BASE, UNKNOWN, Client, Contact, MaybeValue, Standing
from syncer.records import (
    CLIENT_KINDS,
    client_from_json,
    client_to_json,
    empty_values,
    value_to_json,
    values_from_json,
    values_to_json,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
OF_KIND: dict[Kind, st.SearchStrategy[MaybeValue]] = {
    Kind.TEXT: TEXT,
    Kind.ADDRESS: st.tuples(TEXT, TEXT, TEXT, TEXT, TEXT),
    Kind.NAMES: st.lists(TEXT, max_size=3).map(tuple),
    Kind.FLAG: st.sampled_from([True, False, None]),
    Kind.PERSON: st.one_of(st.none(), TEXT),
}


def values_of(fields: tuple[Field, ...]) -> st.SearchStrategy[dict[str, MaybeValue]]:
    return st.fixed_dictionaries({one.name: st.one_of(st.just(UNKNOWN), OF_KIND[one.kind]) for one in fields})


CONTACTS = st.builds(Contact, id=TEXT, values=values_of(CONTACT_FIELDS), etag=st.one_of(st.none(), TEXT))
CLIENTS = st.builds(
    Client,
    id=TEXT,
    values=values_of(CLIENT_FIELDS),
    standing=st.sampled_from(Standing),
    contacts=st.one_of(st.none(), st.lists(CONTACTS, max_size=2).map(tuple)),
    lead=st.booleans(),
    xpm_uuid=st.one_of(st.none(), TEXT),
    etag=st.one_of(st.none(), TEXT),
    manager_name=st.one_of(st.none(), TEXT),
    partner_name=st.one_of(st.none(), TEXT),
)


@settings(derandomize=True, database=None, deadline=None)
@given(CLIENTS)
def test_every_client_comes_back_from_its_text_as_it_was(client: Client) -> None:
    assert client_from_json(client_to_json(client)) == client


@settings(derandomize=True, database=None, deadline=None)
@given(values_of(CLIENT_FIELDS))
def test_every_set_of_values_comes_back_as_it_was(values: dict[str, MaybeValue]) -> None:
    assert values_from_json(CLIENT_KINDS, json.loads(json.dumps(values_to_json(values)))) == values


def test_a_client_is_kept_in_these_words() -> None:
    client = Client(
        "x1", client_values("Café", groups=("A", "B"), partner=UNKNOWN), contacts=(contact("c1", "Al"),)
    )
    assert client_to_json(client) == (
        '{"id":"x1","values":{"name":"Café","address":["","","","",""],"postal_address":["","","","",""],'
        '"phone":"","fax":"","partner":{"unknown":true},"manager":null,"groups":["A","B"],"website":"",'
        '"tax_registered":null,"company_structure":""},"standing":"live","contacts":[["c1",null,{"name":"Al",'
        '"email":"","phone":"","mobile":"","salutation":"","is_primary":false}]],"lead":false,"xpm_uuid":null,'
        '"etag":null,"manager_name":null,"partner_name":null}'
    )


def test_contacts_that_were_not_carried_stay_not_carried() -> None:
    without = Client("x1", client_values("A"), contacts=None)
    none = Client("x1", client_values("A"), contacts=())
    assert client_from_json(client_to_json(without)).contacts is None
    assert client_from_json(client_to_json(none)).contacts == ()


def test_what_is_not_there_is_kept_as_unknown() -> None:
    assert value_to_json(UNKNOWN) == value_to_json(NO_BASE) == {"unknown": True}


def test_a_field_that_is_no_longer_in_the_table_is_left_out() -> None:
    assert values_from_json(CLIENT_KINDS, {"name": "A", "shoe_size": "44"}) == {"name": "A"}


def test_empty_values_say_nothing_of_any_field() -> None:
    assert empty_values(CONTACT_FIELDS) == {
        "name": "", "email": "", "phone": "", "mobile": "", "salutation": "", "is_primary": None,
    }  # fmt: skip
