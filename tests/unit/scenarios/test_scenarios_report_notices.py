"""What the syncer warned of: by which rule, what a person can do, in which steps."""

import pytest

from scenarios.report.notices import WAYS_OUT, Notice, notices
from scenarios.report.rules import meanings
from scenarios.report.steps import Played
from scenarios.story import Step
from syncer.report import Report


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("“A” is near “B” (E10, R11), again (E10)", "E10, R11"),
        ("“R6 Holdings (E3)” is archived, no longer synced (E7)", "E7"),
        ("no rule here, nor in REPORT1 or E100x", ""),
    ],
)
def test_a_warning_has_the_rules_that_it_names(text: str, rules: str) -> None:
    """Each number once, in the order of the text; neither names nor words that look like one count."""
    assert Notice("note", text, "", []).rules == rules


def step(number: int, *, warnings: list[str], attention: list[str]) -> Played:
    told = Report("practice-1")
    told.warnings, told.attention = warnings, attention
    return Played(number, Step("One", reports=[told]), [])


def test_what_needs_a_person_comes_first_and_is_there_once_with_its_steps_and_the_way_out() -> None:
    """What two syncs said is one line that names both steps; whatever presses has a way out, a note without a rule none."""
    near, several, other = "“A” was created; “a” is near (E10)", "“R6” is there twice (E1)", "a note"
    found = notices(
        [
            step(1, warnings=[near], attention=[]),
            step(4, warnings=[near, other], attention=[several, "why (E4)"]),
        ]
    )
    assert [(one.kind, one.text, one.steps) for one in found] == [
        ("needs attention", several, [4]),
        ("needs attention", "why (E4)", [4]),
        ("note", near, [1, 4]),
        ("note", other, [4]),
    ]
    assert [one.way_out for one in found] == [
        "give the two different names, or archive the one that is there twice; then sync",
        "decide, then run the syncer again",
        "look whether the two are one client; only an exact name counts as the same",
        "",
    ]


def test_each_way_out_is_of_a_rule_that_there_is() -> None:
    """A rule that is numbered anew does not leave its way out behind."""
    assert {rule for _, rule in WAYS_OUT} <= set(meanings())
