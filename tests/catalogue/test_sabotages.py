"""A scenario must bite: each rule is broken in turn by a small patch of the syncer, and its scenario turns red."""

import re
from pathlib import Path

import pytest
from acceptances import ACCEPTANCES
from always import ALWAYS
from claims import CLAIMS
from days import DAYS
from edits import EDITS
from sabotage import Sabotage

from mock_kit.faults import Armed
from scenarios.catalogue import BY_NAME
from scenarios.runner import play
from scenarios.story import Scenario

SABOTAGES = DAYS + EDITS + ACCEPTANCES + ALWAYS + CLAIMS
PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
RULES = re.findall(r"^\| ([RE]\d+) \|", PAGE.read_text("utf-8"), re.MULTILINE)


def broken(scenario: Scenario) -> list[str]:
    """Return the expectations that do not hold when a scenario is played, each with its step."""
    steps = play(scenario, 7, 1).steps
    return [f"{step.title}: {one.what}" for step in steps for one in step.expectations if not one.holds]


@pytest.mark.parametrize("one", SABOTAGES, ids=lambda one: one.rule)
def test_a_scenario_turns_red_when_its_rule_is_broken(one: Sabotage, monkeypatch: pytest.MonkeyPatch) -> None:
    # A story that only breaks off does not count, nor one that ends in disagreement alone: a step that
    # names the rule must have expected what it says.
    one.patch(monkeypatch)
    found = (one.judge or broken)(BY_NAME[one.scenario])
    named = [line for line in found if re.search(rf"\b{one.rule}\b", line)]
    assert named, f"{one.what}: no step of {one.scenario} sees it that names {one.rule}, but {found}"


def test_each_rule_is_broken_once_at_least() -> None:
    assert sorted({one.rule for one in SABOTAGES}) == sorted(RULES)


@pytest.mark.parametrize("one", SABOTAGES, ids=lambda one: one.rule)
def test_the_scenario_says_that_it_proves_the_rule(one: Sabotage) -> None:
    assert one.rule in BY_NAME[one.scenario].rules


@pytest.mark.parametrize("kind", ["lost", "late", "reset"])
def test_lost_answers_turns_red_when_no_answer_is_lost(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _is_never_met(monkeypatch, kind)
    assert any("what XPM is asked" in line for line in broken(BY_NAME["lost-answers"]))


@pytest.mark.parametrize("what", ["lost", "duplicated", "delayed", "reordered"])
def test_webhooks_turns_red_when_nothing_happens_to_them(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _is_never_met(monkeypatch, f"webhook_{what}")
    assert any("how often the fault struck" in line for line in broken(BY_NAME["webhooks"]))


def _is_never_met(patch: pytest.MonkeyPatch, kind: str) -> None:
    """Have the fakes never do what a kind of fault asks for."""
    real = Armed.meets
    patch.setattr(Armed, "meets", lambda self, *given: self.fault.kind != kind and real(self, *given))
