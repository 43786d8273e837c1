import unicodedata

import pytest

from syncer.match import Accepting, Identity, Known, Named, Step, identify, is_near, pair_by_name
from syncer.model import Standing

SMITH = "Smith & Co"


def known(uuid: str, name: str, linked_to: str | None = None, standing: Standing = Standing.LIVE) -> Known:
    return Known(uuid, name, standing, linked_to)


def lead(name: str = SMITH, *, linked_uuid: str | None = None, create_unmatched: bool = False) -> Accepting:
    return Accepting("cli_1", name, True, linked_uuid, create_unmatched)


def engaged(
    name: str = SMITH, *, linked_uuid: str | None = None, create_unmatched: bool = False
) -> Accepting:
    return Accepting("cli_1", name, False, linked_uuid, create_unmatched)


def test_a_name_that_stands_once_on_either_side_makes_a_pair() -> None:
    found = pair_by_name([Named("i1", SMITH, linked=False)], [Named("x1", SMITH, linked=False)])
    assert (found.pairs, found.ambiguous) == ((("i1", "x1"),), ())


def test_a_name_that_stands_twice_in_ignition_pairs_nobody_and_is_told_once() -> None:
    here = [Named("i1", SMITH, linked=False), Named("i2", SMITH, linked=False)]
    found = pair_by_name(here, [Named("x1", SMITH, linked=False)])
    assert (found.pairs, found.ambiguous) == ((), (SMITH,))


def test_a_name_that_stands_twice_in_xpm_pairs_nobody() -> None:
    there = [Named("x1", SMITH, linked=False), Named("x2", SMITH, linked=False)]
    found = pair_by_name([Named("i1", SMITH, linked=False)], there)
    assert (found.pairs, found.ambiguous) == ((), (SMITH,))


def test_a_linked_client_of_the_name_counts_on_either_side() -> None:
    mine = [Named("i1", SMITH, linked=False)]
    theirs = [Named("x1", SMITH, linked=False)]
    assert pair_by_name([*mine, Named("i2", SMITH, linked=True)], theirs).ambiguous == (SMITH,)
    assert pair_by_name(mine, [*theirs, Named("x2", SMITH, linked=True)]).ambiguous == (SMITH,)


def test_clients_that_are_linked_already_are_neither_paired_nor_told_of() -> None:
    linked = pair_by_name([Named("i1", SMITH, linked=True)], [Named("x1", SMITH, linked=True)])
    free_there = pair_by_name([Named("i1", SMITH, linked=True)], [Named("x1", SMITH, linked=False)])
    free_here = pair_by_name([Named("i1", SMITH, linked=False)], [Named("x1", SMITH, linked=True)])
    found = (linked, free_there, free_here)
    assert [(one.pairs, one.ambiguous, one.twins) for one in found] == [((), (), ())] * 3


def test_e1_an_unlinked_twin_of_a_linked_client_is_told_of_on_either_side() -> None:
    linked, free = Named("1", SMITH, linked=True), Named("2", SMITH, linked=False)
    here, there = pair_by_name([linked, free], [linked]), pair_by_name([linked], [linked, free])
    assert [(one.pairs, one.ambiguous, one.twins) for one in (here, there)] == [((), (), (SMITH,))] * 2


def test_e1_twins_that_are_all_linked_or_that_the_other_side_knows_nothing_of_are_nobodys_concern() -> None:
    linked = [Named("1", SMITH, linked=True), Named("2", SMITH, linked=True)]
    free = [Named("1", SMITH, linked=False), Named("2", SMITH, linked=False)]
    found = [pair_by_name(linked, linked), pair_by_name(free, []), pair_by_name([], free)]
    assert [one.twins for one in found] == [()] * 3
    assert pair_by_name(free, free).twins == ()  # these are ambiguous


def test_a_name_on_one_side_only_is_nobodys_concern() -> None:
    found = pair_by_name([Named("i1", "A", linked=False)], [Named("x1", "B", linked=False)])
    assert (found.pairs, found.ambiguous) == ((), ())


def test_pairs_come_in_ignitions_order() -> None:
    here = [Named("i2", "B", linked=False), Named("i1", "A", linked=False)]
    there = [Named("x1", "A", linked=False), Named("x2", "B", linked=False)]
    assert pair_by_name(here, there).pairs == (("i2", "x2"), ("i1", "x1"))


NEAR = [
    ("Smith & Co", "SMITH & CO"),
    ("Smith & Co", "Smith  & Co"),
    ("Smith & Co", " Smith & Co "),
    ("Smith & Co", "Smith\N{NO-BREAK SPACE}& Co"),
    ("Smith & Co", "Smith and Co"),
    ("Smith & Co", "Smith & Company"),
    ("Smith Pty Ltd", "Smith Pty. Ltd."),
    ("Smith Pty Ltd", "Smith Proprietary Limited"),
    ("Smith Ltd", "Smith Limited"),
    ("Smith Inc", "Smith Incorporated"),
    ("Smith-Jones", "Smith Jones"),
    ("Caf\N{LATIN SMALL LETTER E WITH ACUTE}", "Cafe\N{COMBINING ACUTE ACCENT}"),
    ("O'Brien", "O\N{RIGHT SINGLE QUOTATION MARK}Brien"),
]
FAR = [
    ("Hart & Sons", "Hart Sons"),
    ("Smith", "Smyth"),
    ("Smith Ltd", "Smith"),
    ("Smith", "Smith"),
    ("Anderson", "&erson"),
    ("Smith 1", "Smith 2"),
    ("\N{BLACK STAR}", "\N{WHITE STAR}"),
    ("???", "!!!"),
]


@pytest.mark.parametrize(("one", "other"), NEAR)
def test_a_name_that_a_person_would_take_for_the_other_is_near(one: str, other: str) -> None:
    assert is_near(one, other)
    assert is_near(other, one)


@pytest.mark.parametrize(("one", "other"), FAR)
def test_a_name_that_differs_in_what_counts_is_not_near(one: str, other: str) -> None:
    assert not is_near(one, other)


@pytest.mark.parametrize(("one", "other"), NEAR)
def test_a_near_name_is_never_a_pair(one: str, other: str) -> None:
    found = pair_by_name([Named("i1", one, linked=False)], [Named("x1", other, linked=False)])
    assert (found.pairs, found.ambiguous) == ((), ())


@pytest.mark.parametrize(("one", "other"), NEAR)
def test_a_near_name_is_never_a_match_and_is_named(one: str, other: str) -> None:
    found = identify(lead(one), [known("x1", other)])
    assert (found.step, found.uuid) == (Step.CREATE, None)
    assert found.near == (known("x1", other),)


def test_the_two_unicode_forms_in_the_table_above_are_two_texts() -> None:
    composed, decomposed = next(pair for pair in NEAR if pair[0].startswith("Caf"))
    assert composed != decomposed
    assert unicodedata.normalize("NFC", decomposed) == composed


def test_the_stored_link_wins_whatever_the_names_say() -> None:
    directory = [known("x1", "Renamed Since", "cli_1"), known("x2", SMITH)]
    found = identify(engaged(linked_uuid="x1"), directory)
    assert (found.step, found.uuid, found.reason) == (Step.USE, "x1", "the stored link")


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        (Standing.ARCHIVED, "the linked XPM client is archived"),
        (Standing.DELETED, "the linked XPM client is deleted"),
    ],
)
def test_a_link_to_a_client_that_is_gone_parks(standing: Standing, reason: str) -> None:
    gone = known("x1", SMITH, "cli_1", standing)
    namesake = known("x2", SMITH)
    found = identify(lead(linked_uuid="x1"), [gone, namesake, known("x3", "Someone Else")])
    assert (found.step, found.reason, found.candidates) == (Step.PARK, reason, (gone, namesake))


def test_a_link_to_a_client_nobody_knows_parks() -> None:
    namesake = known("x2", SMITH)
    found = identify(lead(linked_uuid="x9"), [namesake])
    assert (found.step, found.uuid) == (Step.PARK, None)
    assert (found.reason, found.candidates) == ("the linked XPM client is not to be found", (namesake,))


@pytest.mark.parametrize("client", [lead(), engaged()])
def test_the_one_client_of_exactly_that_name_is_used(client: Accepting) -> None:
    found = identify(client, [known("x1", SMITH), known("x2", "Someone Else")])
    assert (found.step, found.uuid) == (Step.USE, "x1")
    assert found.reason == "the one free XPM client of exactly this name"


@pytest.mark.parametrize("standing", [Standing.ARCHIVED, Standing.DELETED])
def test_archived_and_deleted_clients_are_never_matched(standing: Standing) -> None:
    gone = known("x1", SMITH, standing=standing)
    assert identify(lead(), [gone]).step is Step.CREATE
    assert identify(engaged(), [gone, known("x2", SMITH)]).uuid == "x2"
    assert identify(lead("SMITH & CO"), [gone]).near == ()


@pytest.mark.parametrize("count", [2, 50])
def test_several_clients_of_the_name_park_with_all_of_them(count: int) -> None:
    same = tuple(known(f"x{number}", SMITH) for number in range(count))
    found = identify(lead(create_unmatched=True), [*same, known("y", "Other")])
    assert (found.step, found.candidates) == (Step.PARK, same)
    assert found.reason == f"{count} XPM clients have exactly this name"


def test_e10_one_free_client_of_the_name_is_used_though_another_is_linked_elsewhere() -> None:
    found = identify(lead(), (known("x1", SMITH, "cli_2"), known("x2", SMITH)))
    assert (found.step, found.uuid) == (Step.USE, "x2")


def test_e10_several_free_clients_of_the_name_park_and_linked_ones_are_no_candidates() -> None:
    taken, one, other = known("x1", SMITH, "cli_2"), known("x2", SMITH), known("x3", SMITH)
    found = identify(lead(), (taken, one, other))
    assert (found.step, found.candidates) == (Step.PARK, (one, other))
    assert found.reason == "2 XPM clients have exactly this name"


def test_e10_clients_of_the_name_that_are_all_linked_elsewhere_park() -> None:
    both = (known("x1", SMITH, "cli_2"), known("x2", SMITH, "cli_3"))
    found = identify(lead(), both)
    assert (found.step, found.candidates) == (Step.PARK, both)
    assert found.reason == "each of the 2 XPM clients of this name belongs to another Ignition client"


def test_a_sole_match_that_is_linked_elsewhere_parks() -> None:
    taken = known("x1", SMITH, "cli_2")
    found = identify(lead(), [taken])
    assert (found.step, found.uuid, found.candidates) == (Step.PARK, None, (taken,))
    assert found.reason == "the one XPM client of this name belongs to another Ignition client"


def test_a_sole_match_that_is_linked_to_this_very_client_is_used() -> None:
    assert identify(lead(), [known("x1", SMITH, "cli_1")]).uuid == "x1"


def test_a_lead_that_nothing_matches_is_created() -> None:
    found = identify(lead(), [known("x2", "Someone Else")])
    assert (found.step, found.reason, found.near) == (Step.CREATE, "no XPM client has exactly this name", ())


def test_an_engaged_client_that_nothing_matches_parks_with_what_is_near() -> None:
    near = known("x1", "smith & co")
    found = identify(engaged(), [near, known("x2", "Someone Else")])
    assert (found.step, found.candidates) == (Step.PARK, (near,))
    assert found.reason == "the client is no lead, was never linked, and no XPM client has exactly its name"


def test_an_engaged_client_that_nothing_matches_is_created_where_that_is_configured() -> None:
    assert identify(engaged(create_unmatched=True), []).step is Step.CREATE


def test_what_an_answer_leaves_out_it_does_not_know() -> None:
    assert Identity(Step.CREATE) == Identity(Step.CREATE, None, "", (), ())
    assert Known("x1", SMITH, Standing.LIVE) == Known("x1", SMITH, Standing.LIVE, None)
