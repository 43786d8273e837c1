import pytest

from syncer.decide import Decision, Side, Verdict, decide
from syncer.fields import Direction
from syncer.model import NO_BASE, UNKNOWN, MaybeValue

NOTHING = Decision(Verdict.NOTHING)
ADVANCE = Decision(Verdict.ADVANCE)
TO_XPM = Decision(Verdict.WRITE_XPM)
TO_IGNITION = Decision(Verdict.WRITE_IGNITION)
XPM_WINS = Decision(Verdict.CONFLICT, Side.XPM)
IGNITION_WINS = Decision(Verdict.CONFLICT, Side.IGNITION)

BLANK = ("", "", "", "", "")
STREET = ("1 High St", "Leeds", "", "LS1", "UK")
ROAD = ("2 Low Rd", "Leeds", "", "LS2", "UK")

# base, Ignition, XPM; then what two-way, XPM → Ignition and Ignition → XPM ask for, XPM the winner.
CELLS: list[tuple[str, MaybeValue, MaybeValue, MaybeValue, Decision, Decision, Decision]] = [
    ("neither changed", "a", "a", "a", NOTHING, NOTHING, NOTHING),
    ("neither changed, empty", "", "", "", NOTHING, NOTHING, NOTHING),
    ("XPM changed", "a", "a", "b", TO_IGNITION, TO_IGNITION, NOTHING),
    ("Ignition changed", "a", "b", "a", TO_XPM, NOTHING, TO_XPM),
    ("both changed alike", "a", "b", "b", ADVANCE, ADVANCE, ADVANCE),
    ("both changed differently", "a", "b", "c", XPM_WINS, XPM_WINS, IGNITION_WINS),
    ("XPM cleared", "a", "a", "", TO_IGNITION, TO_IGNITION, NOTHING),
    ("Ignition cleared", "a", "", "a", TO_XPM, NOTHING, TO_XPM),
    ("both cleared", "a", "", "", ADVANCE, ADVANCE, ADVANCE),
    ("XPM filled", "", "", "b", TO_IGNITION, TO_IGNITION, NOTHING),
    ("Ignition filled", "", "b", "", TO_XPM, NOTHING, TO_XPM),
    ("both filled alike", "", "b", "b", ADVANCE, ADVANCE, ADVANCE),
    ("both filled differently", "", "b", "c", XPM_WINS, XPM_WINS, IGNITION_WINS),
    ("XPM cleared, Ignition changed", "a", "b", "", XPM_WINS, XPM_WINS, TO_XPM),
    ("Ignition cleared, XPM changed", "a", "", "b", XPM_WINS, TO_IGNITION, IGNITION_WINS),
    ("no base, alike", NO_BASE, "a", "a", ADVANCE, ADVANCE, ADVANCE),
    ("no base, both empty", NO_BASE, "", "", ADVANCE, ADVANCE, ADVANCE),
    ("no base, XPM alone has a value", NO_BASE, "", "b", TO_IGNITION, TO_IGNITION, NOTHING),
    ("no base, Ignition alone has a value", NO_BASE, "b", "", TO_XPM, NOTHING, TO_XPM),
    ("no base, two values", NO_BASE, "b", "c", XPM_WINS, XPM_WINS, IGNITION_WINS),
    ("unknown in XPM", "a", "b", UNKNOWN, NOTHING, NOTHING, NOTHING),
    ("unknown in Ignition", "a", UNKNOWN, "b", NOTHING, NOTHING, NOTHING),
    ("unknown on both sides", "a", UNKNOWN, UNKNOWN, NOTHING, NOTHING, NOTHING),
    ("unknown base", UNKNOWN, "a", "b", NOTHING, NOTHING, NOTHING),
    ("unknown in XPM, no base", NO_BASE, "b", UNKNOWN, NOTHING, NOTHING, NOTHING),
    ("unknown in Ignition, no base", NO_BASE, UNKNOWN, "b", NOTHING, NOTHING, NOTHING),
    ("an address: neither changed", STREET, STREET, STREET, NOTHING, NOTHING, NOTHING),
    ("an address: XPM changed", STREET, STREET, ROAD, TO_IGNITION, TO_IGNITION, NOTHING),
    ("an address: Ignition cleared", STREET, BLANK, STREET, TO_XPM, NOTHING, TO_XPM),
    ("an address: cleared here, changed there", STREET, BLANK, ROAD, XPM_WINS, TO_IGNITION, IGNITION_WINS),
    ("an address: no base, Ignition blank", NO_BASE, BLANK, ROAD, TO_IGNITION, TO_IGNITION, NOTHING),
    ("an address: no base, XPM blank", NO_BASE, ROAD, BLANK, TO_XPM, NOTHING, TO_XPM),
    ("names: XPM put it into a group", (), (), ("Farms",), TO_IGNITION, TO_IGNITION, NOTHING),
    ("names: XPM took it out", ("Farms",), ("Farms",), (), TO_IGNITION, TO_IGNITION, NOTHING),
    ("names: no base, Ignition in none", NO_BASE, (), ("Farms",), TO_IGNITION, TO_IGNITION, NOTHING),
    ("a flag: XPM said yes", False, False, True, TO_IGNITION, TO_IGNITION, NOTHING),
    ("a flag: no is a value", NO_BASE, True, False, XPM_WINS, XPM_WINS, IGNITION_WINS),
    ("a flag: Ignition knows none yet", NO_BASE, None, False, TO_IGNITION, TO_IGNITION, NOTHING),
    ("a flag: Ignition says neither", True, None, False, XPM_WINS, TO_IGNITION, IGNITION_WINS),
    ("a person: XPM changed", "p1", "p1", "p2", TO_IGNITION, TO_IGNITION, NOTHING),
    ("a person: XPM took it away", "p1", "p1", None, TO_IGNITION, TO_IGNITION, NOTHING),
    ("a person: Ignition took it away", "p1", None, "p1", TO_XPM, NOTHING, TO_XPM),
    ("a person: no base, XPM has none", NO_BASE, "p1", None, TO_XPM, NOTHING, TO_XPM),
    ("a person: no base, none on either side", NO_BASE, None, None, ADVANCE, ADVANCE, ADVANCE),
]  # fmt: skip
IDS = [cell[0] for cell in CELLS]


@pytest.mark.parametrize("cell", CELLS, ids=IDS)
def test_each_cell_of_the_two_way_table_is_as_written(cell: tuple[object, ...]) -> None:
    _, base, ignition, xpm, expected, _, _ = cell
    assert decide(Direction.TWO_WAY, base, ignition, xpm) == expected


@pytest.mark.parametrize("cell", CELLS, ids=IDS)
def test_each_cell_of_the_table_from_xpm_is_as_written(cell: tuple[object, ...]) -> None:
    _, base, ignition, xpm, _, expected, _ = cell
    assert decide(Direction.FROM_XPM, base, ignition, xpm) == expected


@pytest.mark.parametrize("cell", CELLS, ids=IDS)
def test_each_cell_of_the_table_to_xpm_is_as_written(cell: tuple[object, ...]) -> None:
    _, base, ignition, xpm, _, _, expected = cell
    assert decide(Direction.TO_XPM, base, ignition, xpm) == expected


@pytest.mark.parametrize("cell", CELLS, ids=IDS)
def test_a_field_that_is_not_synced_asks_for_nothing(cell: tuple[object, ...]) -> None:
    _, base, ignition, xpm, _, _, _ = cell
    assert decide(Direction.NONE, base, ignition, xpm) == NOTHING


@pytest.mark.parametrize(
    ("base", "ignition", "xpm"), [("a", "b", "c"), (NO_BASE, "b", "c"), ("a", "", "c"), ("a", "b", "")]
)
def test_ignition_wins_a_two_way_conflict_where_it_is_configured_to(
    base: MaybeValue, ignition: MaybeValue, xpm: MaybeValue
) -> None:
    assert decide(Direction.TWO_WAY, base, ignition, xpm, Side.IGNITION) == IGNITION_WINS


@pytest.mark.parametrize("winner", list(Side))
def test_the_configured_winner_does_not_turn_a_one_way_field_around(winner: Side) -> None:
    assert decide(Direction.FROM_XPM, "a", "b", "c", winner) == XPM_WINS
    assert decide(Direction.TO_XPM, "a", "b", "c", winner) == IGNITION_WINS


@pytest.mark.parametrize("winner", list(Side))
def test_the_configured_winner_decides_conflicts_only(winner: Side) -> None:
    assert decide(Direction.TWO_WAY, "a", "b", "a", winner) == TO_XPM
    assert decide(Direction.TWO_WAY, "a", "a", "b", winner) == TO_IGNITION
    assert decide(Direction.TWO_WAY, "a", "b", "b", winner) == ADVANCE


def test_only_a_conflict_has_a_winner() -> None:
    without = [one for cell in CELLS for one in cell[4:] if one.verdict is not Verdict.CONFLICT]
    assert {one.winner for one in without} == {None}
