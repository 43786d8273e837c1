"""What was expected beside what was found: the lines that are not the other's are marked."""

import pytest

from scenarios.report.compare import compare, shown


def marked(expected: object, found: object) -> tuple[list[str], list[str]]:
    one, other = compare(expected, found)
    return [part.text for part in one if part.is_other], [part.text for part in other if part.is_other]


@pytest.mark.parametrize(
    ("expected", "found", "missing", "more"),
    [
        (["a", "b"], ["a", "b"], [], []),
        (["a", "b", "c"], ["a", "c"], [' "b",'], []),
        (["a"], ["a", "z"], [], [' "z"']),
        ({"phone": "1", "fax": "2"}, {"phone": "1", "fax": "3"}, [' "fax": "2"'], [' "fax": "3"']),
        ("one", "two", ['"one"'], ['"two"']),
        ({"b", "a"}, ["a", "b"], [], []),
        (None, 3, ["null"], ["3"]),
    ],
)
def test_only_the_lines_that_the_other_value_has_not_are_marked(
    expected: object, found: object, missing: list[str], more: list[str]
) -> None:
    """A member that is missing, one too many and one that changed are told apart; a comma is no difference."""
    assert marked(expected, found) == (missing, more)


def test_every_line_of_both_values_is_shown_marked_or_not() -> None:
    """Nothing of a value is left out for being the same."""
    one, other = compare(["a", "b"], ["b"])
    assert [part.text for part in one] == ["[", ' "a",', ' "b"', "]"]
    assert [part.text for part in other] == ["[", ' "b"', "]"]


def test_sets_of_members_that_cannot_be_ordered_are_shown_in_one_order() -> None:
    """The same set is the same text whatever the hash seed."""
    assert shown({None, 2, "a", "2"}) == '[2, "2", null, "a"]'
