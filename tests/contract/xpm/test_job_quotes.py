"""Quotes and estimates that are made from a job, in both versions of the API."""

import pytest
from flask import Flask

from tests.contract.xpm.busy import BUSY, TRAVEL, load_busy
from tests.contract.xpm.caller import first
from tests.contract.xpm.small import ACME, error
from tests.contract.xpm.speaker import Speaker

FEE = (
    f"<Cost><Job>{BUSY}</Job><Description>Fee</Description><Code>F</Code><Quantity>3</Quantity>"
    "<UnitCost>1</UnitCost><UnitPrice>10.10</UnitPrice></Cost>"
)
FEE_LINE = (
    "<Cost><Description>Fee</Description><Code>F</Code><Note></Note><Billable>true</Billable>"
    "<Quantity>3</Quantity><UnitCost>1</UnitCost><UnitPrice>10.10</UnitPrice><Amount>30.30</Amount>"
    "<AmountTax>0.00</AmountTax><AmountIncludingTax>30.30</AmountIncludingTax></Cost>"
)


@pytest.fixture(params=["3.1", "3.0"])
def xpm(app: Flask, request: pytest.FixtureRequest) -> Speaker:
    load_busy(app)
    return Speaker(app, request.param)


@pytest.mark.parametrize(("how", "kind"), [("Quote", "Quote"), ("Estimate", "Estimate")])
def test_a_quote_of_a_job_is_a_draft_with_what_is_on_the_job(xpm: Speaker, how: str, kind: str) -> None:
    xpm.post("job.api/cost", FEE)
    before = xpm.get(f"job.api/get/{BUSY}")
    answer = xpm.post(f"job.api/create{how.lower()}/{BUSY}", "")
    number = first(answer, "ID")
    assert answer.startswith(
        f'<Response api-method="Create{how}"><Status>OK</Status><Quote><ID>{number}</ID>'
    )
    assert f"<Type>{kind}</Type><State>Draft</State><Name>Busy</Name>" in answer
    assert "<Date>2026-07-01T00:00:00</Date>" in answer
    assert f"<Client>{xpm.ident('clients', ACME)}<Name>Acme Ltd</Name></Client>" in answer
    assert "<Tasks><Task><Name>Read papers</Name><Description>All of them</Description>" in answer
    assert f"{FEE_LINE}</Costs></Quote></Response>" in answer
    # The trip costs 12.50 and is not billable; the fee costs 3 and is sold for 30.30.
    assert "<EstimatedCost>15.50</EstimatedCost>" in answer
    assert answer.partition("</EstimatedCostIncludingTax>")[2].startswith("<Amount>30.30</Amount>")
    assert xpm.get(f"quote.api/get/{number}") == answer.replace(f"Create{how}", "Get", 1)
    assert f"<ID>{number}</ID>" in xpm.get("quote.api/draft")
    assert xpm.get(f"job.api/get/{BUSY}") == before


def test_a_quote_stays_as_it_was_when_the_job_changes_or_goes(xpm: Speaker) -> None:
    xpm.post("job.api/cost", FEE)
    number = first(xpm.post(f"job.api/createquote/{BUSY}", ""), "ID")
    before = xpm.get(f"quote.api/get/{number}")
    xpm.put("job.api/cost", f"<Cost>{xpm.ident('job_costs', TRAVEL)}<Billable>true</Billable></Cost>")
    assert xpm.get(f"quote.api/get/{number}") == before
    xpm.post("job.api/delete", f"<Job><ID>{BUSY}</ID></Job>")
    assert xpm.get(f"quote.api/get/{number}") == before


@pytest.mark.parametrize("how", ["Quote", "Estimate"])
@pytest.mark.parametrize("number", ["J9", "J000099"])
def test_a_job_that_is_not_the_practices_cannot_be_quoted(xpm: Speaker, how: str, number: str) -> None:
    before = xpm.digest()
    answer = xpm.post(f"job.api/create{how.lower()}/{number}", "")
    assert answer == error(f"Create{how}", "Invalid job identifier")
    assert xpm.digest() == before
