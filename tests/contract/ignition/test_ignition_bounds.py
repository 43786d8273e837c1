"""What texts, lists of names and amounts may be, wherever they are written."""

from typing import Any

import pytest
from ignition_support import Fake

CONNECTION = {"status": "connected", "tenant_id": "t", "tenant_name": "T"}
MANY = [f"name {number}" for number in range(201)]


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "/clients", {"name": "  \t\n"}, "name"),
        ("POST", "/clients", {"name": "\u00a0\u3000"}, "name"),
        ("POST", "/clients", {"name": "Ac\0me"}, "name"),
        ("PATCH", "/clients/cli_acme", {"phone": "1\0"}, "phone"),
        ("PATCH", "/clients/cli_acme", {"address": {"city": "\0"}}, "address.city"),
        ("PATCH", "/clients/cli_acme", {"company_structure": "c" * 501}, "company_structure"),
        ("PATCH", "/clients/cli_acme", {"external_client_id": "e" * 501}, "external_client_id"),
        ("PATCH", "/clients/cli_acme", {"tags": MANY}, "tags"),
        ("PATCH", "/clients/cli_acme", {"tags": ["ok", "t" * 501]}, "tags.1"),
        ("PATCH", "/clients/cli_acme", {"tags": [" "]}, "tags.0"),
        ("PUT", "/clients/cli_acme/groups", {"groups": MANY}, "groups"),
        ("PUT", "/clients/cli_acme/groups", {"groups": ["A", "\0"]}, "groups.1"),
        ("PATCH", "/contacts/con_jo", {"name": " "}, "name"),
        ("PATCH", "/services/svc_gst", {"name": "\0"}, "name"),
        ("PATCH", "/users/usr_ana", {"email": " "}, "email"),
        ("PATCH", "/proposals/prop_one", {"name": " "}, "name"),
        ("PUT", "/integrations/xpm", {**CONNECTION, "message": "m" * 10_001}, "message"),
        ("PUT", "/integrations/xpm", {**CONNECTION, "tenant_name": " "}, "tenant_name"),
        ("PUT", "/users/xpm_candidates", {"candidates": [{"uuid": " ", "name": "A"}]}, "candidates.0.uuid"),
        (
            "PUT",
            "/job_templates",
            {"job_templates": [{"name": " ", "xpm_template_uuid": "u"}]},
            "job_templates.0.name",
        ),
    ],
)
def test_a_text_that_is_blank_too_long_or_holds_a_nul_is_refused_by_its_field(
    fake: Fake, method: str, path: str, body: Any, field: str
) -> None:
    before = fake.digest()
    answer = fake.call(method, path, body)
    assert answer.status_code == 422
    assert [detail["field"] for detail in answer.get_json()["error"]["details"]] == [field]
    assert fake.digest() == before


def test_texts_as_long_as_may_be_are_kept_whole(fake: Fake) -> None:
    body = {
        "name": " n" * 250,
        "company_structure": "ü" * 500,
        "external_client_id": "",
        "tags": [f"t{number}".ljust(500, "x") for number in range(200)],
    }
    fake.do("PATCH", "/clients/cli_acme", body)
    row = fake.row("/clients/cli_acme")
    assert {name: row[name] for name in body} == body


def test_names_that_are_given_twice_count_once(fake: Fake) -> None:
    fake.do("PUT", "/clients/cli_acme/groups", {"groups": ["Farms", "Auckland", "Farms"]})
    fake.do("PATCH", "/clients/cli_acme", {"tags": ["b", "a", "b"]})
    row = fake.row("/clients/cli_acme")
    assert (row["groups"], row["tags"]) == (["Farms", "Auckland"], ["b", "a"])
    before = fake.digest()
    items = [{"slug": "cli_acme", "groups": ["Farms", "Farms", "Auckland"], "tags": ["b", "b", "a"]}]
    (done,) = fake.do("POST", "/clients/batch", {"items": items})
    assert done["status"] == 200
    assert fake.digest() == before


def test_null_clears_the_e_mail_of_a_member_of_staff(fake: Fake) -> None:
    candidate = {"uuid": "staff-x", "name": "X", "email": "x@example.com"}
    for email, told in (("x@example.com", "x@example.com"), (None, "")):
        fake.do("PUT", "/users/xpm_candidates", {"candidates": [{**candidate, "email": email}]})
        (row,) = fake.call("GET", "/users/xpm_candidates").get_json()["data"]
        assert row["email"] == told


@pytest.mark.parametrize(
    ("written", "read"), [("10.005", 10.01), ("10.004", 10.0), ("1.005", 1.01), ("0.004", 0.0)]
)
def test_an_amount_is_read_in_whole_cents_half_a_cent_up(fake: Fake, written: str, read: float) -> None:
    price = float(written)
    slug = fake.do("POST", "/services", {"name": "Odd", "price": price}, 201)["slug"]
    assert fake.row(f"/services/{slug}")["price"]["amount"] == read
    body = {"services": [{"service_slug": "svc_setup", "price": price, "cadence": "monthly"}]}
    fake.do("PATCH", "/proposals/prop_one", body)
    jobs = {"mode": "one_job", "jobs": [{"budget": price}]}
    fake.do("PUT", "/proposals/prop_one/workflow", jobs)
    row = fake.row("/proposals/prop_one")
    (line,) = row["services"]
    assert line["pricing"]["minimum_period_value"] == read
    assert line["pricing"]["minimum_contract_value"] == round(read * 12, 2)
    assert row["workflow"]["jobs"][0]["budget"] == read


def test_nothing_is_never_less_than_nothing(fake: Fake) -> None:
    made = fake.call("POST", "/services", {"name": "Free", "price": -0.0})
    slug = made.get_json()["data"]["slug"]
    for answer in (made, fake.call("GET", f"/services/{slug}")):
        assert '"amount":0.0,' in answer.get_data(as_text=True)
    body = {"mode": "one_job", "jobs": [{"budget": -0.0}]}
    for answer in (
        fake.call("PUT", "/proposals/prop_one/workflow", body),
        fake.call("GET", "/proposals/prop_one"),
    ):
        assert '"budget":0.0,' in answer.get_data(as_text=True)


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity"])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/services", b'{"name": "X", "price": %s}'),
        ("POST", "/clients", b'{"name": %s}'),
        ("POST", "/clients/batch", b'{"items": [{"name": "X"}, %s]}'),
        ("POST", "/proposals/prop_one/send", b'{"x": %s}'),
        ("PUT", "/integrations/xpm", b'{"status": [[%s]]}'),
    ],
)
def test_what_is_no_json_number_makes_the_body_unreadable(
    fake: Fake, method: str, path: str, body: bytes, number: bytes
) -> None:
    before = fake.digest()
    answer = fake.call(method, path, raw=body % number)
    assert answer.status_code == 400
    assert [detail["field"] for detail in answer.get_json()["error"]["details"]] == ["body"]
    assert fake.digest() == before


def test_a_client_may_be_called_nan(fake: Fake) -> None:
    fake.do("PATCH", "/clients/cli_bare", {"name": "NaN Infinity Ltd"})
    assert fake.row("/clients/cli_bare")["name"] == "NaN Infinity Ltd"
