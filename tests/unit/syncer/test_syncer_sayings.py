import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
import requests
from syncer_desk import contact, xpm_client

from syncer.actions import (
    Action,
    AddLink,
    AdvanceBase,
    ContactWrite,
    FieldChange,
    ImportLead,
    MarkLink,
    MarkUserLink,
    PushCandidates,
    PushTemplates,
    RecordConflict,
    RecordRemoval,
    RemoveContact,
    ShareContact,
    WriteClient,
    WriteShared,
)
from syncer.errors import ReconnectNeededError
from syncer.limits import Meter
from syncer.model import Staff, Template
from syncer.report import Problem, Report, not_done
from syncer.runtime import LiveRuntime, iso

SMITH = xpm_client("x1", "Smith", contact("c1", "Al"), contact("c2", "Bo"))
PHONE = FieldChange("phone", "1", "2", "R5")

SAYINGS: list[tuple[Action, str]] = [
    (PushTemplates((Template("t", "Tax"),)), "Ignition: list 1 job template for linking to services (R3)"),
    (PushCandidates((Staff("s", "Ann", ""),)), "Ignition: offer 1 XPM staff in the user dropdown (R2)"),
    (ImportLead(SMITH, SMITH.values), "Ignition: new lead “Smith” with 2 contacts (R1, R4)"),
    (AddLink("x1", "i1", "Smith", "named"), "link “Smith” by exact name (E1)"),
    (AddLink("x1", "i1", "Smith", "imported"), "link “Smith” by the importer's mark"),
    (WriteClient("xpm", "x1", "i1", "Smith", (PHONE,)), "XPM: “Smith”: Phone (R5)"),
    (
        WriteClient(
            "ignition", "x1", "i1", "Smith", (PHONE,),
            (ContactWrite("con_1", "c1", "Al", {"email": "a"}, (FieldChange("email", "", "a", "R5"),)),
             ContactWrite(None, "c2", "Bo", {"name": "Bo"})),
        ),
        "Ignition: “Smith”: Phone (R5); contact “Al”: Contact e-mail (R5); contact “Bo”: new (E6)",
    ),
    (AdvanceBase("x1", "Smith", {"phone": "1"}), "“Smith”: nothing to write for Phone: noted as agreed (E3)"),
    (
        AdvanceBase("x1", "Smith", {}, (("c1", "con_1", {}), ("c2", "con_2", {})), (("c3", "con_3"),)),
        "“Smith”: nothing to write for 2 contacts, 1 contact gone from both sides: noted as agreed (E3)",
    ),
    (
        RecordConflict("x1", "i1", "Smith", "phone", "1", "2", "3", "xpm"),
        "conflict: Phone of “Smith”: XPM's value wins (E3)",
    ),
    (
        RecordConflict("x1", "i1", "Smith", "email", "1", "2", "3", "ignition", "Al"),
        "conflict: Contact e-mail of contact “Al” of “Smith”: Ignition's value wins (E3)",
    ),
    (
        RecordConflict("x1", "i1", "Smith", "email", "1", "2", "3", "xpm", "Al", "c1", "con_1", "Jones"),
        "conflict: Contact e-mail of contact “Al” of “Smith”: the copy of “Jones” wins (E3)",
    ),
    (
        RecordRemoval("x1", "i1", "Smith", "Al", "c1", "con_1", {}, {"name": "Al"}, None, "xpm"),
        "conflict: contact “Al” of “Smith” was removed from XPM and changed in Ignition: the removal wins (E6)",
    ),
    (
        RecordRemoval("x1", "i1", "Smith", "Al", "c1", "con_1", {}, None, {"name": "Al"}, "xpm"),
        "conflict: contact “Al” of “Smith” was removed from Ignition and changed in XPM: the edit wins (E6)",
    ),
    (
        WriteShared("x1", "c1", "Al", ("Smith",), (FieldChange("email", "", "a", "R5"),), ()),
        "XPM: contact “Al” of “Smith”: Contact e-mail (R5)",
    ),
    (
        WriteShared("x1", "c1", "Al", ("Smith", "Jones", "Brown"), (FieldChange("email", "", "a", "R5"),), ()),
        "XPM: contact “Al” of “Smith” and 2 more: Contact e-mail (R5)",
    ),
    (
        ShareContact("x1", "c1", "Smith", "Al"),
        "XPM: “Smith”: contact “Al”, which other clients have, once more (E6)",
    ),
    (
        RemoveContact("xpm", "x1", "i1", "Smith", "c1", "con_1", "Al", {}),
        "XPM: “Smith”: contact “Al” removed (E6)",
    ),
    (
        RemoveContact("ignition", "x1", "i1", "Smith", "c1", "con_1", "Al", {}),
        "Ignition: “Smith”: contact “Al” removed (E6)",
    ),
    (MarkLink("x1", "Smith", "xpm_archived"), "“Smith”: xpm archived; it takes no more jobs (E7)"),
    (MarkLink("x1", "Smith", "live"), "“Smith”: live again on both sides; it is synced and takes jobs again (E7)"),
    (MarkUserLink("s", "u", "Ann", "live"), "user “Ann” is XPM staff (R2)"),
    (
        MarkUserLink("s", "u", "Ann", "staff_deleted"),
        "user “Ann”: staff deleted; nothing follows on the other side (R13)",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("action", "words"), SAYINGS)
def test_each_action_says_itself_in_a_line(action: Action, words: str) -> None:
    assert action.say() == words


def test_a_report_says_all_for_programs() -> None:
    report = Report("north", meters={"xpm": Meter(calls=3, writes=1), "ignition": Meter(calls=2, writes=2)})
    report.did.update({"b": 1, "a": 2})
    report.problems.append(Problem("client “Smith”", "Name is too long", "correct it"))
    report.attention.append("look")
    report.warnings.append("hm")
    report.lines.append("did it")
    cost = {"bytes_sent": 0, "bytes_received": 0, "waited_seconds": 0.0}
    assert report.as_json() == {
        "practice": "north",
        "did": {"a": 2, "b": 1},
        "lines": ["did it"],
        "planned": [],
        "warnings": ["hm"],
        "attention": ["look"],
        "problems": [{"record": "client “Smith”", "what": "Name is too long", "way_out": "correct it"}],
        "stopped": None,
        "window_seconds": None,
        "costs": {"ignition": {"calls": 2, "writes": 2, **cost}, "xpm": {"calls": 3, "writes": 1, **cost}},
    }
    assert report.writes == 3
    assert report.problems[0].say() == "client “Smith”: Name is too long – correct it"


def test_a_report_with_something_left_over_exits_with_three() -> None:
    assert Report("north").exit_code == 0
    assert Report("north", warnings=["hm"]).exit_code == 0
    assert Report("north", attention=["look"]).exit_code == 3
    assert Report("north", problems=[Problem("a", "b", "c")]).exit_code == 3


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ReconnectNeededError("run `syncer connect` again"), "not done: run `syncer connect` again"),
        (ReconnectNeededError("x" * 400), f"not done: {'x' * 299}…"),
        (KeyError("slug"), "not done: an unforeseen failure, KeyError"),
        (KeyboardInterrupt(), "not done: interrupted"),
    ],
)
def test_what_ended_a_run_is_said_in_words(error: BaseException, outcome: str) -> None:
    assert not_done(error) == outcome


def test_a_moment_is_written_in_utc_to_the_second() -> None:
    sydney = timezone(timedelta(hours=10))
    assert iso(datetime(2026, 7, 1, 19, 30, 15, 999999, tzinfo=sydney)) == "2026-07-01T09:30:15Z"
    assert iso(datetime(2026, 7, 1, 9, 30, tzinfo=UTC)) == "2026-07-01T09:30:00Z"


def test_the_live_machine_reads_side_by_side_and_answers_in_order() -> None:
    meeting = threading.Barrier(2, timeout=10)

    def meet(word: str) -> str:
        meeting.wait()
        return word

    assert LiveRuntime().gather([lambda: meet("a"), lambda: meet("b")]) == ["a", "b"]


def test_the_live_machine_raises_the_first_error_in_the_order_given() -> None:
    def fail(word: str) -> None:
        raise LookupError(word)

    with pytest.raises(LookupError, match="first"):
        LiveRuntime().gather([lambda: 1, lambda: fail("first"), lambda: fail("second")])


def test_the_live_machine_has_a_clock_in_utc_a_wait_and_a_session() -> None:
    live = LiveRuntime()
    before = live.now()
    live.sleep(0)
    assert before.tzinfo is UTC
    assert live.now() >= before
    with live.session() as session:
        assert isinstance(session, requests.Session)
