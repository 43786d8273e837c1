"""What became of records between two states: created, changed field by field, deleted, and told by names."""

from copy import deepcopy
from typing import Any

import pytest

from scenarios.report.changes import Change, Field, changes

T = "tenant-1"
XPM: dict[str, list[dict[str, Any]]] = {
    "tenants": [{"tenant_id": T, "name": "Wellington Books"}],
    "clients": [
        {
            "tenant_id": T, "uuid": "c1", "id": 1, "name": "Ngata", "phone": "1", "address": "1 Quay", "city": "Napier",
            "region": "", "post_code": "", "country": "", "postal_address": "", "postal_city": "", "postal_region": "",
            "postal_post_code": "", "postal_country": "", "account_manager_uuid": "s1", "is_archived": False,
            "is_deleted": False, "modified_at": "2026-07-01T00:00:00Z",
        }
    ],
    "staff": [{"tenant_id": T, "uuid": "s1", "name": "Ana"}, {"tenant_id": T, "uuid": "s2", "name": "Ben"}],
    "groups": [{"tenant_id": T, "uuid": "g1", "name": "Farms"}, {"tenant_id": T, "uuid": "g2", "name": "Arts"}],
    "client_groups": [{"tenant_id": T, "client_uuid": "c1", "group_uuid": "g1", "position": 0}],
    "contacts": [{"tenant_id": T, "uuid": "p1", "name": "Tui", "email": "tui@example.com", "is_deleted": False}],
    "client_contacts": [
        {"tenant_id": T, "client_uuid": "c1", "contact_uuid": "p1", "sequence": 0, "position": "", "is_primary": False}
    ],
    "jobs": [{"tenant_id": T, "number": "J1", "uuid": "j1", "name": "Tax", "client_uuid": "c1", "state": "Planned"}],
    "job_tasks": [
        {"tenant_id": T, "uuid": "t1", "job_number": "J1", "position": 1, "name": "Review", "completed": False}
    ],
    "template_tasks": [],
}  # fmt: skip


def after(table: str, number: int = 0, **values: Any) -> dict[str, list[dict[str, Any]]]:
    """The state when some values of a row are others."""
    state = deepcopy(XPM)
    state[table][number] |= values
    return state


def one(found: tuple[Change, ...]) -> Change:
    (change,) = found
    return change


def test_a_state_and_itself_have_no_changes() -> None:
    assert changes("XPM", XPM, deepcopy(XPM)) == ()


@pytest.mark.parametrize(
    ("table", "values", "expected"),
    [
        ("clients", {"phone": "2"}, Field("phone", "1", "2")),
        ("clients", {"phone": ""}, Field("phone", "1", "")),
        ("clients", {"city": "Nelson"}, Field("address", "1 Quay, Napier", "1 Quay, Nelson")),
        ("clients", {"account_manager_uuid": "s2"}, Field("partner", "Ana", "Ben")),
        ("clients", {"account_manager_uuid": None}, Field("partner", "Ana", "")),
        ("clients", {"is_archived": True}, Field("archived", "no", "yes")),
        ("client_groups", {"group_uuid": "g2"}, Field("groups", "Farms", "Arts")),
        ("client_contacts", {"is_primary": True}, Field("at “Ngata”", "a contact", "primary")),
        ("client_contacts", {"position": "Owner"}, Field("at “Ngata”", "a contact", "position Owner")),
        ("jobs", {"state": "Completed"}, Field("state", "Planned", "Completed")),
        ("job_tasks", {"completed": True}, Field("task “Review”", "there", "completed")),
    ],
)
def test_a_change_is_told_by_field_with_what_it_was_and_what_it_is(
    table: str, values: dict[str, Any], expected: Field
) -> None:
    """Ids are told by names, columns that are read as one are one, and a row that is part of a record is in it."""
    found = one(changes("XPM", XPM, after(table, **values)))
    assert (found.what, found.fields) == ("changed", (expected,))


def test_when_a_row_was_written_is_no_change_of_it() -> None:
    """Whoever writes what is there already moves a moment, and nothing that a person sees."""
    assert changes("XPM", XPM, after("clients", modified_at="2026-07-02T00:00:00Z")) == ()


def test_a_new_name_changes_nobody_who_refers_to_it() -> None:
    """References are compared by their ids: the job of a client that is renamed is the job it was."""
    state = after("clients", name="Ngata & Co")
    state["jobs"][0]["state"], state["contacts"][0]["email"] = "Completed", ""
    found = {change.kind: (change.label, change.fields) for change in changes("XPM", XPM, state)}
    assert found == {
        "client": ("Ngata & Co", (Field("name", "Ngata", "Ngata & Co"),)),
        "job": ("J1 Tax", (Field("state", "Planned", "Completed"),)),
        "contact": ("Tui", (Field("email", "tui@example.com", ""),)),
    }


def test_a_group_that_is_renamed_changes_no_client_in_it() -> None:
    """Whatever order the names stand in."""
    state = deepcopy(XPM)
    state["client_groups"] += [state["client_groups"][0] | {"group_uuid": "g2", "position": 1}]
    other = deepcopy(state)
    other["groups"][0]["name"] = "Acres"
    other["clients"][0]["phone"] = "2"
    found = {change.kind: change.fields for change in changes("XPM", state, other)}
    assert found == {"group": (Field("name", "Farms", "Acres"),), "client": (Field("phone", "1", "2"),)}
    assert one(changes("XPM", XPM, state)).fields == (Field("groups", "Farms", "Arts, Farms"),)


def test_two_of_one_name_are_told_apart_by_their_ids() -> None:
    """A partner who is another of the same name is a change, and its reader sees why."""
    state = deepcopy(XPM)
    state["staff"][1]["name"] = "Ana"
    other = deepcopy(state)
    other["clients"][0]["account_manager_uuid"] = "s2"
    assert one(changes("XPM", state, other)).fields == (Field("partner", "Ana [s1]", "Ana [s2]"),)


def test_a_record_that_comes_or_goes_is_told_with_what_it_says_and_whose_it_is() -> None:
    state = deepcopy(XPM)
    state["jobs"] += [
        {"tenant_id": T, "number": "J2", "uuid": "j2", "name": "Audit", "client_uuid": "c1", "state": ""}
    ]
    state["job_tasks"] += [state["job_tasks"][0] | {"uuid": "t2", "job_number": "J2", "name": "Plan"}]
    created, deleted = one(changes("XPM", XPM, state)), one(changes("XPM", state, XPM))
    assert (created.what, created.label, created.owner, created.owners) == (
        "created",
        "J2 Audit",
        "Ngata",
        ("c1",),
    )
    assert created.fields[-1] == Field("task “Plan”", "", "there")
    assert (deleted.what, deleted.label, deleted.owner) == ("deleted", "J2 Audit", "Ngata")
    assert [(one.after, one.before) for one in created.fields] == [
        (one.before, one.after) for one in deleted.fields
    ]


def test_what_is_marked_as_deleted_is_gone_although_it_is_listed() -> None:
    """XPM goes on showing clients and contacts that were deleted; it belonged to whom it belonged to before."""
    state = after("contacts", is_deleted=True)
    state["client_contacts"] = []
    found = one(changes("XPM", XPM, state))
    assert (found.what, found.owner, found.owners) == ("deleted", "Ngata", ("c1",))
    assert Field("email", "tui@example.com", "") in found.fields
    assert one(changes("XPM", state, after("contacts", is_deleted=True, email="2"))).what == "changed"


def test_what_somebody_changed_comes_before_what_is_new() -> None:
    state = after("jobs", state="Completed")
    state["clients"] += [state["clients"][0] | {"uuid": "c0", "name": "Aroha"}]
    assert [(one.what, one.kind) for one in changes("XPM", XPM, state)] == [
        ("changed", "job"),
        ("created", "client"),
    ]


def test_a_table_without_a_row_of_its_own_is_told_by_place() -> None:
    """A template's tasks have no ids: the third task is the third task, whatever it is called."""
    before, later = deepcopy(XPM), deepcopy(XPM)
    row = {"tenant_id": T, "template_uuid": "x", "position": 3, "name": "Plan", "description": ""}
    before["template_tasks"], later["template_tasks"] = [row], [row | {"description": "soon"}]
    assert one(changes("XPM", before, later)).fields == (Field("description", "", "soon"),)


def test_members_of_a_value_are_told_one_by_one_and_an_address_as_one() -> None:
    """A deployment says its status, its message and its jobs; an address is read in one line."""
    row = {
        "tenant_id": T, "slug": "prop_1", "reference_number": "PROP-1", "name": "Annual", "client_slug": "cli_1",
        "deployment": None, "place": {"line": "1 Quay", "city": "Napier", "country": ""}, "version": 1,
    }  # fmt: skip
    told = {"status": "deployed", "message": None, "jobs": [{"number": "J1", "name": "Tax"}]}
    later = row | {"deployment": told, "place": row["place"] | {"city": "Nelson"}, "version": 2}
    found = one(changes("Ignition", {"proposals": [row]}, {"proposals": [later]}))
    assert found.label == "PROP-1 Annual"
    assert set(found.fields) == {
        Field("deployment status", "", "deployed"),
        Field("deployment jobs", "", "Tax J1"),
        Field("place", "1 Quay, Napier", "1 Quay, Nelson"),
    }


def test_messages_that_wait_to_be_sent_are_no_records() -> None:
    row = {"tenant_id": T, "id": "evt_1", "type": "proposal.accepted", "data": {}}
    assert changes("Ignition", {"events": []}, {"events": [row]}) == ()
