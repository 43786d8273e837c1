import hashlib
import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest

from mock_ignition.world import IgnitionWorld
from mock_xpm.world import XpmWorld
from scenarios.naming import plain
from scenarios.world import REDIRECT_URI, Worlds, build

PRINT_DIGEST = """
import hashlib, json
from scenarios.world import build
worlds = build(7, clients=30, practices=2)
text = json.dumps([worlds.xpm, worlds.ignition, vars(worlds.credentials)])
print(hashlib.sha256(text.encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def worlds() -> Worlds:
    return build(7, clients=200, practices=3)


def _clients(worlds: Worlds) -> list[dict[str, Any]]:
    return [client for tenant in worlds.xpm["tenants"] for client in tenant["clients"]]


def test_the_same_seed_gives_the_same_bytes_under_any_hash_seed() -> None:
    digests = set()
    for hash_seed in ("1", "4242"):
        done = subprocess.run(  # this interpreter, our own text
            [sys.executable, "-c", PRINT_DIGEST],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        )
        digests.add(done.stdout.strip())
    here = build(7, clients=30, practices=2)
    text = json.dumps([here.xpm, here.ignition, vars(here.credentials)])
    assert digests == {hashlib.sha256(text.encode()).hexdigest()}


def test_another_seed_gives_another_world() -> None:
    one, two = build(1), build(2)
    assert not {c["uuid"] for c in _clients(one)} & {c["uuid"] for c in _clients(two)}
    assert one.credentials.xpm_client_secret != two.credentials.xpm_client_secret


def test_both_documents_are_valid_and_survive_json(worlds: Worlds) -> None:
    xpm = XpmWorld.model_validate_json(json.dumps(worlds.xpm))
    ignition = IgnitionWorld.model_validate_json(json.dumps(worlds.ignition))
    assert [len(tenant.clients) for tenant in xpm.tenants] == [200, 200, 200]
    assert [practice.clients for practice in ignition.practices] == [[], [], []]


def test_a_practice_depends_on_the_seed_and_its_number_only(worlds: Worlds) -> None:
    more = build(7, clients=200, practices=5)
    assert more.xpm["tenants"][:3] == worlds.xpm["tenants"]
    assert more.ignition["practices"][:3] == worlds.ignition["practices"]
    assert more.practices[:3] == worlds.practices


def test_a_larger_practice_begins_with_the_clients_of_a_smaller_one(worlds: Worlds) -> None:
    assert build(7, clients=24).tenant()["clients"] == worlds.tenant()["clients"][:24]


def test_the_moment_moves_the_jobs_and_nothing_else() -> None:
    early, late = build(7), build(7, now="2027-01-01T00:00:00Z")
    assert late.xpm["now"] == late.ignition["now"] == "2027-01-01T00:00:00Z"
    assert early.tenant().pop("jobs") != late.tenant().pop("jobs")
    assert early.tenant() == late.tenant()
    assert early.practice() == late.practice()


def test_the_apps_of_both_worlds_are_those_of_the_credentials(worlds: Worlds) -> None:
    given = worlds.credentials
    (xpm,), (ignition,) = worlds.xpm["apps"], worlds.ignition["apps"]
    assert (xpm["client_id"], xpm["client_secret"]) == (given.xpm_client_id, given.xpm_client_secret)
    assert ignition["client_id"] == given.ignition_client_id
    assert ignition["client_secret"] == given.ignition_client_secret
    assert xpm["redirect_uris"] == ignition["redirect_uris"] == [given.redirect_uri]
    assert given.redirect_uri == REDIRECT_URI == "http://127.0.0.1:18080/callback"
    secrets = [given.xpm_client_secret, given.ignition_client_secret]
    assert len(set(secrets)) == 2
    assert all(len(secret) == 40 for secret in secrets)


def test_practices_are_listed_by_their_ids_on_both_sides(worlds: Worlds) -> None:
    for number, practice in enumerate(worlds.practices):
        tenant, other = worlds.tenant(number), worlds.practice(number)
        assert practice.name == tenant["name"] == other["name"]
        assert practice.xpm_tenant_id == tenant["tenant_id"]
        assert practice.ignition_tenant_id == other["tenant_id"]


def test_names_are_unique_within_a_practice_even_without_case_and_legal_form(worlds: Worlds) -> None:
    for tenant in worlds.xpm["tenants"]:
        names = [client["name"] for client in tenant["clients"]]
        assert len({plain(name) for name in names}) == len(names)


def test_duplicates_are_given_when_they_are_asked_for() -> None:
    clients = build(7, clients=12, duplicates=2).tenant()["clients"]
    assert [c["name"] for c in clients[10:]] == [c["name"] for c in clients[:2]]
    assert len({c["uuid"] for c in clients}) == 12
    assert len({c["name"] for c in clients}) == 10


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"clients": -1}, "clients must not be below zero, not -1"),
        ({"practices": -2}, "practices must not be below zero, not -2"),
        ({"clients": 3, "duplicates": 2}, "2 duplicates of 3 clients"),
        ({"now": "tomorrow"}, "Invalid isoformat string"),
    ],
)
def test_nonsense_is_refused(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        build(1, **wrong)


def test_a_world_may_be_empty() -> None:
    worlds = build(1, clients=0, practices=1)
    assert worlds.tenant()["clients"] == worlds.tenant()["jobs"] == []
    assert build(1, practices=0).xpm["tenants"] == []


def test_every_uuid_and_slug_of_a_world_is_unique(worlds: Worlds) -> None:
    text = json.dumps([worlds.xpm, worlds.ignition])
    ids = re.findall(r'"(?:uuid|slug|tenant_id)": "([^"]+)"', text)
    assert len(ids) == len(set(ids)) > 1000


def test_even_a_small_practice_has_the_odd_names() -> None:
    names = [client["name"] for client in build(7, clients=12).tenant()["clients"]]
    assert any(set("'’") & set(name) for name in names)
    assert any("&" in name for name in names)
    assert any(set("āēīōūĀĒĪŌŪ") & set(name) for name in names)
    assert any(len(name) >= 65 for name in names)
    assert max(map(len, names)) <= 100


def test_every_mail_and_web_address_stands_at_a_reserved_domain(worlds: Worlds) -> None:
    text = json.dumps([worlds.xpm, worlds.ignition])
    domains = re.findall(r"@([\w.-]+)", text) + re.findall(r"https?://([\w.-]+)", text)
    assert len(domains) > 1000
    allowed = re.compile(r"example\.(com|org|net)|[a-z0-9.-]+\.(example|test)|127\.0\.0\.1")
    assert [domain for domain in domains if not allowed.fullmatch(domain)] == []


def test_clients_have_up_to_three_contacts_and_exactly_one_primary_when_any(worlds: Worlds) -> None:
    counts = set()
    for client in _clients(worlds):
        contacts = client["contacts"]
        counts.add(len(contacts))
        assert sum(contact["is_primary"] for contact in contacts) == min(1, len(contacts))
        assert len({contact["name"] for contact in contacts}) == len(contacts)
        mails = [contact["email"] for contact in contacts if contact["email"]]
        assert len(set(mails)) == len(mails)
    assert counts == {0, 1, 2, 3}


def test_four_per_cent_of_the_clients_are_archived(worlds: Worlds) -> None:
    for tenant in worlds.xpm["tenants"]:
        assert sum(client["is_archived"] for client in tenant["clients"]) == 8


def test_most_clients_have_partner_and_manager_and_both_are_staff(worlds: Worlds) -> None:
    for tenant in worlds.xpm["tenants"]:
        staff = {member["uuid"] for member in tenant["staff"]} | {None}
        assert 4 <= len(tenant["staff"]) <= 6
        for role in ("account_manager_uuid", "job_manager_uuid"):
            found = [client[role] for client in tenant["clients"]]
            assert set(found) <= staff
            assert 140 < sum(who is not None for who in found) < 200


def test_all_kinds_of_client_occur(worlds: Worlds) -> None:
    clients = _clients(worlds)
    structures = {client["business_structure"] for client in clients}
    assert structures == {"Company", "Individual", "Trust", "Partnership"}
    assert {client["country"] for client in clients} == {"Australia", "New Zealand", "United Kingdom"}
    assert {client["gst_registered"] for client in clients} == {True, False}
    assert any(client["notes"] for client in clients)
    assert any(client["website"] for client in clients)
    assert any("email" not in client for client in clients)
    for client in clients:
        is_person = client["business_structure"] == "Individual"
        assert ("first_name" in client) == is_person


def test_templates_draw_on_the_task_list(worlds: Worlds) -> None:
    for tenant in worlds.xpm["tenants"]:
        tasks = {task["uuid"]: task["name"] for task in tenant["tasks"]}
        assert len(tenant["templates"]) == 3
        for template in tenant["templates"]:
            assert 3 <= len(template["tasks"]) <= 6
            assert all(tasks[task["task_uuid"]] == task["name"] for task in template["tasks"])


def test_jobs_are_those_of_living_clients(worlds: Worlds) -> None:
    for tenant in worlds.xpm["tenants"]:
        living = {client["uuid"] for client in tenant["clients"] if not client["is_archived"]}
        assert len(tenant["jobs"]) == 24
        for job in tenant["jobs"]:
            assert job["client_uuid"] in living
            assert job["start_date"] < job["due_date"]
            assert job["start_date"] < "2026-07-01"


def test_ignition_begins_with_its_admin_and_unlinked_services(worlds: Worlds) -> None:
    for number in range(3):
        practice, head = worlds.practice(number), worlds.tenant(number)["staff"][0]
        (admin,) = practice["users"]
        assert (admin["name"], admin["email"]) == (head["name"], head["email"])
        assert "xpm_staff_uuid" not in admin
        assert len(practice["services"]) == 6
        assert not any("job_template_slug" in service for service in practice["services"])
        cadences = {service["cadence"] for service in practice["services"]}
        assert {"once_off", "monthly", "quarterly", "yearly"} < cadences
    assert [worlds.practice(number)["currency"] for number in range(3)] == ["AUD", "NZD", "GBP"]
