"""What a plan made after a deployment adds to the one before it: a pure comparison (E4)."""

import pytest
from syncer_desk import contact_values, ledger

from syncer import ledger_tables as t
from syncer.actions import (
    Action,
    AddLink,
    AdvanceBase,
    ContactWrite,
    FieldChange,
    PushTemplates,
    RecordConflict,
    WriteClient,
)
from syncer.afterwards import following
from syncer.ledger import PracticeLedger

PHONE, FAX = FieldChange("phone", "", "1", "R5"), FieldChange("fax", "", "2", "R5")
AL = ContactWrite(None, "c1", "Al", contact_values("Al"))
BO = ContactWrite("con_2", "c2", "Bo", {}, (PHONE,))
FAX_CONFLICT = RecordConflict("x1", "i1", "Smith", "fax", "1", "2", "3", "xpm")


def write(*changes: FieldChange, contacts: tuple[ContactWrite, ...] = (), to: str = "xpm") -> WriteClient:
    return WriteClient(to, "x1", "i1", "Smith", changes, contacts)


CASES: dict[str, tuple[list[Action], list[Action], list[Action]]] = {
    # what the first plan does, what a plan made afterwards does, and what of that is new
    "the same again": ([write(PHONE)], [write(PHONE)], []),
    "a further field": ([write(PHONE)], [write(PHONE, FAX)], [write(FAX)]),
    "a field that the first wrote the other way": ([write(PHONE, to="ignition")], [write(PHONE, FAX)], [write(FAX)]),
    "a field that the first noted as agreed": ([AdvanceBase("x1", "Smith", {"phone": "1"})], [write(PHONE)], []),
    "a field that the first had a conflict about": ([FAX_CONFLICT], [write(FAX, PHONE)], [write(PHONE)]),
    "a conflict about a field that was written": ([write(FAX)], [FAX_CONFLICT], []),
    "a conflict about another field": ([write(PHONE)], [FAX_CONFLICT], [FAX_CONFLICT]),
    "a further contact": (
        [write(contacts=(AL,))], [write(contacts=(AL, BO))], [write(contacts=(BO,))],
    ),
    "what is agreed besides": (
        [write(PHONE)],
        [AdvanceBase("x1", "Smith", {"phone": "1", "fax": "2"})],
        [AdvanceBase("x1", "Smith", {"fax": "2"})],
    ),
    "nothing agreed besides": ([write(PHONE)], [AdvanceBase("x1", "Smith", {"phone": "1"})], []),
    "contacts agreed": (
        [write(PHONE)],
        [AdvanceBase("x1", "Smith", {}, contacts=(("c1", "con_1", {"phone": "1"}),))],
        [AdvanceBase("x1", "Smith", {}, contacts=(("c1", "con_1", {"phone": "1"}),))],
    ),
    "another client": ([], [WriteClient("xpm", "x2", "i2", "Jones", (PHONE,))], []),
    "what is about no client": ([], [PushTemplates(())], []),
    "a link": ([], [AddLink("x1", "i1", "Smith", "named")], [AddLink("x1", "i1", "Smith", "named")]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_follows_a_deployment_is_what_the_first_plan_did_not_do(case: str) -> None:
    first, then, new = CASES[case]
    assert following({"x1"}, first, then) == new


def test_what_is_written_in_a_rehearsal_is_seen_in_it_and_taken_back() -> None:
    own = ledger().of("north")
    own.put(t.cursors, {"name": "kept", "value": "1"})
    with own.ledger.rehearsal():
        own.put(t.cursors, {"name": "kept", "value": "2"}, {"name": "new", "value": "3"})
        with own.together() as batch:
            batch.put(t.cursors, [{"name": "more", "value": "4"}])
        assert [own.cursor(name) for name in ("kept", "new", "more")] == ["2", "3", "4"]
    assert [own.cursor(name) for name in ("kept", "new", "more")] == ["1", None, None]
    own.put(t.cursors, {"name": "kept", "value": "5"})
    assert own.cursor("kept") == "5"


def fail_in_rehearsal(own: PracticeLedger) -> None:
    with own.ledger.rehearsal():
        own.put(t.cursors, {"name": "new", "value": "3"})
        raise KeyError


def test_a_rehearsal_that_fails_is_taken_back_too() -> None:
    own = ledger().of("north")
    with pytest.raises(KeyError):
        fail_in_rehearsal(own)
    assert own.cursor("new") is None
