"""R1 to R4, E1 and E2: what the first connection and sync bring."""

import pytest
from conftest import Raise
from e2e_bench import ANNUAL, DAY, LODGE, client, ignition_client, known, lead, say, signatory, small_world

from scenarios.builders import contact, staff
from scenarios.stage import agreeing
from syncer import connect as connecting
from syncer import ledger_tables as t
from syncer.errors import ConfigError

KEA, MOA = "Kea Cafés Limited", "O'Brien & Söhne <Ltd>"


def test_r1_every_client_comes_in_as_a_lead(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA), known(MOA)])) as bench:
        report = bench.one.sync()
        rows = bench.one.ignition.clients()
        assert [(row["name"], row["state"]) for row in rows] == [(KEA, "lead"), (MOA, "lead")]
        assert report.problems == []


def test_r1_more_leads_than_one_batch_holds_all_arrive_once(raise_bench: Raise) -> None:
    names = [f"Client {number:03}" for number in range(205)]
    with raise_bench(small_world([known(name) for name in names])) as bench:
        bench.one.sync()
        assert [row["name"] for row in bench.one.ignition.clients()] == names
        assert len(bench.faults.named("clients/batch")) == 3
        assert bench.one.sync().writes == 0


def test_r2_nobody_is_copied_as_a_user_unasked_and_all_staff_are_offered(raise_bench: Raise) -> None:
    people = [staff("Pat Partner"), staff("Max Manager")]
    with raise_bench(small_world(staff=people)) as bench:
        before = bench.one.ignition.users()
        bench.one.sync()
        assert bench.one.ignition.users() == before
        offered = [row["name"] for row in bench.one.ignition.candidates()]
        assert sorted(offered) == ["Max Manager", "Pat Partner"]


def test_r3_job_templates_arrive_and_new_ones_follow(raise_bench: Raise) -> None:
    with raise_bench(small_world()) as bench:
        bench.one.sync()
        names = [row["name"] for row in bench.one.ignition.job_templates()]
        assert names == [ANNUAL["name"], LODGE["name"]]
        desk = bench.one.ignition
        desk.link_service(desk.services()[0]["slug"], desk.job_templates()[0]["slug"])
        linked = desk.services()[0]["job_template"]
        assert linked["xpm_template_uuid"] == ANNUAL["uuid"]
        assert bench.one.sync().writes == 0


def test_r4_company_structure_comes_with_the_import_and_never_again(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, business_structure="Trust")])) as bench:
        bench.one.sync()
        assert bench.one.ignition.named(KEA)[0]["company_structure"] == "Trust"
        uuid = bench.one.xpm.named(KEA)[0]["UUID"]
        bench.one.xpm.update_client(uuid, BusinessStructure="Company", Phone="1")
        bench.stage.pass_time(DAY)
        bench.one.sync()
        (here,) = bench.one.ignition.named(KEA)
        assert (here["company_structure"], here["phone"]) == ("Trust", "1")


def test_r4_each_later_import_brings_the_structure_of_that_client(raise_bench: Raise) -> None:
    with raise_bench(small_world()) as bench:
        bench.one.sync()
        bench.one.xpm.add_client(KEA, BusinessStructure="Partnership")
        bench.one.sync()
        assert bench.one.ignition.named(KEA)[0]["company_structure"] == "Partnership"


def test_e1_a_client_in_both_is_linked_by_its_exact_name_and_empty_fields_fill(raise_bench: Raise) -> None:
    here = ignition_client(KEA, fax="9", contacts=[signatory("Sam Same")])
    there = known(KEA, phone="1", contacts=[contact("Sam Same", email="signatory@example.com", mobile="5")])
    with raise_bench(small_world([there], [here])) as bench:
        bench.one.sync()
        (row,) = bench.one.ignition.clients()
        assert (row["phone"], row["fax"]) == ("1", "9")
        (person,) = bench.one.ignition.contacts(row["slug"])
        assert person["mobile"] == "5"


def test_e1_two_values_of_a_first_link_are_a_conflict_whose_loser_is_kept(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, phone="1")], [lead(KEA, phone="2")])) as bench:
        bench.one.sync()
        assert bench.one.ignition.clients()[0]["phone"] == "1"
        assert bench.one.xpm.clients()[0]["Phone"] == "1"
        (kept,) = bench.stage.ledger.dump()["conflicts"]
        assert (kept["field"], kept["xpm"], kept["ignition"]) == ("phone", '"1"', '"2"')


@pytest.mark.parametrize("side", ["xpm", "ignition"])
def test_e1_a_name_that_stands_twice_on_a_side_is_linked_to_none_and_reported(
    raise_bench: Raise, side: str
) -> None:
    doubled_there = [client(KEA), client(KEA, nth=1)] if side == "xpm" else [client(KEA)]
    doubled_here = [lead(KEA)] if side == "xpm" else [lead(KEA), ignition_client(KEA, nth=1)]
    with raise_bench(small_world(doubled_there, doubled_here)) as bench:
        report = bench.one.sync()
        assert "stands more than once on one side" in say(report)
        assert len(bench.one.ignition.clients()) == len(doubled_here)
        assert report.exit_code == 3


def test_e2_archived_and_deleted_clients_are_neither_imported_nor_matched(raise_bench: Raise) -> None:
    rows = [known("Archived Ltd", is_archived=True), known("Deleted Ltd", is_deleted=True)]
    with raise_bench(small_world(rows, [lead("Archived Ltd")])) as bench:
        report = bench.one.sync()
        assert [row["name"] for row in bench.one.ignition.clients()] == ["Archived Ltd"]
        assert report.did["clients linked by name"] == 0
        bench.one.xpm.add_client("Archived Ltd")
        assert bench.one.sync().did["clients linked by name"] == 1


def test_an_ignition_that_lost_the_linked_clients_is_connected_when_a_person_says_so(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known("Kea Cafés Limited")])) as bench:
        bench.one.sync()
        stage = bench.stage
        own = stage.ledger.of(bench.one.name)
        (link,) = own.rows(t.links)
        own.change(t.links, {"ignition_id": "cli_gone"}, xpm_id=link["xpm_id"])
        agree = agreeing(stage.session, bench.one.known)
        told = stage.config, stage.ledger, stage.runtime, bench.one.name, agree
        with pytest.raises(ConfigError, match="`syncer connect --force` goes on"):
            connecting.connect(*told)
        assert own.row(t.connections, system="ignition") is None
        assert "is connected to XPM practice" in connecting.connect(*told, force=True)
        assert own.row(t.connections, system="ignition") is not None
