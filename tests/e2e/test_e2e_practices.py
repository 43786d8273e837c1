"""R13, E18 to E21 and E24: people who go, records that are refused, limits, practices apart, dead tokens."""

import json
from collections.abc import Callable

import pytest
import requests
from conftest import Raise
from e2e_bench import DAY, Bench, client, known, lead, say, small_world

from scenarios.builders import staff
from syncer import ledger_tables as t
from syncer.errors import ReconnectNeededError

KEA = "Kea Cafés Limited"
PAT, MAX = staff("Pat Partner", email="pat@example.com"), staff("Max Manager", email="max@example.com")


def with_users(bench: Bench) -> list[str]:
    """Sync, pick Pat and Max as users, sync again; returns their slugs."""
    bench.one.sync()
    slugs = [str(bench.one.ignition.pick_user(one["uuid"])["slug"]) for one in (PAT, MAX)]
    bench.one.sync()
    return slugs


def test_r13_e18_a_deleted_staff_member_changes_nothing_in_ignition(raise_bench: Raise) -> None:
    world = small_world([known(KEA, account_manager_uuid=PAT["uuid"])], staff=[PAT, MAX])
    with raise_bench(world) as bench:
        users = with_users(bench)
        team = bench.one.ignition.users()
        bench.stage.pass_time(DAY)
        bench.one.xpm.delete_staff(PAT["uuid"])
        report = bench.one.sync()
        assert bench.one.ignition.users() == team
        assert bench.one.ignition.named(KEA)[0]["partner"]["slug"] == users[0]
        assert bench.one.xpm.named(KEA)[0]["AccountManager"]["UUID"] == PAT["uuid"]
        assert "staff deleted" in say(report)
        rows = {row["staff_uuid"]: row["standing"] for row in bench.stage.ledger.dump()["user_links"]}
        assert rows == {PAT["uuid"]: "staff_deleted", MAX["uuid"]: "live"}
        assert bench.one.sync().writes == 0


def test_r13_e18_a_deleted_user_changes_nothing_in_xpm_and_is_not_brought_back(raise_bench: Raise) -> None:
    world = small_world([known(KEA, account_manager_uuid=PAT["uuid"])], staff=[PAT, MAX])
    with raise_bench(world) as bench:
        users = with_users(bench)
        people, clients = bench.one.xpm.staff(), bench.one.xpm.clients()
        bench.stage.pass_time(DAY)
        bench.one.ignition.delete_user(users[0])
        bench.one.sync()
        bench.one.sync()
        assert bench.one.xpm.staff() == people
        assert bench.one.xpm.clients() == clients
        assert users[0] not in {row["slug"] for row in bench.one.ignition.users()}
        assert bench.one.sync().writes == 0


def test_e18_r6_a_partner_who_was_deleted_stays_until_a_person_changes_it_there(raise_bench: Raise) -> None:
    world = small_world([known(KEA, account_manager_uuid=PAT["uuid"])], staff=[PAT, MAX])
    with raise_bench(world) as bench:
        users = with_users(bench)
        bench.stage.pass_time(DAY)
        bench.one.xpm.delete_staff(PAT["uuid"])
        bench.one.sync()
        uuid = bench.one.xpm.named(KEA)[0]["UUID"]
        bench.one.xpm.update_client(uuid, AccountManagerUUID=MAX["uuid"])
        bench.one.sync()
        assert bench.one.xpm.client(uuid)["AccountManager"]["UUID"] == MAX["uuid"]
        (here,) = bench.one.ignition.named(KEA)
        assert here["partner"]["slug"] == users[0]
        bench.one.ignition.update_client(here["slug"], partner_slug=users[1])
        assert bench.one.sync().writes == 0


def test_e20_one_client_that_ignition_refuses_is_reported_and_the_others_go_on(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA), known("Moa Ltd")])) as bench:
        bench.one.sync()
        bench.stage.pass_time(DAY)
        for row in bench.one.xpm.clients():
            bench.one.xpm.update_client(row["UUID"], Phone="7")
        error = {"code": "INVALID", "message": "No.", "details": []}

        def without_the_first(request: requests.PreparedRequest) -> requests.Response:
            items = json.loads(request.body or b"")["items"]
            request.prepare_body(None, None, {"items": items[1:]})
            answer = bench.faults.real(request)
            others = json.loads(answer.content)["data"]
            refused = {"status": 422, "data": None, "error": error}
            answer._content = json.dumps({"data": [refused, *others]}).encode()
            return answer

        bench.faults.on("clients/batch", rewrite=without_the_first)
        report = bench.one.sync()
        assert [one.what for one in report.problems] == ["Ignition, POST /clients/batch: 422 No."]
        assert sorted(row["phone"] or "" for row in bench.one.ignition.clients()) == ["", "7"]
        assert bench.one.sync().problems == []
        assert [row["phone"] for row in bench.one.ignition.clients()] == ["7", "7"]


def test_e20_a_batch_that_ignition_refuses_leaves_the_other_batches_alone(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(f"Client {number:03}") for number in range(101)])) as bench:
        body = b'{"error": {"code": "INVALID", "message": "No.", "details": []}}'
        bench.faults.on("clients/batch", status=403, body=body)
        report = bench.one.sync()
        assert [one.record for one in report.problems] == ["100 clients"]
        assert len(bench.one.ignition.clients()) == 1
        assert report.exit_code == 3
        bench.one.sync()
        assert len(bench.one.ignition.clients()) == 101


def test_e20_one_client_that_xpm_refuses_is_reported_and_the_others_go_on(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA), known("Moa Ltd")])) as bench:
        bench.one.sync()
        bench.stage.pass_time(DAY)
        for row in bench.one.ignition.clients():
            bench.one.ignition.update_client(row["slug"], phone="7")
        body = b"<Response><Status>ERROR</Status><ErrorDescription>No.</ErrorDescription></Response>"
        bench.faults.on("client.api/update", status=200, body=body)
        report = bench.one.sync()
        assert len(report.problems) == 1
        assert sorted(row["Phone"] for row in bench.one.xpm.clients()) == ["", "7"]
        bench.one.sync()
        assert [row["Phone"] for row in bench.one.xpm.clients()] == ["7", "7"]
        assert bench.one.sync().writes == 0


def test_e20_one_proposal_that_xpm_refuses_leaves_the_others_alone(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA), known("Moa Ltd")])) as bench:
        bench.one.sync()
        slugs = [bench.accepted(row["slug"])["slug"] for row in bench.one.ignition.clients()]
        body = b"<Response><Status>ERROR</Status><ErrorDescription>No.</ErrorDescription></Response>"
        bench.faults.on("job.api/add", status=200, body=body)
        report = bench.one.sync()
        assert sorted(bench.shown(slug)["status"] for slug in slugs) == ["deployed", "failed"]
        assert [one.what for one in report.problems] == ["job “Payroll”: XPM, job.api/add: No."]
        bench.one.sync()
        assert [bench.shown(slug)["status"] for slug in slugs] == ["deployed", "deployed"]
        assert (len(bench.jobs(KEA)), len(bench.jobs("Moa Ltd"))) == (1, 1)


def rewritten(bench: Bench, at: str, edit: Callable[[bytes], bytes]) -> None:
    """Have the next answer to a call come with another body."""

    def change(request: requests.PreparedRequest) -> requests.Response:
        answer = bench.faults.real(request)
        answer._content = edit(answer.content)
        return answer

    bench.faults.on(at, rewrite=change)


def test_e20_an_xpm_client_that_cannot_be_read_is_reported_and_the_others_come(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA), known("Moa Ltd")])) as bench:
        rewritten(
            bench, "client.api/list", lambda body: body.replace(b"<Name>Moa Ltd</Name>", b"<Name></Name>")
        )
        report = bench.one.sync()
        assert [one.what for one in report.problems] == ["a record without Name"]
        assert [row["name"] for row in bench.one.ignition.clients()] == [KEA]
        assert report.exit_code == 3


@pytest.mark.parametrize(
    ("path", "member"),
    [
        ("reporting/clients", "phone"),
        ("reporting/contacts", "mobile"),
        ("v1/proposals?", "client_name"),
    ],
)
def test_e20_an_ignition_row_that_cannot_be_read_is_reported_and_the_rest_goes_on(
    raise_bench: Raise, path: str, member: str
) -> None:
    with raise_bench(small_world([known(KEA)], [lead("Moa Ltd")])) as bench:
        bench.one.sync()
        slug = bench.accepted(bench.one.ignition.named("Moa Ltd")[0]["slug"])["slug"]

        def without(body: bytes) -> bytes:
            page = json.loads(body)
            del page["data"][0][member]
            return json.dumps(page).encode()

        rewritten(bench, path, without)
        report = bench.one.sync()
        assert [one.record.split()[0] for one in report.problems] == [path.split("/")[1].rstrip("s?")]
        assert len(bench.one.ignition.named(KEA)) == 1
        bench.one.deploy(slug)
        assert len(bench.jobs("Moa Ltd")) == 1


def test_e19_a_limit_of_the_day_stops_a_sync_cleanly_and_the_next_goes_on(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA)], [lead("Moa Ltd")])) as bench:
        bench.one.sync()
        bench.accepted(bench.one.ignition.named("Moa Ltd")[0]["slug"])
        full = {"Retry-After": "40000", "X-Rate-Limit-Problem": "day"}
        bench.faults.on("job.api/add", status=429, headers=full)
        report = bench.one.sync()
        assert report.exit_code == 1
        assert "the day limit lifts in 40000 s" in str(report.stopped)
        bench.stage.pass_time(40_000)
        bench.one.sync()
        assert len(bench.jobs("Moa Ltd")) == 1
        assert len(bench.one.xpm.named("Moa Ltd")) == 1


def test_e19_never_more_than_sixty_calls_a_minute_for_one_practice(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(f"Client {number:02}") for number in range(70)])) as bench:
        bench.one.sync()
        bench.stage.pass_time(DAY)
        for row in bench.one.ignition.clients():
            bench.one.ignition.update_client(row["slug"], phone="7")
        before = bench.stage.runtime.now()
        bench.one.sync()
        assert {row["Phone"] for row in bench.one.xpm.clients()} == {"7"}
        assert (bench.stage.runtime.now() - before).total_seconds() >= 60
        times = [
            row["at"] for row in bench.stage.journals()["XPM"] if "client.api/update" in row["operation"]
        ]
        assert max(times.count(moment) for moment in set(times)) <= 60


def two_practices(bench: Bench) -> None:
    for number in (0, 1):
        bench.stage.practice(number).connect()


def test_e21_two_practices_keep_their_data_links_and_tokens_apart(raise_bench: Raise) -> None:
    world = small_world(practices=2)
    world.tenant(0)["clients"] = [known(KEA)]
    world.tenant(1)["clients"] = [client(KEA, nth=1), client("Only Second")]
    with raise_bench(world, connected=False) as bench:
        two_practices(bench)
        first, second = bench.stage.practice(0), bench.stage.practice(1)
        first.sync()
        assert [row["name"] for row in first.ignition.clients()] == [KEA]
        assert second.ignition.clients() == []
        second.sync()
        assert [row["name"] for row in second.ignition.clients()] == [KEA, "Only Second"]
        assert [row["name"] for row in first.ignition.clients()] == [KEA]
        ledger = bench.stage.ledger
        rows = {row["practice"]: row["xpm_id"] for row in ledger.dump()["links"] if row["xpm_id"]}
        assert set(rows) == {"practice-1", "practice-2"}
        tokens = {ledger.of(name).tokens("xpm")["access_token"] for name in rows}  # type: ignore[index]
        assert len(tokens) == 2


def test_e21_a_practice_that_fails_leaves_the_other_one_alone(raise_bench: Raise) -> None:
    world = small_world(practices=2)
    world.tenant(1)["clients"] = [client("Only Second")]
    with raise_bench(world, connected=False) as bench:
        two_practices(bench)
        bench.stage.ledger.of("practice-1").change(
            t.connections, {"tenant_id": "00000000-0000-4000-8000-000000000000"}, system="xpm"
        )
        with pytest.raises(ReconnectNeededError, match="no longer connected to this app"):
            bench.stage.practice(0).sync()
        bench.stage.practice(1).sync()
        assert [row["name"] for row in bench.stage.practice(1).ignition.clients()] == ["Only Second"]
        assert bench.stage.practice(0).ignition.clients() == []


def kill(bench: Bench, system: str) -> None:
    """Make a refresh token worthless, as a revocation does."""
    own = bench.stage.ledger.of("practice-1")
    tokens = own.tokens(system) or {}
    own.save_tokens(system, {**tokens, "refresh_token": "dead", "access_token": "dead"})


@pytest.mark.parametrize("system", ["xpm", "ignition"])
def test_e24_a_connection_that_cannot_refresh_needs_a_person_and_resumes_after_connect(
    raise_bench: Raise, system: str
) -> None:
    with raise_bench(small_world([known(KEA)], [lead("Moa Ltd")])) as bench:
        bench.one.sync()
        slug = bench.accepted(bench.one.ignition.named("Moa Ltd")[0]["slug"])["slug"]
        before = bench.stage.fake_digests()
        kill(bench, system)
        with pytest.raises(ReconnectNeededError, match="run `syncer connect` again"):
            bench.one.sync()
        assert bench.stage.fake_digests() == before
        rows = {
            row["system"]: row["status"] for row in bench.stage.ledger.of("practice-1").rows(t.connections)
        }
        assert rows[system] == "reconnect_needed"
        bench.one.connect()
        bench.one.sync()
        assert bench.shown(slug)["status"] == "deployed"
        assert len(bench.jobs("Moa Ltd")) == 1


def test_e24_tokens_that_expire_while_nobody_works_are_refreshed(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        bench.one.sync()
        bench.stage.pass_time(30 * DAY)
        bench.restart()
        assert bench.one.sync().problems == []
        assert bench.one.sync().writes == 0


def test_a_practice_cannot_be_connected_to_another_tenant_under_the_same_name(raise_bench: Raise) -> None:
    from syncer.errors import ConfigError  # noqa: PLC0415

    world = small_world(practices=2)
    with raise_bench(world, connected=False) as bench:
        bench.one.connect()
        other = bench.stage.practice(1)
        other.name = "practice-1"
        with pytest.raises(ConfigError, match="give the other practice a name of its own"):
            other.connect()
