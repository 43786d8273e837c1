"""`syncer plan` says of each field its old and new value, its rule, and which side changed (R5, R6, E3)."""

from typing import Any, get_args

import pytest
from syncer_desk import contact, contact_values, ignition_client, plan, xpm_client
from test_syncer_sayings import SAYINGS

from syncer.actions import Action, FieldChange, ImportLead, RecordConflict, RecordRemoval, WriteClient
from syncer.explain import Explainer, Step, how
from syncer.model import NO_BASE, UNKNOWN, Client, ContactLink, Link

BASE = {**xpm_client("x1", "Smith", phone="1", fax="7").values, "partner": None}
JANE = {"name": "Jane", "email": "jane@smith.test", "phone": "5"}
PAIR = ContactLink("jane", "con_1", contact_values(**JANE))
LINK = Link("x1", "i1", "imported", base=BASE, contacts=(PAIR,))


def there(jane: dict[str, Any] | None = None, **fields: Any) -> Client:
    return xpm_client(
        "x1", "Smith", contact("jane", **{**JANE, **(jane or {})}), **{"phone": "1", "fax": "7", **fields}
    )


def here(jane: dict[str, Any] | None = None, **fields: Any) -> Client:
    return ignition_client(
        "i1", "Smith", contact("con_1", **{**JANE, **(jane or {})}), **{"phone": "1", "fax": "7", **fields}
    )


def steps(xpm: Client, ignition: Client, link: Link = LINK) -> list[Step]:
    return [Explainer({"s-ann": "Ann"}).step(one) for one in plan([xpm], [ignition], link).actions]


def test_e3_a_field_changed_in_xpm_is_said_with_both_values_its_rule_and_side() -> None:
    (step,) = steps(there(phone="2"), here())
    assert step.line == "Ignition: “Smith”: Phone (R5)"
    assert step.details == ("Phone: “1” → “2” (changed in XPM, R5)",)
    assert step.rows == (
        {
            "does": "write", "side": "ignition", "client": "Smith", "xpm_id": "x1", "ignition_id": "i1",
            "contact": None, "field": "phone", "rule": "R5", "old": "1", "new": "2", "base": "1", "changed_in": ["xpm"],
            "why": "changed in XPM",
        },
    )  # fmt: skip


def test_e5_a_field_cleared_in_ignition_is_said_as_empty() -> None:
    (step,) = steps(there(), here(fax=""))
    assert step.line == "XPM: “Smith”: Fax (R5)"
    assert step.details == ("Fax: “7” → (empty) (changed in Ignition, R5)",)
    assert (step.rows[0]["old"], step.rows[0]["new"]) == ("7", "")


def test_r5_a_change_of_a_contact_has_its_rule_and_values_too() -> None:
    (step,) = steps(there(), here({"phone": "6"}))
    assert step.line == "XPM: “Smith”: contact “Jane”: Contact phone (R5)"
    assert step.details == ("contact “Jane”: Contact phone: “5” → “6” (changed in Ignition, R5)",)
    assert (step.rows[0]["contact"], step.rows[0]["field"], step.rows[0]["side"]) == ("Jane", "phone", "xpm")


def test_e3_a_conflict_is_said_with_what_was_agreed_both_values_and_the_winner() -> None:
    conflict, write = steps(there(phone="2"), here(phone="3"))
    assert conflict.details == ("Phone: agreed before: “1”; XPM: “2”; Ignition: “3”; XPM wins (E3)",)
    assert conflict.rows == (
        {
            "does": "conflict", "side": None, "client": "Smith", "xpm_id": "x1", "ignition_id": "i1",
            "contact": None, "field": "phone", "rule": "E3", "base": "1", "ignition": "3", "xpm": "2",
            "winner": "xpm",
        },
    )  # fmt: skip
    assert write.details == ("Phone: “3” → “2” (changed on both sides, R5)",)
    assert write.rows[0]["changed_in"] == ["ignition", "xpm"]


def test_e1_at_a_first_link_what_is_written_is_no_change_and_the_rest_is_not_called_in_step() -> None:
    found = steps(there(phone="2"), here(phone=""), Link("x1", "i1", "named"))
    agreed, write = found
    assert write.details == ("Phone: (empty) → “2” (first link, R5)",)
    assert (write.rows[0]["base"], write.rows[0]["changed_in"]) == (None, [])
    assert agreed.line == (
        "“Smith”: nothing to write for Client name, Client address, Postal address, Fax, Partner, Manager, "
        "Groups, Website, Tax registration, 1 contact: noted as agreed (E3)"
    )
    assert "in step" not in agreed.line
    assert agreed.rows[0]["new"]["fax"] == "7"


def test_e1_a_conflict_at_a_first_link_was_never_agreed() -> None:
    conflict = RecordConflict("x1", "i1", "Smith", "phone", NO_BASE, "3", "2", "xpm")
    (line,) = Explainer({}).step(conflict).details
    assert line == "Phone: never agreed; XPM: “2”; Ignition: “3”; XPM wins (E3)"
    assert Explainer({}).step(conflict).rows[0]["base"] is None


def test_e6_the_copy_that_wins_is_named_and_what_follows_it_says_so() -> None:
    conflict = RecordConflict(
        "x1", "i1", "Smith", "phone", "1", "4", "3", "xpm", "Jane", "jane", "con_1", "Beta"
    )
    (line,) = Explainer({}).step(conflict).details
    assert line == "Contact phone: agreed before: “1”; XPM: “3”; Ignition: “4”; the copy of “Beta” wins (E3)"
    assert how(FieldChange("phone", "1", "3", "R5", "1")) == "changed at another client of this contact"


def test_e6_a_new_contact_and_a_removed_one_are_said_whole() -> None:
    added, removed = steps(
        there(), ignition_client("i1", "Smith", contact("con_2", "Bo", email="b@x.test"), phone="1", fax="7")
    )
    assert added.details == ("new contact “Bo” with Contact e-mail “b@x.test” (E6)",)
    assert (added.rows[0]["does"], added.rows[0]["rule"], added.rows[0]["new"]["email"]) == (
        "add contact", "E6", "b@x.test",
    )  # fmt: skip
    assert removed.details == (
        "contact “Jane” with Contact e-mail “jane@smith.test”, Contact phone “5”: gone from Ignition (E6)",
    )
    assert (removed.rows[0]["side"], removed.rows[0]["changed_in"]) == ("xpm", ["ignition"])


def test_e6_a_contact_removed_here_and_changed_there_is_said_with_all_three() -> None:
    conflict = RecordRemoval(
        "x1",
        "i1",
        "Smith",
        "Jane",
        "jane",
        "con_1",
        {"name": "Jane"},
        {"name": "Jane", "phone": "6"},
        None,
        "xpm",
    )
    step = Explainer({}).step(conflict)
    assert step.details == (
        "agreed before: “Jane”; XPM: removed; Ignition: “Jane” with Contact phone “6”; XPM wins (E6)",
    )
    assert step.rows[0]["ignition"] == {"name": "Jane", "phone": "6"}
    assert step.rows[0]["xpm"] is None


def test_r6_staff_are_said_by_name_and_kept_by_uuid_for_programs() -> None:
    change = FieldChange("partner", None, "s-ann", "R6", None, ("xpm",))
    step = Explainer({"s-ann": "Ann"}).step(WriteClient("ignition", "x1", "i1", "Smith", (change,)))
    assert step.details == ("Partner: (nothing) → “Ann” (changed in XPM, R6)",)
    assert step.rows[0]["new"] == "s-ann"


def test_r1_a_lead_is_said_with_all_that_comes_across() -> None:
    client = xpm_client("x1", "Smith", contact("c1", "Al", phone="9"))
    values = {
        "name": "Smith",
        "phone": "1",
        "groups": ("A", "B"),
        "fax": "",
        "tax_registered": True,
        "website": UNKNOWN,
    }
    step = Explainer({}).step(ImportLead(client, values))
    assert step.details == (
        "Phone “1”, Groups “A, B”, Tax registration yes; contact “Al” with Contact phone “9”",
    )
    assert step.rows[0]["new"] == {
        "name": "Smith", "phone": "1", "groups": ["A", "B"], "fax": "", "tax_registered": True,
    }  # fmt: skip


def test_a_long_value_is_shortened_for_people_and_whole_for_programs() -> None:
    (step,) = steps(there(phone="2" * 200), here())
    assert step.details == (f"Phone: “1” → “{'2' * 59}…” (changed in XPM, R5)",)
    assert step.rows[0]["new"] == "2" * 200


@pytest.mark.parametrize("action", [action for action, _ in SAYINGS])
def test_each_action_has_a_row_that_says_what_where_and_by_which_rule(action: Action) -> None:
    rows = Explainer({}).step(action).rows
    assert rows
    assert all({"does", "side", "rule"} <= row.keys() for row in rows)


def test_no_kind_of_action_is_left_out() -> None:
    assert {type(action) for action, _ in SAYINGS} == set(get_args(Action))


def test_what_is_no_action_is_not_explained() -> None:
    with pytest.raises(TypeError, match="no such action: str"):
        Explainer({}).step("nothing")  # type: ignore[arg-type]  # that is the point
