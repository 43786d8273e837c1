from typing import Any

import pytest
from syncer_rows import CLIENT, CONTACT, LINE, PROPOSAL, WORKFLOW, Row

from syncer.errors import MalformedError
from syncer.fields import CLIENT_FIELDS, CONTACT_FIELDS
from syncer.ignition_json import (
    read_client,
    read_contact,
    read_proposal,
    read_service,
    read_user,
    write_fields,
)
from syncer.model import (
    Contact,
    Deployed,
    Proposal,
    ProposalLine,
    Service,
    Standing,
    User,
    Workflow,
    WorkflowJob,
)


def without(row: Row, member: str) -> Row:
    return {name: value for name, value in row.items() if name != member}


def test_a_client_is_read_with_every_field_of_the_table() -> None:
    client = read_client(CLIENT, ())
    assert (client.id, client.standing, client.lead, client.xpm_uuid) == ("cli_1", Standing.LIVE, False, "x1")
    assert client.contacts == ()
    assert client.values == {
        "name": "Smith & Co",
        "address": ("1 High St", "Leeds", "", "LS1", "UK"),
        "postal_address": ("", "", "", "", ""),
        "phone": "0113",
        "fax": "",
        "partner": None,
        "manager": "usr_bob",
        "groups": ("Farms", "Trusts"),
        "website": "https://smith.test",
        "tax_registered": True,
        "company_structure": "Trust",
    }


@pytest.mark.parametrize(
    ("state", "standing", "lead"),
    [
        ("lead", Standing.LIVE, True),
        ("active", Standing.LIVE, False),
        ("inactive", Standing.LIVE, False),
        ("archived", Standing.ARCHIVED, False),
    ],
)
def test_a_clients_state_says_whether_it_takes_part_and_is_a_lead(
    state: str, standing: Standing, *, lead: bool
) -> None:
    client = read_client({**CLIENT, "state": state}, None)
    assert (client.standing, client.lead, client.contacts) == (standing, lead, None)


@pytest.mark.parametrize(
    "member",
    ["slug", "name", "state", "phone", "fax", "website", "address", "postal_address", "groups", "manager", "partner",
     "tax_registered", "company_structure"],
)  # fmt: skip
def test_a_client_row_without_a_member_is_malformed_and_the_member_is_named(member: str) -> None:
    with pytest.raises(MalformedError, match=f"Ignition, client: a client row without '{member}'"):
        read_client(without(CLIENT, member), ())


@pytest.mark.parametrize("odd", [{"address": "1 High St"}, {"manager": "usr_bob"}, {"groups": 7}])
def test_a_client_row_with_a_member_of_another_shape_is_malformed(odd: Row) -> None:
    with pytest.raises(MalformedError):
        read_client({**CLIENT, **odd}, ())


def test_a_contact_is_read() -> None:
    assert read_contact(CONTACT) == Contact(
        "con_1",
        {"name": "Al", "email": "", "phone": "1", "mobile": "2", "salutation": "Mr A", "is_primary": True},
    )


@pytest.mark.parametrize("member", ["slug", "name", "email", "phone", "mobile", "salutation", "is_primary"])
def test_a_contact_row_without_a_member_is_malformed(member: str) -> None:
    with pytest.raises(MalformedError, match=f"Ignition, contact: a contact row without '{member}'"):
        read_contact(without(CONTACT, member))


def test_a_service_is_read_with_and_without_a_template() -> None:
    linked = {"slug": "jtpl_1", "name": "Books", "xpm_template_uuid": "t-1"}
    row = {"slug": "svc_1", "name": "Bookkeeping"}
    assert read_service({**row, "job_template": linked}) == Service("svc_1", "Bookkeeping", "t-1", "Books")
    assert read_service({**row, "job_template": None}) == Service("svc_1", "Bookkeeping", None, None)
    for odd in ({"slug": "svc_1"}, {**row, "job_template": "t-1"}):
        with pytest.raises(MalformedError, match="Ignition, service: a service row without"):
            read_service(odd)


def test_a_user_is_read_with_and_without_staff() -> None:
    row = {"slug": "usr_1", "name": "Ann", "email": "ann@p.test", "xpm_staff_uuid": "s-ann"}
    assert read_user(row) == User("usr_1", "Ann", "ann@p.test", "s-ann")
    assert read_user({"slug": "usr_1", "name": "Ann", "email": None}) == User("usr_1", "Ann", "", None)
    with pytest.raises(MalformedError, match="Ignition, user: a user row without 'slug'"):
        read_user({"name": "Ann"})


def test_a_proposal_is_read_with_its_lines() -> None:
    assert read_proposal(PROPOSAL) == Proposal(
        slug="prop_1",
        name="Engagement 2026",
        reference="PROP-1042",
        state="accepted",
        client_slug="cli_1",
        client_name="Smith & Co",
        accepted_at="2026-06-30T23:00:00Z",
        start_date="2026-07-01",
        end_date="2027-06-30",
        term_months=12,
        link="https://app.test/prop_1",
        lines=(ProposalLine("svc_1", "Bookkeeping", "monthly", selected=True, slug="pss_1"),),
        workflow=Workflow("one_job", ()),
    )


def test_e17_what_a_proposal_shows_of_its_deployment_is_read() -> None:
    shown = {"status": "partly", "xpm_client_uuid": "c-1", "xpm_client_name": "Smith", "message": "No."}
    jobs = [{"number": "J000007", "name": "Books – July 2026"}]
    assert read_proposal({**PROPOSAL, "deployment": {**shown, "jobs": jobs}}).deployed == Deployed(
        "partly", "c-1", (("J000007", "Books – July 2026"),), "No."
    )
    assert read_proposal({**PROPOSAL, "deployment": None}).deployed is None
    with pytest.raises(MalformedError, match="Ignition, proposal: a proposal row without 'jobs'"):
        read_proposal({**PROPOSAL, "deployment": shown})


def test_e14_a_proposals_workflow_is_read_whole() -> None:
    assert read_proposal({**PROPOSAL, "workflow": WORKFLOW}).workflow == Workflow(
        "job_per_service",
        (
            WorkflowJob(
                line_slug="pss_1",
                name="Books",
                description=None,
                category_uuid="cat-1",
                budget=1200.0,
                staff_slugs=("usr_ann", "usr_bob"),
                start_date="2026-07-15",
                due_date=None,
                due_after_days=20,
                recurrence="quarterly",
            ),
        ),
    )


def test_e14_a_proposal_without_a_workflow_makes_one_job_for_the_whole() -> None:
    assert read_proposal({**PROPOSAL, "workflow": None}).workflow == Workflow("one_job", ())
    (job,) = read_proposal({**PROPOSAL, "workflow": one_job(budget=None)}).workflow.jobs
    assert (job.line_slug, job.budget) == (None, None)


def one_job(**given: object) -> Row:
    job = {**WORKFLOW["jobs"][0], "proposal_service_slug": None, **given}
    return {"mode": "one_job", "jobs": [job]}


@pytest.mark.parametrize(
    ("workflow", "what"),
    [
        ({**WORKFLOW, "mode": "a_job_a_day"}, "a workflow of a known mode: 'a_job_a_day'; there are one_job"),
        (without(WORKFLOW, "jobs"), "'jobs'"),
        ({"mode": "one_job", "jobs": [{}]}, "'proposal_service_slug'"),
        (one_job(budget="a lot"), "could not convert string to float"),
        ("one_job", "string indices"),
    ],
)
def test_e20_a_workflow_that_cannot_be_read_makes_its_proposal_malformed(workflow: Any, what: str) -> None:
    with pytest.raises(MalformedError, match=f"Ignition, proposal: a proposal row without .*{what}"):
        read_proposal({**PROPOSAL, "workflow": workflow})


def test_a_line_without_a_schedule_does_not_recur() -> None:
    line = {
        **LINE,
        "billing": {"mode": "on_acceptance", "schedules": []},
        "is_selected_for_acceptance": False,
    }
    assert read_proposal({**PROPOSAL, "services": [line]}).lines == (
        ProposalLine("svc_1", "Bookkeeping", "once_off", selected=False, slug="pss_1"),
    )


def test_a_proposal_without_a_term_has_one_of_a_month() -> None:
    assert read_proposal({**PROPOSAL, "contract_term": None}).term_months == 1


@pytest.mark.parametrize(
    "row",
    [
        without(PROPOSAL, "slug"),
        without(PROPOSAL, "reference_number"),
        without(PROPOSAL, "services"),
        {**PROPOSAL, "contract_term": "ongoing"},
        {**PROPOSAL, "services": [without(LINE, "billing")]},
        {**PROPOSAL, "services": [without(LINE, "is_selected_for_acceptance")]},
        {**PROPOSAL, "services": ["svc_1"]},
    ],
)
def test_a_proposal_row_that_lacks_something_is_malformed(row: Row) -> None:
    with pytest.raises(MalformedError, match="Ignition, proposal: a proposal row without"):
        read_proposal(row)


def test_a_client_is_written_in_the_apis_names() -> None:
    values: Row = {
        "name": "Smith",
        "address": ("1 High St", "Leeds", "", "LS1", "UK"),
        "fax": "",
        "partner": "usr_ann",
        "manager": None,
        "groups": ("Farms",),
        "tax_registered": False,
        "company_structure": "Trust",
    }
    assert write_fields(CLIENT_FIELDS, values) == {
        "name": "Smith",
        "address": {"line": "1 High St", "city": "Leeds", "region": "", "postcode": "LS1", "country": "UK"},
        "fax": "",
        "partner_slug": "usr_ann",
        "manager_slug": None,
        "groups": ["Farms"],
        "tax_registered": False,
        "company_structure": "Trust",
    }


def test_only_what_is_given_is_written() -> None:
    assert write_fields(CLIENT_FIELDS, {}) == {}
    assert write_fields(CONTACT_FIELDS, {"email": "", "shoe_size": "44"}) == {"email": ""}
