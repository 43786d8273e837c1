"""The syncer's command line, each command with and without --json; its exit codes are 0, 1 and 3."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Raise
from e2e_bench import DAY, known, lead, small_world
from e2e_terminal import Terminal

from scenarios.builders import staff
from scenarios.world import Worlds

KEA, TWICE = "Kea Cafés Limited", "The Jones Family Trust"
PAT = staff("Pat Partner", email="pat@example.com")


@pytest.fixture
def terminal(raise_bench: Raise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    world = small_world(
        [known(KEA), known(TWICE, phone="1", city="Leeds"), known(TWICE, nth=1, phone="2")],
        [lead(TWICE)],
        staff=[PAT],
    )
    with raise_bench(world, connected=False) as bench:
        yield Terminal(bench, tmp_path, monkeypatch)


def test_connect_by_pasting_says_what_to_open_and_what_comes_next(terminal: Terminal) -> None:
    done = terminal.run("connect", "--paste")
    assert (
        "Open this link and agree (XPM):\nhttp://127.0.0.1:18001/identity/connect/authorize?" in done.stderr
    )
    assert done.stdout == (
        f"practice “practice-1” is connected to XPM practice “{terminal.bench.one.known.name}” "
        "and to Ignition. Next: syncer sync\n"
    )


def test_connect_by_listening_as_json_is_one_value(terminal: Terminal) -> None:
    told = terminal.json("connect")
    assert told["connected"] is True
    assert "waiting at http://127.0.0.1:18080/callback" in terminal.run("connect").stderr


def test_sync_and_plan_say_what_was_and_what_would_be_done(terminal: Terminal) -> None:
    terminal.run("connect")
    planned = terminal.run("plan", code=3)
    assert f"would: Ignition: new lead “{KEA}” with 0 contacts (R1, R4)" in planned.stdout
    assert terminal.bench.one.ignition.named(KEA) == []
    done = terminal.run("sync", code=3)
    assert f"\nIgnition: new lead “{KEA}” with 0 contacts (R1, R4)" in f"\n{done.stdout}"
    assert f"needs attention: “{TWICE}” stands more than once on one side" in done.stdout
    assert "practice-1: ignition" in done.stdout
    (report,) = terminal.json("sync", code=3)
    assert (report["practice"], report["lines"]) == ("practice-1", [])
    again = terminal.run("plan", code=3).stdout
    assert again.startswith("practice-1: nothing to write\nneeds attention: ")


def test_e3_plan_says_old_value_new_value_rule_and_side_and_the_same_as_rows(terminal: Terminal) -> None:
    terminal.run("connect")
    terminal.run("sync", code=3)
    (there,) = terminal.bench.one.xpm.named(KEA)
    terminal.bench.one.xpm.update_client(there["UUID"], Phone="04 555 0100")
    planned = terminal.run("plan", code=3)
    assert (
        f"would: Ignition: “{KEA}”: Phone (R5)\n  Phone: (empty) → “04 555 0100” (changed in XPM, R5)\n"
    ) in planned.stdout
    (report,) = terminal.json("plan", code=3)
    (row,) = report["planned"]
    assert (row["client"], row["side"], row["field"], row["rule"]) == (KEA, "ignition", "phone", "R5")
    assert (row["old"], row["new"], row["changed_in"]) == ("", "04 555 0100", ["xpm"])
    (here,) = terminal.bench.one.ignition.named(KEA)
    assert not here["phone"]


def accepted(terminal: Terminal, name: str) -> str:
    bench = terminal.bench
    return str(bench.accepted(bench.one.ignition.named(name)[0]["slug"])["slug"])


def test_e11_audit_says_what_it_looked_at_and_exits_3_when_something_is_there_twice(
    terminal: Terminal,
) -> None:
    terminal.run("connect")
    terminal.run("sync", code=3)
    terminal.run("deploy", "--proposal", accepted(terminal, KEA))
    assert "audit: looked at 1 jobs and 0 clients made in XPM\n" in terminal.run("audit").stdout
    (job,) = terminal.bench.jobs(KEA)
    copy = {
        "ClientUUID": job["Client"]["UUID"],
        "ClientNumber": job["ClientOrderNumber"],
        "Name": job["Name"],
    }
    days = {"StartDate": "20260701", "DueDate": "20260731"}
    terminal.bench.one.xpm._write("POST", "job.api/add", "Job", {**copy, **days})
    assert f"problem: job “{job['Name']}” of PROP-1001" in terminal.run("audit", code=3).stdout
    (report,) = terminal.json("audit", code=3)
    assert [one["way_out"] for one in report["problems"]] == [
        "look at them in XPM, and delete what is there twice"
    ]


def test_deploy_says_what_was_made(terminal: Terminal) -> None:
    terminal.run("connect")
    terminal.run("sync", code=3)
    slug = accepted(terminal, KEA)
    (report,) = terminal.json("deploy", "--proposal", slug)
    assert report["did"] == {"jobs created in XPM": 1}
    assert "nothing to write" in terminal.run("deploy", "--proposal", slug).stdout
    assert len(terminal.bench.jobs(KEA)) == 1


def test_resolve_lists_what_waits_and_settles_it(terminal: Terminal) -> None:
    terminal.run("connect")
    terminal.run("sync", code=3)
    assert "nothing waits for a decision" in terminal.run("resolve").stdout
    slug = accepted(terminal, TWICE)
    terminal.run("deploy", "--proposal", slug, code=3)
    shown = terminal.run("resolve").stdout
    (waiting,) = terminal.json("resolve")
    uuids = sorted(row["UUID"] for row in terminal.bench.one.xpm.named(TWICE))
    assert (waiting["reference"], waiting["client"]) == ("PROP-1001", TWICE)
    assert sorted(one["uuid"] for one in waiting["candidates"]) == uuids
    # A line for each choice, as it is to be typed; what tells namesakes apart stands beside it.
    for row in terminal.bench.one.xpm.named(TWICE):
        town = ", Leeds" if row["Phone"] == "1" else ""
        line = f"  syncer resolve PROP-1001 --client {row['UUID']}   “{TWICE}”{town}, {row['Phone']}\n"
        assert line in shown
    assert "syncer resolve PROP-1001 --client new " in shown
    done = terminal.run("resolve", "PROP-1001", "--client", uuids[0])
    assert "XPM: job J000001" in done.stdout
    assert terminal.json("resolve") == []


def test_status_says_when_the_key_does_not_open_what_the_connections_need(terminal: Terminal) -> None:
    terminal.run("connect")
    shown = terminal.run("status", "--json", key=base64.urlsafe_b64encode(b"k" * 32).decode()).stdout
    assert json.loads(shown)["connections"]["xpm"] == (
        "unusable: the tokens in the ledger were encrypted with another key: "
        "put the old one behind a comma in SYNCER_KEY"
    )


def test_status_before_and_after(terminal: Terminal) -> None:
    before = terminal.json("status")
    assert (before["connections"], before["last_run"], before["linked_clients"]) == ({}, None, 0)
    text = terminal.run("status").stdout
    assert "not connected" in text
    assert "none yet" in text
    terminal.run("connect")
    terminal.run("sync", code=3)
    slug = accepted(terminal, KEA)
    terminal.run("deploy", "--proposal", slug)
    after = terminal.json("status")
    assert after["connections"] == {"xpm": "connected", "ignition": "connected"}
    deployed = {"reference": "PROP-1001", "proposal_slug": slug, "status": "deployed", "message": ""}
    assert after["deployments"] == [deployed]
    assert (after["last_run"]["command"], after["last_run"]["outcome"]) == ("deploy", "done")
    assert "PROP-1001" in terminal.run("status").stdout


def test_users_shows_the_staff_and_who_was_picked(terminal: Terminal) -> None:
    terminal.run("connect")
    terminal.run("sync", code=3)
    (row,) = terminal.json("users")
    assert row == {"staff": "Pat Partner", "email": "pat@example.com", "uuid": PAT["uuid"], "user": None}
    terminal.bench.one.ignition.pick_user(PAT["uuid"])
    (row,) = terminal.json("users")
    assert row["user"] == "Pat Partner"
    assert "Pick staff in Ignition: Settings → Team → Add User." in terminal.run("users").stdout


def test_e24_a_dead_connection_is_said_once_exits_1_shows_in_status_and_resumes(terminal: Terminal) -> None:
    terminal.run("connect")
    terminal.run("sync", code=3)
    terminal.bench.stage.xpm.post("world", terminal.bench.stage.worlds.xpm)
    terminal.bench.stage.pass_time(DAY)
    done = terminal.run("sync", code=1)
    assert done.stderr.count("run `syncer connect` again") == 1
    assert terminal.json("status")["connections"]["xpm"] == "reconnect_needed"
    terminal.run("connect")
    terminal.bench.one.xpm._token = ""
    terminal.run("sync", code=3)
    assert terminal.json("status")["connections"]["xpm"] == "connected"


@pytest.fixture
def two(raise_bench: Raise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    worlds: Worlds = small_world(practices=2)
    worlds.tenant(1)["clients"] = [known(KEA)]
    with raise_bench(worlds, connected=False) as bench:
        yield Terminal(bench, tmp_path, monkeypatch)


def test_sync_without_a_name_syncs_every_connected_practice(two: Terminal) -> None:
    two.run("connect", code=1)
    two.number = 1
    two.run("connect", "--practice", "practice-2")
    told = two.json("sync")
    assert [one["practice"] for one in told] == ["practice-2"]
    two.number = 0
    two.run("connect", "--practice", "practice-1")
    assert [one["practice"] for one in two.json("sync")] == ["practice-1", "practice-2"]


def test_e21_one_practice_that_fails_exits_1_and_the_other_is_synced(two: Terminal) -> None:
    for number in (0, 1):
        two.number = number
        two.run("connect", "--practice", f"practice-{number + 1}")
    two.bench.faults.on("client.api/list", status=404)
    done = two.run("sync", code=1)
    assert "syncer: practice-1: XPM, client.api/list: 404" in done.stderr
    assert [row["name"] for row in two.bench.stage.practice(1).ignition.clients()] == [KEA]


def test_connect_with_several_xpm_practices_asks_which(
    two: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    practices = two.bench.stage.worlds.practices
    rows = [
        {"tenantId": one.xpm_tenant_id, "tenantName": one.name, "tenantType": "PRACTICEMANAGER"}
        for one in practices
    ]
    two.bench.faults.on("/connections", status=200, body=json.dumps(rows).encode(), times=9)
    done = two.run("connect", "--practice", "practice-1", code=1)
    assert "choose the XPM practice with --tenant; connected are: " in done.stderr
    two.run("connect", "--practice", "practice-1", "--tenant", practices[0].name)
    two.run("sync", "--practice", "practice-1")
