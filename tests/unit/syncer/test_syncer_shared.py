"""E6, E3, E9: what becomes of one field of a contact that several clients share, cell by cell."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncer.decide import Side, Verdict, decide
from syncer.fields import Direction
from syncer.model import NO_BASE, UNKNOWN, MaybeValue
from syncer.shared import Copy, Part, settle

TWO, FROM, TO, NONE = Direction.TWO_WAY, Direction.FROM_XPM, Direction.TO_XPM, Direction.NONE
NOTHING, ADVANCE, XPM, HERE = Verdict.NOTHING, Verdict.ADVANCE, Verdict.WRITE_XPM, Verdict.WRITE_IGNITION


def two(base: MaybeValue, ignition: MaybeValue, xpm: MaybeValue) -> Copy:
    return Copy(TWO, base, ignition, xpm)


def lost(value: MaybeValue) -> Part:
    """Return the part of a copy whose own value yields to another."""
    return Part(HERE, value, Side.XPM, value)


def gets(value: MaybeValue) -> Part:
    return Part(HERE, value)


def writes(value: MaybeValue) -> Part:
    return Part(XPM, value)


def same(value: MaybeValue) -> Part:
    return Part(NOTHING, value)


def agrees(value: MaybeValue) -> Part:
    return Part(ADVANCE, value)


CELLS: dict[str, tuple[list[Copy], Side, list[Part]]] = {
    "nobody changed": ([two("a", "a", "a")] * 3, Side.XPM, [same("a")] * 3),
    "XPM changed: to all copies": ([two("a", "a", "b")] * 3, Side.XPM, [gets("b")] * 3),
    "XPM cleared: from all copies": ([two("a", "a", "")] * 2, Side.XPM, [gets("")] * 2),
    "one copy changed: to XPM once, and to the others": (
        [two("a", "a", "a"), two("a", "b", "a"), two("a", "a", "a")],
        Side.XPM,
        [gets("b"), writes("b"), gets("b")],
    ),
    "one copy cleared": ([two("a", "", "a"), two("a", "a", "a")], Side.XPM, [writes(""), gets("")]),
    "two copies changed alike: to XPM once": (
        [two("a", "b", "a"), two("a", "b", "a"), two("a", "a", "a")],
        Side.XPM,
        [writes("b"), agrees("b"), gets("b")],
    ),
    "two copies changed differently, XPM wins: its value stays and goes to both": (
        [two("a", "b", "a"), two("a", "c", "a"), two("a", "a", "a")],
        Side.XPM,
        [lost("a"), lost("a"), same("a")],
    ),
    "two copies changed differently, Ignition wins: the first": (
        [two("a", "b", "a"), two("a", "c", "a"), two("a", "a", "a")],
        Side.IGNITION,
        [writes("b"), lost("b"), gets("b")],
    ),
    "a copy and XPM changed differently, XPM wins": (
        [two("a", "b", "c"), two("a", "a", "c")],
        Side.XPM,
        [lost("c"), gets("c")],
    ),
    "a copy and XPM changed differently, Ignition wins: XPM's value is kept": (
        [two("a", "b", "c"), two("a", "a", "c")],
        Side.IGNITION,
        [Part(XPM, "b", Side.IGNITION, "c"), gets("b")],
    ),
    "two copies and XPM changed, each differently, XPM wins": (
        [two("a", "b", "d"), two("a", "c", "d")],
        Side.XPM,
        [lost("d"), lost("d")],
    ),
    "two copies and XPM changed, each differently, Ignition wins: the first": (
        [two("a", "b", "d"), two("a", "c", "d")],
        Side.IGNITION,
        [Part(XPM, "b", Side.IGNITION, "d"), lost("b")],
    ),
    "a copy and XPM changed alike": (
        [two("a", "b", "b"), two("a", "a", "b")],
        Side.XPM,
        [agrees("b"), gets("b")],
    ),
    "a copy that is behind follows a change of another one": (
        [two("a", "a", "b"), two("b", "c", "b")],
        Side.XPM,
        [gets("c"), writes("c")],
    ),
    "a copy that is behind and changed yields to a change of another one": (
        [two("a", "x", "b"), two("b", "c", "b")],
        Side.XPM,
        [lost("c"), writes("c")],
    ),
    "a copy that has come to XPM's value by itself follows": (
        [two("a", "b", "b"), two("b", "c", "b")],
        Side.XPM,
        [gets("c"), writes("c")],
    ),
    "a copy that has what another one changed to": (
        [two("c", "c", "b"), two("b", "c", "b")],
        Side.XPM,
        [same("c"), writes("c")],
    ),
    "a new copy without a value takes it": (
        [two(NO_BASE, "", "a"), two("a", "b", "a")],
        Side.XPM,
        [gets("b"), writes("b")],
    ),
    "a new copy fills what is empty everywhere": (
        [two(NO_BASE, "b", ""), two("", "", "")],
        Side.XPM,
        [writes("b"), gets("b")],
    ),
    "a new copy of another value is a conflict": (
        [two(NO_BASE, "b", "a"), two("a", "a", "a")],
        Side.XPM,
        [lost("a"), same("a")],
    ),
    "unknown in one copy: that one is left alone": (
        [two("a", UNKNOWN, "a"), two("a", "b", "a")],
        Side.XPM,
        [Part(NOTHING), writes("b")],
    ),
    "unknown in XPM as read with one client: that copy is left alone": (
        [two("a", "a", UNKNOWN), two("a", "b", "a")],
        Side.XPM,
        [Part(NOTHING), writes("b")],
    ),
    "not synced: left alone": (
        [Copy(NONE, "a", "a", "a"), two("a", "b", "a")],
        Side.XPM,
        [Part(NOTHING), writes("b")],
    ),
    "a lead's copy only receives": (
        [Copy(FROM, "a", "b", "a"), two("a", "a", "a")],
        Side.XPM,
        [same("a"), same("a")],
    ),
    "a lead's copy receives what another copy changed": (
        [Copy(FROM, "a", "a", "a"), two("a", "b", "a")],
        Side.XPM,
        [gets("b"), writes("b")],
    ),
    "a lead's copy that was edited yields, and is kept": (
        [Copy(FROM, "a", "x", "a"), two("a", "b", "a")],
        Side.XPM,
        [lost("b"), writes("b")],
    ),
    "a lead's copy stays when XPM goes back to what was agreed": (
        [Copy(FROM, "a", "x", "c"), two("c", "a", "c")],
        Side.XPM,
        [Part(NOTHING), writes("a")],
    ),
    "to XPM only: the others do not follow": (
        [Copy(TO, "a", "b", "a"), Copy(TO, "a", "a", "a")],
        Side.XPM,
        [writes("b"), Part(NOTHING)],
    ),
    "to XPM only, changed differently: the first counts whoever wins, the other keeps its own": (
        [Copy(TO, "a", "b", "a"), Copy(TO, "a", "c", "a")],
        Side.XPM,
        [writes("b"), Part(ADVANCE, "c", Side.XPM, "b")],
    ),
    "to XPM only: a copy that had come to XPM's value keeps it as agreed": (
        [Copy(TO, "a", "b", "b"), Copy(TO, "b", "c", "b")],
        Side.XPM,
        [agrees("b"), writes("c")],
    ),
}


@pytest.mark.parametrize("cell", CELLS)
def test_each_cell_is_as_written(cell: str) -> None:
    copies, winner, parts = CELLS[cell]
    assert list(settle(copies, winner)) == parts


VALUES = ["", "a", "b", "c", UNKNOWN]


@pytest.mark.parametrize("winner", list(Side))
def test_one_copy_alone_is_what_the_table_of_fields_says(winner: Side) -> None:
    for way, base, ours, theirs in product(Direction, [*VALUES, NO_BASE], VALUES, VALUES):
        decision = decide(way, base, ours, theirs, winner)
        (part,) = settle([Copy(way, base, ours, theirs)], winner)
        assert part.winner is decision.winner
        if decision.verdict is not Verdict.CONFLICT:
            assert part.verdict is decision.verdict
        elif decision.winner is Side.IGNITION:
            assert (part.verdict, part.value, part.rival) == (XPM, ours, theirs)
        else:
            assert (part.verdict, part.value, part.rival) == (HERE, theirs, theirs)


def of(*ways: Direction) -> st.SearchStrategy[list[tuple[Any, Any, Any]]]:
    """Draw copies: which way each goes, the last agreed value, and Ignition's."""
    bases, values = st.sampled_from(["", "a", "b", NO_BASE]), st.sampled_from(["", "a", "b", "c"])
    return st.lists(st.tuples(st.sampled_from(ways), bases, values), min_size=1, max_size=4)


COPIES = st.one_of(of(TWO, FROM), of(TWO), of(TO, NONE), of(FROM))
SETTINGS = settings(derandomize=True, database=None, deadline=None, max_examples=400)


def carried_out(copies: list[Copy], parts: tuple[Part, ...]) -> list[Copy]:
    """Return the copies once their parts are done."""
    there: Any = next((part.value for part in parts if part.verdict is XPM), copies[0].xpm)
    after = []
    for copy, part in zip(copies, parts, strict=True):
        base = copy.base if part.verdict is NOTHING else part.value
        ours = part.value if part.verdict is HERE else copy.ignition
        after.append(Copy(copy.direction, base, ours, there))
    return after


@SETTINGS
@given(COPIES, st.sampled_from(["", "a", "b", "c"]), st.sampled_from(Side))
def test_after_one_sync_nothing_is_left_to_do(
    rows: list[tuple[Any, Any, Any]], xpm: str, winner: Side
) -> None:
    copies = [Copy(way, base, ours, xpm) for way, base, ours in rows]
    parts = settle(copies, winner)
    again = settle(carried_out(copies, parts), winner)
    assert [part.verdict for part in again] == [NOTHING] * len(rows)


@SETTINGS
@given(COPIES, st.sampled_from(["", "a", "b", "c"]), st.sampled_from(Side))
def test_xpm_is_written_once_at_most_and_what_is_lost_was_agreed_empty_or_is_kept(
    rows: list[tuple[Any, Any, Any]], xpm: str, winner: Side
) -> None:
    copies = [Copy(way, base, ours, xpm) for way, base, ours in rows]
    parts = settle(copies, winner)
    assert [part.verdict for part in parts].count(XPM) <= 1
    for copy, part in zip(copies, parts, strict=True):
        if part.verdict is HERE:
            assert copy.ignition in ("", copy.base, copy.xpm) or part.winner is Side.XPM
        if part.verdict is XPM and xpm not in ("", copy.base):
            assert part.winner is Side.IGNITION
            assert part.rival == xpm


def test_a_part_that_asks_for_nothing_has_no_value() -> None:
    assert Part(Verdict.NOTHING) == Part(Verdict.NOTHING, None, None, None)
