from pathlib import Path
from typing import Any

import pytest
from control_steps import refusal
from flask.testing import FlaskClient

from mock_kit.kit import Kit

ONE = "11111111-1111-4111-8111-111111111111"


@pytest.fixture(autouse=True)
def no_snapshots(client: FlaskClient) -> None:
    for one in client.get("/_control/snapshots").get_json():
        assert client.delete(f"/_control/snapshots/{one['name']}").status_code == 204


def take(client: FlaskClient, **asked: Any) -> dict[str, Any]:
    answer = client.post("/_control/snapshots", json=asked)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def digest(client: FlaskClient) -> str:
    return str(client.get("/_control/digest").get_json()["sha256"])


def make_thing(client: FlaskClient) -> None:
    tenant = client.get("/_control/tenants").get_json()[0]["tenant_id"]
    tokens = client.post("/_control/tokens", json={"tenant_ids": [tenant]}).get_json()
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert client.post("/things", json={"name": "Kea"}, headers=headers).status_code == 201


def test_a_snapshot_is_taken_listed_restored_and_dropped(client: FlaskClient) -> None:
    before = digest(client)
    taken = take(client, name="start")
    assert (taken["name"], taken["tenant_id"], taken["taken_at"]) == ("start", None, "2026-07-01T00:00:00Z")
    assert Path(taken["file"]).stat().st_size == taken["bytes"]
    assert client.get("/_control/snapshots").get_json() == [taken]
    make_thing(client)
    assert digest(client) != before
    answer = client.post("/_control/snapshots/start/restore")
    assert answer.status_code == 200
    assert answer.get_json()["ok"] is True
    assert digest(client) == before
    assert client.delete("/_control/snapshots/start").status_code == 204
    assert not Path(taken["file"]).exists()


def test_a_restore_puts_a_frozen_clock_back_and_begins_the_journal_anew(
    client: FlaskClient, parts: Kit
) -> None:
    take(client, name="start")
    client.post("/_control/clock/advance", json={"seconds": 3600})
    client.get("/things")
    assert client.post("/_control/snapshots/start/restore").get_json()["now"] == "2026-07-01T00:00:00Z"
    assert parts.now() == "2026-07-01T00:00:00Z"
    assert client.get("/_control/journal").get_json()["entries"] == []


def test_tokens_live_on_through_a_restore(client: FlaskClient) -> None:
    tenant = client.get("/_control/tenants").get_json()[0]["tenant_id"]
    take(client, name="start")
    tokens = client.post("/_control/tokens", json={"tenant_ids": [tenant]}).get_json()
    make_thing(client)
    client.post("/_control/snapshots/start/restore")
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert client.post("/things", json={"name": "Tui"}, headers=headers).status_code == 201


def test_what_cannot_be_done_is_refused_with_the_way_out(client: FlaskClient) -> None:
    answer = client.post("/_control/snapshots/end/restore")
    assert refusal(answer, 404, "NO_SNAPSHOT") == "no such snapshot: end; there are: none"
    assert "no such snapshot" in refusal(client.delete("/_control/snapshots/end"), 404, "NO_SNAPSHOT")
    answer = client.post("/_control/snapshots", json={"name": "../etc"})
    assert "is no name for a snapshot" in refusal(answer, 422, "BAD_SNAPSHOT")
    answer = client.post("/_control/snapshots", json={"name": "x", "tenant": "nobody"})
    assert "no such practice" in refusal(answer, 404, "NO_TENANT")
    refusal(client.post("/_control/snapshots", json={}), 400, "BAD_BODY")
    refusal(client.post("/_control/snapshots", json={"name": "x", "why": 1}), 400, "BAD_BODY")


WORLD = {"now": "2026-08-01T00:00:00Z", "apps": [{"client_id": "another", "client_secret": "s"}]}


def test_a_snapshot_with_its_connections_brings_back_who_was_connected_before_another_world(
    client: FlaskClient,
) -> None:
    tenant = client.get("/_control/tenants").get_json()[0]["tenant_id"]
    tokens = client.post("/_control/tokens", json={"tenant_ids": [tenant]}).get_json()
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    before = digest(client)
    assert take(client, name="whole", connections=True)["connections"] is True
    assert client.post("/_control/world", json=WORLD).status_code == 200
    assert client.post("/things", json={"name": "Kea"}, headers=headers).status_code == 401
    assert client.post("/_control/snapshots/whole/restore").status_code == 200
    assert digest(client) == before
    assert client.post("/things", json={"name": "Kea"}, headers=headers).status_code == 201
    # The world that a reset goes back to is the former one, too.
    assert client.post("/_control/reset").get_json()["to"] == "world"
    assert client.get("/_control/tenants").get_json()[0]["tenant_id"] == tenant


def test_a_snapshot_without_them_leaves_the_connections_as_they_are(client: FlaskClient) -> None:
    assert take(client, name="start")["connections"] is False
    tenant = client.get("/_control/tenants").get_json()[0]["tenant_id"]
    tokens = client.post("/_control/tokens", json={"tenant_ids": [tenant]}).get_json()
    client.post("/_control/snapshots/start/restore")
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert client.post("/things", json={"name": "Kea"}, headers=headers).status_code == 201


def test_connections_belong_to_no_one_practice(client: FlaskClient) -> None:
    asked = {"name": "start", "tenant": ONE, "connections": True}
    answer = client.post("/_control/snapshots", json=asked)
    assert answer.status_code == 400
    assert "leave tenant or connections out" in answer.text
