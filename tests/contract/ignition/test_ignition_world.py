"""Worlds, restarts, and the command line."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from ignition_support import HOOK, NOW, RESOURCES, Fake, kea, reopen, world

from mock_ignition.cli import command, main
from mock_kit import VERSION

World = dict[str, Any]


def broken(change: Callable[[World], object]) -> World:
    document = world()
    change(document["practices"][0])
    return document


@pytest.mark.parametrize(
    ("kind", "slug"),
    [
        ("users", "cli_x"),
        ("job_templates", "svc_x"),
        ("services", "jtpl_x"),
        ("clients", "con_x"),
        ("proposals", "psd_x"),
    ],
)
def test_a_slug_tells_its_kind_in_a_world_too(fake: Fake, kind: str, slug: str) -> None:
    document = broken(lambda kea: kea[kind][0].update(slug=slug))
    answer = fake.app.test_client().post("/_control/world", json=document)
    assert answer.status_code == 422
    assert [detail["field"] for detail in answer.get_json()["error"]["details"]] == [
        f"practices.0.{kind}.0.slug"
    ]


@pytest.mark.parametrize("price", ["Infinity", "-Infinity", "NaN", "1e400", "1000000000001", "-0.01"])
@pytest.mark.parametrize("place", ["services.0", "proposals.0.services.0"])
def test_a_price_that_no_service_can_have_is_refused_in_a_world_too(
    fake: Fake, place: str, price: str
) -> None:
    document, before = world(), fake.digest()
    part: Any = document["practices"][0]
    for step in place.split("."):
        part = part[int(step) if step.isdigit() else step]
    part["price"] = "the price"
    text = json.dumps(document).replace('"the price"', price)
    answer = fake.app.test_client().post("/_control/world", data=text, content_type="application/json")
    assert answer.status_code == 422
    assert [detail["field"] for detail in answer.get_json()["error"]["details"]] == [
        f"practices.0.{place}.price"
    ]
    assert fake.digest() == before


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({**world(), "practices": [kea(), kea()]}, "tenant_id prc_kea occurs twice"),
        (broken(lambda kea: kea["clients"].append(kea["clients"][1])), "client cli_bare occurs twice"),
        (broken(lambda kea: kea["users"].append(kea["users"][0])), "user usr_ana occurs twice"),
        (broken(lambda kea: kea["services"].append(kea["services"][0])), "service svc_gst occurs twice"),
        (broken(lambda kea: kea["proposals"].append(kea["proposals"][1])), "proposal prop_bare occurs twice"),
        (
            broken(lambda kea: kea["clients"][1].update(contacts=[{"slug": "con_jo", "name": "X"}])),
            "contact con_jo occurs twice",
        ),
        (
            broken(lambda kea: kea["job_templates"][1].update(xpm_template_uuid="tpl-gst")),
            "xpm_template_uuid tpl-gst occurs twice",
        ),
        (
            broken(lambda kea: kea["proposals"][1].update(reference_number="PROP-1002")),
            "reference number PROP-1002 occurs twice",
        ),
        (
            broken(lambda kea: kea["clients"][1].update(manager_slug="usr_no")),
            "cli_bare: manager_slug names usr_no",
        ),
        (
            broken(lambda kea: kea["services"][1].update(job_template_slug="jtpl_no")),
            "svc_setup: job_template_slug names jtpl_no",
        ),
        (
            broken(lambda kea: kea["proposals"][1].update(client_slug="cli_no")),
            "prop_bare: client_slug names cli_no",
        ),
        (
            broken(lambda kea: kea["proposals"][1].update(services=[{"service_slug": "svc_no"}])),
            "prop_bare: service_slug names svc_no",
        ),
    ],
)
def test_a_world_that_contradicts_itself_is_refused_and_changes_nothing(
    fake: Fake, document: World, message: str
) -> None:
    before = fake.digest()
    answer = fake.app.test_client().post("/_control/world", json=document)
    assert answer.status_code == 422
    assert message in answer.get_json()["error"]["message"]
    assert fake.digest() == before


@pytest.mark.parametrize(
    ("state", "sent", "accepted", "lost", "end"),
    [
        ("draft", None, None, None, None),
        ("awaiting_acceptance", NOW, None, None, None),
        ("accepted", NOW, NOW, None, "2027-06-30"),
        ("completed", NOW, NOW, None, "2027-06-30"),
        ("lost", NOW, None, NOW, None),
    ],
)
def test_a_proposal_of_the_world_has_the_times_of_its_state(
    fake: Fake, state: str, sent: str | None, accepted: str | None, lost: str | None, end: str | None
) -> None:
    fake.control("POST", "/world", broken(lambda kea: kea["proposals"][0].update(state=state)))
    row = fake.connect().row("/proposals/prop_one")
    assert (row["sent_at"], row["accepted_at"], row["lost_at"]) == (sent, accepted, lost)
    assert row["proposal_end_date"] == end


def test_a_proposal_of_the_world_keeps_the_times_it_was_given(fake: Fake) -> None:
    times = {"sent_at": "2026-01-02T00:00:00Z", "accepted_at": "2026-01-05T10:00:00+10:00"}
    given = {**times, "state": "accepted", "proposal_start_date": "2026-02-01", "contract_term": 1}
    fake.control("POST", "/world", broken(lambda kea: kea["proposals"][0].update(given)))
    row = fake.connect().row("/proposals/prop_one")
    assert (row["sent_at"], row["accepted_at"]) == ("2026-01-02T00:00:00Z", "2026-01-05T00:00:00Z")
    assert (row["proposal_start_date"], row["proposal_end_date"]) == ("2026-02-01", "2026-02-28")


def test_loading_a_world_tells_no_events(fake: Fake) -> None:
    assert fake.events() == []


def test_a_reset_goes_back_to_the_world(fake: Fake) -> None:
    before = fake.digest()
    fake.do("PATCH", "/clients/cli_acme", {"phone": "1"})
    assert fake.digest() != before
    fake.control("POST", "/reset")
    assert fake.digest() == before
    assert fake.row("/clients/cli_acme")["phone"] == "+64 9 555 0101"


WRITES: list[tuple[str, str, Any]] = [
    ("PATCH", "/clients/cli_acme", {"phone": "1", "address": {"city": "Ō"}, "tags": ["x", "y"]}),
    ("POST", "/clients", {"name": "Ngā Hau & Co"}),
    ("POST", "/clients/batch", {"items": [{"name": "B", "groups": ["g"], "contacts": [{"name": "C"}]}]}),
    ("PUT", "/clients/cli_acme/groups", {"groups": ["Farms"]}),
    ("POST", "/clients/cli_acme/contacts", {"name": "D"}),
    ("PATCH", "/contacts/con_sam", {"mobile": "2"}),
    ("DELETE", "/contacts/con_jo", None),
    ("POST", "/services", {"name": "S", "price": 0.1}),
    ("PATCH", "/services/svc_gst", {"price": 0.3}),
    ("PUT", "/job_templates", {"job_templates": [{"name": "T", "xpm_template_uuid": "u"}]}),
    ("PUT", "/users/xpm_candidates", {"candidates": [{"uuid": "c", "name": "C"}]}),
    ("POST", "/users", {"xpm_staff_uuid": "c"}),
    ("PATCH", "/users/usr_ana", {"name": "Ana K"}),
    ("DELETE", "/users/usr_bo", None),
    ("PUT", "/integrations/xpm", {"status": "connected", "tenant_id": "t", "tenant_name": "T"}),
    ("POST", "/clients/cli_acme/contacts", {"name": "Signs", "is_signatory": True}),
    (
        "POST",
        "/proposals",
        {"name": "P", "client_slug": "cli_bare", "services": [{"service_slug": "svc_gst"}]},
    ),
    ("PATCH", "/proposals/prop_one", {"name": "Q", "contract_term": 3}),
    ("POST", "/proposals/prop_one/send", {}),
    ("POST", "/proposals/prop_one/accept", {}),
    (
        "PUT",
        "/proposals/prop_one/deployment",
        {"status": "deployed", "jobs": [{"number": "J1", "name": "N"}]},
    ),
    ("POST", "/clients/cli_bare/archive", {}),
    ("POST", "/webhooks", {"url": HOOK, "types": ["client.updated"], "secret": "s"}),
]
READS = [
    "/clients",
    "/contacts/con_sam",
    "/services",
    "/job_templates",
    "/users",
    "/users/xpm_candidates",
    "/integrations/xpm",
    "/proposals",
    "/webhooks",
    *(f"/reporting/{name}" for name in RESOURCES),
]


def test_every_write_is_there_after_a_restart(on_file: list[Fake]) -> None:
    fake = on_file[0]
    digests = {fake.digest()}
    for method, path, body in WRITES:
        assert fake.call(method, path, body).status_code < 300, (method, path)
        digests.add(fake.digest())
    assert len(digests) == len(WRITES) + 1
    before = fake.digest(), {path: fake.call("GET", path).get_data(as_text=True) for path in READS}
    again = reopen(on_file)
    after = again.digest(), {path: again.call("GET", path).get_data(as_text=True) for path in READS}
    assert after == before
    assert again.row("/clients/cli_acme")["address"]["city"] == "Ō"


def test_ids_go_on_where_they_stopped_after_a_restart(on_file: list[Fake]) -> None:
    first = on_file[0].do("POST", "/clients", {"name": "Twin"}, 201)["slug"]
    on_file[0].do("POST", "/proposals", {"name": "P", "client_slug": first}, 201)
    again = reopen(on_file)
    assert again.do("POST", "/clients", {"name": "Twin"}, 201)["slug"] != first
    made = again.do("POST", "/proposals", {"name": "P", "client_slug": first}, 201)
    assert made["reference_number"] == "PROP-1004"


def test_the_schema_of_the_world_is_told(fake: Fake) -> None:
    assert "practices" in fake.control("GET", "/schema")["world"]["properties"]


def test_the_health_call_says_who_is_here(fake: Fake) -> None:
    answer = fake.control("GET", "/health")
    assert answer == {"ok": True, "name": "mock_ignition", "version": VERSION, "now": NOW}
    assert fake.control("GET", "/tenants") == [
        {"tenant_id": "prc_kea", "name": "Kea & Partners"},
        {"tenant_id": "prc_tui", "name": "Tui"},
    ]


def test_the_command_line_tells_its_version_and_its_port() -> None:
    assert VERSION in CliRunner().invoke(command, ["--version"]).output
    assert "18002" in CliRunner().invoke(command, ["serve", "--help"]).output


def test_the_program_ends_with_the_command_s_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["mock-ignition", "--version"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0


def test_the_package_runs_as_a_program() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "mock_ignition", "--version"], capture_output=True, text=True, check=True
    )
    assert VERSION in run.stdout
