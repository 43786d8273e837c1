"""E6, E5, E9, R10: contacts that are removed on either side and on both, and who is the primary one."""

from typing import Any

import pytest
from conftest import Raise
from e2e_bench import DAY, headlines, known, lead, say, small_world
from e2e_contacts import (
    ARIA,
    KEA,
    MERE,
    OTHER,
    SIDES,
    TAMA,
    add,
    here,
    ignition_row,
    is_quiet,
    names,
    phone,
    primaries,
    remove,
    started,
    there,
    xpm_contact,
)

from scenarios.builders import contact, ignition_client, ignition_contact


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
        assert [line for line in bench.one.sync().lines if "removed" in line] == headlines(planned)


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
