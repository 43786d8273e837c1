from pathlib import Path

import pytest
from syncer_desk import contact, contact_values, ignition_client, ledger, xpm_client

from syncer import memory
from syncer.ledger import PracticeLedger
from syncer.match import Known
from syncer.model import UNKNOWN, Client, ContactLink, Link, Standing

SMITH = xpm_client("x1", "Smith", contact("c1", "Al"), phone="1")
JONES = xpm_client("x2", "Jones")
XPM, IGNITION = memory.XPM, memory.IGNITION


def fresh(path: Path | None = None) -> PracticeLedger:
    return ledger(path).of("north")


def test_clients_read_are_remembered_as_news_until_they_are_settled(tmp_path: Path) -> None:
    own = fresh(tmp_path / "l.db")
    memory.remember(own, XPM, [SMITH, JONES], ("xpm_clients", "2026-07-01T09:00:00Z"))
    own.ledger.close()
    again = fresh(tmp_path / "l.db")
    assert memory.mirrored(again, XPM) == {"x1": SMITH, "x2": JONES}
    assert set(memory.news(again, XPM)) == {"x1", "x2"}
    assert again.cursor("xpm_clients") == "2026-07-01T09:00:00Z"
    memory.settle(again, XPM, {"x1": 1})
    assert set(memory.news(again, XPM)) == {"x2"}


def test_a_client_read_again_unchanged_is_no_news_and_a_changed_one_is() -> None:
    own = fresh()
    memory.remember(own, XPM, [SMITH, JONES], None)
    memory.settle(own, XPM, {"x1": 1, "x2": 1})
    memory.remember(own, XPM, [SMITH, xpm_client("x2", "Jones & Sons")], None)
    assert set(memory.news(own, XPM)) == {"x2"}
    assert memory.mirrored(own, XPM)["x2"].name == "Jones & Sons"
    assert own.cursor("xpm_clients") is None


def test_what_was_not_yet_dealt_with_stays_news_when_it_is_read_again() -> None:
    own = fresh()
    for _ in range(2):
        memory.remember(own, XPM, [SMITH], None)
    assert set(memory.news(own, XPM)) == {"x1"}


def test_the_sides_do_not_mix() -> None:
    own = fresh()
    memory.remember(own, XPM, [xpm_client("same", "There")], None)
    memory.remember(own, IGNITION, [ignition_client("same", "Here")], None)
    assert memory.mirrored(own, XPM)["same"].name == "There"
    assert memory.mirrored(own, IGNITION)["same"].name == "Here"
    memory.settle(own, XPM, {"same": 1})
    assert (set(memory.news(own, XPM)), set(memory.news(own, IGNITION))) == (set(), {"same"})


def test_practices_do_not_mix() -> None:
    own = fresh()
    other = own.ledger.of("south")
    memory.remember(own, XPM, [SMITH], None)
    memory.save_links(own, [Link("x1", "i1", "named")])
    assert memory.mirrored(other, XPM) == {}
    assert memory.some_mirrored(other, XPM, ["x1"]) == []
    assert memory.links(other) == []
    assert memory.directory(other) == ()
    memory.remember(other, XPM, [xpm_client("x1", "Another Smith")], None)
    assert memory.directory(other) == (Known("x1", "Another Smith", Standing.LIVE, None),)
    memory.settle(other, XPM, {"x1": 1})
    assert set(memory.news(own, XPM)) == {"x1"}


def test_whether_a_client_was_born_a_lead_is_kept_when_it_is_no_longer_one() -> None:
    own = fresh()
    memory.remember(own, IGNITION, [ignition_client("i1", "Smith", lead=True)], None)
    memory.remember(own, IGNITION, [ignition_client("i1", "Smith", phone="1")], None)
    memory.remember(own, IGNITION, [ignition_client("i2", "Jones")], None)
    memory.remember(own, IGNITION, [ignition_client("i3", "Brown")], None, lambda _client: True)
    assert [memory.was_lead(own, slug) for slug in ("i1", "i2", "i3", "i9")] == [True, False, True, False]
    assert memory.mirrored(own, IGNITION)["i1"].lead is False


def test_some_clients_are_found_among_more_than_one_portion() -> None:
    own = fresh()
    many = [xpm_client(f"x{number:04}", f"Client {number}") for number in range(1100)]
    memory.remember(own, XPM, many, None)
    found = memory.some_mirrored(own, XPM, [one.id for one in many] + ["missing"])
    assert sorted(one.id for one in found) == [one.id for one in many]


def test_the_directory_names_each_client_with_its_standing_and_link() -> None:
    own = fresh()
    gone = xpm_client("x3", "Gone", standing=Standing.ARCHIVED)
    memory.remember(own, XPM, [gone, SMITH, JONES], None)
    memory.remember(own, IGNITION, [ignition_client("i1", "Smith")], None)
    memory.save_links(own, [Link("x2", "i2", "named")])
    assert memory.directory(own) == (
        Known("x1", "Smith", Standing.LIVE, None),
        Known("x2", "Jones", Standing.LIVE, "i2"),
        Known("x3", "Gone", Standing.ARCHIVED, None),
    )


def test_a_link_comes_back_with_its_base_and_contacts(tmp_path: Path) -> None:
    base = {**SMITH.values, "groups": ("Farms",), "partner": "s-ann", "manager": UNKNOWN}
    whole = Link(
        "x1",
        "i1",
        "named",
        "xpm_archived",
        True,
        "tag",
        base,
        (ContactLink("c1", "con_1", contact_values("Al")),),
    )
    first = fresh(tmp_path / "l.db")
    memory.save_links(first, [whole, Link("x2", "i2", "imported")])
    first.ledger.close()
    own = fresh(tmp_path / "l.db")
    assert memory.links(own) == [whole, Link("x2", "i2", "imported")]
    assert memory.links(own, ignition_id="i1") == [whole]
    assert memory.links(own, xpm_id="x9") == []


def test_a_link_saved_again_replaces_the_old_one() -> None:
    own = fresh()
    memory.save_links(own, [Link("x1", "i1", "named", receives_only=True)])
    memory.save_links(own, [Link("x1", "i1", "named")])
    assert memory.links(own) == [Link("x1", "i1", "named")]


def test_a_contact_that_was_removed_is_noted_without_becoming_news() -> None:
    own = fresh()
    memory.remember(
        own, XPM, [xpm_client("x1", "Smith", contact("c1", "Al"), contact("c2", "Bo")), JONES], None
    )
    memory.settle(own, XPM, {"x1": 1, "x2": 1})
    memory.note_removed(own, XPM, "x1", "c1")
    memory.note_removed(own, XPM, "x9", "c1")
    assert memory.news(own, XPM) == {}
    assert [one.id for one in memory.mirrored(own, XPM)["x1"].contacts or ()] == ["c2"]
    memory.remember(own, XPM, [Client("x1", SMITH.values, contacts=None)], None)
    memory.note_removed(own, XPM, "x1", "c1")
    assert memory.mirrored(own, XPM)["x1"].contacts is None


def test_what_the_syncer_wrote_itself_is_noted_without_becoming_news() -> None:
    own = fresh()
    memory.remember(own, XPM, [SMITH, JONES], None)
    memory.settle(own, XPM, {"x1": 1, "x2": 1})
    memory.note_written(
        own, XPM, "x1", {"name": "Smith & Sons"}, [contact("c1", "Alfred"), contact("c2", "Bo")]
    )
    assert memory.news(own, XPM) == {}
    read = memory.mirrored(own, XPM)
    assert (read["x1"].name, read["x1"].values["phone"], read["x2"]) == ("Smith & Sons", "1", JONES)
    assert [one.name for one in read["x1"].contacts or ()] == ["Alfred", "Bo"]
    assert memory.directory(own)[0] == Known("x1", "Smith & Sons", Standing.LIVE, None)


def test_what_was_noted_is_no_news_when_it_is_read_as_it_was_written() -> None:
    own = fresh()
    memory.remember(own, XPM, [JONES], None)
    memory.settle(own, XPM, {"x2": 1})
    memory.note_written(own, XPM, "x2", {"phone": "2"})
    memory.remember(own, XPM, [xpm_client("x2", "Jones", phone="2")], None)
    assert memory.news(own, XPM) == {}
    memory.remember(own, XPM, [xpm_client("x2", "Jones", phone="2", fax="3")], None)
    assert set(memory.news(own, XPM)) == {"x2"}


def test_a_note_on_a_client_that_was_never_read_is_no_record() -> None:
    own = fresh()
    memory.note_written(own, XPM, "x9", {"phone": "2"})
    assert memory.mirrored(own, XPM) == {}


def test_a_note_leaves_contacts_that_were_not_carried_unknown() -> None:
    own = fresh()
    memory.remember(own, XPM, [Client("x1", SMITH.values, contacts=None)], None)
    memory.note_written(own, XPM, "x1", {"phone": "2"})
    assert memory.mirrored(own, XPM)["x1"].contacts is None


def test_a_client_read_anew_while_its_old_picture_was_dealt_with_stays_news() -> None:
    own = fresh()
    memory.remember(own, XPM, [xpm_client("x1", "As planned")], None)
    planned = memory.news(own, XPM)
    memory.remember(own, XPM, [xpm_client("x1", "Changed meanwhile")], None)
    memory.settle(own, XPM, planned)
    assert memory.news(own, XPM) == {"x1": 2}
    memory.settle(own, XPM, memory.news(own, XPM))
    assert memory.news(own, XPM) == {}


def test_a_client_as_it_was_before_the_syncers_own_writes_is_known_as_that() -> None:
    own = fresh()
    memory.remember(own, XPM, [SMITH, JONES], None)
    assert memory.overwritten(own, XPM, [SMITH, JONES]) == set()
    memory.note_written(own, XPM, "x1", {"phone": "2"})
    between = xpm_client("x1", "Smith", contact("c1", "Al"), phone="2")
    memory.note_removed(own, XPM, "x1", "c1")
    after = memory.mirrored(own, XPM)["x1"]
    for old in (SMITH, between):
        assert memory.overwritten(own, XPM, [old, JONES]) == {"x1"}
    assert memory.overwritten(own, XPM, [after]) == set()
    memory.remember(own, XPM, [after], None)
    assert memory.overwritten(own, XPM, [SMITH]) == {"x1"}
    assert memory.overwritten(own, IGNITION, [SMITH]) == set()


def test_a_client_as_it_was_before_it_was_found_changed_is_known_as_that() -> None:
    own = fresh()
    memory.remember(own, XPM, [SMITH, JONES], None)
    changed, again = xpm_client("x1", "Smith", phone="3"), xpm_client("x1", "Smith", phone="4")
    memory.remember(own, XPM, [changed], None)
    memory.remember(own, XPM, [again], None)
    for old in (SMITH, changed):
        assert memory.overwritten(own, XPM, [old, JONES]) == {"x1"}
    assert memory.overwritten(own, XPM, [again]) == set()


@pytest.mark.parametrize("by", ["a person", "the syncer"])
def test_a_client_that_was_put_back_is_what_it_is_and_no_old_one(by: str) -> None:
    own = fresh()
    memory.remember(own, XPM, [SMITH], None)
    changed = xpm_client("x1", "Smith", contact("c1", "Al"), phone="3")
    memory.remember(own, XPM, [changed], None)
    if by == "a person":
        memory.remember(own, XPM, [SMITH], None)
    else:
        memory.note_written(own, XPM, "x1", {"phone": SMITH.values["phone"]})
    assert memory.mirrored(own, XPM)["x1"] == SMITH
    assert memory.overwritten(own, XPM, [SMITH]) == set()
    assert memory.overwritten(own, XPM, [changed]) == {"x1"}


def test_a_write_that_changes_nothing_makes_nothing_old() -> None:
    own = fresh()
    memory.remember(own, XPM, [SMITH], None)
    memory.note_written(own, XPM, "x1", {"phone": "1"})
    assert memory.overwritten(own, XPM, [SMITH]) == set()
