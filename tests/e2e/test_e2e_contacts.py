"""E6, E5, E9, E11, E20: contacts that are added, changed and removed, on either side and on both."""

from typing import Any

import pytest
from conftest import Raise
from e2e_bench import DAY, Bench, broken, known, lead, say, small_world

from scenarios.builders import contact, ignition_client, ignition_contact

KEA = "Kea Cafés Limited"
MERE = contact("Mere Tāwhai", email="mere@example.com", phone="1", is_primary=True)
TAMA = contact("Tama Tāwhai", email="tama@example.com")
ARIA = contact("Aria Tāwhai", email="aria@example.com")
Json = dict[str, Any]


def there(bench: Bench, name: str = KEA) -> Json:
    return bench.one.xpm.named(name)[0]


def here(bench: Bench, name: str = KEA) -> Json:
    return bench.one.ignition.named(name)[0]


def names(bench: Bench, name: str = KEA) -> tuple[list[str], list[str]]:
    """Return the names of a client's contacts: XPM's, then Ignition's."""
    ours = bench.one.ignition.contacts(here(bench, name)["slug"])
    return sorted(row["Name"] for row in there(bench, name)["Contacts"]), sorted(row["name"] for row in ours)


def xpm_contact(bench: Bench, who: str, name: str = KEA) -> Json:
    return next(row for row in there(bench, name)["Contacts"] if row["Name"] == who)


def ignition_row(bench: Bench, who: str, name: str = KEA) -> Json:
    return next(row for row in bench.one.ignition.contacts(here(bench, name)["slug"]) if row["name"] == who)


def primaries(bench: Bench, name: str = KEA) -> tuple[list[str], list[str]]:
    ours = bench.one.ignition.contacts(here(bench, name)["slug"])
    return (
        [row["Name"] for row in there(bench, name)["Contacts"] if row["IsPrimary"] == "Yes"],
        [row["name"] for row in ours if row["is_primary"]],
    )


def remove(bench: Bench, side: str, who: str, name: str = KEA) -> None:
    """Have a person remove a contact."""
    if side == "xpm":
        bench.one.xpm.remove_contact(xpm_contact(bench, who, name)["UUID"], there(bench, name)["UUID"])
    else:
        bench.one.ignition.remove_contact(ignition_row(bench, who, name)["slug"])


def phone(bench: Bench, side: str, who: str, number: str, name: str = KEA) -> None:
    """Have a person change a contact's phone."""
    if side == "xpm":
        uuid = xpm_contact(bench, who, name)["UUID"]
        bench.one.xpm.update_contact(uuid, there(bench, name)["UUID"], Phone=number)
    else:
        bench.one.ignition.update_contact(ignition_row(bench, who, name)["slug"], phone=number)


def add(bench: Bench, side: str, who: str, name: str = KEA, **fields: str) -> None:
    """Have a person add a contact."""
    if side == "xpm":
        elements = {key.title(): value for key, value in fields.items()}
        bench.one.xpm.add_contact(there(bench, name)["UUID"], who, **elements)
    else:
        bench.one.ignition.add_contact(here(bench, name)["slug"], who, **fields)


def started(bench: Bench) -> None:
    """Sync until nothing is left to do, and let a day pass."""
    bench.one.sync()
    bench.one.sync()
    bench.stage.pass_time(DAY)


def is_quiet(bench: Bench) -> bool:
    """Tell whether a further sync, the next day, writes nothing and changes nothing (E4)."""
    bench.stage.pass_time(DAY)
    before = bench.stage.fake_digests()
    return bench.one.sync().writes == 0 and bench.stage.fake_digests() == before


OTHER = {"xpm": "ignition", "ignition": "xpm"}
SIDES = pytest.mark.parametrize("side", ["xpm", "ignition"])


@SIDES
def test_e6_a_contact_removed_on_one_side_is_removed_on_the_other(raise_bench: Raise, side: str) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA])])) as bench:
        started(bench)
        remove(bench, side, "Tama Tāwhai")
        report = bench.one.sync()
        assert names(bench) == (["Mere Tāwhai"], ["Mere Tāwhai"])
        where = "XPM" if side == "ignition" else "Ignition"
        assert f"{where}: “{KEA}”: contact “Tama Tāwhai” removed (E6)" in report.lines
        assert bench.stage.ledger.dump()["conflicts"] == []
        assert is_quiet(bench)


@SIDES
def test_e6_a_removal_is_planned_before_it_is_done(raise_bench: Raise, side: str) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA])])) as bench:
        started(bench)
        remove(bench, side, "Tama Tāwhai")
        before = bench.stage.fake_digests()
        planned = bench.one.plan()
        assert bench.stage.fake_digests() == before
        assert [line for line in bench.one.sync().lines if "removed" in line] == planned.lines


def test_e6_a_contact_removed_on_both_sides_is_forgotten(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA])])) as bench:
        started(bench)
        for side in OTHER:
            remove(bench, side, "Tama Tāwhai")
        assert bench.one.sync().writes == 0
        (link,) = bench.stage.ledger.dump()["links"]
        assert TAMA["uuid"] not in link["contacts"]
        assert is_quiet(bench)


@SIDES
@pytest.mark.parametrize("winner", ["xpm", "ignition"])
def test_e6_removed_on_one_side_and_changed_on_the_other_is_a_conflict(
    raise_bench: Raise, side: str, winner: str
) -> None:
    world = small_world([known(KEA, contacts=[MERE, TAMA])])
    with raise_bench(world, settings={"winner": winner}) as bench:
        started(bench)
        remove(bench, side, "Tama Tāwhai")
        phone(bench, OTHER[side], "Tama Tāwhai", "77")
        report = bench.one.sync()
        stays = winner != side
        both = ["Mere Tāwhai", "Tama Tāwhai"] if stays else ["Mere Tāwhai"]
        assert names(bench) == (both, both)
        if stays:
            assert xpm_contact(bench, "Tama Tāwhai")["Phone"] == "77"
            assert ignition_row(bench, "Tama Tāwhai")["phone"] == "77"
        (kept,) = bench.stage.ledger.dump()["conflicts"]
        assert (kept["kind"], kept["winner"], kept["contact"], kept["state"]) == (
            "removed", winner, "Tama Tāwhai", "open",
        )  # fmt: skip
        assert kept[side] == "null"
        assert '"phone": "77"' in kept[OTHER[side]]
        assert '"email": "tama@example.com"' in kept[OTHER[side]]
        assert f"the {'edit' if stays else 'removal'} wins (E6)" in say(report)
        assert is_quiet(bench)
        assert len(bench.stage.ledger.dump()["conflicts"]) == 1


GONE_AND_EDITED = {
    # direction, the side of the removal, whether the other was edited: who is left in XPM, who in Ignition
    ("from_xpm", "xpm", False): (0, 0),
    ("from_xpm", "xpm", True): (0, 0),
    ("from_xpm", "ignition", False): (1, 0),
    ("from_xpm", "ignition", True): (1, 1),
    ("to_xpm", "ignition", False): (0, 0),
    ("to_xpm", "ignition", True): (0, 0),
    ("to_xpm", "xpm", False): (0, 1),
    ("to_xpm", "xpm", True): (1, 1),
}


@pytest.mark.parametrize("case", GONE_AND_EDITED, ids=str)
def test_e9_a_removal_goes_the_way_of_the_direction(raise_bench: Raise, case: tuple[str, str, bool]) -> None:
    direction, side, edited = case
    world = small_world([known(KEA, contacts=[MERE, TAMA])], [])
    with raise_bench(world) as bench:
        started(bench)
        path = bench.stage.ledger._path
        assert path is not None
        bench.stage.config = bench.stage.config.model_copy(
            update={"sync": bench.stage.config.sync.model_copy(update={"direction": direction})}
        )
        remove(bench, side, "Tama Tāwhai")
        if edited:
            phone(bench, OTHER[side], "Tama Tāwhai", "77")
        bench.one.sync()
        there_now, here_now = names(bench)
        assert (there_now.count("Tama Tāwhai"), here_now.count("Tama Tāwhai")) == GONE_AND_EDITED[case]
        assert is_quiet(bench)


@pytest.mark.parametrize("level", ["client_name", "nothing"])
def test_e9_below_the_level_of_everything_no_contact_is_removed(raise_bench: Raise, level: str) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA])])) as bench:
        started(bench)
        bench.stage.config = bench.stage.config.model_copy(
            update={"sync": bench.stage.config.sync.model_copy(update={"level": level})}
        )
        remove(bench, "xpm", "Tama Tāwhai")
        bench.one.sync()
        assert names(bench) == (["Mere Tāwhai"], ["Mere Tāwhai", "Tama Tāwhai"])


@SIDES
def test_e5_contacts_that_cannot_be_read_are_no_removals(raise_bench: Raise, side: str) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA])])) as bench:
        started(bench)
        if side == "xpm":
            bench.one.xpm.update_client(there(bench)["UUID"], Phone="9")

            def without_contacts(request: Any) -> Any:
                answer = bench.faults.real(request)
                text = answer.content
                begin, end = text.index(b"<Contacts>"), text.index(b"</Contacts>") + len(b"</Contacts>")
                answer._content = text[:begin] + text[end:]
                return answer

            bench.faults.on("client.api/list", rewrite=without_contacts, times=3)
        else:
            bench.one.ignition.update_client(here(bench)["slug"], phone="9")

            def unreadable(request: Any) -> Any:
                answer = bench.faults.real(request)
                answer._content = answer.content.replace(b'"name":"Tama T', b'"eman":"Tama T')
                return answer

            bench.faults.on("reporting/contacts", rewrite=unreadable, times=2)
        bench.one.sync()
        both = ["Mere Tāwhai", "Tama Tāwhai"]
        assert names(bench) == (both, both)


def test_e6_when_xpms_primary_goes_xpms_next_choice_comes_across(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[TAMA, MERE, ARIA])])) as bench:
        started(bench)
        assert primaries(bench) == (["Mere Tāwhai"], ["Mere Tāwhai"])
        remove(bench, "xpm", "Mere Tāwhai")
        bench.one.sync()
        assert primaries(bench) == (["Tama Tāwhai"], ["Tama Tāwhai"])
        assert is_quiet(bench)


def test_e6_when_ignitions_primary_goes_xpm_chooses_the_next_and_that_comes_back(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA, ARIA])])) as bench:
        started(bench)
        # In Ignition somebody else would be next: who is older there is not who is older in XPM.
        bench.one.ignition.remove_contact(ignition_row(bench, "Tama Tāwhai")["slug"])
        bench.one.sync()
        bench.stage.pass_time(DAY)
        add(bench, "ignition", "Zoë Late")
        bench.one.sync()
        bench.stage.pass_time(DAY)
        bench.one.xpm.update_contact(
            xpm_contact(bench, "Zoë Late")["UUID"], there(bench)["UUID"], IsPrimary="Yes"
        )
        bench.one.sync()
        assert primaries(bench) == (["Zoë Late"], ["Zoë Late"])
        remove(bench, "ignition", "Zoë Late")
        bench.one.sync()
        assert primaries(bench) == (["Mere Tāwhai"], ["Mere Tāwhai"])
        assert is_quiet(bench)


def test_e6_xpms_choice_wins_where_both_systems_promote_somebody_else(raise_bench: Raise) -> None:
    ours = [ignition_contact("Aria Tāwhai"), ignition_contact("Mere Tāwhai", is_primary=True)]
    theirs = [contact("Tama Tāwhai"), MERE, contact("Aria Tāwhai")]
    world = small_world([known(KEA, contacts=theirs)], [ignition_client(KEA, state="active", contacts=ours)])
    with raise_bench(world) as bench:
        started(bench)
        assert primaries(bench) == (["Mere Tāwhai"], ["Mere Tāwhai"])
        remove(bench, "ignition", "Mere Tāwhai")
        assert primaries(bench)[1] == ["Aria Tāwhai"]
        bench.one.sync()
        assert primaries(bench) == (["Tama Tāwhai"], ["Tama Tāwhai"])
        assert is_quiet(bench)


def test_e6_whoever_is_deleted_and_entered_anew_is_the_same_person(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA])])) as bench:
        started(bench)
        before = ignition_row(bench, "Tama Tāwhai")
        remove(bench, "xpm", "Tama Tāwhai")
        add(bench, "xpm", "Tama T.", email="tama@example.com", phone="5")
        bench.one.sync()
        after = ignition_row(bench, "Tama T.")
        assert (after["slug"], after["phone"]) == (before["slug"], "5")
        assert is_quiet(bench)


def test_e6_a_contact_that_moved_to_another_client_moves_in_ignition_too(raise_bench: Raise) -> None:
    world = small_world([known(KEA, contacts=[MERE, TAMA]), known("Moa Ltd")])
    with raise_bench(world) as bench:
        started(bench)
        uuid = xpm_contact(bench, "Tama Tāwhai")["UUID"]
        bench.one.xpm.share_contact(uuid, there(bench, "Moa Ltd")["UUID"])
        bench.one.xpm.remove_contact(uuid, there(bench)["UUID"])
        bench.one.sync()
        assert names(bench) == (["Mere Tāwhai"], ["Mere Tāwhai"])
        assert names(bench, "Moa Ltd") == (["Tama Tāwhai"], ["Tama Tāwhai"])
        assert is_quiet(bench)


DOUBLES = {
    "name": ([contact("Al"), contact("Al", nth=1)], [ignition_contact("Al", email="al@example.com")]),
    "e-mail": (
        [contact("Al", email="x@example.com")],
        [ignition_contact("Bo", email="x@example.com"), ignition_contact("Cy", email="x@example.com")],
    ),
}


@pytest.mark.parametrize("what", DOUBLES)
def test_e6_contacts_of_one_name_or_e_mail_are_left_alone_and_told(raise_bench: Raise, what: str) -> None:
    theirs, ours = DOUBLES[what]
    world = small_world([known(KEA, contacts=theirs)], [ignition_client(KEA, state="active", contacts=ours)])
    with raise_bench(world) as bench:
        report = bench.one.sync()
        text = {"name": "name “Al”", "e-mail": "e-mail “x@example.com”"}[what]
        assert f"contacts of “{KEA}” whose {text} stands more than once on a side are left alone" in say(
            report
        )
        there_now, here_now = names(bench)
        assert (len(there_now), len(here_now)) == (len(theirs), len(ours))
        assert is_quiet(bench)


def test_e6_contacts_that_were_in_doubt_are_synced_once_they_differ(raise_bench: Raise) -> None:
    theirs, ours = DOUBLES["name"]
    world = small_world([known(KEA, contacts=theirs)], [ignition_client(KEA, state="active", contacts=ours)])
    with raise_bench(world) as bench:
        bench.one.sync()
        bench.one.xpm.update_contact(theirs[1]["uuid"], there(bench)["UUID"], Name="Al the younger")
        bench.one.sync()
        both = ["Al", "Al the younger"]
        assert names(bench) == (both, both)
        assert is_quiet(bench)


@SIDES
def test_e20_a_contact_that_the_other_side_refuses_does_not_hold_up_the_others(
    raise_bench: Raise, side: str
) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE])])) as bench:
        started(bench)
        bad = "Odd " + ("\u0001" if side == "ignition" else "x" * 600)
        add(bench, side, bad)
        add(bench, side, "Fine Person")
        report = bench.one.sync()
        assert report.exit_code == 3
        assert "contact “Odd" in say(report)
        there_now, here_now = names(bench)
        both = {"Mere Tāwhai", "Fine Person"}
        assert both <= set(there_now)
        assert both <= set(here_now)
        assert bad not in (there_now if side == "ignition" else here_now)


def test_e11_a_contact_whose_making_got_no_answer_is_looked_for_and_made_once(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE])])) as bench:
        started(bench)
        add(bench, "ignition", "Ivy Ignition")
        bench.faults.on(
            "POST http://127.0.0.1:18001/practicemanager/3.1/client.api/contact", error=broken, reaches=True
        )
        bench.one.sync()
        both = ["Ivy Ignition", "Mere Tāwhai"]
        assert names(bench) == (both, both)
        assert (
            len(bench.faults.named("POST http://127.0.0.1:18001/practicemanager/3.1/client.api/contact")) == 1
        )
        assert is_quiet(bench)


def test_e11_a_contact_that_lands_late_is_not_made_twice(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE])])) as bench:
        started(bench)
        add(bench, "ignition", "Ivy Ignition")
        bench.faults.on(
            "POST http://127.0.0.1:18001/practicemanager/3.1/client.api/contact", error=broken, late=True
        )
        bench.one.sync()
        both = ["Ivy Ignition", "Mere Tāwhai"]
        assert names(bench) == (both, both)
        assert is_quiet(bench)


def test_e11_a_contact_that_was_never_made_is_made_after_all(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE])])) as bench:
        started(bench)
        add(bench, "ignition", "Ivy Ignition")
        bench.faults.on("POST http://127.0.0.1:18001/practicemanager/3.1/client.api/contact", error=broken)
        bench.one.sync()
        both = ["Ivy Ignition", "Mere Tāwhai"]
        assert names(bench) == (both, both)
        assert is_quiet(bench)


@pytest.mark.parametrize("at", ["DELETE", "client.api/contact"])
def test_e6_a_removal_whose_answer_is_lost_is_no_failure(raise_bench: Raise, at: str) -> None:
    side = "xpm" if at == "DELETE" else "ignition"
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA])])) as bench:
        started(bench)
        remove(bench, side, "Tama Tāwhai")
        bench.faults.on("DELETE", error=broken, reaches=True)
        report = bench.one.sync()
        assert report.problems == []
        assert names(bench) == (["Mere Tāwhai"], ["Mere Tāwhai"])
        assert is_quiet(bench)


def test_e23_a_contact_that_is_edited_in_ignition_while_it_is_to_be_removed_waits_for_the_next_sync(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA])])) as bench:
        started(bench)
        slug = ignition_row(bench, "Tama Tāwhai")["slug"]
        remove(bench, "xpm", "Tama Tāwhai")

        def edited(request: Any) -> Any:
            bench.one.ignition.update_contact(slug, phone="77")
            return bench.faults.real(request)

        bench.faults.on(f"GET http://127.0.0.1:18002/external/api/v1/contacts/{slug}", rewrite=edited)
        report = bench.one.sync()
        assert "it changed while the sync was running" in say(report)
        assert names(bench) == (["Mere Tāwhai"], ["Mere Tāwhai", "Tama Tāwhai"])
        bench.one.sync()
        (kept,) = bench.stage.ledger.dump()["conflicts"]
        assert (kept["kind"], kept["xpm"]) == ("removed", "null")
        assert names(bench) == (["Mere Tāwhai"], ["Mere Tāwhai"])
        assert is_quiet(bench)


def test_e23_a_contact_that_is_edited_in_ignition_while_it_is_to_be_written_is_not_overwritten(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE, TAMA])])) as bench:
        started(bench)
        slug = ignition_row(bench, "Tama Tāwhai")["slug"]
        phone(bench, "xpm", "Tama Tāwhai", "2")

        def edited(request: Any) -> Any:
            bench.one.ignition.update_contact(slug, phone="77")
            return bench.faults.real(request)

        bench.faults.on("clients/batch", rewrite=edited)
        report = bench.one.sync()
        assert "it changed while the sync was running" in say(report)
        assert ignition_row(bench, "Tama Tāwhai")["phone"] == "77"
        bench.one.sync()
        (kept,) = bench.stage.ledger.dump()["conflicts"]
        assert (kept["xpm"], kept["ignition"]) == ('"2"', '"77"')
        assert is_quiet(bench)


def test_e23_a_contact_that_is_added_in_ignition_meanwhile_is_not_added_twice(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE])])) as bench:
        started(bench)
        add(bench, "xpm", "Ivy Both")
        slug = here(bench)["slug"]

        def added(request: Any) -> Any:
            bench.one.ignition.add_contact(slug, "Ivy Both")
            return bench.faults.real(request)

        bench.faults.on("clients/batch", rewrite=added)
        bench.one.sync()
        bench.one.sync()
        both = ["Ivy Both", "Mere Tāwhai"]
        assert names(bench) == (both, both)
        assert is_quiet(bench)


def test_r10_a_lead_that_only_receives_loses_what_xpm_removed_and_removes_nothing_there(
    raise_bench: Raise,
) -> None:
    ours = ignition_client(KEA, contacts=[ignition_contact("Mere Tāwhai", email="mere@example.com")])
    world = small_world([known(KEA, contacts=[MERE, TAMA, ARIA])], [ours, lead("Moa Ltd")])
    with raise_bench(world) as bench:
        started(bench)
        remove(bench, "ignition", "Mere Tāwhai")
        remove(bench, "xpm", "Tama Tāwhai")
        bench.one.sync()
        assert names(bench) == (["Aria Tāwhai", "Mere Tāwhai"], ["Aria Tāwhai"])
        assert is_quiet(bench)
