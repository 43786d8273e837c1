"""Every field of a client that a body can hold, one by one, in both versions of the API."""

import pytest
from flask import Flask

from mock_xpm.records.clients import CLIENT
from tests.contract.xpm.caller import Caller
from tests.contract.xpm.small import ACME, ANN, BAKER, BEN, GONE, TENANT
from tests.contract.xpm.speaker import Speaker

ODD = "O&apos;Brien &amp; Söhne &lt;Ltd&gt;"
READ_BACK = "O'Brien &amp; Söhne &lt;Ltd&gt;"
ANSWERED = [
    ("Name", "Acme Ltd"),
    ("Title", "Dr"),
    ("Gender", ""),
    ("FirstName", "Al"),
    ("LastName", "Acme"),
    ("OtherName", ""),
    ("Email", "al@acme.example"),
    ("Address", "1 Street"),
    ("City", "Sydney"),
    ("Region", "NSW"),
    ("PostCode", "2000"),
    ("Country", "Australia"),
    ("PostalAddress", "PO Box 1"),
    ("PostalCity", "Perth"),
    ("PostalRegion", "WA"),
    ("PostalPostCode", "6000"),
    ("PostalCountry", "AU"),
    ("Phone", "02 9999"),
    ("Fax", "02 8888"),
    ("Website", "https://acme.example/?a=1&amp;b=2"),
    ("ReferralSource", "A friend"),
    ("ExportCode", "EX1"),
    ("BranchNumber", "7"),
    ("AgencyStatus", ""),
    ("BusinessStructure", "Company"),
]
"""The texts that are answered, and what Acme has in them."""
FLAGS = [
    ("GSTRegistered", "Yes"),
    ("PrepareGST", "Yes"),
    ("SignedTaxAuthority", "No"),
    ("PrepareActivityStatement", "No"),
    ("PrepareTaxReturn", "No"),
    ("ActiveAtoClient", "No"),
]
KEPT = [
    ("TaxNumber", "tax_number"),
    ("CompanyNumber", "company_number"),
    ("BusinessNumber", "business_number"),
    ("BalanceMonth", "balance_month"),
    ("GSTPeriod", "gst_period"),
    ("GSTBasis", "gst_basis"),
]
"""What is kept and not answered, or answered empty: the element, and the column it is kept in."""
NAMED = {"AccountManager", "JobManager", "BillingClient"}


@pytest.fixture(params=["3.1", "3.0"])
def xpm(app: Flask, request: pytest.FixtureRequest) -> Speaker:
    return Speaker(app, request.param)


def updated(xpm: Speaker, rest: str) -> tuple[str, str]:
    """Change Acme; return what 3.1, which answers most, told of it before and tells of it then."""
    reader = Caller(xpm.app, TENANT)
    path = f"client.api/get/{ACME}"
    before = reader.get(path)
    answer = xpm.put("client.api/update", xpm.say(f"<Client><#clients {ACME}/>{rest}</Client>"))
    assert "<Status>OK</Status>" in answer
    return before, reader.get(path)


def test_each_text_of_an_update_changes_its_field_and_no_other(xpm: Speaker) -> None:
    for element, known in ANSWERED:
        before, after = updated(xpm, f"<{element}>{element} of {ODD}</{element}>")
        # The first element of a name is the client's own: those of managers, contacts and groups follow.
        old, new = f"<{element}>{known}</{element}>", f"<{element}>{element} of {READ_BACK}</{element}>"
        assert old in before
        assert after == before.replace(old, new, 1)


def test_each_flag_of_an_update_changes_its_field_and_no_other(xpm: Speaker) -> None:
    for element, known in FLAGS:
        other = {"Yes": "No", "No": "Yes"}[known]
        before, after = updated(xpm, f"<{element}>{other}</{element}>")
        assert after == before.replace(f"<{element}>{known}<", f"<{element}>{other}<")
        assert after != before


def test_each_field_that_is_not_answered_is_kept(xpm: Speaker) -> None:
    def kept() -> dict[str, object]:
        return next(row for row in xpm.state()["clients"] if row["uuid"] == ACME)

    for element, column in KEPT:
        row = kept()
        before, after = updated(xpm, f"<{element}>{element} of {ODD}</{element}>")
        assert after == before
        written = {column: f"{element} of O'Brien & Söhne <Ltd>", "modified_at": "2026-07-01T09:30:00Z"}
        assert kept() == {**row, **written}


def test_a_day_of_birth_is_written_as_digits_and_answered_with_hyphens(xpm: Speaker) -> None:
    before, after = updated(xpm, "<DateOfBirth>19990228</DateOfBirth>")
    assert after == before.replace("1970-11-26", "1999-02-28") != before


def test_managers_and_the_billing_client_are_told_apart(xpm: Speaker) -> None:
    before, after = updated(
        xpm, f"<AccountManager#staff {BEN}/><JobManager#staff {ANN}/><BillingClient#clients {BAKER}/>"
    )
    ann, ben = f"<UUID>{ANN}</UUID><Name>Ann Partner</Name>", f"<UUID>{BEN}</UUID><Name>Ben Boss</Name>"
    gone = f"<UUID>{GONE}</UUID><Name>Gone Gary</Name>"
    billing = f"<BillingClient><UUID>{BAKER}</UUID><Name>Baker &amp; Sons</Name></BillingClient>"
    account = f"<AccountManager>{ben}</AccountManager>"
    assert after == (
        before.replace(f"<AccountManager>{ann}</AccountManager>", account + billing).replace(
            f"<JobManager>{gone}</JobManager>", f"<JobManager>{ann}</JobManager>"
        )
    )


def test_no_field_that_a_body_can_hold_is_left_out_here() -> None:
    tried = {element for element, _ in [*ANSWERED, *FLAGS, *KEPT]}
    tried |= {f"{name}UUID" for name in NAMED} | {"UUID", "DateOfBirth", "WebSite", "Contacts"}
    read = {name for item in CLIENT.items if item.use != "answer" for name in item.names("3.1")}
    assert tried == read
