"""Quotes and invoices, in both versions of the API. They are read-only, but for quotes of a job."""

import pytest
from flask import Flask

from mock_xpm.billing_api.amounts import less, product, total
from tests.contract.xpm.caller import Caller, first
from tests.contract.xpm.paperwork import load_paperwork
from tests.contract.xpm.small import ACME, BAKER, CLOSED, JANE, OTHER, TENANT, error, ok
from tests.contract.xpm.speaker import Speaker


@pytest.fixture(params=["3.1", "3.0"])
def xpm(shared_app: Flask, request: pytest.FixtureRequest) -> Speaker:
    load_paperwork(shared_app)
    return Speaker(shared_app, request.param)


def amounts(alone: str, tax: str, both: str, before: str = "Amount") -> str:
    return (
        f"<{before}>{alone}</{before}><{before}Tax>{tax}</{before}Tax>"
        f"<{before}IncludingTax>{both}</{before}IncludingTax>"
    )


def own_uuid(xpm: Speaker, table: str, number: str) -> str:
    """Return the element that 3.1 alone has."""
    uuid = next(row["uuid"] for row in xpm.state()[table] if row["number"] == number)
    return f"<UUID>{uuid}</UUID>" if xpm.version == "3.1" else ""


def customer(xpm: Speaker, client: tuple[str, str], *, contact: bool = False) -> str:
    jane = f"<Contact>{xpm.ident('contacts', JANE)}<Name>Jane Doe</Name></Contact>" if contact else ""
    return f"<Client>{xpm.ident('clients', client[0])}<Name>{client[1]}</Name></Client>{jane}"


def task(rate: str, minutes: int, description: str) -> str:
    return (
        f"<Task><Name>Read papers</Name><Description>{description}</Description>"
        f"<EstimatedMinutes>{minutes}</EstimatedMinutes><BillableRate>{rate}</BillableRate>"
        f"<Billable>true</Billable>{amounts('300.00', '30.00', '330.00')}</Task>"
    )


def full_quote(xpm: Speaker) -> tuple[str, str]:
    """Return the first quote, without its end, and what it ends with in full."""
    head = (
        f"<Quote><ID>Q000007</ID>{own_uuid(xpm, 'quotes', 'Q000007')}<Type>Quote</Type><State>Issued</State>"
        "<Name>Accounts &amp; tax</Name><Description>For the year</Description><Budget>900</Budget>"
        "<OptionExplanation>One option</OptionExplanation>"
        "<Date>2026-02-01T00:00:00</Date><ValidDate>2026-03-01T00:00:00</ValidDate>"
        + amounts("24.50", "0.00", "24.50", "EstimatedCost")
        + amounts("340.25", "34.03", "374.28")
        + customer(xpm, (ACME, "Acme Ltd"), contact=True)
    )
    lines = (
        f"<Tasks>{task('200.00', 90, 'All')}</Tasks>"
        "<Costs><Cost><Description>Filing</Description><Code>F1</Code><Note>Twice</Note>"
        "<Billable>true</Billable><Quantity>2</Quantity><UnitCost>10.25</UnitCost>"
        f"<UnitPrice>20.125</UnitPrice>{amounts('40.25', '4.03', '44.28')}</Cost>"
        "<Cost><Description>Coffee</Description><Code></Code><Note></Note><Billable>false</Billable>"
        f"<Quantity>1</Quantity><UnitCost>4</UnitCost><UnitPrice>9</UnitPrice>{amounts('0.00', '0.00', '0.00')}</Cost></Costs>"
    )
    return head, lines


def estimate(xpm: Speaker) -> str:
    return (
        f"<Quote><ID>Q000001</ID>{own_uuid(xpm, 'quotes', 'Q000001')}<Type>Estimate</Type>"
        "<State>Draft</State><Name>Rough</Name><Description></Description><Budget></Budget>"
        "<OptionExplanation></OptionExplanation><Date>2026-02-28T00:00:00</Date><ValidDate></ValidDate>"
        + amounts("0.00", "0.00", "0.00", "EstimatedCost")
        + amounts("50.00", "0.00", "50.00")
        + customer(xpm, (BAKER, "Baker &amp; Sons"))
    )


def full_invoice(xpm: Speaker) -> tuple[str, str]:
    head = (
        f"<Invoice><ID>INV-9</ID>{own_uuid(xpm, 'invoices', 'INV-9')}<Type>Final Invoice</Type>"
        "<Status>Approved</Status><JobText>Accounts 2025</JobText><Description>Thanks</Description>"
        "<ClientOrderNumber>PROP-1</ClientOrderNumber>"
        "<Date>2026-04-01T00:00:00</Date><DueDate>2026-04-20T00:00:00</DueDate>"
        + amounts("315.00", "30.00", "345.00")
        + "<AmountPaid>100.00</AmountPaid><AmountOutstanding>245.00</AmountOutstanding>"
        + customer(xpm, (ACME, "Acme Ltd"), contact=True)
    )
    jobs = (
        "<Jobs><Job><ID>J000001</ID><Name>Accounts 2025</Name><Description>One\nTwo</Description>"
        f"<ClientOrderNumber>PROP-1</ClientOrderNumber><Tasks>{task('0.00', 0, '')}</Tasks>"
        "<Costs><Cost><Description>Filing</Description><Code></Code><Note></Note><Billable>true</Billable>"
        "<Quantity>1.5</Quantity><UnitCost>0</UnitCost><UnitPrice>10</UnitPrice>"
        f"{amounts('15.00', '0.00', '15.00')}</Cost></Costs></Job></Jobs>"
    )
    return head, jobs


def numbers(answer: str) -> list[str]:
    """Return the numbers of the documents in a list."""
    return [first(part, "ID") for part in answer.replace("<Invoice>", "<Quote>").split("<Quote>")[1:]]


def test_a_quote_is_answered_in_full_by_get_and_by_a_detailed_list(xpm: Speaker) -> None:
    head, lines = full_quote(xpm)
    assert xpm.get("quote.api/get/Q000007") == ok("Get", f"{head}{lines}</Quote>")
    detailed = xpm.get("quote.api/list?from=20260201&to=20260201&detailed=true")
    assert detailed == ok("List", f"<Quotes>{head}{lines}</Quote></Quotes>")


def test_lists_of_quotes_leave_out_the_lines(xpm: Speaker) -> None:
    head, _lines = full_quote(xpm)
    assert xpm.get("quote.api/current") == ok("Current", f"<Quotes>{head}</Quote></Quotes>")
    assert xpm.get("quote.api/draft") == ok("Draft", f"<Quotes>{estimate(xpm)}</Quote></Quotes>")
    both = f"<Quotes>{estimate(xpm)}</Quote>{head}</Quote></Quotes>"
    assert xpm.get("quote.api/list?from=20260201&to=20260228") == ok("List", both)


def test_an_invoice_is_answered_in_full_by_get_and_by_a_detailed_list(xpm: Speaker) -> None:
    head, jobs = full_invoice(xpm)
    assert xpm.get("invoice.api/get/INV-9") == ok("Get", f"{head}{jobs}</Invoice>")
    detailed = xpm.get("invoice.api/list?from=20260401&to=20260401&detailed=true")
    assert detailed == ok("List", f"<Invoices>{head}{jobs}</Invoice></Invoices>")


def test_lists_of_invoices_leave_out_the_jobs(xpm: Speaker) -> None:
    head, _jobs = full_invoice(xpm)
    assert xpm.get("invoice.api/current") == ok("Current", f"<Invoices>{head}</Invoice></Invoices>")
    drafts = xpm.get("invoice.api/draft")
    assert numbers(drafts) == ["I000001"]
    assert "<JobText>Advice</JobText><Description></Description>" in drafts
    assert "<AmountPaid>0.00</AmountPaid><AmountOutstanding>22.00</AmountOutstanding>" in drafts
    everything = xpm.get("invoice.api/list?from=20260401&to=20260403")
    assert numbers(everything) == ["I000001", "I000002", "INV-9"]
    assert "<Jobs" not in everything
    paid = xpm.get("invoice.api/get/I000002")
    assert "<Status>Paid</Status>" in paid
    assert "<AmountPaid>40.00</AmountPaid><AmountOutstanding>0.00</AmountOutstanding>" in paid


def test_a_list_holds_both_of_its_days_and_whatever_state(xpm: Speaker) -> None:
    assert numbers(xpm.get("quote.api/list?from=20260202&to=20260227")) == []
    assert xpm.get("quote.api/list?from=20260202&to=20260227") == ok("List", "<Quotes />")
    assert numbers(xpm.get("quote.api/list?from=20250201&to=20260131")) == ["Q000002"]
    assert xpm.get("invoice.api/list?from=20260404&to=20260501") == ok("List", "<Invoices />")


@pytest.mark.parametrize("resource", ["quote", "invoice"])
@pytest.mark.parametrize(
    "query",
    [
        *("", "from=20260101", "to=20260101", "from=2026-01-01&to=20260102"),
        *("from=20260102&to=20260101", "from=20250101&to=20260101", "from=20260101&to=x"),
    ],
)
def test_a_span_that_is_none_or_a_year_is_a_400(xpm: Speaker, resource: str, query: str) -> None:
    answer = xpm.send("GET", f"{resource}.api/list?{query}")
    assert (answer.status_code, answer.get_json()["Title"]) == (400, "Bad Request")


def test_a_number_that_no_document_has_is_refused(xpm: Speaker) -> None:
    other = Caller(xpm.app, OTHER)
    assert xpm.get("quote.api/get/Q999999") == error("Get", "Invalid quote identifier")
    assert xpm.get("invoice.api/get/Q000007") == error("Get", "Invalid invoice identifier")
    assert other.get("quote.api/get/Q000007") == error("Get", "Invalid quote identifier")
    assert other.get("invoice.api/current") == ok("Current", "<Invoices />")


def test_quotes_and_invoices_cannot_be_written(xpm: Speaker) -> None:
    for resource in ("quote", "invoice"):
        for verb in ("POST", "PUT", "DELETE"):
            assert xpm.send(verb, f"{resource}.api/draft", "<Quote/>").status_code == 404


def test_a_document_stays_as_it_was_but_for_the_names_of_today(xpm: Speaker) -> None:
    job = "<Job><ID>J000001</ID><Name>Renamed</Name></Job>"
    xpm.put("job.api/update", job)
    xpm.put("client.api/update", f"<Client>{xpm.ident('clients', ACME)}<Name>Acme Group</Name></Client>")
    head, jobs = full_invoice(xpm)
    expected = f"{head}{jobs}</Invoice>".replace("<Name>Acme Ltd</Name>", "<Name>Acme Group</Name>")
    assert xpm.get("invoice.api/get/INV-9") == ok("Get", expected)
    xpm.post("job.api/delete", "<Job><ID>J000001</ID></Job>")
    assert xpm.get("invoice.api/get/INV-9") == ok("Get", expected)


@pytest.mark.parametrize(("method", "kind"), [("createquote", "Quote"), ("createestimate", "Estimate")])
def test_a_quote_of_a_job_is_a_draft_of_what_is_on_it(xpm: Speaker, method: str, kind: str) -> None:
    cost = (
        "<Cost><Job>J000001</Job><Description>{}</Description><Quantity>3</Quantity>"
        "<UnitCost>2.5</UnitCost><UnitPrice>0.335</UnitPrice><Billable>{}</Billable></Cost>"
    )
    xpm.post("job.api/cost", cost.format("Paid", "true"))
    xpm.post("job.api/cost", cost.format("Free", "false"))
    xpm.post(f"job.api/{method}/J000001", "")
    line = (
        "<Cost><Description>{}</Description><Code></Code><Note></Note><Billable>{}</Billable>"
        "<Quantity>3</Quantity><UnitCost>2.5</UnitCost><UnitPrice>0.335</UnitPrice>{}</Cost>"
    )
    nothing = amounts("0.00", "0.00", "0.00")
    expected = (
        f"<Quote><ID>Q000003</ID>{own_uuid(xpm, 'quotes', 'Q000003')}<Type>{kind}</Type><State>Draft</State>"
        "<Name>Accounts 2025</Name><Description>One\nTwo</Description><Budget></Budget>"
        "<OptionExplanation></OptionExplanation><Date>2026-07-01T00:00:00</Date><ValidDate></ValidDate>"
        + amounts("15.00", "0.00", "15.00", "EstimatedCost")
        + amounts("1.01", "0.00", "1.01")
        + customer(xpm, (ACME, "Acme Ltd"))
        + "<Tasks><Task><Name>Read papers</Name><Description>All of them</Description>"
        "<EstimatedMinutes>60</EstimatedMinutes><BillableRate>0.00</BillableRate><Billable>true</Billable>"
        f"{nothing}</Task></Tasks><Costs>"
        + line.format("Paid", "true", amounts("1.01", "0.00", "1.01"))
        + line.format("Free", "false", nothing)
        + "</Costs></Quote>"
    )
    assert xpm.get("quote.api/get/Q000003") == ok("Get", expected)
    assert numbers(xpm.get("quote.api/draft")) == ["Q000001", "Q000003"]


def test_a_quote_and_an_invoice_as_json(shared_app: Flask) -> None:
    load_paperwork(shared_app)
    xpm = Caller(shared_app, TENANT)
    quote = xpm.json("quote.api/get/Q000007")["quote"]
    assert (quote["id"], quote["state"], quote["amountIncludingTax"]) == ("Q000007", "Issued", "374.28")
    assert quote["client"] == {"uuid": ACME, "name": "Acme Ltd"}
    assert (quote["tasks"][0]["estimatedMinutes"], quote["costs"][1]["billable"]) == (90, False)
    found = xpm.json("invoice.api/current")["invoices"]
    assert [(one["id"], one["amountOutstanding"], "jobs" in one) for one in found] == [
        ("INV-9", "245.00", False)
    ]


def test_a_client_without_documents_has_none_in_the_lists(xpm: Speaker) -> None:
    assert CLOSED not in xpm.get("quote.api/current") + xpm.get("invoice.api/list?from=20260101&to=20261231")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (total([]), "0.00"),
        (total(["1", "", "2.345"]), "3.35"),
        (total(["0.1", "0.2"]), "0.30"),
        (product("3", "0.335"), "1.01"),
        (product("-1", "0.005"), "-0.01"),
        (product("", "9"), "0.00"),
        (product("9" * 3000, "1" + "0" * 3000), "9" * 3000 + "0" * 3000 + ".00"),
        (less("1", "2.50"), "-1.50"),
    ],
)
def test_amounts_are_exact_to_the_cent_and_half_a_cent_goes_up(found: str, expected: str) -> None:
    assert found == expected
