"""R5 to R8 and E3 to E9: what goes over every day, which way, and what does not."""

from typing import Any

import pytest
from conftest import Raise
from e2e_bench import DAY, Bench, known, lead, say, small_world

from scenarios.builders import contact, group, ignition_client, staff

KEA = "Kea Cafés Limited"
PAT = staff("Pat Partner", email="pat@example.com")
STREET = ("Address", "City", "Region", "PostCode", "Country")
PARTS = ("line", "city", "region", "postcode", "country")
PLACE = ("2 Low Road", "Nelson", "Tasman", "7010", "New Zealand")

TWO_WAY: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "name": ({"Name": "New Name"}, {"name": "New Name"}),
    "address": (dict(zip(STREET, PLACE, strict=True)), {"address": dict(zip(PARTS, PLACE, strict=True))}),
    "postal address": (
        {f"Postal{name}": text for name, text in zip(STREET, PLACE, strict=True)} ,
        {"postal_address": dict(zip(PARTS, PLACE, strict=True))},
    ),
    "phone": ({"Phone": "04 555 0199"}, {"phone": "04 555 0199"}),
    "fax": ({"Fax": "04 555 0188"}, {"fax": "04 555 0188"}),
}  # fmt: skip


def start(bench: Bench) -> tuple[str, str]:
    """Sync, let a day pass, and return the one client's ids: XPM's and Ignition's."""
    bench.one.sync()
    bench.one.sync()
    bench.stage.pass_time(DAY)
    return bench.one.xpm.clients()[0]["UUID"], bench.one.ignition.clients()[0]["slug"]


def there(bench: Bench) -> dict[str, Any]:
    return bench.one.xpm.clients()[0]


def here(bench: Bench) -> dict[str, Any]:
    return bench.one.ignition.clients()[0]


@pytest.mark.parametrize("field", TWO_WAY)
def test_r5_a_field_changed_in_xpm_goes_to_ignition(raise_bench: Raise, field: str) -> None:
    elements, members = TWO_WAY[field]
    with raise_bench(small_world([known(KEA)])) as bench:
        uuid, _ = start(bench)
        bench.one.xpm.update_client(uuid, **elements)
        bench.one.sync()
        assert {name: here(bench)[name] for name in members} == members
        assert bench.one.sync().writes == 0


@pytest.mark.parametrize("field", TWO_WAY)
def test_r5_a_field_changed_in_ignition_goes_to_xpm(raise_bench: Raise, field: str) -> None:
    elements, members = TWO_WAY[field]
    with raise_bench(small_world([known(KEA)])) as bench:
        _, slug = start(bench)
        bench.one.ignition.update_client(slug, **members)
        bench.one.sync()
        assert {name: there(bench)[name] for name in elements} == elements
        assert bench.one.sync().writes == 0


MERE = contact("Mere Tāwhai", email="mere@example.com", is_primary=True)
PERSON = {
    "name": ("Name", "Mere Smith"),
    "email": ("Email", "new@example.com"),
    "phone": ("Phone", "1"),
    "mobile": ("Mobile", "2"),
    "salutation": ("Salutation", "Ms"),
}


@pytest.mark.parametrize("field", PERSON)
def test_r5_a_contacts_field_goes_both_ways(raise_bench: Raise, field: str) -> None:
    tag, value = PERSON[field]
    with raise_bench(small_world([known(KEA, contacts=[MERE])])) as bench:
        _, slug = start(bench)
        (person,) = bench.one.ignition.contacts(slug)
        bench.one.ignition.call("PATCH", f"contacts/{person['slug']}", {field: value})
        bench.one.sync()
        (theirs,) = there(bench)["Contacts"]
        assert theirs[tag] == value
        bench.stage.pass_time(DAY)
        body = f"<Contact><{tag}>x@example.com</{tag}></Contact>".encode()
        bench.one.xpm._call("PUT", f"client.api/contact/{theirs['UUID']}", body, "Contact")
        bench.one.sync()
        (person,) = bench.one.ignition.contacts(slug)
        assert person[field] == "x@example.com"
        assert bench.one.sync().writes == 0


def test_r5_a_new_contact_goes_both_ways(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE])])) as bench:
        uuid, slug = start(bench)
        bench.one.ignition.call("POST", f"clients/{slug}/contacts", {"name": "Ivy Ignition"})
        body = f"<Contact><Client><UUID>{uuid}</UUID></Client><Name>Xan Xpm</Name></Contact>".encode()
        bench.one.xpm._call("POST", "client.api/contact", body, "Contact")
        bench.one.sync()
        names = {"Mere Tāwhai", "Ivy Ignition", "Xan Xpm"}
        assert {row["Name"] for row in there(bench)["Contacts"]} == names
        assert {row["name"] for row in bench.one.ignition.contacts(slug)} == names
        assert bench.one.sync().writes == 0


def test_r5_a_clients_own_email_is_not_synced(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, email="office@kea.example")])) as bench:
        uuid, slug = start(bench)
        bench.one.ignition.update_client(slug, email="other@kea.example", phone="1")
        bench.one.sync()
        assert there(bench)["Email"] == "office@kea.example"
        bench.one.xpm.update_client(uuid, Email="third@kea.example", Fax="2")
        bench.one.sync()
        assert here(bench)["email"] == "other@kea.example"


def test_r6_partner_goes_both_ways_once_the_staff_member_is_a_user(raise_bench: Raise) -> None:
    world = small_world([known(KEA, account_manager_uuid=PAT["uuid"])], staff=[PAT])
    with raise_bench(world) as bench:
        uuid, slug = start(bench)
        assert here(bench)["partner"] is None
        user = bench.one.ignition.pick_user(PAT["uuid"])
        bench.one.sync()
        assert here(bench)["partner"]["slug"] == user["slug"]
        bench.stage.pass_time(DAY)
        bench.one.ignition.update_client(slug, manager_slug=user["slug"], partner_slug=None)
        bench.one.sync()
        row = bench.one.xpm.client(uuid)
        assert row["JobManager"]["UUID"] == PAT["uuid"]
        assert "AccountManager" not in row
        assert bench.one.sync().writes == 0


def test_r6_a_partner_who_is_no_user_is_reported_and_nothing_is_written(raise_bench: Raise) -> None:
    world = small_world([known(KEA, account_manager_uuid=PAT["uuid"])], staff=[PAT])
    with raise_bench(world) as bench:
        report = bench.one.sync()
        report = bench.one.sync() if "Pat Partner" not in say(report) else report
        assert "“Pat Partner” is no linked user in Ignition" in say(report)
        assert here(bench)["partner"] is None
        assert there(bench)["AccountManager"]["UUID"] == PAT["uuid"]


def test_r7_website_tax_and_groups_go_from_xpm_only(raise_bench: Raise) -> None:
    vip = group("Key clients")
    world = small_world([known(KEA, website="https://a.example", group_uuids=[vip["uuid"]])], groups=[vip])
    with raise_bench(world) as bench:
        uuid, slug = start(bench)
        assert here(bench)["groups"] == ["Key clients"]
        bench.one.ignition.update_client(slug, website="https://mine.example")
        bench.apart[f"“{KEA}”: website"] = "a one-way field that was edited in Ignition stays (R7)"
        bench.one.sync()
        bench.apart.clear()
        assert there(bench)["Website"] == "https://a.example"
        assert here(bench)["website"] == "https://mine.example"
        bench.stage.pass_time(DAY)
        bench.one.xpm.update_client(uuid, WebSite="https://b.example", GSTRegistered="Yes")
        bench.one.sync()
        assert (here(bench)["website"], here(bench)["tax_registered"]) == ("https://b.example", True)


def test_r8_numbers_jobs_and_status_never_come_across(raise_bench: Raise) -> None:
    row = known(KEA, tax_number="51824753556", company_number="004085616", business_number="99 888")
    with raise_bench(small_world([row])) as bench:
        start(bench)
        everything = str(bench.one.ignition.clients()) + str(bench.stage.ledger.dump())
        assert [one for one in ("51824753556", "004085616", "99 888") if one in everything] == []
        assert here(bench)["state"] == "lead"


@pytest.mark.parametrize("winner", ["xpm", "ignition"])
def test_e3_a_conflict_goes_as_configured_and_the_losing_value_is_kept(
    raise_bench: Raise, winner: str
) -> None:
    with raise_bench(small_world([known(KEA, phone="1")]), settings={"winner": winner}) as bench:
        uuid, slug = start(bench)
        bench.one.xpm.update_client(uuid, Phone="2", Fax="7")
        bench.one.ignition.update_client(slug, phone="3")
        report = bench.one.sync()
        wins = {"xpm": "2", "ignition": "3"}[winner]
        assert (there(bench)["Phone"], here(bench)["phone"], here(bench)["fax"]) == (wins, wins, "7")
        (kept,) = bench.stage.ledger.dump()["conflicts"]
        assert (kept["xpm"], kept["ignition"], kept["base"], kept["state"]) == ('"2"', '"3"', '"1"', "open")
        assert "Phone of “Kea Cafés Limited”" in say(report)
        assert bench.one.sync().writes == 0


def test_e3_the_same_change_on_both_sides_is_in_step(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, phone="1")])) as bench:
        uuid, slug = start(bench)
        bench.one.xpm.update_client(uuid, Phone="2")
        bench.one.ignition.update_client(slug, phone="2")
        assert bench.one.sync().writes == 0
        assert bench.stage.ledger.dump()["conflicts"] == []


def test_e4_a_sync_after_a_sync_writes_nothing(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE])], [lead("Moa Ltd")])) as bench:
        bench.one.sync()
        before = bench.stage.fake_digests()
        assert bench.one.sync().writes == 0
        assert bench.stage.fake_digests() == before


@pytest.mark.parametrize("side", ["xpm", "ignition"])
def test_e5_clearing_a_field_is_a_change_like_any_other(raise_bench: Raise, side: str) -> None:
    with raise_bench(small_world([known(KEA, phone="1", fax="2")])) as bench:
        uuid, slug = start(bench)
        if side == "xpm":
            bench.one.xpm.update_client(uuid, Phone="")
        else:
            bench.one.ignition.update_client(slug, phone=None)
        bench.one.sync()
        assert (there(bench)["Phone"], here(bench)["phone"] or "") == ("", "")
        assert (there(bench)["Fax"], here(bench)["fax"]) == ("2", "2")


def test_e5_an_answer_cut_short_is_no_answer_and_nothing_follows_from_it(raise_bench: Raise) -> None:
    from syncer.errors import ApiError  # noqa: PLC0415

    with raise_bench(small_world([known(KEA, phone="1")])) as bench:
        start(bench)
        before = bench.stage.fake_digests()
        body = b"<Response><Status>OK</Status><Clients><Client><UUID>1</UUID>"
        bench.faults.on("client.api/list", status=200, body=body, times=3)
        with pytest.raises(ApiError):
            bench.one.sync()
        assert bench.stage.fake_digests() == before
        assert bench.one.sync().writes == 0


def test_e7_an_archived_xpm_client_stays_in_ignition_its_link_marked_and_reported(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        uuid, slug = start(bench)
        bench.one.xpm.archive_client(uuid)
        report = bench.one.sync()
        assert here(bench)["state"] == "lead"
        assert "xpm archived" in say(report)
        (link,) = bench.stage.ledger.dump()["links"]
        assert link["standing"] == "xpm_archived"
        bench.one.ignition.update_client(slug, phone="9")
        bench.one.sync()
        assert there(bench)["Phone"] == ""


def test_e7_an_archived_ignition_client_stays_in_xpm(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        uuid, slug = start(bench)
        bench.one.ignition.call("POST", f"clients/{slug}/archive")
        report = bench.one.sync()
        assert there(bench)["IsArchived"] == "No"
        assert "ignition archived" in say(report)
        bench.one.xpm.update_client(uuid, Phone="9")
        bench.one.sync()
        assert here(bench)["phone"] in (None, "")


@pytest.mark.parametrize("importing", [True, False])
def test_e8_a_new_xpm_client_comes_in_at_the_next_sync_unless_that_is_off(
    raise_bench: Raise, *, importing: bool
) -> None:
    settings = {"import_new_clients": importing}
    with raise_bench(small_world([known(KEA)]), settings=settings) as bench:
        bench.one.sync()
        bench.one.xpm.add_client("Newcomer Ltd")
        bench.apart = {} if importing else {"“Newcomer Ltd”: it": "new clients are not imported"}
        report = bench.one.sync()
        names = [row["name"] for row in bench.one.ignition.clients()]
        assert names == ([KEA, "Newcomer Ltd"] if importing else [KEA])
        assert ("import_new_clients is off" in say(report)) is not importing


DIRECTIONS = {"two_way": ("3", "2"), "from_xpm": ("", "2"), "to_xpm": ("3", "")}


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_e9_the_direction_decides_what_goes_where(raise_bench: Raise, direction: str) -> None:
    worlds = small_world([known(KEA)], [ignition_client(KEA, state="active")])
    with raise_bench(worlds, settings={"direction": direction}) as bench:
        uuid, slug = start(bench)
        bench.one.xpm.update_client(uuid, Phone="2")
        bench.one.ignition.update_client(slug, fax="3")
        bench.one.sync()
        assert (there(bench)["Fax"], here(bench)["phone"] or "") == DIRECTIONS[direction]


LEVELS = {"everything": ("New", "2"), "client_name": ("New", ""), "nothing": (KEA, "")}


@pytest.mark.parametrize("level", LEVELS)
def test_e9_the_level_decides_how_much_is_synced(raise_bench: Raise, level: str) -> None:
    worlds = small_world([known(KEA)], [ignition_client(KEA, state="active")])
    with raise_bench(worlds, settings={"level": level}) as bench:
        uuid, _ = start(bench)
        bench.one.xpm.update_client(uuid, Name="New", Phone="2")
        bench.one.sync()
        assert (here(bench)["name"], here(bench)["phone"] or "") == LEVELS[level]


KEPT_OUT: list[dict[str, Any]] = [{"direction": "to_xpm"}, {"level": "nothing"}]


@pytest.mark.parametrize("settings", KEPT_OUT, ids=["to_xpm", "nothing"])
def test_e9_e8_nobody_is_imported_where_nothing_goes_to_ignition(
    raise_bench: Raise, settings: dict[str, Any]
) -> None:
    with raise_bench(small_world([known(KEA)]), settings=settings) as bench:
        report = bench.one.sync()
        assert bench.one.ignition.clients() == []
        assert "1 new XPM client not imported" in say(report)
        assert bench.one.sync().writes == 0
