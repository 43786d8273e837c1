"""What a sync makes of lists that are not whole: rows that are passed over, rows that cannot be read, empty lists."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from conftest import Raise
from e2e_bench import DAY, Bench, known, lead, rewritten, say, small_world

from scenarios.builders import contact

KEA = "Kea Cafés Limited"
TWICE = "stands more than once on one side, and not all of them are linked"
Json = dict[str, Any]


def empty_list(bench: Bench, path: str, tag: str) -> None:
    body = f'<Response api-method="List"><Status>OK</Status><{tag} /></Response>'.encode()
    bench.faults.on(path, status=200, body=body)


def whole(bench: Bench) -> None:
    """Nothing is wrong any more."""
    bench.faults.plan.clear()


def test_e1_clients_that_pages_pass_over_are_not_imported_beside_themselves(raise_bench: Raise) -> None:
    names = [f"Client {number:03}" for number in range(130)]
    worlds = small_world([known(name) for name in names], [lead(name) for name in names])
    with raise_bench(worlds) as bench:
        rewritten(bench, "reporting/clients?limit=100&cursor", lambda rows: rows[3:])
        report = bench.one.sync()
        assert "3 Ignition clients were passed over by its list's pages" in say(report)
        assert sorted(row["name"] for row in bench.one.ignition.clients()) == names
        assert len(bench.stage.ledger.dump()["links"]) == 130


def test_e1_a_list_of_one_page_is_read_once_and_so_is_a_longer_one_when_nobody_is_to_be_imported(
    raise_bench: Raise,
) -> None:
    names = [f"Client {number:03}" for number in range(130)]
    with raise_bench(small_world([known(name) for name in names])) as bench:
        bench.one.sync()
        assert len(bench.faults.named("reporting/clients")) == 1
        bench.stage.pass_time(8 * DAY)
        calls = len(bench.faults.calls)
        bench.one.sync()
        assert len([one for one in bench.faults.calls[calls:] if "reporting/clients" in one]) == 2


def test_e1_a_twin_in_ignition_of_a_linked_client_is_told_of_at_every_sync(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        bench.one.sync()
        twin = bench.one.ignition.add_lead(KEA, "Signer")
        for _ in range(3):
            report = bench.one.sync()
            assert [line for line in report.attention if f"“{KEA}” {TWICE}" in line] == report.attention
            assert report.exit_code == 3
            bench.stage.pass_time(DAY)
        bench.one.ignition.update_client(twin["slug"], name="Another name")
        assert bench.one.sync().attention == []


def without(field: str) -> Callable[[list[Json]], list[Json]]:
    return lambda rows: [{name: one for name, one in row.items() if name != field} for row in rows]


@pytest.mark.parametrize("field", ["contact_slugs", "phone", "address", "state", "slug"])
def test_e20_a_client_row_that_cannot_be_read_is_reported_and_the_others_go_on(
    raise_bench: Raise, field: str
) -> None:
    with raise_bench(small_world([known(KEA), known("Moa Ltd")])) as bench:
        bench.one.sync()
        bench.one.xpm.update_client(bench.one.xpm.named("Moa Ltd")[0]["UUID"], Phone="9")
        bench.one.ignition.add_lead("Weka Ltd", "Signer")
        rewritten(
            bench,
            "reporting/clients",
            lambda rows: [
                one for row in rows for one in (without(field)([row]) if row["name"] == KEA else [row])
            ],
        )
        report = bench.one.sync()
        assert report.exit_code == 3
        assert "client" in say(report)
        assert bench.one.ignition.named("Moa Ltd")[0]["phone"] == "9"
        whole(bench)
        bench.stage.pass_time(8 * DAY)
        assert bench.one.sync().writes == 0


def test_e1_nobody_is_imported_beside_a_client_of_which_only_the_name_can_be_read(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, phone="1")], [lead(KEA)])) as bench:
        rewritten(bench, "reporting/clients", without("address"))
        assert bench.one.sync().exit_code == 3
        whole(bench)
        bench.stage.pass_time(8 * DAY)
        assert bench.one.sync().exit_code == 0
        (row,) = bench.one.ignition.named(KEA)
        assert row["phone"] == "1"
        assert bench.one.sync().writes == 0


LISTS = {
    "staff": ("staff.api/list", "StaffList", "XPM's list of staff is empty, and had"),
    "templates": ("template.api/list", "Templates", "XPM's list of job templates is empty, and had 2"),
}


@pytest.mark.parametrize("which", LISTS)
def test_e5_a_list_of_xpm_that_is_suddenly_empty_is_told_of_and_nothing_follows(
    raise_bench: Raise, which: str
) -> None:
    path, tag, said = LISTS[which]
    with raise_bench(small_world([known(KEA)])) as bench:
        bench.one.sync()
        bench.one.ignition.pick_user(bench.one.xpm.staff()[0]["UUID"])
        bench.one.sync()
        before = bench.stage.fake_digests(), bench.stage.ledger.dump()["user_links"]
        empty_list(bench, path, tag)
        report = bench.one.sync()
        assert said in say(report)
        assert "`syncer sync --force` takes it as it is" in say(report)
        assert (bench.stage.fake_digests(), bench.stage.ledger.dump()["user_links"]) == before
        assert bench.one.sync().writes == 0
        empty_list(bench, path, tag)
        assert bench.one.sync(force=True).writes == 1
        assert bench.stage.ledger.dump()["user_links"][0]["standing"] == (
            "staff_deleted" if which == "staff" else "live"
        )


def test_e5_e18_an_empty_team_is_told_of_and_nobody_in_it_is_taken_for_deleted(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        bench.one.sync()
        bench.one.ignition.pick_user(bench.one.xpm.staff()[0]["UUID"])
        bench.one.sync()
        rewritten(bench, "/users?", lambda _rows: [], times=1)
        report = bench.one.sync()
        assert "Ignition's list of users is empty, and had 1: nothing is concluded from that (E5)" in say(
            report
        )
        assert bench.stage.ledger.dump()["user_links"][0]["standing"] == "live"


@pytest.mark.parametrize("field", ["name", "slug"])
def test_e20_a_member_of_the_team_who_cannot_be_read_is_not_taken_for_deleted(
    raise_bench: Raise, field: str
) -> None:
    with raise_bench(small_world([known(KEA, phone="1")])) as bench:
        bench.one.sync()
        bench.one.ignition.pick_user(bench.one.xpm.staff()[0]["UUID"])
        bench.one.sync()
        bench.one.xpm.update_client(bench.one.xpm.named(KEA)[0]["UUID"], Phone="9")
        rewritten(bench, "/users?", without(field), times=1)
        report = bench.one.sync()
        assert report.exit_code == 3
        assert "user " in say(report)
        assert bench.stage.ledger.dump()["user_links"][0]["standing"] == "live"
        assert bench.one.ignition.named(KEA)[0]["phone"] == "9"


def test_e20_staff_and_templates_that_cannot_be_read_stay_where_they_were_listed(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        bench.one.sync()
        before = bench.stage.fake_digests()

        def answer(request: requests.PreparedRequest) -> requests.Response:
            found = bench.faults.real(request)
            found._content = found.content.replace(b"<UUID>", b"<Other>", 1).replace(
                b"</UUID>", b"</Other>", 1
            )
            return found

        for path in ("staff.api/list", "template.api/list"):
            bench.faults.on(path, rewrite=answer)
        report = bench.one.sync()
        assert len(report.problems) == 2
        assert bench.stage.fake_digests() == before
        assert bench.one.sync().writes == 0


def test_e20_a_contact_without_a_name_keeps_no_client_out(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, phone="1", contacts=[contact("Al")])])) as bench:

        def answer(request: requests.PreparedRequest) -> requests.Response:
            found = bench.faults.real(request)
            found._content = found.content.replace(b"<Name>Al</Name>", b"<Name></Name>")
            return found

        bench.faults.on("client.api/list", rewrite=answer, times=99)
        report = bench.one.sync()
        assert f"contact of client “{KEA}”: a record without Name" in say(report)
        (row,) = bench.one.ignition.named(KEA)
        assert (row["phone"], row["contact_slugs"]) == ("1", [])
        assert bench.one.sync().writes == 0
        whole(bench)
        bench.one.sync()
        assert [one["name"] for one in bench.one.ignition.contacts(row["slug"])] == ["Al"]


def test_e20_a_contact_that_ignition_refuses_keeps_neither_its_client_nor_other_contacts_out(
    raise_bench: Raise,
) -> None:
    people = [contact("Al"), contact("B" * 600)]
    with raise_bench(small_world([known(KEA, contacts=people), known("Moa Ltd")])) as bench:
        report = bench.one.sync()
        assert report.exit_code == 3
        assert [one.record for one in report.problems] == [f"contacts of “{KEA}”"]
        (row,) = bench.one.ignition.named(KEA)
        report = bench.one.sync()
        assert [one["name"] for one in bench.one.ignition.contacts(row["slug"])] == ["Al"]
        assert len(report.problems) == 1
        bench.one.sync()
        assert [len(bench.one.ignition.named(name)) for name in (KEA, "Moa Ltd")] == [1, 1]
        assert len(bench.one.ignition.contacts(row["slug"])) == 1


def test_e20_a_client_that_ignition_refuses_is_reported_once_and_by_its_own_fault(raise_bench: Raise) -> None:
    with raise_bench(small_world([known("K" * 600, contacts=[contact("Al")]), known("Moa Ltd")])) as bench:
        report = bench.one.sync()
        assert [one.record for one in report.problems] == [f"client “{'K' * 600}”"]
        assert [row["name"] for row in bench.one.ignition.clients()] == ["Moa Ltd"]
