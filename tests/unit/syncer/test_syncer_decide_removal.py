"""E6, E5, E9, R10: what becomes of a record that one side does not have, cell by cell."""

from itertools import product

import pytest

from syncer.decide import Fate, Removal, Side, State, decide_addition, decide_removal
from syncer.fields import Direction

TWO, FROM, TO, NONE = Direction.TWO_WAY, Direction.FROM_XPM, Direction.TO_XPM, Direction.NONE
SAME, CHANGED, GONE, UNKNOWN = State.SAME, State.CHANGED, State.GONE, State.UNKNOWN
NOTHING, FORGET = Removal(Fate.NOTHING), Removal(Fate.FORGET)
OUT_OF_IGNITION, OUT_OF_XPM = Removal(Fate.REMOVE_IGNITION), Removal(Fate.REMOVE_XPM)
INTO_IGNITION, INTO_XPM = Removal(Fate.MAKE_IGNITION), Removal(Fate.MAKE_XPM)

# Direction, Ignition, XPM; then what is done where XPM wins conflicts, and where Ignition does.
CELLS: list[tuple[Direction, State, State, Removal, Removal]] = [
    (TWO, SAME, GONE, OUT_OF_IGNITION, OUT_OF_IGNITION),
    (TWO, CHANGED, GONE, Removal(Fate.REMOVE_IGNITION, Side.XPM), Removal(Fate.MAKE_XPM, Side.IGNITION)),
    (TWO, GONE, SAME, OUT_OF_XPM, OUT_OF_XPM),
    (TWO, GONE, CHANGED, Removal(Fate.MAKE_IGNITION, Side.XPM), Removal(Fate.REMOVE_XPM, Side.IGNITION)),
    (TWO, GONE, GONE, FORGET, FORGET),
    (FROM, SAME, GONE, OUT_OF_IGNITION, OUT_OF_IGNITION),
    (FROM, CHANGED, GONE, Removal(Fate.REMOVE_IGNITION, Side.XPM), Removal(Fate.REMOVE_IGNITION, Side.XPM)),
    (FROM, GONE, SAME, NOTHING, NOTHING),
    (FROM, GONE, CHANGED, INTO_IGNITION, INTO_IGNITION),
    (FROM, GONE, GONE, FORGET, FORGET),
    (TO, SAME, GONE, NOTHING, NOTHING),
    (TO, CHANGED, GONE, INTO_XPM, INTO_XPM),
    (TO, GONE, SAME, OUT_OF_XPM, OUT_OF_XPM),
    (TO, GONE, CHANGED, Removal(Fate.REMOVE_XPM, Side.IGNITION), Removal(Fate.REMOVE_XPM, Side.IGNITION)),
    (TO, GONE, GONE, FORGET, FORGET),
    (NONE, GONE, GONE, FORGET, FORGET),
]
WRITTEN = {cell[:3] for cell in CELLS}
OTHERS = [cell for cell in product(Direction, State, State) if cell not in WRITTEN]


def name(cell: tuple[object, ...]) -> str:
    direction, here, there = cell[:3]
    assert isinstance(direction, Direction)
    assert isinstance(here, State)
    assert isinstance(there, State)
    return f"{direction.value}, Ignition {here.value}, XPM {there.value}"


@pytest.mark.parametrize("cell", CELLS, ids=name)
def test_each_cell_of_the_table_of_removals_is_as_written(
    cell: tuple[Direction, State, State, Removal, Removal],
) -> None:
    direction, here, there, if_xpm, if_ignition = cell
    assert decide_removal(direction, here, there) == if_xpm
    assert decide_removal(direction, here, there, Side.XPM) == if_xpm
    assert decide_removal(direction, here, there, Side.IGNITION) == if_ignition


@pytest.mark.parametrize("cell", OTHERS, ids=name)
@pytest.mark.parametrize("winner", list(Side))
def test_any_other_cell_asks_for_nothing(cell: tuple[Direction, State, State], winner: Side) -> None:
    assert decide_removal(*cell, winner) == NOTHING


def test_the_cells_that_ask_for_nothing_are_the_unknown_the_present_and_the_ones_not_synced() -> None:
    for direction, here, there in OTHERS:
        present = GONE not in (here, there)
        assert UNKNOWN in (here, there) or present or direction is NONE


@pytest.mark.parametrize(
    ("direction", "side", "fate"),
    [
        (TWO, Side.XPM, Fate.MAKE_IGNITION),
        (TWO, Side.IGNITION, Fate.MAKE_XPM),
        (FROM, Side.XPM, Fate.MAKE_IGNITION),
        (FROM, Side.IGNITION, Fate.NOTHING),
        (TO, Side.XPM, Fate.NOTHING),
        (TO, Side.IGNITION, Fate.MAKE_XPM),
        (NONE, Side.XPM, Fate.NOTHING),
        (NONE, Side.IGNITION, Fate.NOTHING),
    ],
)
def test_a_record_that_was_never_linked_goes_the_way_of_the_direction(
    direction: Direction, side: Side, fate: Fate
) -> None:
    assert decide_addition(direction, side) is fate
