"""E6: contacts are matched by their link, then by exact e-mail, then by exact name, where unique."""

import pytest
from syncer_desk import contact, contact_values

from syncer.contact_match import Family, Matched, Parted, sort_out
from syncer.model import Contact, ContactLink, Link

AL = {"name": "Al", "email": "al@smith.test"}
BASE = contact_values(**AL)


def bound(*pairs: tuple[str, str]) -> Link:
    return Link("x1", "i1", "imported", contacts=tuple(ContactLink(*pair, BASE) for pair in pairs))


def ids(family: Family) -> list[tuple[str, str]]:
    return [(one.here.id, one.there.id) for one in family.matched]


def test_a_contact_is_matched_by_its_link_whatever_it_is_called_now() -> None:
    here = [contact("con_1", "Alfred"), contact("con_2", **AL)]
    found = sort_out(bound(("c1", "con_1")), here, [contact("c1", **AL)])
    assert found == Family((Matched(here[0], contact("c1", **AL), BASE, known=True),), (), (here[1],), (), ())


def test_a_contact_without_a_link_is_matched_by_exact_e_mail_before_its_name() -> None:
    here = [contact("con_1", "Al", email="a@s.test"), contact("con_2", "Bo", email="b@s.test")]
    there = [contact("c1", "Bo", email="a@s.test"), contact("c2", "Al", email="b@s.test")]
    found = sort_out(bound(), here, there)
    assert ids(found) == [("con_1", "c1"), ("con_2", "c2")]
    assert [(one.base, one.known) for one in found.matched] == [({}, False)] * 2


def test_a_contact_without_an_e_mail_is_matched_by_exact_name() -> None:
    assert ids(sort_out(bound(), [contact("con_1", "Al")], [contact("c1", "Al")])) == [("con_1", "c1")]


def test_people_who_share_an_e_mail_are_told_apart_by_their_names() -> None:
    here = [contact("con_1", "Al", email="home@s.test"), contact("con_2", "Bo", email="home@s.test")]
    there = [contact("c2", "Bo", email="home@s.test"), contact("c1", "Al", email="home@s.test")]
    found = sort_out(bound(), here, there)
    assert (ids(found), found.doubtful) == ([("con_1", "c1"), ("con_2", "c2")], ())


@pytest.mark.parametrize(
    ("here", "there"),
    [
        (contact("con_1", "Al", email="a@s.test"), contact("c1", "Bo", email="A@S.test")),
        (contact("con_1", "Al"), contact("c1", "al")),
        (contact("con_1", "Al"), contact("c1", " Al")),
    ],
)
def test_what_is_not_exact_is_no_match(here: Contact, there: Contact) -> None:
    assert sort_out(bound(), [here], [there]) == Family((), (), (here,), (there,), ())


@pytest.mark.parametrize("field", ["name", "email"])
@pytest.mark.parametrize("twice", ["here", "there", "both"])
def test_what_stands_twice_on_a_side_and_on_the_other_too_is_left_alone(field: str, twice: str) -> None:
    def some(side: str, prefix: str) -> list[Contact]:
        count = 2 if twice in (side, "both") else 1
        same = {"name": {"name": "Al"}, "email": {"email": "a@s.test"}}[field]
        return [
            contact(f"{prefix}{n}", **{"name": f"{side} {n}", **same})  # type: ignore[arg-type]  # names are text
            for n in range(count)
        ]

    found = sort_out(bound(), some("here", "con_"), some("there", "c"))
    text = {"name": "name “Al”", "email": "e-mail “a@s.test”"}[field]
    assert found == Family((), (), (), (), (text,))


def test_people_who_share_name_and_e_mail_are_in_doubt_by_both() -> None:
    here = [contact("con_1", **AL), contact("con_2", **AL)]
    there = [contact("c1", **AL), contact("c2", **AL)]
    both = ("e-mail “al@smith.test”", "name “Al”")
    assert sort_out(bound(), here, there[:1]) == Family((), (), (), (), both)
    assert sort_out(bound(), here[:1], there) == Family((), (), (), (), both)


def test_what_stands_twice_on_one_side_alone_is_new() -> None:
    twins = (contact("c1", "Al"), contact("c2", "Al"))
    assert sort_out(bound(), [], twins) == Family((), (), (), twins, ())
    assert sort_out(bound(), twins, []) == Family((), (), twins, (), ())


def test_linked_contacts_do_not_count_for_who_is_unique() -> None:
    here = [contact("con_1", "Al"), contact("con_2", "Al")]
    there = [contact("c1", "Al"), contact("c2", "Al")]
    assert ids(sort_out(bound(("c2", "con_1")), here, there)) == [("con_1", "c2"), ("con_2", "c1")]


def test_a_linked_contact_that_a_side_has_no_longer_is_told_apart_from_a_new_one() -> None:
    link = bound(("c1", "con_1"), ("c2", "con_2"), ("c3", "con_3"))
    here, there = contact("con_1", "Al"), contact("c2", "Bo")
    found = sort_out(link, [here, contact("con_9", "Di")], [there, contact("c9", "Cy")])
    assert found.parted == (
        Parted(link.contacts[0], here, None),
        Parted(link.contacts[1], None, there),
        Parted(link.contacts[2], None, None),
    )
    assert ([one.id for one in found.new_here], [one.id for one in found.new_there]) == (["con_9"], ["c9"])


@pytest.mark.parametrize("by", ["email", "name"])
def test_whoever_was_deleted_and_entered_anew_is_matched_and_brings_the_base(by: str) -> None:
    again = contact("c9", **(AL if by == "email" else {"name": "Al"}))
    here = contact("con_1", **({**AL, "name": "Alfred"} if by == "email" else {"name": "Al"}))
    found = sort_out(bound(("c1", "con_1")), [here], [again])
    assert found == Family((Matched(here, again, BASE, known=False),), (), (), (), ())
    theirs = contact("c1", **AL)
    found = sort_out(bound(("c1", "con_1")), [contact("con_9", **AL)], [theirs])
    assert found == Family((Matched(contact("con_9", **AL), theirs, BASE, known=False),), (), (), (), ())


def test_two_halves_of_different_links_that_are_matched_begin_without_a_base() -> None:
    link = bound(("c1", "con_1"), ("c2", "con_2"))
    here, there = contact("con_1", **AL), contact("c2", **AL)
    found = sort_out(link, [here], [there])
    assert found == Family((Matched(here, there, {}, known=False),), (), (), (), ())


def test_a_half_that_is_in_doubt_is_neither_new_nor_gone() -> None:
    here = contact("con_1", "Al")
    found = sort_out(bound(("c1", "con_1")), [here], [contact("c8", "Al"), contact("c9", "Al")])
    assert found == Family((), (), (), (), ("name “Al”",))


def test_a_contact_in_two_links_is_matched_by_the_first_and_its_partner_in_the_second_is_no_removal() -> None:
    link = bound(("c1", "con_1"), ("c2", "con_1"))
    found = sort_out(link, [contact("con_1", "Al")], [contact("c1", "Al"), contact("c2", "Bo")])
    assert (ids(found), found.parted) == ([("con_1", "c1")], ())
    assert [one.id for one in found.new_there] == ["c2"]
