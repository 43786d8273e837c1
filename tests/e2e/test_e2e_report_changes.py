"""What each step did to both sides' records: read between the steps, told in each, and nothing is disturbed by it."""

import re

import pytest
from e2e_told import FAILING, HOSTILE, Text, failed, passed

from scenarios import runner
from scenarios.catalogue import BY_NAME
from scenarios.report import page
from scenarios.report.changes import Field
from scenarios.runner import play
from scenarios.states import clients_of, may_change
from scenarios.watch import Noted


def told(step: int) -> list[tuple[str, str, str, tuple[Field, ...]]]:
    """What the failed run's step says of the client that it is about."""
    found = failed().steps[step - 1].changes or ()
    return [(one.side, one.what, one.kind, one.fields) for one in found if one.label == HOSTILE]


def packed(text: str) -> str:
    """A text without its blanks: a table's cells have none between them."""
    return "".join(text.split())


def test_each_step_says_what_it_changed_on_which_side() -> None:
    """The first sync makes the client in Ignition; people type on both sides; the sync has XPM's phone win."""
    ((side, what, kind, fields),) = told(2)
    assert (side, what, kind) == ("Ignition", "created", "client")
    assert {Field("phone", "", "1"), Field("website", "", "https://old.example")} <= set(fields)
    typed = Field("website", "https://old.example", "https://mine.example")
    assert told(3) == [
        ("XPM", "changed", "client", (Field("phone", "1", "2"),)),
        ("Ignition", "changed", "client", (Field("phone", "1", "3"), typed)),
    ]
    assert told(4) == [("Ignition", "changed", "client", (Field("phone", "3", "2"),))]
    assert failed().steps[4].changes == ()


def test_the_page_tells_it_in_the_step_in_which_it_was() -> None:
    html = page.render(failed())
    words = [packed(Text(one).text) for one in html.partition('id="notices"')[0].split('<li id="step-')]
    who = packed(HOSTILE)
    assert f"XPMclient{who}phone:1→2Ignitionclient{who}phone:1→3website:" in words[3]
    assert packed("XPM: 1 client changed; Ignition: 1 client changed") in words[3]
    assert f"Ignitionclient{who}phone:3→2" in words[4]
    nothing = packed("No record changed on either side.")
    assert [number for number, one in enumerate(words) if nothing in one] == [5]


def test_at_the_end_it_is_marked_what_the_whole_run_changed() -> None:
    """XPM's phone was another at the start; Ignition had none of its clients then."""
    html = page.render(failed())
    whole = packed(Text(html.partition('id="whole"')[2]).text)
    assert f"XPMclient{packed(HOSTILE)}phone:1→2" in whole
    assert packed("changed in XPM new in Ignition") in whole
    row = re.search(r'<tr><td>phone <span class="soft">R5</span></td>(.*?)</tr>', html)
    assert row
    assert row[1] == '<td>2<div class="was">was 1</div></td><td>2</td>'


@pytest.mark.parametrize("mode", ["process", "sockets"])
@pytest.mark.parametrize("name", ["made-to-fail", "lost-answers"])
def test_reading_states_between_the_steps_changes_nothing(name: str, mode: runner.Mode) -> None:
    """The state in the end, the verdict, and all that both fakes answered are what they are when nobody looks."""
    scenario = {FAILING.name: FAILING, **BY_NAME}[name]
    looked, not_looked = play(scenario, 7, 3, mode, looks=True), play(scenario, 7, 3, mode)
    assert (looked.state, looked.passed) == (not_looked.state, not_looked.passed)
    assert [len(one) for one in looked.journals.values()] == [
        len(one) for one in not_looked.journals.values()
    ]
    assert all(step.changes is not None for step in looked.steps)
    assert all(step.changes is None for step in not_looked.steps)


@pytest.mark.parametrize("name", ["webhooks", "leaving"])
def test_what_is_not_read_again_has_not_changed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls that only read, log in or arrange are passed over: reading after them as well finds the same in each step."""
    found = [step.changes for step in play(BY_NAME[name], 7, 3, looks=True).steps]
    monkeypatch.setattr("scenarios.states.may_change", lambda _note: True)
    assert [step.changes for step in play(BY_NAME[name], 7, 3, looks=True).steps] == found


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/reporting/clients", False),
        ("POST", "/connect/token", False),
        ("POST", "/_control/tokens", False),
        ("POST", "/_control/clock/advance", True),
        ("PUT", "/practicemanager/3.1/client.api/update", True),
    ],
)
def test_a_call_that_may_change_a_record_is_told_by_its_method_and_path(
    method: str, path: str, *, expected: bool
) -> None:
    assert may_change(Noted("", "", "", method, path, "", 200)) is expected


def test_of_a_world_that_is_too_large_it_says_what_was_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading thousands of clients after each step takes longer than the steps; the rest of the report is there."""
    clients = clients_of(FAILING.world(7, 3))
    monkeypatch.setattr(runner, "MOST_CLIENTS", clients)
    assert play(FAILING, 7, 3, looks=True).steps[0].changes is not None
    monkeypatch.setattr(runner, "MOST_CLIENTS", clients - 1)
    result = play(FAILING, 7, 3, looks=True)
    text = Text(page.render(result)).text
    assert "What each step did to the records was left out" in text
    assert "What the whole run changed" not in text
    assert "1 thing differs" in text
    assert "to the records was left out" not in Text(page.render(failed())).text
    assert result.state == failed().state


def test_a_run_that_passed_says_which_jobs_were_made_for_which_proposal() -> None:
    """A step in which a proposal is accepted shows the job in XPM beside what Ignition shows of it."""
    (step,) = [one for one in passed().steps if "known to XPM, accepts a proposal" in one.title]
    kinds = [(one.side, one.what, one.kind) for one in step.changes or ()]
    assert ("XPM", "created", "job") in kinds
    assert ("Ignition", "changed", "client") in kinds
    (deal,) = [one for one in step.changes or () if one.kind == "proposal"]
    (job,) = [one for one in step.changes or () if one.kind == "job"]
    number, name = job.label.split(" ", 1)
    assert Field("deployment jobs", "", f"{name} {number}") in deal.fields
