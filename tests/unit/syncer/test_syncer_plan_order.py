"""In which order a plan is done, and that what is said of one client stays when the next is looked at."""

import pytest
from syncer_desk import contact, contact_values, ignition_client, plan, view, xpm_client

from syncer.actions import (
    Action,
    AddLink,
    AdvanceBase,
    ImportLead,
    MarkLink,
    MarkUserLink,
    PushCandidates,
    PushTemplates,
    RecordConflict,
    RecordRemoval,
    RemoveContact,
    ShareContact,
    WriteClient,
    WriteShared,
)
from syncer.decide import Policy
from syncer.fields import Direction
from syncer.model import Client, ContactLink, Link, Standing
from syncer.plan_links import XpmWrite, in_order, unsure, writes_xpm
from syncer.view import Plan, View

LINKS: list[Action] = [
    PushTemplates(()),
    PushCandidates(()),
    MarkUserLink("s", "u", "Ann", "live"),
    AddLink("x1", "i1", "Smith", "named"),
    MarkLink("x1", "Smith", "live"),
]
CONFLICTS: list[Action] = [
    RecordConflict("x1", "i1", "Smith", "phone", "1", "2", "3", "xpm"),
    RecordRemoval("x1", "i1", "Smith", "Al", "c1", "con_1", {}, None, {}, "xpm"),
]
TO_XPM: list[XpmWrite] = [
    WriteClient("xpm", "x1", "i1", "Smith", ()),
    WriteShared("x1", "c1", "Al", ("Smith",), (), ()),
    ShareContact("x1", "c1", "Smith", "Al"),
    RemoveContact("xpm", "x1", "i1", "Smith", "c1", "con_1", "Al", {}),
]
BASES: list[Action] = [AdvanceBase("x1", "Smith", {}), AdvanceBase("x3", "Brown", {})]
REST: list[Action] = [
    WriteClient("ignition", "x1", "i1", "Smith", ()),
    ImportLead(xpm_client("x2", "Jones"), {}),
    RemoveContact("ignition", "x1", "i1", "Smith", "c1", "con_1", "Al", {}),
    WriteClient("ignition", "x3", "i3", "Brown", ()),
]


def test_links_come_first_then_conflicts_then_xpm_then_bases_then_the_rest_each_as_planned() -> None:
    ordered = [*LINKS, *CONFLICTS, *TO_XPM, *BASES, *REST]
    assert in_order([*REST, *BASES, *TO_XPM, *CONFLICTS, *LINKS]) == ordered
    assert in_order([*TO_XPM, BASES[0], *LINKS, *REST, BASES[1], *CONFLICTS]) == ordered


def test_a_plan_writes_to_xpm_where_any_of_its_actions_does() -> None:
    assert [writes_xpm(Plan([*REST, one, *LINKS])) for one in TO_XPM] == [True] * 4
    assert not writes_xpm(Plan([*LINKS, *CONFLICTS, *REST]))


def seen(**versions: int) -> View:
    """Return what XPM's clients look like when these are news, in these versions."""
    return view([], [], news_xpm=versions)


def test_e23_a_write_to_xpm_is_unsure_where_it_came_up_as_news_of_its_client_changed() -> None:
    meant, now = (seen(x1=1, x3=1), Plan([*REST])), (seen(x1=2, x3=1), Plan([*CONFLICTS, *TO_XPM, *REST]))
    assert unsure(meant, now) == TO_XPM


@pytest.mark.parametrize(
    ("before", "meant", "after"),
    [
        (seen(x1=1), [], seen(x1=1)),
        (seen(), [], seen(x1=1)),
        (seen(x3=1), [], seen(x1=1, x3=2)),
        (seen(x1=1), TO_XPM, seen(x1=2)),
    ],
    ids=["the same news", "no news before", "news of another client", "meant before"],
)
def test_e23_a_write_to_xpm_is_sure_where_its_client_is_as_it_was_or_it_was_meant_before(
    before: View, meant: list[Action], after: View
) -> None:
    assert unsure((before, Plan([*meant])), (after, Plan([*TO_XPM]))) == []


def test_e23_what_is_unsure_stays_so_for_as_long_as_it_is_planned() -> None:
    (write, shared, *_), quiet = TO_XPM, seen(x1=2)
    assert unsure((quiet, Plan([*TO_XPM])), (quiet, Plan([*TO_XPM])), [shared]) == [shared]
    assert unsure((quiet, Plan([*TO_XPM])), (quiet, Plan([write])), [shared]) == []


def pair(key: str, *, phone: str = "") -> tuple[Client, Client, Link]:
    """Return a linked pair of clients; `phone` is what Ignition changed it to."""
    there = xpm_client(f"x{key}", f"Client {key}")
    here = ignition_client(f"i{key}", f"Client {key}", phone=phone)
    return there, here, Link(there.id, here.id, "imported", base=there.values)


def test_what_is_told_of_one_client_stays_when_the_next_one_has_something_to_tell() -> None:
    archived, of_archived, link = pair("1")
    archived = Client("x1", archived.values, Standing.ARCHIVED, ())
    doubtful = [
        (
            xpm_client(f"x{key}", f"Client {key}", contact(f"c{key}", "Al"), contact(f"d{key}", "Al")),
            ignition_client(f"i{key}", f"Client {key}", contact(f"con_{key}", "Al")),
        )
        for key in "23"
    ]
    found = plan(
        [archived, *(there for there, _ in doubtful)],
        [of_archived, *(here for _, here in doubtful)],
        link,
        *(Link(there.id, here.id, "imported", base=there.values) for there, here in doubtful),
    )
    assert [one.split(" whose ")[0] for one in found.warnings] == [
        "“Client 1”: xpm archived, no longer synced (E7)",
        "contacts of “Client 2”",
        "contacts of “Client 3”",
    ]


@pytest.mark.parametrize("side", ["xpm", "ignition"])
def test_e5_a_client_whose_contacts_were_not_read_is_synced_without_them(side: str) -> None:
    there, here, link = pair("1", phone="7")
    there = (
        Client(there.id, there.values) if side == "xpm" else xpm_client("x1", "Client 1", contact("c", "Al"))
    )
    here = Client(here.id, here.values) if side == "ignition" else here
    (write,) = plan([there], [here], link).actions
    assert write.say() == "XPM: “Client 1”: Phone (R5)"


def test_e9_at_the_level_of_the_name_a_client_is_synced_without_its_contacts() -> None:
    there = xpm_client("x1", "Smith", contact("c1", "Al"), phone="7")
    here = ignition_client("i1", "Smyth")
    link = Link("x1", "i1", "imported", base=xpm_client("x1", "Smith").values)
    (write,) = plan([there], [here], link, policy=Policy(level="client_name")).actions
    assert write.say() == "XPM: “Smith”: Client name (R5)"


def test_r7_a_contact_gone_from_xpm_stays_in_ignition_where_only_ignition_counts() -> None:
    known = ContactLink("c1", "con_1", contact_values("Al"))
    link = Link("x1", "i1", "imported", base=xpm_client("x1", "Smith").values, contacts=(known,))
    here = ignition_client("i1", "Smith", contact("con_1", "Al"))
    only = Policy(direction=Direction.TO_XPM)
    assert plan([xpm_client("x1", "Smith")], [here], link, policy=only).actions == []
