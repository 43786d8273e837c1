"""E3, E6: a conflict is listed, shown, taken or dismissed, and settles when both sides agree again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Raise
from e2e_bench import DAY, Bench, CrashError, broken, known, lead, small_world
from e2e_terminal import Terminal

from scenarios.builders import contact, group, staff
from syncer.errors import DecisionError, OutcomeUnknownError

KEA = "Kea Cafés Limited"
MERE = contact("Mere Tāwhai", email="mere@example.com", phone="1", is_primary=True)
TAMA = contact("Tama Tāwhai", email="tama@example.com")
Json = dict[str, Any]
OTHER = {"xpm": "ignition", "ignition": "xpm"}
WINNERS = pytest.mark.parametrize("winner", ["xpm", "ignition"])


def there(bench: Bench) -> Json:
    return bench.one.xpm.named(KEA)[0]


def here(bench: Bench) -> Json:
    return bench.one.ignition.named(KEA)[0]


def phones(bench: Bench) -> tuple[str, str]:
    return there(bench)["Phone"], here(bench)["phone"] or ""


def edit(bench: Bench, *, xpm: str, ignition: str) -> None:
    """Have the client's phone changed on both sides."""
    bench.one.xpm.update_client(there(bench)["UUID"], Phone=xpm)
    bench.one.ignition.update_client(here(bench)["slug"], phone=ignition)


def started(bench: Bench) -> None:
    bench.one.sync()
    bench.one.sync()
    bench.stage.pass_time(DAY)


def row(bench: Bench, number: int = 1) -> Json:
    found: Json = bench.stage.ledger.dump()["conflicts"][number - 1]
    return found


def is_quiet(bench: Bench) -> bool:
    before = bench.stage.fake_digests()
    writes = bench.one.sync().writes
    bench.stage.pass_time(DAY)
    return writes + bench.one.sync().writes == 0 and bench.stage.fake_digests() == before


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
        tama = next(
            one for one in bench.one.ignition.contacts(here(bench)["slug"]) if one["name"] == "Tama Tāwhai"
        )
        bench.one.ignition.update_contact(tama["slug"], phone="77")
        bench.one.xpm.remove_contact(TAMA["uuid"], there(bench)["UUID"])
        yield found


def test_e3_the_report_names_the_conflict_and_where_both_values_are(terminal: Terminal) -> None:
    done = terminal.run("sync")
    line = f"conflict: Phone of “{KEA}”: XPM's value wins (E3); `syncer conflicts show 1` has both values"
    assert line in done.stdout.splitlines()


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


@WINNERS
def test_e3_either_sides_value_can_be_taken_after_all(raise_bench: Raise, winner: str) -> None:
    with raise_bench(small_world([known(KEA, phone="1")]), settings={"winner": winner}) as bench:
        started(bench)
        edit(bench, xpm="2", ignition="3")
        bench.one.sync()
        wins, loses = {"xpm": ("2", "3"), "ignition": ("3", "2")}[winner]
        assert phones(bench) == (wins, wins)
        bench.one.take(1)
        assert phones(bench) == (loses, loses)
        assert row(bench)["state"] == "taken"
        assert is_quiet(bench)


@WINNERS
def test_e3_a_contacts_value_can_be_taken_after_all(raise_bench: Raise, winner: str) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE])]), settings={"winner": winner}) as bench:
        started(bench)
        (ours,) = bench.one.ignition.contacts(here(bench)["slug"])
        bench.one.ignition.update_contact(ours["slug"], phone="3")
        bench.one.xpm.update_contact(MERE["uuid"], there(bench)["UUID"], Phone="2")
        bench.one.sync()
        bench.one.take(1)
        loses = {"xpm": "3", "ignition": "2"}[winner]
        (ours,) = bench.one.ignition.contacts(here(bench)["slug"])
        assert (there(bench)["Contacts"][0]["Phone"], ours["phone"]) == (loses, loses)
        assert is_quiet(bench)


@WINNERS
def test_e6_a_value_taken_of_a_shared_contact_goes_to_all_its_copies(raise_bench: Raise, winner: str) -> None:
    world = small_world([known(name, contacts=[MERE]) for name in (KEA, "Moa Ltd", "Tui Ltd")])
    with raise_bench(world, settings={"winner": winner}) as bench:
        started(bench)
        (ours,) = bench.one.ignition.contacts(here(bench)["slug"])
        bench.one.ignition.update_contact(ours["slug"], phone="3")
        bench.one.xpm.update_contact(MERE["uuid"], there(bench)["UUID"], Phone="2")
        bench.one.sync()
        bench.one.take(1)
        loses = {"xpm": "3", "ignition": "2"}[winner]
        rows = bench.one.ignition._list("reporting/contacts")
        assert [one["phone"] for one in rows] == [loses] * 3
        assert [one["Contacts"][0]["Phone"] for one in bench.one.xpm.clients()] == [loses] * 3
        assert is_quiet(bench)


def removed(bench: Bench, side: str) -> None:
    """Have Tama removed on one side and changed on the other."""
    tama = next(
        one for one in bench.one.ignition.contacts(here(bench)["slug"]) if one["name"] == "Tama Tāwhai"
    )
    if side == "xpm":
        bench.one.xpm.remove_contact(TAMA["uuid"], there(bench)["UUID"])
        bench.one.ignition.update_contact(tama["slug"], phone="77")
    else:
        bench.one.ignition.remove_contact(tama["slug"])
        bench.one.xpm.update_contact(TAMA["uuid"], there(bench)["UUID"], Phone="77")


def tamas(bench: Bench) -> tuple[list[str], list[str]]:
    """Return Tama's phones: XPM's, then Ignition's."""
    ours = bench.one.ignition.contacts(here(bench)["slug"])
    return (
        [one["Phone"] for one in there(bench)["Contacts"] if one["Name"] == "Tama Tāwhai"],
        [one["phone"] for one in ours if one["name"] == "Tama Tāwhai"],
    )


@pytest.mark.parametrize("side", ["xpm", "ignition"])
@WINNERS
def test_e6_of_a_removal_and_an_edit_the_other_can_be_taken_after_all(
    raise_bench: Raise, side: str, winner: str
) -> None:
    world = small_world([known(KEA, contacts=[MERE, TAMA])])
    with raise_bench(world, settings={"winner": winner}) as bench:
        started(bench)
        removed(bench, side)
        bench.one.sync()
        stays = winner != side
        assert tamas(bench) == ((["77"], ["77"]) if stays else ([], []))
        bench.one.take(1)
        assert tamas(bench) == (([], []) if stays else (["77"], ["77"]))
        assert row(bench)["state"] == "taken"
        assert is_quiet(bench)


def test_e6_a_shared_contact_that_is_taken_back_is_shared_again(raise_bench: Raise) -> None:
    world = small_world([known(KEA, contacts=[MERE, TAMA]), known("Moa Ltd", contacts=[TAMA])])
    with raise_bench(world, settings={"winner": "ignition"}) as bench:
        started(bench)
        removed(bench, "ignition")
        bench.one.sync()
        assert tamas(bench) == ([], [])
        bench.one.take(1)
        assert tamas(bench) == (["77"], ["77"])
        assert TAMA["uuid"] in [one["UUID"] for one in there(bench)["Contacts"]]
        assert is_quiet(bench)


VIP = group("Key clients")
ONE_WAY = {"website": ({"WebSite": "https://2.example"}, {"website": "https://3.example"})}


def test_r7_a_one_way_value_that_is_taken_stays_in_ignition(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, website="https://1.example")])) as bench:
        started(bench)
        bench.one.xpm.update_client(there(bench)["UUID"], WebSite="https://2.example")
        bench.one.ignition.update_client(here(bench)["slug"], website="https://3.example")
        bench.one.sync()
        assert here(bench)["website"] == "https://2.example"
        bench.one.take(1)
        assert (there(bench)["Website"], here(bench)["website"]) == ("https://2.example", "https://3.example")
        assert row(bench)["state"] == "taken"
        assert is_quiet(bench)


def test_r6_a_partner_who_lost_can_be_taken_while_they_are_a_linked_user(raise_bench: Raise) -> None:
    ann, bob, cat = (staff(name, email=f"{name.lower()}@example.com") for name in ("Ann", "Bob", "Cat"))
    world = small_world([known(KEA, account_manager_uuid=ann["uuid"])], staff=[ann, bob, cat])
    with raise_bench(world) as bench:
        bench.one.sync()
        users = {one["name"]: bench.one.ignition.pick_user(one["uuid"])["slug"] for one in (ann, bob, cat)}
        started(bench)
        bench.one.xpm.update_client(there(bench)["UUID"], AccountManagerUUID=bob["uuid"])
        bench.one.ignition.update_client(here(bench)["slug"], partner_slug=users["Cat"])
        bench.one.sync()
        assert here(bench)["partner"]["slug"] == users["Bob"]
        bench.one.take(1)
        assert here(bench)["partner"]["slug"] == users["Cat"]
        assert bench.one.xpm.client(there(bench)["UUID"])["AccountManager"]["UUID"] == cat["uuid"]
        assert is_quiet(bench)


def test_r6_a_partner_who_is_no_linked_user_any_more_is_not_taken(raise_bench: Raise) -> None:
    ann, bob, cat = (staff(name, email=f"{name.lower()}@example.com") for name in ("Ann", "Bob", "Cat"))
    world = small_world([known(KEA, account_manager_uuid=ann["uuid"])], staff=[ann, bob, cat])
    with raise_bench(world) as bench:
        bench.one.sync()
        users = {one["name"]: bench.one.ignition.pick_user(one["uuid"])["slug"] for one in (ann, bob, cat)}
        started(bench)
        bench.one.xpm.update_client(there(bench)["UUID"], AccountManagerUUID=bob["uuid"])
        bench.one.ignition.update_client(here(bench)["slug"], partner_slug=users["Cat"])
        bench.one.sync()
        bench.one.ignition.delete_user(users["Cat"])
        bench.one.sync()
        with pytest.raises(DecisionError, match="no linked user any more"):
            bench.one.take(1)


@pytest.mark.parametrize("side", ["xpm", "ignition"])
def test_e3_what_changed_again_since_is_not_overwritten(raise_bench: Raise, side: str) -> None:
    with raise_bench(small_world([known(KEA, phone="1")])) as bench:
        started(bench)
        edit(bench, xpm="2", ignition="3")
        bench.one.sync()
        if side == "xpm":
            bench.one.xpm.update_client(there(bench)["UUID"], Phone="4")
        else:
            bench.one.ignition.update_client(here(bench)["slug"], phone="4")
        before = bench.stage.fake_digests()
        with pytest.raises(DecisionError, match="has changed again since"):
            bench.one.take(1)
        assert bench.stage.fake_digests() == before
        report = bench.one.sync()
        assert phones(bench) == ("4", "4")
        assert row(bench)["state"] == "agreed"
        assert f"conflict 1, Phone of “{KEA}”: both sides agree now" in report.lines
        with pytest.raises(DecisionError, match="settled: both sides agree now"):
            bench.one.take(1)


def test_e3_a_conflict_stays_open_as_long_as_both_sides_have_what_won(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, phone="1", fax="1")])) as bench:
        started(bench)
        edit(bench, xpm="2", ignition="3")
        bench.one.sync()
        bench.one.xpm.update_client(there(bench)["UUID"], Fax="5")
        bench.one.sync()
        bench.one.sync()
        assert row(bench)["state"] == "open"


def test_e3_what_a_person_already_put_right_by_hand_is_settled(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, phone="1")])) as bench:
        started(bench)
        edit(bench, xpm="2", ignition="3")
        bench.one.sync()
        edit(bench, xpm="3", ignition="3")
        report = bench.one.take(1)
        assert report.lines == [f"conflict 1, Phone of “{KEA}”: both sides have it already"]
        assert row(bench)["state"] == "agreed"
        assert is_quiet(bench)


@pytest.mark.parametrize("side", ["xpm", "ignition"])
def test_e7_nothing_is_taken_for_a_client_that_is_archived(raise_bench: Raise, side: str) -> None:
    with raise_bench(small_world([known(KEA, phone="1")])) as bench:
        started(bench)
        edit(bench, xpm="2", ignition="3")
        bench.one.sync()
        if side == "xpm":
            bench.one.xpm.archive_client(there(bench)["UUID"])
        else:
            bench.one.ignition.call("POST", f"clients/{here(bench)['slug']}/archive")
        where = {"xpm": "XPM", "ignition": "Ignition"}[side]
        with pytest.raises(DecisionError, match=f"the client is archived in {where}"):
            bench.one.take(1)


def test_e6_nothing_is_taken_for_a_contact_that_is_gone(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA])])) as bench:
        started(bench)
        ours = next(
            one for one in bench.one.ignition.contacts(here(bench)["slug"]) if one["name"] == "Tama Tāwhai"
        )
        bench.one.ignition.update_contact(ours["slug"], phone="3")
        bench.one.xpm.update_contact(TAMA["uuid"], there(bench)["UUID"], Phone="2")
        bench.one.sync()
        bench.one.xpm.remove_contact(TAMA["uuid"], there(bench)["UUID"])
        with pytest.raises(DecisionError, match="a side has the contact no longer"):
            bench.one.take(1)
        bench.one.sync()
        assert row(bench)["state"] == "agreed"


def test_e6_a_removed_contact_that_somebody_entered_anew_is_not_taken_back(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA])])) as bench:
        started(bench)
        removed(bench, "xpm")
        bench.one.sync()
        bench.one.ignition.add_contact(here(bench)["slug"], "Tama Tāwhai", email="tama@example.com")
        with pytest.raises(DecisionError, match="a contact “Tama Tāwhai” is there again"):
            bench.one.take(1)
        bench.one.sync()
        assert row(bench)["state"] == "agreed"


def test_e6_a_contact_that_was_made_again_and_changed_since_is_not_removed(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA])])) as bench:
        started(bench)
        removed(bench, "ignition")
        bench.one.sync()
        assert tamas(bench) == (["77"], ["77"])
        bench.one.xpm.update_contact(TAMA["uuid"], there(bench)["UUID"], Phone="78")
        with pytest.raises(DecisionError, match="the contact has changed again since"):
            bench.one.take(1)
        bench.one.sync()
        assert row(bench)["state"] == "agreed"
        assert tamas(bench) == (["78"], ["78"])


def test_e6_a_conflict_about_a_contact_that_went_after_all_is_settled(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA])])) as bench:
        started(bench)
        removed(bench, "ignition")
        bench.one.sync()
        assert row(bench)["state"] == "open"
        bench.one.xpm.remove_contact(TAMA["uuid"], there(bench)["UUID"])
        with pytest.raises(DecisionError, match="the contact is gone from XPM"):
            bench.one.take(1)
        bench.one.sync()
        assert (tamas(bench), row(bench)["state"]) == (([], []), "agreed")


CASES = {
    "value, XPM won": ("xpm", None),
    "value, Ignition won": ("ignition", None),
    "removal, removed in XPM, XPM won": ("xpm", "xpm"),
    "removal, removed in XPM, Ignition won": ("ignition", "xpm"),
    "removal, removed in Ignition, XPM won": ("xpm", "ignition"),
    "removal, removed in Ignition, Ignition won": ("ignition", "ignition"),
}


def prepared(bench: Bench, side: str | None) -> None:
    started(bench)
    if side is None:
        edit(bench, xpm="2", ignition="3")
    else:
        removed(bench, side)
    bench.one.sync()


@pytest.mark.parametrize("case", CASES)
def test_e11_taking_that_dies_at_any_call_ends_as_if_it_had_not(raise_bench: Raise, case: str) -> None:
    winner, side = CASES[case]
    world = small_world([known(KEA, phone="1", contacts=[MERE, TAMA])])
    with raise_bench(world, settings={"winner": winner}) as bench:
        prepared(bench, side)
        before = len(bench.faults.calls)
        bench.one.take(1)
        count, calm = len(bench.faults.calls) - before, (phones(bench), tamas(bench))
        assert count > 3
    for number in range(count):
        for after in (False, True):
            with raise_bench(world, settings={"winner": winner}) as bench:
                prepared(bench, side)
                bench.faults.on("", number=len(bench.faults.calls) + number, error=CrashError, reaches=after)
                with pytest.raises(CrashError):
                    bench.one.take(1)
                bench.restart()
                bench.one.sync()
                if row(bench)["state"] == "open":
                    try:
                        bench.one.take(1)
                    except DecisionError:
                        bench.one.sync()
                assert (phones(bench), tamas(bench)) == calm, (number, after)
                assert is_quiet(bench)


def test_e11_a_contact_taken_back_into_xpm_is_made_once_though_no_answer_comes(raise_bench: Raise) -> None:
    world = small_world([known(KEA, contacts=[MERE, TAMA])])
    with raise_bench(world, settings={"winner": "ignition"}) as bench:
        prepared(bench, "ignition")
        bench.faults.on(
            "POST http://127.0.0.1:18001/practicemanager/3.1/client.api/contact", error=broken, reaches=True
        )
        bench.one.take(1)
        assert tamas(bench) == (["77"], ["77"])
        assert is_quiet(bench)


def test_e3_taking_that_fails_leaves_the_conflict_open_and_the_run_says_so(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, phone="1")])) as bench:
        prepared(bench, None)
        bench.faults.on("clients/batch", error=broken, times=9)
        with pytest.raises(OutcomeUnknownError):
            bench.one.take(1)
        assert row(bench)["state"] == "open"
        bench.faults.plan.clear()
        bench.one.take(1)
        assert phones(bench) == ("3", "3")
        assert is_quiet(bench)
