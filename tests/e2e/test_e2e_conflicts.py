"""E3, E6: `syncer conflicts` lists conflicts, shows one, takes what lost, or lets it rest."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Raise
from e2e_bench import DAY, known, lead, small_world
from e2e_conflicts import edit, phones, removed
from e2e_contacts import KEA, MERE, TAMA, here, there
from e2e_terminal import Terminal


@pytest.fixture
def terminal(raise_bench: Raise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """A practice with a conflict about a phone, won by XPM, and one about a contact that was removed."""
    world = small_world([known(KEA, phone="1", contacts=[MERE, TAMA])], [lead("Moa Ltd")])
    with raise_bench(world, connected=False) as bench:
        found = Terminal(bench, tmp_path, monkeypatch)
        found.run("connect")
        found.run("sync")
        found.run("sync")
        bench.stage.pass_time(DAY)
        edit(bench, xpm="2", ignition="3")
        removed(bench, "xpm")
        yield found


def test_e3_the_report_shows_the_value_that_lost_and_how_to_apply_it(terminal: Terminal) -> None:
    done = terminal.run("sync")
    phone = f"conflict: Phone of “{KEA}”: XPM's value wins (E3); Ignition had “3”: `syncer conflicts take 1` applies that"
    person = "Ignition had “name: Tama Tāwhai, email: tama@example.com, phone: 77”: `syncer conflicts take 2` applies that"
    lines = done.stdout.splitlines()
    assert phone in lines
    assert [
        line for line in lines if "removed from XPM and changed in Ignition" in line and line.endswith(person)
    ]


def test_e3_conflicts_lists_what_is_open(terminal: Terminal) -> None:
    assert terminal.json("conflicts") == []
    assert terminal.run("conflicts").stdout == "no conflict is open\n"
    terminal.run("sync")
    listed = terminal.run("conflicts").stdout
    for word in ("Conflicts of practice-1", "Phone of", "contact “Tama", "(removed)", "open"):
        assert word in listed
    assert "syncer conflicts take NO. applies the value that lost; dismiss NO. lets it rest." in listed
    first, second = terminal.json("conflicts")
    assert (first["number"], first["kind"], first["client"], first["field"]) == (1, "changed", KEA, "phone")
    assert (first["base"], first["xpm"], first["ignition"], first["winner"]) == ("1", "2", "3", "xpm")
    assert (second["number"], second["kind"], second["contact"], second["xpm"]) == (
        2,
        "removed",
        "Tama Tāwhai",
        None,
    )
    assert second["ignition"]["phone"] == "77"


def test_e3_conflicts_show_has_all_that_is_known_of_one(terminal: Terminal) -> None:
    terminal.run("sync")
    shown = terminal.run("conflicts", "show", "1").stdout
    for word in (
        "changed on both sides",
        "XPM client",
        there(terminal.bench)["UUID"],
        here(terminal.bench)["slug"],
    ):
        assert word in shown
    assert terminal.json("conflicts", "show", "1") == terminal.json("conflicts")[0]
    shown = terminal.run("conflicts", "show", "2").stdout
    for word in ("removed on one side, changed on the other", "phone: 77", "email: tama@example.com"):
        assert word in shown


def test_e3_conflicts_take_applies_what_lost_on_both_sides(terminal: Terminal) -> None:
    terminal.run("sync")
    assert phones(terminal.bench) == ("2", "2")
    done = terminal.run("conflicts", "take", "1")
    assert f"conflict 1, Phone of “{KEA}”: what Ignition had is taken" in done.stdout.splitlines()
    assert phones(terminal.bench) == ("3", "3")
    assert [one["number"] for one in terminal.json("conflicts")] == [2]
    settled = terminal.json("conflicts", "--all")
    assert [(one["number"], one["state"]) for one in settled] == [(1, "taken"), (2, "open")]
    assert "settled:" in terminal.run("conflicts", "--all").stdout
    (report,) = terminal.json("sync")
    assert sum(cost["writes"] for cost in report["costs"].values()) == 0


def test_e6_conflicts_take_brings_a_removed_contact_back_on_both_sides(terminal: Terminal) -> None:
    terminal.run("sync")
    (report,) = terminal.json("conflicts", "take", "2")
    assert report["did"]["conflicts taken"] == 1
    bench = terminal.bench
    assert {one["Name"]: one["Phone"] for one in there(bench)["Contacts"]}["Tama Tāwhai"] == "77"
    ours = bench.one.ignition.contacts(here(bench)["slug"])
    assert {one["name"]: one["phone"] for one in ours}["Tama Tāwhai"] == "77"
    (report,) = terminal.json("sync")
    assert sum(cost["writes"] for cost in report["costs"].values()) == 0


def test_e3_conflicts_dismiss_lets_one_rest(terminal: Terminal) -> None:
    terminal.run("sync")
    done = terminal.run("conflicts", "dismiss", "1")
    assert done.stdout == f"conflict 1 is dismissed; Phone of “{KEA}” stays as it is\n"
    assert [one["number"] for one in terminal.json("conflicts")] == [2]
    assert terminal.json("conflicts", "dismiss", "2")["state"] == "dismissed"
    assert phones(terminal.bench) == ("2", "2")


def test_a_conflict_that_is_settled_or_unknown_is_refused_with_a_sentence(terminal: Terminal) -> None:
    terminal.run("sync")
    terminal.run("conflicts", "dismiss", "1")
    for action in ("take", "dismiss"):
        done = terminal.run("conflicts", action, "1", code=1)
        assert f"syncer: conflict 1 (Phone of “{KEA}”) is settled: dismissed on 2026-" in done.stderr
        assert (
            "syncer: there is no conflict 9; open are: 2"
            in terminal.run("conflicts", action, "9", code=1).stderr
        )
    assert "there is no conflict 9" in terminal.run("conflicts", "show", "9", code=1).stderr
    assert "name the action and the conflict" in terminal.run("conflicts", "take", code=2).stderr
