"""Relationships of clients, in both versions of the API, from both of their sides."""

import pytest
from flask import Flask

from tests.contract.xpm.busy import ODD_XML
from tests.contract.xpm.caller import Caller
from tests.contract.xpm.paperwork import SPOUSE, load_paperwork
from tests.contract.xpm.small import ACME, BAKER, CLOSED, DROPPED, FOREIGN, NOBODY, TENANT, error, ok
from tests.contract.xpm.speaker import Speaker

TOLD = (
    "<NumberOfShares>1000</NumberOfShares><Percentage>12.50</Percentage>"
    "<StartDate>2020-07-01T00:00:00</StartDate><EndDate></EndDate>"
)


@pytest.fixture(params=["3.1", "3.0"])
def xpm(shared_app: Flask, request: pytest.FixtureRequest) -> Speaker:
    load_paperwork(shared_app)
    return Speaker(shared_app, request.param)


def relationship(xpm: Speaker, uuid: str, kind: str, other: tuple[str, str], told: str = TOLD) -> str:
    name = f"<Name>{other[1]}</Name>"
    return (
        f"<Relationship>{xpm.ident('relationships', uuid)}<Type>{kind}</Type>"
        f"<RelatedClient>{xpm.ident('clients', other[0])}{name}</RelatedClient>{told}</Relationship>"
    )


def shown(xpm: Speaker, client: str) -> str:
    """Return a client's relationships as the client tells them."""
    answer = xpm.get(f"client.api/get/{xpm.name('clients', client)}")
    start, end = answer.index("<Relationships"), answer.index("</Client>", answer.index("<Relationships"))
    return answer[start:end].partition("<UUID>" + client)[0]


def sides(xpm: Speaker, client: str, related: str) -> str:
    return xpm.ident("clients", client, "Client") + xpm.ident("clients", related, "RelatedClient")


def newest(xpm: Speaker, known: str = SPOUSE) -> str:
    return next(str(row["uuid"]) for row in xpm.state()["relationships"] if row["uuid"] != known)


def test_both_clients_show_a_relationship_each_with_the_other_one(xpm: Speaker) -> None:
    at_acme = relationship(xpm, SPOUSE, "Shareholder", (BAKER, "Baker &amp; Sons"))
    at_baker = relationship(xpm, SPOUSE, "Shareholder", (ACME, "Acme Ltd"))
    assert shown(xpm, ACME) == f"<Relationships>{at_acme}</Relationships>"
    assert shown(xpm, BAKER) == f"<Relationships>{at_baker}</Relationships>"
    detailed = xpm.get("client.api/list?detailed=true")
    assert f"<Relationships>{at_acme}</Relationships>" in detailed
    assert f"<Relationships>{at_baker}</Relationships>" in detailed
    assert "<Relationship" not in xpm.get("client.api/list")


def test_an_added_relationship_is_answered_and_shown_by_both_clients(xpm: Speaker) -> None:
    told = "<NumberOfShares></NumberOfShares><Percentage>0.5</Percentage><StartDate>20260101</StartDate>"
    body = f"<Relationship>{sides(xpm, CLOSED, ACME)}<Type>{ODD_XML}</Type>{told}</Relationship>"
    answer = xpm.post("client.api/addrelationship", body)
    after = (
        "<NumberOfShares></NumberOfShares><Percentage>0.5</Percentage>"
        "<StartDate>2026-01-01T00:00:00</StartDate><EndDate></EndDate>"
    )
    made = relationship(xpm, newest(xpm), ODD_XML, (ACME, "Acme Ltd"), after)
    assert answer == ok("AddRelationship", made)
    assert shown(xpm, CLOSED) == f"<Relationships>{made}</Relationships>"
    other_side = relationship(xpm, newest(xpm), ODD_XML, (CLOSED, "Closed acme"), after)
    old = relationship(xpm, SPOUSE, "Shareholder", (BAKER, "Baker &amp; Sons"))
    assert shown(xpm, ACME) == f"<Relationships>{old}{other_side}</Relationships>"


def test_an_update_changes_what_it_holds_and_no_client(xpm: Speaker) -> None:
    own = xpm.ident("relationships", SPOUSE)
    body = (
        f"<Relationship>{own}{sides(xpm, CLOSED, CLOSED)}<Type>Director</Type><Percentage></Percentage>"
        "<EndDate>20261231</EndDate></Relationship>"
    )
    after = TOLD.replace("12.50", "").replace("<EndDate>", "<EndDate>2026-12-31T00:00:00")
    changed = relationship(xpm, SPOUSE, "Director", (BAKER, "Baker &amp; Sons"), after)
    assert xpm.put("client.api/updaterelationship", body) == ok("UpdateRelationship", changed)
    assert shown(xpm, ACME) == f"<Relationships>{changed}</Relationships>"
    assert "<Type>Director</Type>" in shown(xpm, BAKER)
    assert shown(xpm, CLOSED) == "<Relationships />"


def test_a_deleted_relationship_is_gone_from_both_clients(xpm: Speaker) -> None:
    body = f"<Relationship>{xpm.ident('relationships', SPOUSE)}</Relationship>"
    xpm.get("client.api/list?detailed=true")
    assert xpm.post("client.api/deleterelationship", body) == ok("DeleteRelationship")
    assert shown(xpm, ACME) == shown(xpm, BAKER) == "<Relationships />"
    assert "<Relationship>" not in xpm.get("client.api/list?detailed=true")
    again = xpm.post("client.api/deleterelationship", body)
    assert again == error("DeleteRelationship", "Invalid relationship identifier")


def test_a_relationship_tells_the_new_name_of_a_client(xpm: Speaker) -> None:
    xpm.get("client.api/list?detailed=true")
    renamed = f"<Client>{xpm.ident('clients', BAKER)}<Name>Baker Group</Name></Client>"
    xpm.put("client.api/update", renamed)
    related = relationship(xpm, SPOUSE, "Shareholder", (BAKER, "Baker Group"))
    assert shown(xpm, ACME) == f"<Relationships>{related}</Relationships>"
    assert related in xpm.get("client.api/list?detailed=true")


def test_relationships_modify_no_client(xpm: Speaker) -> None:
    body = f"<Relationship>{sides(xpm, ACME, CLOSED)}<Type>Partner</Type></Relationship>"
    xpm.post("client.api/addrelationship", body)
    own = xpm.ident("relationships", SPOUSE)
    xpm.put("client.api/updaterelationship", f"<Relationship>{own}<Type>X</Type></Relationship>")
    xpm.post("client.api/deleterelationship", f"<Relationship>{own}</Relationship>")
    assert xpm.get("client.api/list?modifiedsince=2026-07-01T09:30:00") == ok("List", "<Clients />")


@pytest.mark.parametrize(("verb", "method"), [("PUT", "archive"), ("POST", "delete")])
def test_a_relationship_outlives_archiving_and_deleting_a_client(
    xpm: Speaker, verb: str, method: str
) -> None:
    before = shown(xpm, ACME)
    body = f"<Client>{xpm.ident('clients', BAKER)}</Client>"
    assert xpm.send(verb, f"client.api/{method}", body).text == ok(method.capitalize())
    assert shown(xpm, ACME) == before


CLIENT, RELATED = "Invalid client identifier", "Invalid related client identifier"
KIND = "<Type>Director</Type>"


@pytest.mark.parametrize(
    ("client", "related", "rest", "description"),
    [
        (NOBODY, BAKER, KIND, CLIENT),
        (DROPPED, BAKER, KIND, CLIENT),
        (ACME, NOBODY, KIND, RELATED),
        (ACME, DROPPED, KIND, RELATED),
        (ACME, ACME, KIND, RELATED),
        (ACME, BAKER, "", "Type is required"),
        (ACME, BAKER, "<Type> </Type>", "Type is required"),
        (ACME, BAKER, f"{KIND}<Percentage>half</Percentage>", "Invalid Percentage"),
        (ACME, BAKER, f"{KIND}<StartDate>2026-01-01</StartDate>", "Invalid StartDate"),
    ],
)
def test_a_relationship_that_cannot_be_is_refused(
    xpm: Speaker, client: str, related: str, rest: str, description: str
) -> None:
    before = xpm.digest()
    body = f"<Relationship>{sides(xpm, client, related)}{rest}</Relationship>"
    assert xpm.post("client.api/addrelationship", body) == error("AddRelationship", description)
    assert xpm.digest() == before


def test_an_update_of_no_relationship_and_one_without_a_type_are_refused(xpm: Speaker) -> None:
    nobody = f"<Relationship>{xpm.ident('relationships', NOBODY)}{KIND}</Relationship>"
    refused = error("UpdateRelationship", "Invalid relationship identifier")
    assert xpm.put("client.api/updaterelationship", nobody) == refused
    untyped = f"<Relationship>{xpm.ident('relationships', SPOUSE)}<Type></Type></Relationship>"
    assert xpm.put("client.api/updaterelationship", untyped) == error(
        "UpdateRelationship", "Type is required"
    )


def test_another_practices_clients_cannot_be_related(xpm: Speaker) -> None:
    body = f"<Relationship>{sides(xpm, ACME, FOREIGN)}{KIND}</Relationship>"
    assert xpm.post("client.api/addrelationship", body) == error("AddRelationship", RELATED)


def test_a_relationship_as_json(shared_app: Flask) -> None:
    load_paperwork(shared_app)
    client = Caller(shared_app, TENANT).json(f"client.api/get/{ACME}")["client"]
    assert client["relationships"] == [
        {
            "uuid": SPOUSE,
            "type": "Shareholder",
            "relatedClient": {"uuid": BAKER, "name": "Baker & Sons"},
            "numberOfShares": "1000",
            "percentage": "12.50",
            "startDate": "2020-07-01T00:00:00",
            "endDate": "",
        }
    ]
    assert client["type"] == {
        "name": "Company",
        "costMarkup": "12.5",
        "paymentTerm": "DayOfMonth",
        "paymentDay": 20,
    }
