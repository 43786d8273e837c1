"""The report's calls: told by who made them, placed into steps, folded where they were made again."""

from typing import Any

import pytest

from scenarios.report.calls import Block, Call, Run, Told, fold
from scenarios.report.picture import LANES, MOST_ROWS, draw
from scenarios.report.steps import Played, played
from scenarios.story import Step
from scenarios.watch import Noted

AT, LATER = "2026-07-01T09:00:00Z", "2026-07-01T09:01:00Z"
XPM, IGNITION = "http://127.0.0.1:18001", "http://127.0.0.1:18002"
ORIGINS = {XPM: "XPM", IGNITION: "Ignition"}
Json = dict[str, Any]


def note(
    caller: str, path: str, *, method: str = "GET", query: str = "", status: int = 200, **more: Any
) -> Noted:
    return Noted(AT, caller, more.pop("origin", XPM), method, path, query, status, **more)


def entry(
    path: str, operation: str, *, method: str = "GET", query: str = "", fault: str | None = None, **more: Any
) -> Json:
    return {
        "at": AT, "operation": operation, "method": method, "path": path, "query": query, "status": 200, "fault": fault,
        "changes": [], **more,
    }  # fmt: skip


def call(operation: str, caller: str = "syncer", callee: str = "XPM", **more: Any) -> Call:
    return Call(AT, caller, callee, operation, "GET", f"/{operation}", "", **{"status": 200, **more})


def test_calls_are_told_by_their_callers_and_named_by_the_journal() -> None:
    journal = {
        "XPM": [
            entry("/list", "client.api/list", query="modifiedsince=2026-07-01"),
            entry("/list", "client.api/list", query=""),
            entry(
                "/add", "client.api/add", method="POST",
                changes=[{"table": "clients", "key": ["t", "u-1"]}, {"table": "contacts", "key": ["t", "c-1"]},
                         {"table": "contacts", "key": ["t", "c-2"]}],
            ),
        ]
    }  # fmt: skip
    told = Told(journal, ORIGINS)
    first = told.step([note("People", "/list"), note("People", "/add", method="POST")])
    second = told.step([note("syncer", "/list", query="modifiedsince=2026-07-01")])
    assert [(one.caller, one.callee, one.operation, one.query) for one in first + second] == [
        ("People", "XPM", "GET client.api/list", ""),
        ("People", "XPM", "POST client.api/add", ""),
        ("syncer", "XPM", "GET client.api/list", "modifiedsince=2026-07-01"),
    ]
    assert (first[1].changed, sorted(first[1].keys)) == ("clients 1, contacts 2", ["c-1", "c-2", "t", "u-1"])


def test_calls_of_the_control_plane_are_no_part_of_the_story() -> None:
    assert Told({"XPM": []}, ORIGINS).step([note("People", "/_control/faults", method="POST")]) == []


def test_a_call_without_an_answer_and_one_with_a_fault_are_bad_and_say_why() -> None:
    journal = {"XPM": [entry("/a", "a", fault="reset", status=0), entry("/b", "b", fault="stale")]}
    notes = [
        note("syncer", "/a", status=0, failure="ConnectionError"),
        note("syncer", "/b"),
        note("syncer", "/c", status=404),
        note("syncer", "/d", status=0, failure="ReadTimeout"),
        note("syncer", "/e", status=302),
    ]
    found = Told(journal, ORIGINS).step(notes)
    assert [(one.is_bad, one.outcome) for one in found] == [
        (True, "no answer, reset"),
        (True, "200, stale"),
        (True, "404"),
        (True, "no answer, ReadTimeout"),
        (False, ""),
    ]


def test_a_write_that_lands_late_stands_where_it_landed_or_at_the_end() -> None:
    journal = {
        "XPM": [
            entry("/add", "add", method="POST", fault="late-hang"),
            entry("/add", "add", method="POST", fault="late: landed"),
            entry("/list", "list"),
            entry("/add", "add", method="POST", fault="late: landed"),
        ]
    }
    steps = [Step("One"), Step("Two")]
    steps[0].calls = [note("syncer", "/add", method="POST", status=0, failure="ReadTimeout")]
    steps[1].calls = [note("People", "/list")]
    first, second = played(steps, journal, ORIGINS)
    assert [one.outcome for one in first.calls] == ["no answer, late-hang"]
    late = "landed late, of an earlier call"
    assert [(one.between, one.operation, one.outcome, one.is_bad) for one in second.calls] == [
        ("XPM, of its own", "POST add", late, False),
        ("People → XPM", "GET list", "", False),
        ("XPM, of its own", "POST add", late, False),
    ]
    (_, _, picture) = draw([first, second])
    assert picture.count('<path class="own"') == 2
    assert "bad" not in picture


def test_a_webhook_goes_from_ignition_to_the_syncer() -> None:
    origins = {**ORIGINS, "http://127.0.0.1:18003": "syncer"}
    (one,) = Told({}, origins).step(
        [note("Ignition", "/hooks", method="POST", origin="http://127.0.0.1:18003")]
    )
    assert (one.caller, one.callee, one.operation) == ("Ignition", "syncer", "POST /hooks")


A, B, C = call("a"), call("b"), call("c")


def shape(blocks: list[Block]) -> list[tuple[list[tuple[str, int]], int]]:
    return [([(run.call.operation, run.count) for run in block.runs], block.times) for block in blocks]


@pytest.mark.parametrize(
    ("calls", "folded"),
    [
        ([], []),
        ([A, B], [([("a", 1), ("b", 1)], 1)]),
        ([A, A, A, B], [([("a", 3), ("b", 1)], 1)]),
        ([A, B, A, B, A, B, C], [([("a", 1), ("b", 1)], 3), ([("c", 1)], 1)]),
        ([C, A, B, B, A, B], [([("c", 1)], 1), ([("a", 1), ("b", 2)], 2)]),
        ([A, B, C, A, B, C, A], [([("a", 1), ("b", 1), ("c", 1)], 2), ([("a", 1)], 1)]),
        ([A, B, A], [([("a", 1), ("b", 1), ("a", 1)], 1)]),
    ],
)
def test_what_is_made_again_is_folded(calls: list[Call], folded: list[Any]) -> None:
    assert shape(fold(calls)) == folded


def test_a_call_that_failed_is_not_folded_with_those_that_did_not() -> None:
    bad = call("a", status=503, fault="status")
    assert shape(fold([A, bad, bad, A])) == [([("a", 1), ("a", 2), ("a", 1)], 1)]
    (block,) = fold([A, bad])
    assert block.is_bad
    assert Run(A, 1, AT).kind != Run(bad, 1, AT).kind


def test_the_picture_has_an_arrow_for_each_call_between_the_lanes_and_marks_the_bad_ones() -> None:
    step = Step("Tell <b>")
    calls = [A, A, call("b", caller="People", callee="Ignition", status=500)]
    heads, picture = draw([Played(3, step, calls)])
    for name, x in LANES.items():
        assert f'<text class="head" x="{x}" y="18">{name}</text>' in heads
    assert picture.count('<g class="call"') == 1
    assert picture.count('<g class="call bad"') == 1
    assert (
        f'<line x1="{LANES["syncer"]}" y1="47" x2="{LANES["XPM"] - 3}" y2="47" marker-end="url(#tip)"/>'
        in picture
    )
    assert ">a, 2 times</text>" in picture
    assert ">b – 500</text>" in picture
    assert "3. Tell &lt;b&gt;" in picture
    assert "<b>" not in picture
    assert "<title>Step 3: 3 calls, of which 1 met a fault or were refused</title>" in picture


def test_a_sequence_that_is_made_again_has_a_bracket_with_how_often() -> None:
    (_, picture) = draw([Played(1, Step("Daily"), [A, B] * 700)])
    assert picture.count('<g class="call"') == 2
    assert ">700 times</text>" in picture


def test_a_step_of_very_many_different_calls_is_cut_and_says_so() -> None:
    calls = [call(f"operation {number}") for number in range(500)]
    (_, picture) = draw([Played(1, Step("Much"), calls)])
    assert picture.count('<g class="call"') == MOST_ROWS
    assert "more of them are in the step" in picture
