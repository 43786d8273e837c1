"""R1, E1: what a plan links and imports, and what it hands on of a new link."""

from syncer_desk import contact, ignition_client, plan, view, xpm_client

from syncer.actions import AddLink, ImportLead
from syncer.model import UNKNOWN, Client, ContactLink, Link, Staff, Template
from syncer.plan import People, Plan, View, fingerprint, plan_new


def test_a_new_link_goes_on_into_the_plan_with_its_origin_and_its_pairs_of_contacts() -> None:
    there = xpm_client("x1", "Smith", contact("c1", "Al"), contact("c2", "Bo"))
    here = ignition_client("i1", "Smith", contact("con_2", "Bo"), contact("con_1", "Al"), lead=True)
    both = (ContactLink("c2", "con_2", {}), ContactLink("c1", "con_1", {}))
    made = plan_new(view([there], [here]), Plan(), People({}))
    assert made == [Link("x1", "i1", "named", receives_only=True, contacts=both)]
    marked = ignition_client("i1", "Smyth", lead=True, xpm_uuid="x1")
    assert plan_new(view([there], [marked]), Plan(), People({})) == [Link("x1", "i1", "imported")]


def test_e1_a_client_linked_by_the_importers_mark_is_not_linked_by_its_name_as_well() -> None:
    renamed, namesake = xpm_client("x1", "Smith & Sons"), xpm_client("x2", "Smith")
    found = plan([renamed, namesake], [ignition_client("i1", "Smith", lead=True, xpm_uuid="x1")])
    assert [one for one in found.actions if isinstance(one, AddLink)] == [
        AddLink("x1", "i1", "Smith", "imported")
    ]
    assert [one.client.id for one in found.actions if isinstance(one, ImportLead)] == ["x2"]


def test_e5_an_import_brings_of_a_contact_what_xpm_said_of_it() -> None:
    (action,) = plan([xpm_client("x1", "Smith", contact("c1", "Al", phone="1", email=UNKNOWN))], []).actions
    assert isinstance(action, ImportLead)
    assert [dict(one.values) for one in action.client.contacts or ()] == [
        {"name": "Al", "phone": "1", "mobile": "", "salutation": "", "is_primary": False}
    ]


def test_e5_an_import_of_a_client_whose_contacts_were_not_read_leaves_them_unknown() -> None:
    (action,) = plan([Client("x1", xpm_client("x1", "Smith").values)], []).actions
    assert isinstance(action, ImportLead)
    assert action.client.contacts is None


def test_a_list_that_was_pushed_is_kept_as_the_same_text_by_every_version() -> None:
    assert fingerprint([Template("t-1", "Büro")]) == '[["t-1", "Büro", ""]]'
    assert fingerprint([Staff("s-1", "Zoë", "z@p.test")]) == '[["s-1", "Zoë", "z@p.test"]]'


def test_a_view_is_of_a_later_sync_of_which_nothing_was_pushed_unless_it_says_otherwise() -> None:
    bare = View({}, {}, {}, {}, (), (), (), (), ())
    assert (bare.pushed_templates, bare.pushed_candidates) == (None, None)
    assert (bare.first, bare.import_new_clients, bare.everything) == (False, True, False)


def test_a_plan_that_nobody_made_yet_knows_nobody() -> None:
    assert not Plan().people.has("s-ann")
