"""E6, E3, E4: one person who is a contact of several clients in XPM is several contacts in Ignition."""

from typing import Any

import pytest
from conftest import Raise
from e2e_bench import DAY, Bench, headlines, known, lost, say, small_world

from scenarios.builders import contact
from scenarios.world import Worlds

CLIENTS = ("Alpha Ltd", "Beta Ltd", "Gamma Ltd", "Delta Ltd", "Epsilon Ltd")
JANE = contact("Jane Doe", email="jane@example.com", phone="1", is_primary=True)
PUT = "PUT http://127.0.0.1:18001/practicemanager/3.1/client.api/contact"
Json = dict[str, Any]


def world(*names: str) -> Worlds:
    return small_world([known(name, contacts=[JANE, contact(f"Own of {name}")]) for name in names or CLIENTS])


def started(bench: Bench) -> None:
    """Sync until nothing is left to do, and let a day pass."""
    bench.one.sync()
    bench.one.sync()
    bench.stage.pass_time(DAY)


def copies(bench: Bench, field: str = "phone", who: str = "Jane Doe") -> dict[str, str]:
    """Return a field of each copy in Ignition, by the client's name."""
    rows = bench.one.ignition.all_contacts()
    return {row["client"]["name"]: row[field] or "" for row in rows if row["name"] == who}


def theirs(bench: Bench, field: str = "Phone", who: str = "Jane Doe") -> dict[str, str]:
    """Return a field of the contact at each client in XPM that has it."""
    return {
        client["Name"]: row[field]
        for client in bench.one.xpm.clients()
        for row in client["Contacts"]
        if row["Name"] == who
    }


def slug(bench: Bench, name: str, who: str = "Jane Doe") -> str:
    (client,) = bench.one.ignition.named(name)
    return str(next(row["slug"] for row in bench.one.ignition.contacts(client["slug"]) if row["name"] == who))


def edit(bench: Bench, name: str, **fields: Any) -> None:
    """Have a person change the copy at one client in Ignition."""
    bench.one.ignition.update_contact(slug(bench, name), **fields)


def edit_there(bench: Bench, **elements: str) -> None:
    """Have a person change the contact in XPM."""
    (client,) = bench.one.xpm.named("Alpha Ltd")
    bench.one.xpm.update_contact(JANE["uuid"], client["UUID"], **elements)


def everywhere(value: str, *names: str) -> dict[str, str]:
    return dict.fromkeys(names or CLIENTS, value)


def is_quiet(bench: Bench) -> bool:
    """Tell whether two further syncs, right after and the next day, write nothing (E4)."""
    before = bench.stage.fake_digests()
    writes = bench.one.sync().writes
    bench.stage.pass_time(DAY)
    return writes + bench.one.sync().writes == 0 and bench.stage.fake_digests() == before


def conflicts(bench: Bench) -> list[tuple[str, str, str, str]]:
    """Return the conflicts: client, Ignition's value, XPM's, and who wins."""
    rows = bench.stage.ledger.dump()["conflicts"]
    return [(row["client_name"], row["ignition"], row["xpm"], row["winner"]) for row in rows]


def test_e6_one_person_of_five_clients_is_five_contacts_in_ignition(raise_bench: Raise) -> None:
    with raise_bench(world()) as bench:
        started(bench)
        assert copies(bench) == everywhere("1")
        assert {row["UUID"] for client in bench.one.xpm.clients() for row in client["Contacts"]} >= {
            JANE["uuid"]
        }
        assert is_quiet(bench)


def test_e6_a_change_in_xpm_goes_to_all_copies(raise_bench: Raise) -> None:
    with raise_bench(world()) as bench:
        started(bench)
        edit_there(bench, Phone="2", Name="Jane Roe")
        bench.one.sync()
        assert copies(bench, who="Jane Roe") == everywhere("2")
        assert is_quiet(bench)


def test_e6_a_change_of_one_copy_goes_to_xpm_once_and_to_all_others_in_the_same_sync(
    raise_bench: Raise,
) -> None:
    with raise_bench(world()) as bench:
        started(bench)
        edit(bench, "Gamma Ltd", phone="3")
        planned = bench.one.plan()
        report = bench.one.sync()
        assert (copies(bench), theirs(bench)) == (everywhere("3"), everywhere("3"))
        assert len(bench.faults.named(PUT)) == 1
        line = "XPM: contact “Jane Doe” of “Gamma Ltd” and 4 more: Contact phone (R5)"
        assert (line in planned.lines, line in report.lines) == (True, True)
        assert set(headlines(planned)) == set(report.lines)
        assert is_quiet(bench)


def test_e6_two_copies_changed_in_different_fields_both_count(raise_bench: Raise) -> None:
    with raise_bench(world()) as bench:
        started(bench)
        edit(bench, "Beta Ltd", phone="3")
        edit(bench, "Delta Ltd", mobile="4")
        bench.one.sync()
        assert (copies(bench), copies(bench, "mobile")) == (everywhere("3"), everywhere("4"))
        assert (theirs(bench), theirs(bench, "Mobile")) == (everywhere("3"), everywhere("4"))
        assert len(bench.faults.named(PUT)) == 1
        assert conflicts(bench) == []
        assert is_quiet(bench)


def test_e6_copies_changed_alike_are_no_conflict(raise_bench: Raise) -> None:
    with raise_bench(world()) as bench:
        started(bench)
        edit(bench, "Beta Ltd", phone="3")
        edit(bench, "Delta Ltd", phone="3")
        bench.one.sync()
        assert (copies(bench), theirs(bench)) == (everywhere("3"), everywhere("3"))
        assert conflicts(bench) == []
        assert is_quiet(bench)


def test_e6_copies_changed_differently_yield_to_xpm_where_xpm_wins(raise_bench: Raise) -> None:
    with raise_bench(world()) as bench:
        started(bench)
        edit(bench, "Delta Ltd", phone="4")
        edit(bench, "Beta Ltd", phone="3")
        bench.one.sync()
        assert (copies(bench), theirs(bench)) == (everywhere("1"), everywhere("1"))
        assert sorted(conflicts(bench)) == [
            ("Beta Ltd", '"3"', '"1"', "xpm"),
            ("Delta Ltd", '"4"', '"1"', "xpm"),
        ]
        assert is_quiet(bench)


def test_e6_of_copies_changed_differently_the_first_by_client_counts_where_ignition_wins(
    raise_bench: Raise,
) -> None:
    with raise_bench(world(), settings={"winner": "ignition"}) as bench:
        started(bench)
        edit(bench, "Delta Ltd", phone="4")
        edit(bench, "Beta Ltd", phone="3")
        report = bench.one.sync()
        assert (copies(bench), theirs(bench)) == (everywhere("3"), everywhere("3"))
        assert conflicts(bench) == [("Delta Ltd", '"4"', '"3"', "xpm")]
        assert "contact “Jane Doe” of “Delta Ltd”: the copy of “Beta Ltd” wins (E3)" in say(report)
        assert is_quiet(bench)


@pytest.mark.parametrize("winner", ["xpm", "ignition"])
def test_e3_a_copy_and_xpm_changed_differently_are_a_conflict_whose_winner_goes_everywhere(
    raise_bench: Raise, winner: str
) -> None:
    with raise_bench(world(), settings={"winner": winner}) as bench:
        started(bench)
        edit(bench, "Beta Ltd", phone="3")
        edit_there(bench, Phone="2")
        bench.one.sync()
        wins = {"xpm": "2", "ignition": "3"}[winner]
        assert (copies(bench), theirs(bench)) == (everywhere(wins), everywhere(wins))
        assert conflicts(bench) == [("Beta Ltd", '"3"', '"2"', winner)]
        assert is_quiet(bench)


def test_e6_place_and_primary_belong_to_each_client(raise_bench: Raise) -> None:
    with raise_bench(world("Alpha Ltd", "Beta Ltd")) as bench:
        started(bench)
        (client,) = bench.one.xpm.named("Beta Ltd")
        own = next(row for row in client["Contacts"] if row["Name"] == "Own of Beta Ltd")
        bench.one.xpm.update_contact(own["UUID"], client["UUID"], IsPrimary="Yes")
        bench.one.sync()
        rows = bench.one.ignition.all_contacts()
        assert {(row["client"]["name"], row["name"]) for row in rows if row["is_primary"]} == {
            ("Alpha Ltd", "Jane Doe"),
            ("Beta Ltd", "Own of Beta Ltd"),
        }
        assert is_quiet(bench)


def test_e6_a_copy_removed_in_ignition_leaves_the_others(raise_bench: Raise) -> None:
    with raise_bench(world()) as bench:
        started(bench)
        bench.one.ignition.remove_contact(slug(bench, "Beta Ltd"))
        bench.one.sync()
        left = tuple(name for name in CLIENTS if name != "Beta Ltd")
        assert (copies(bench), theirs(bench)) == (everywhere("1", *left), everywhere("1", *left))
        assert is_quiet(bench)


def test_e6_a_person_taken_from_one_client_in_xpm_leaves_the_other_copies(raise_bench: Raise) -> None:
    with raise_bench(world()) as bench:
        started(bench)
        (client,) = bench.one.xpm.named("Gamma Ltd")
        bench.one.xpm.remove_contact(JANE["uuid"], client["UUID"])
        bench.one.sync()
        left = tuple(name for name in CLIENTS if name != "Gamma Ltd")
        assert copies(bench) == everywhere("1", *left)
        assert is_quiet(bench)


def test_e6_one_copy_removed_and_another_changed_in_the_same_day(raise_bench: Raise) -> None:
    with raise_bench(world("Alpha Ltd", "Beta Ltd", "Gamma Ltd")) as bench:
        started(bench)
        bench.one.ignition.remove_contact(slug(bench, "Alpha Ltd"))
        edit(bench, "Beta Ltd", phone="3")
        bench.one.sync()
        left = everywhere("3", "Beta Ltd", "Gamma Ltd")
        assert (copies(bench), theirs(bench)) == (left, left)
        assert is_quiet(bench)


def test_e6_copies_that_followed_stay_so_when_the_same_sync_plans_once_more(raise_bench: Raise) -> None:
    boss = contact("The Boss", email="boss@example.com", is_primary=True)
    jane = {**JANE, "is_primary": False}
    worlds = small_world(
        [known("Alpha Ltd", contacts=[boss, jane, contact("Own of Alpha Ltd")]), known("Beta Ltd", contacts=[jane]),
         known("Gamma Ltd", contacts=[jane])]
    )  # fmt: skip
    with raise_bench(worlds) as bench:
        started(bench)
        # A primary who goes has XPM read once more, and the pair planned again, with all copies.
        bench.one.ignition.remove_contact(slug(bench, "Alpha Ltd", "The Boss"))
        edit(bench, "Beta Ltd", phone="3")
        bench.one.sync()
        all_three = everywhere("3", "Alpha Ltd", "Beta Ltd", "Gamma Ltd")
        assert (copies(bench), theirs(bench)) == (all_three, all_three)
        assert is_quiet(bench)


def test_e6_a_copy_edited_in_ignition_and_taken_in_xpm_is_shared_again_where_ignition_wins(
    raise_bench: Raise,
) -> None:
    with raise_bench(world("Alpha Ltd", "Beta Ltd"), settings={"winner": "ignition"}) as bench:
        started(bench)
        (client,) = bench.one.xpm.named("Beta Ltd")
        bench.one.xpm.remove_contact(JANE["uuid"], client["UUID"])
        edit(bench, "Beta Ltd", phone="3")
        report = bench.one.sync()
        both = everywhere("3", "Alpha Ltd", "Beta Ltd")
        assert (copies(bench), theirs(bench)) == (both, both)
        (uuid,) = set(theirs(bench, "UUID").values())
        assert uuid == JANE["uuid"]
        assert "XPM: “Beta Ltd”: contact “Jane Doe”, which other clients have, once more (E6)" in report.lines
        assert is_quiet(bench)


def test_e6_what_one_copy_gave_xpm_is_no_edit_of_another_that_could_not_be_written_yet(
    raise_bench: Raise,
) -> None:
    """Each of two copies was edited in a field of its own; XPM has both, and Ignition took neither at first."""
    with raise_bench(world("Alpha Ltd", "Beta Ltd")) as bench:
        started(bench)
        edit(bench, "Alpha Ltd", phone="7")
        edit(bench, "Beta Ltd", mobile="8")
        bench.faults.on("clients/batch", status=503, times=4)
        bench.one.sync()
        assert set(theirs(bench).values()) == {"7"}
        bench.stage.pass_time(DAY)
        bench.one.sync()
        for field, value in (("phone", "7"), ("mobile", "8")):
            both = everywhere(value, "Alpha Ltd", "Beta Ltd")
            assert (copies(bench, field), theirs(bench, field.title())) == (both, both)
        assert bench.stage.ledger.dump()["conflicts"] == []
        assert is_quiet(bench)


def test_e6_copies_changed_differently_are_a_conflict_though_one_was_taken_from_its_client_in_xpm(
    raise_bench: Raise,
) -> None:
    """Who is shared again has a value of its own, and so has another copy: the one that loses is kept (E3)."""
    with raise_bench(world(), settings={"winner": "ignition"}) as bench:
        started(bench)
        (beta,) = bench.one.xpm.named("Beta Ltd")
        bench.one.xpm.remove_contact(JANE["uuid"], beta["UUID"])
        edit(bench, "Alpha Ltd", phone="5977")
        edit(bench, "Beta Ltd", phone="9205")
        bench.one.sync()
        assert set(theirs(bench).values()) == set(copies(bench).values()) == {"9205"}
        assert "Beta Ltd" in theirs(bench)
        kept = [row for row in bench.stage.ledger.dump()["conflicts"] if row["field"] == "phone"]
        assert [(row["xpm"], row["ignition"], row["winner"]) for row in kept] == [
            ('"5977"', '"9205"', "ignition")
        ]
        assert bench.one.sync().writes == 0


def test_e6_a_person_who_comes_to_a_further_client_takes_along_what_a_copy_just_became(
    raise_bench: Raise,
) -> None:
    worlds = small_world([known("Alpha Ltd", contacts=[JANE]), known("Beta Ltd")])
    with raise_bench(worlds) as bench:
        started(bench)
        (client,) = bench.one.xpm.named("Beta Ltd")
        bench.one.xpm.share_contact(JANE["uuid"], client["UUID"])
        edit(bench, "Alpha Ltd", phone="3")
        bench.one.sync()
        both = everywhere("3", "Alpha Ltd", "Beta Ltd")
        assert (copies(bench), theirs(bench)) == (both, both)
        assert is_quiet(bench)


def test_e9_under_to_xpm_a_copys_change_goes_to_xpm_and_not_back_to_the_others(raise_bench: Raise) -> None:
    with raise_bench(world("Alpha Ltd", "Beta Ltd")) as bench:
        started(bench)
        config = bench.stage.config
        to_xpm = config.sync.model_copy(update={"direction": "to_xpm"})
        bench.stage.config = config.model_copy(update={"sync": to_xpm})
        edit(bench, "Beta Ltd", phone="3")
        bench.one.sync()
        assert copies(bench) == {"Alpha Ltd": "1", "Beta Ltd": "3"}
        assert theirs(bench) == everywhere("3", "Alpha Ltd", "Beta Ltd")
        assert is_quiet(bench)


def test_e9_under_from_xpm_a_copys_change_stays_where_it_is(raise_bench: Raise) -> None:
    with raise_bench(world("Alpha Ltd", "Beta Ltd"), settings={"direction": "from_xpm"}) as bench:
        started(bench)
        edit(bench, "Beta Ltd", phone="3")
        bench.one.sync()
        assert copies(bench) == {"Alpha Ltd": "1", "Beta Ltd": "3"}
        assert theirs(bench) == everywhere("1", "Alpha Ltd", "Beta Ltd")
        assert is_quiet(bench)


def test_e7_a_copy_at_an_archived_client_is_left_alone_and_the_others_go_on(raise_bench: Raise) -> None:
    with raise_bench(world("Alpha Ltd", "Beta Ltd", "Gamma Ltd")) as bench:
        started(bench)
        (client,) = bench.one.xpm.named("Alpha Ltd")
        bench.one.xpm.archive_client(client["UUID"])
        bench.one.sync()
        edit(bench, "Beta Ltd", phone="3")
        bench.one.sync()
        assert copies(bench) == {"Alpha Ltd": "1", "Beta Ltd": "3", "Gamma Ltd": "3"}
        assert is_quiet(bench)


def test_e20_copies_follow_only_what_xpm_has_taken(raise_bench: Raise) -> None:
    with raise_bench(world("Alpha Ltd", "Beta Ltd")) as bench:
        started(bench)
        edit(bench, "Beta Ltd", phone="\u0001", mobile="4")
        bench.one.ignition.update_client(bench.one.ignition.named("Alpha Ltd")[0]["slug"], fax="9")
        report = bench.one.sync()
        # Who is named is the client at which it was typed: there it is to be corrected.
        assert [one.record for one in report.problems] == ["contact “Jane Doe” of “Beta Ltd”"]
        assert report.exit_code == 3
        assert copies(bench) == {"Alpha Ltd": "1", "Beta Ltd": "\u0001"}
        assert theirs(bench) == everywhere("1", "Alpha Ltd", "Beta Ltd")
        assert bench.one.xpm.named("Alpha Ltd")[0]["Fax"] == "9"
        edit(bench, "Beta Ltd", phone="3")
        bench.one.sync()
        both = everywhere("3", "Alpha Ltd", "Beta Ltd")
        assert (copies(bench), theirs(bench)) == (both, both)
        assert is_quiet(bench)


def test_e3_a_copy_that_is_edited_after_a_write_of_which_no_answer_came_is_the_later_edit(
    raise_bench: Raise,
) -> None:
    with raise_bench(world("Alpha Ltd", "Beta Ltd")) as bench:
        started(bench)
        edit(bench, "Alpha Ltd", phone="2")
        bench.faults.on(PUT, error=lost, reaches=True, times=4)
        bench.one.sync()
        assert theirs(bench) == {"Alpha Ltd": "2", "Beta Ltd": "2"}
        edit(bench, "Alpha Ltd", phone="3")
        bench.stage.pass_time(DAY)
        bench.one.sync()
        assert set(theirs(bench).values()) | set(copies(bench).values()) == {"3"}
        assert bench.stage.ledger.dump()["conflicts"] == []


def test_e3_what_was_refused_of_a_shared_contact_is_kept_as_sent_at_none_of_its_clients(
    raise_bench: Raise,
) -> None:
    with raise_bench(world("Alpha Ltd", "Beta Ltd")) as bench:
        started(bench)
        for name in ("Alpha Ltd", "Beta Ltd"):
            edit(bench, name, phone="2")
        bench.faults.on(PUT, status=400, body=b"no")
        bench.one.sync()
        assert [row["sent"] for row in bench.stage.ledger.dump()["links"]] == ["[]", "[]"]
