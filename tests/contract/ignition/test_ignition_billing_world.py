"""What a world document says of invoices, payments and collections: how it reads, and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from ignition_billing import billed
from ignition_support import NOW, Fake

TIMES = f'"created_at":"{NOW}","updated_at":"{NOW}"'
APP = "https://go.ignition.example"
Json = dict[str, Any]


@pytest.fixture
def there(fake: Fake) -> Fake:
    fake.control("POST", "/world", billed())
    return fake.connect()


def text_of(fake: Fake, resource: str, slug: str) -> str:
    """Return the bytes of a resource from the row of a slug on."""
    text = fake.call("GET", f"/reporting/{resource}").get_data(as_text=True)
    return text[text.index(f'"slug":"{slug}"') :]


def test_an_invoice_reads_byte_for_byte_as_agreed(there: Fake) -> None:
    assert text_of(there, "invoices", "inv_bare").startswith(
        '"slug":"inv_bare","reference_number":"INV-1003","state":"issued","payment_state":"unpaid",'
        '"client":{"slug":"cli_bare"},"amount":{"total":15.25,"currency":"NZD"},'
        '"date":"2026-06-26","due_date":"2026-07-10",'
        '"items":[{"origin_type":"manual","origin_identifier":null,"name":"Advice","description":"",'
        '"amount":{"amount":15.25,"currency":"NZD"}}],'
        f'"proposal":null,"link":"{APP}/invoices/inv_bare",{TIMES}}}'
    )


def test_a_payment_reads_byte_for_byte_as_agreed(there: Fake) -> None:
    assert text_of(there, "payments", "pypay_two").startswith(
        '"slug":"pypay_two","invoice_slug":"inv_may","client_slug":"cli_acme",'
        '"amount":{"amount":20.0,"currency":"NZD"},"date":"2026-05-21","method":"bank_transfer",'
        f'"link":"{APP}/payments/pypay_two",{TIMES}}}'
    )


def test_a_collection_reads_byte_for_byte_as_agreed_and_has_a_number(there: Fake) -> None:
    assert text_of(there, "collections", "col_done").startswith(
        '"slug":"col_done","state":"collected","invoice_slug":"inv_may","client_slug":"cli_acme",'
        '"payment_slug":"pypay_one","amount":{"amount":100.6,"currency":"NZD"},"date":"2026-05-19",'
        f'"link":"{APP}/collections/col_done",{TIMES}}}'
    )
    rows = {row["slug"]: row for row in there.reported("collections")}
    assert all(next(iter(row)) == "id" and 0 < row["id"] < 2**53 for row in rows.values())
    assert rows["col_done"]["id"] != rows["col_next"]["id"]
    assert (rows["col_next"]["state"], rows["col_next"]["payment_slug"]) == ("pending", None)


def test_what_is_paid_of_an_invoice_follows_from_its_payments(there: Fake) -> None:
    rows = {row["slug"]: row for row in there.reported("invoices")}
    assert {slug: (row["payment_state"], row["amount"]["total"]) for slug, row in rows.items()} == {
        "inv_may": ("paid", 120.6),
        "inv_part": ("partly_paid", 80.0),
        "inv_new": ("unpaid", 80.0),
        "inv_bare": ("unpaid", 15.25),
    }


def test_an_invoice_of_the_world_names_its_proposal_and_its_line(there: Fake) -> None:
    rows = {row["slug"]: row for row in there.reported("invoices")}
    assert rows["inv_may"]["proposal"] == {"slug": "prop_one", "reference_number": "PROP-1002"}
    line = there.row("/proposals/prop_one")["services"][0]["slug"]
    assert [(item["origin_type"], item["origin_identifier"]) for item in rows["inv_may"]["items"]] == [
        ("proposal_service", line),
        ("manual", None),
    ]


def test_invoices_without_a_number_take_those_that_no_other_has(there: Fake) -> None:
    numbers = {row["slug"]: row["reference_number"] for row in there.reported("invoices")}
    assert numbers == {
        "inv_may": "INV-1001",
        "inv_part": "K/7",
        "inv_new": "INV-1002",
        "inv_bare": "INV-1003",
    }


def test_an_accepted_proposal_of_the_world_has_no_invoices_but_those_written_there(fake: Fake) -> None:
    document = billed()
    for name in ("invoices", "payments", "collections"):
        document["practices"][0][name] = []
    fake.control("POST", "/world", document)
    there = fake.connect()
    assert there.row("/proposals/prop_one")["state"] == "accepted"
    assert there.reported("invoices") == []


def test_practices_bill_apart(there: Fake) -> None:
    tui = there.connect("prc_tui")
    assert [tui.reported(name) for name in ("invoices", "payments", "collections")] == [[], [], []]


def test_a_reset_brings_back_what_the_world_billed(there: Fake) -> None:
    before = there.digest()
    there.do("POST", "/proposals/prop_one/revoke")
    assert there.digest() != before
    there.control("POST", "/reset")
    assert there.digest() == before


def part(name: str, place: int, **values: object) -> Callable[[Json], None]:
    """Return a change of one of a practice's records."""
    return lambda kea: kea[name][place].update(values)


def twice(name: str) -> Callable[[Json], None]:
    return lambda kea: kea[name].append(kea[name][0])


INVOICE, MAY, PAYMENT, DONE, NEXT = ("invoices", 0), ("invoices", 1), ("payments", 0), 0, 1
REFUSED = [
    (part(*INVOICE, client_slug="cli_no"), "inv_new: client_slug names cli_no"),
    (part(*INVOICE, proposal_slug="prop_no"), "inv_new: proposal_slug names prop_no"),
    (
        part(*INVOICE, client_slug="cli_bare"),
        "inv_new: client_slug is cli_bare, but prop_one is for cli_acme",
    ),
    (
        part(*INVOICE, items=[{"service_slug": "svc_old", "name": "X", "amount": 1}]),
        "inv_new: service_slug names svc_old",
    ),
    (
        part(*MAY, proposal_slug=None),
        "inv_may: service_slug names svc_gst",
    ),
    (part(*INVOICE, reference_number="INV-1001"), "the invoice number INV-1001 occurs twice"),
    (part(*MAY, state="voided"), "inv_may: state is voided, but there are payments"),
    (part(*PAYMENT, invoice_slug="inv_no"), "pypay_one: invoice_slug names inv_no"),
    (
        part(*PAYMENT, amount=100.61),
        "inv_may: the amount of its payments is 120.61, over its total of 120.6",
    ),
    (part("collections", NEXT, invoice_slug="inv_no"), "col_next: invoice_slug names inv_no"),
    (part("collections", NEXT, amount=80.01), "col_next: amount is 80.01, over the total of inv_new"),
    (part("collections", NEXT, state="collected"), "col_next: state is collected and payment_slug None"),
    (part("collections", DONE, payment_slug="pypay_no"), "col_done: payment_slug names pypay_no"),
    (part("collections", DONE, state="failed"), "col_done: state is failed and payment_slug pypay_one"),
    (
        part("collections", DONE, amount=1),
        "col_done: payment_slug names pypay_one, which is 100.6 of inv_may",
    ),
    (part("collections", DONE, payment_slug="pypay_two"), "col_done: payment_slug names pypay_two"),
    (twice("invoices"), "the invoice inv_new occurs twice"),
    (twice("payments"), "the payment pypay_one occurs twice"),
    (twice("collections"), "the collection col_done occurs twice"),
]
UNREAD = [
    (part(*INVOICE, items=[]), "invoices.0.items"),
    (part(*INVOICE, items=[{"name": "X", "amount": 0}]), "invoices.0.items.0.amount"),
    (part(*INVOICE, items=[{"name": "X", "amount": 0.001}]), "invoices.0.items.0.amount"),
    (part(*INVOICE, items=[{"name": "", "amount": 1}]), "invoices.0.items.0.name"),
    (part(*INVOICE, slug="bill_1"), "invoices.0.slug"),
    (part(*INVOICE, state="paid"), "invoices.0.state"),
    (part(*INVOICE, date="2026-02-30"), "invoices.0.date"),
    (part(*INVOICE, due_date="soon"), "invoices.0.due_date"),
    (part(*INVOICE, payment_state="paid"), "invoices.0.payment_state"),
    (part(*PAYMENT, amount=-1), "payments.0.amount"),
    (part(*PAYMENT, method="cow"), "payments.0.method"),
    (part(*PAYMENT, slug="pay_1"), "payments.0.slug"),
    (part("collections", DONE, slug="x_1"), "collections.0.slug"),
    (part("collections", DONE, state="paid"), "collections.0.state"),
]


@pytest.mark.parametrize(("change", "message"), REFUSED, ids=[message for _change, message in REFUSED])
def test_billing_that_contradicts_itself_is_refused_and_changes_nothing(
    fake: Fake, change: Callable[[Json], None], message: str
) -> None:
    before, document = fake.digest(), billed()
    change(document["practices"][0])
    answer = fake.app.test_client().post("/_control/world", json=document)
    assert answer.status_code == 422
    assert message in answer.get_json()["error"]["message"]
    assert fake.digest() == before


@pytest.mark.parametrize(("change", "field"), UNREAD)
def test_billing_that_cannot_be_read_is_refused_by_the_field(
    fake: Fake, change: Callable[[Json], None], field: str
) -> None:
    before, document = fake.digest(), billed()
    change(document["practices"][0])
    answer = fake.app.test_client().post("/_control/world", json=document)
    assert answer.status_code == 422
    assert f"practices.0.{field}" in answer.get_data(as_text=True)
    assert fake.digest() == before
