"""What somebody found who tried to break the syncer over sockets."""

from typing import Any

import pytest
from conftest import Raise
from e2e_bench import DAY, Bench, known, rewritten, say, small_world

from scenarios.builders import contact
from syncer import ledger_tables as t
from syncer.auditing import audit
from syncer.deploy import deploy_one
from syncer.errors import ConfigError, LimitError, ReconnectNeededError, RefusedError
from syncer.practice import open_practice
from syncer.resolve import parked, resolve

KEA = "Kea Cafés Limited"
NAMES = [f"Client {number:03}" for number in range(130)]
Json = dict[str, Any]


def practice_of(bench: Bench) -> Any:
    return open_practice(bench.stage.config, bench.stage.ledger, bench.stage.runtime, bench.one.name)


def disconnect_at_xero(bench: Bench) -> None:
    """Have the practice's admin remove the app at Xero, as DELETE /connections/{id} does."""
    url = bench.stage.config.xpm.api_url
    tokens = bench.stage.ledger.of(bench.one.name).tokens("xpm") or {}
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    (found,) = bench.stage.session.get(f"{url}/connections", headers=headers, timeout=9).json()
    gone = bench.stage.session.delete(f"{url}/connections/{found['id']}", headers=headers, timeout=9)
    assert gone.status_code == 204


def test_e24_a_practice_that_removed_the_app_at_xero_is_to_be_connected_again(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        bench.one.sync()
        disconnect_at_xero(bench)
        with pytest.raises(
            ReconnectNeededError, match="no longer connected to this app; run `syncer connect` again"
        ):
            bench.one.sync()
        rows = bench.stage.ledger.of(bench.one.name).rows(t.connections)
        assert {row["system"]: row["status"] for row in rows}["xpm"] == "reconnect_needed"
        bench.one.connect()
        assert bench.one.sync().exit_code == 0


def test_e3_a_lead_that_ignitions_pages_passed_over_gets_what_xpm_has_new_of_it(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(name) for name in NAMES])) as bench:
        bench.one.sync()
        bench.stage.pass_time(DAY)
        rewritten(bench, "reporting/clients", lambda rows: rows[3:], times=9)
        bench.one.sync()
        bench.faults.plan.clear()
        uuids = bench.one.xpm.uuids()
        for name in NAMES:
            bench.one.xpm.update_client(uuids[name], Phone="09 555 0001")
        bench.stage.pass_time(DAY)
        assert bench.one.sync().exit_code == 0
        assert {row["phone"] for row in bench.one.ignition.clients()} == {"09 555 0001"}
        bench.restart()
        assert bench.one.sync().writes == 0


def test_e3_of_more_unseen_leads_than_are_read_one_by_one_the_rest_stays_news_and_is_told(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(name) for name in NAMES])) as bench:
        bench.one.sync()
        bench.stage.pass_time(DAY)
        bench.faults.on("reporting/clients", status=200, body=EMPTY_PAGE, times=99)
        bench.one.sync()
        uuids = bench.one.xpm.uuids()
        for name in NAMES[:30]:
            bench.one.xpm.update_client(uuids[name], Phone="09 555 0001")
        bench.stage.pass_time(DAY)
        report = bench.one.sync()
        assert "10 linked clients: Ignition's lists have not shown them yet" in say(report)
        assert report.exit_code == 3
        bench.stage.pass_time(DAY)
        bench.one.sync()
        phones = [row["phone"] for row in bench.one.ignition.clients() if row["name"] in NAMES[:30]]
        assert phones == ["09 555 0001"] * 30


EMPTY_PAGE = b'{"data":[],"meta":{"pagination":{"has_more":false,"next_cursor":null,"limit":100}}}'


def test_a_sweep_of_a_short_list_is_done_again_and_one_that_stays_short_is_not_done_for_ever(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(f"Client {number}") for number in range(6)])) as bench:
        bench.one.sync()
        bench.stage.pass_time(DAY)
        bench.one.sync()
        rewritten(bench, "reporting/clients", lambda rows: rows[:1], times=99)
        whole = "reporting/clients?limit=100"
        sweeps = []
        for days in (8, 1, 1):
            bench.stage.pass_time(days * DAY)
            calls = len(bench.faults.calls)
            report = bench.one.sync()
            sweeps.append(any(one.endswith(whole) for one in bench.faults.calls[calls:]))
            if sweeps[-1]:
                assert "5 clients no longer in Ignition's list" in say(report)
        assert sweeps == [True, True, False]


def test_e11_an_older_client_that_is_given_the_name_of_one_that_was_made_is_no_double(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        bench.one.sync()
        bench.stage.pass_time(60)
        made = bench.one.ignition.add_lead("Made By Sync Ltd", "Mo Made")
        bench.accepted(made["slug"])
        bench.one.sync()
        bench.stage.pass_time(DAY)
        (kea,) = bench.one.ignition.named(KEA)
        bench.one.ignition.update_client(kea["slug"], name="Made By Sync Ltd")
        bench.one.sync()
        assert len(bench.one.xpm.named("Made By Sync Ltd")) == 2
        bench.restart()
        assert audit(practice_of(bench)).problems == []


def test_e6_xpms_choice_of_primary_wins_over_one_made_in_ignition(raise_bench: Raise) -> None:
    people = [contact("Ann Al", is_primary=True), contact("Bob Bo")]
    with raise_bench(small_world([known(KEA, contacts=people)])) as bench:
        bench.one.sync()
        bench.stage.pass_time(DAY)
        bench.one.sync()
        bench.stage.pass_time(DAY)
        (kea,) = bench.one.ignition.named(KEA)
        slugs = {row["name"]: row["slug"] for row in bench.one.ignition.contacts(kea["slug"])}
        bench.one.ignition.update_contact(slugs["Bob Bo"], is_primary=True)
        report = bench.one.sync()
        assert report.writes == 1
        chosen = {row["name"]: row["is_primary"] for row in bench.one.ignition.contacts(kea["slug"])}
        assert chosen == {"Ann Al": True, "Bob Bo": False}
        bench.restart()
        assert bench.one.sync().writes == 0


def test_e19_a_day_that_is_used_up_costs_no_further_call_until_it_lifts(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(f"Client {number}") for number in range(6)])) as bench:
        bench.one.sync()
        bench.stage.pass_time(3 * DAY)
        bench.one.sync()
        bench.stage.pass_time(DAY)
        for row in bench.one.ignition.clients():
            bench.one.ignition.update_client(row["slug"], phone="7")
        lead = bench.one.ignition.add_lead("New Ltd", "Nia New")
        bench.accepted(lead["slug"])
        bench.stage.xpm.put("limits", {**bench.stage.xpm.get("limits"), "day": 6})
        report = bench.one.sync()
        assert report.exit_code == 1
        assert (report.left, report.left_proposals) == (4, 1)
        assert [row["status"] for row in bench.stage.ledger.of(bench.one.name).rows(t.deployments)] == [
            "pending"
        ]
        bench.restart()
        calls = len(bench.faults.named("practicemanager"))
        with pytest.raises(LimitError, match="its calls were used up before; they are granted again in"):
            bench.one.sync()
        assert len(bench.faults.named("practicemanager")) == calls
        bench.stage.xpm.put("limits", {**bench.stage.xpm.get("limits"), "day": 5000})
        bench.stage.pass_time(DAY)
        assert bench.one.sync().exit_code == 0
        assert bench.one.xpm.job_counts("New Ltd") == [1]


def test_e10_what_cannot_be_picked_is_shown_as_that(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        bench.one.sync()
        (kea,) = bench.one.ignition.named(KEA)
        (there,) = bench.one.xpm.named(KEA)
        bench.one.xpm.delete_client(there["UUID"])
        bench.stage.pass_time(DAY)
        bench.one.sync()
        bench.accepted(kea["slug"])
        bench.one.sync()
        ledger = bench.stage.ledger.of(bench.one.name)
        ((candidate,),) = [one["candidates"] for one in parked(ledger)]
        assert (candidate["uuid"], candidate["why_not"]) == (there["UUID"], "is deleted: pick another")
        with pytest.raises(ConfigError, match="is deleted: pick another"):
            resolve(practice_of(bench), parked(ledger)[0]["reference"], there["UUID"])


def test_a_slug_of_a_webhook_is_one_part_of_a_path_whatever_it_holds(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        bench.one.sync()
        with pytest.raises(RefusedError, match="404"):
            deploy_one(practice_of(bench), "../clients/x?y=#")
        assert bench.faults.calls[-1].endswith("/external/api/v1/proposals/..%2Fclients%2Fx%3Fy%3D%23")
