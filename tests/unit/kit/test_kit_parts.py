import json
from typing import Any

import pytest
import tiny_fake
from flask.testing import FlaskClient
from oauth_steps import tokens, use
from pydantic import ValidationError

from mock_kit.clock import Clock, parse_iso
from mock_kit.kit import Config, Kit
from mock_kit.world import AppRecord, World, WorldError, problems

LATER = parse_iso("2026-09-09T00:00:00Z")


def _load(parts: Kit, **members: Any) -> None:
    parts.load_world(tiny_fake.TinyWorld.model_validate(tiny_fake.world(**members)))


def _entries(parts: Kit) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = parts.journal.read()["entries"]
    return found


def test_a_call_is_noted_with_the_rows_it_changed(client: FlaskClient, parts: Kit) -> None:
    given = tokens(client)["access_token"]
    parts.journal.clear()
    made = use(client, given, "Whānau")
    (entry,) = _entries(parts)
    assert entry.pop("seq") > 1
    assert entry == {
        "at": "2026-07-01T00:00:00Z",
        "tenant_id": "t1",
        "operation": "things/add",
        "method": "POST",
        "path": "/things",
        "query": "",
        # sha256 of the UTF-8 bytes of the name, by another program
        "body_sha256": "3098a0412423261c3f2d885a7a5089b1810a65cd966cdae01799bd2c241d3b95",
        "status": 201,
        "request_bytes": 7,
        "response_bytes": len(made.data),
        "service_ms": 0.0,
        "fault": None,
        "changes": [
            {
                "table": "things",
                "op": "insert",
                "key": ["t1", made.get_json()["slug"]],
                "values": made.get_json(),
            }
        ],
    }


def test_a_call_that_fails_is_noted_without_changes(parts: Kit, client: FlaskClient) -> None:
    before = parts.store.digest()
    assert client.post("/boom").status_code == 500
    (entry,) = _entries(parts)
    assert (entry["status"], entry["changes"], entry["operation"]) == (500, [], "POST /boom")
    assert parts.store.digest() == before


def test_calls_of_the_control_plane_are_not_noted(client: FlaskClient, parts: Kit) -> None:
    client.get("/_control/health")
    client.get("/nowhere")
    assert [entry["path"] for entry in _entries(parts)] == ["/nowhere"]


def test_a_body_that_is_too_long_is_refused_and_noted(client: FlaskClient, parts: Kit) -> None:
    given = tokens(client)["access_token"]
    parts.journal.clear()
    client.application.config["MAX_CONTENT_LENGTH"] = 10
    try:
        assert use(client, given, "x" * 11).status_code == 413
    finally:
        client.application.config["MAX_CONTENT_LENGTH"] = 32 * 1024 * 1024
    (entry,) = _entries(parts)
    assert (entry["status"], entry["body_sha256"], entry["request_bytes"]) == (413, None, 11)


@pytest.mark.parametrize(
    ("query", "noted"),
    [
        ("a=1&b=2", "a=1&b=2"),
        ("code=abc", "code=(secret)"),
        ("a=1&refresh_token=abc%26&b=2", "a=1&refresh_token=(secret)&b=2"),
        ("client_secret=a&client_secret=b", "client_secret=(secret)&client_secret=(secret)"),
        ("pageToken=abc&post_code=3000", "pageToken=abc&post_code=3000"),
    ],
)
def test_secrets_in_a_query_are_not_noted(client: FlaskClient, parts: Kit, query: str, noted: str) -> None:
    client.get(f"/nowhere?{query}")
    assert _entries(parts)[0]["query"] == noted


def test_a_running_clock_times_the_calls(client: FlaskClient, parts: Kit) -> None:
    parts.clock.set(mode="running")
    client.get("/nowhere")
    assert _entries(parts)[0]["service_ms"] > 0


def test_a_world_replaces_everything_and_sets_the_frozen_clock(client: FlaskClient, parts: Kit) -> None:
    given = tokens(client)["access_token"]
    _load(parts, now="2026-08-01T10:00:00+10:00", practices=[{"tenant_id": "t3", "name": "Three"}])
    assert parts.now() == "2026-08-01T00:00:00Z"
    assert parts.store.dump() == {"practices": [{"tenant_id": "t3", "name": "Three"}], "things": []}
    assert use(client, given).status_code == 401
    assert parts.journal.read()["entries"][0]["path"] == "/things"


def test_a_world_leaves_a_running_clock_alone(parts: Kit) -> None:
    parts.clock.set(LATER, "running")
    _load(parts)
    assert parts.now() >= "2026-09-09"


TWICE = [{"tenant_id": "t1", "name": "One"}, {"tenant_id": "t1", "name": "Again"}]


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"practices": [{"tenant_id": "t9", "name": "contradiction"}]}, "the practice contradicts itself"),
        ({"practices": TWICE}, "contradict each other: UNIQUE constraint failed: practices.tenant_id"),
        (
            {"apps": [{"client_id": "a"}, {"client_id": "a"}]},
            "UNIQUE constraint failed: oauth_apps.client_id",
        ),
        ({"now": "1950-01-01T00:00:00Z"}, "choose one from 1970 to 2998"),
    ],
)
def test_a_world_that_contradicts_itself_changes_nothing(
    client: FlaskClient, parts: Kit, members: dict[str, Any], words: str
) -> None:
    given = tokens(client)["access_token"]
    parts.clock.set(parse_iso("2026-07-01T00:20:00Z"))
    before = (parts.store.digest(), parts.now(), parts.journal.read())
    with pytest.raises(WorldError, match=words):
        _load(parts, **members)
    assert (parts.store.digest(), parts.now(), parts.journal.read()) == before
    assert use(client, given).status_code == 201


def test_a_failure_of_the_loader_is_not_swallowed(parts: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    parts.clock.set(LATER)
    before = parts.store.digest()
    monkeypatch.setattr(parts.oauth, "register_apps", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        _load(parts)
    assert (parts.store.digest(), parts.now()) == (before, "2026-09-09T00:00:00Z")


def test_a_failed_world_does_not_stop_a_running_clock(parts: Kit) -> None:
    parts.clock.set(LATER, "running")
    with pytest.raises(WorldError):
        _load(parts, practices=TWICE)
    assert parts.clock.mode == "running"
    assert parts.now() >= "2026-09-09"


def test_a_reset_goes_back_to_the_world_and_keeps_programs_connected(client: FlaskClient, parts: Kit) -> None:
    before = parts.store.digest()
    given = tokens(client)["access_token"]
    first = use(client, given).get_json()
    parts.clock.advance(60)
    assert parts.reset() is True
    assert (parts.store.digest(), parts.now()) == (before, "2026-07-01T00:00:00Z")
    assert parts.journal.read()["entries"] == []
    assert use(client, given).get_json() == first


def test_a_reset_to_nothing_forgets_the_world_and_the_apps(client: FlaskClient, parts: Kit) -> None:
    given = tokens(client)["access_token"]
    assert parts.reset(empty=True) is False
    assert parts.store.dump() == {"practices": [], "things": []}
    assert use(client, given).status_code == 401
    assert parts.reset() is False


def test_the_kept_world_holds_no_secret(parts: Kit) -> None:
    with parts.store.begin() as tx:
        row = tx.get(parts.tables["world"], 1)
    assert row is not None
    assert "sesame" not in row["document"]
    assert json.loads(row["document"])["practices"][1] == {"tenant_id": "t2", "name": "Two", "things": []}


def test_the_seed_of_a_fake_changes_its_ids() -> None:
    slugs = set()
    for seed in (1, 2):
        app = tiny_fake.create_app(Config(clock=Clock(LATER), seed=seed))
        kit: Kit = app.extensions["kit"]
        with kit.store.begin() as tx:
            slugs.add(kit.ids.slug(tx, "t1", "thg", "Kea"))
        kit.store.close()
    assert len(slugs) == 2


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("2026-07-01T00:00:00Z", "2026-07-01T00:00:00Z"),
        ("2026-07-01T10:00:00+10:00", "2026-07-01T00:00:00Z"),
        ("2026-07-01", "2026-07-01T00:00:00Z"),
    ],
)
def test_a_moment_of_a_world_is_read_into_one_form(given: str, read: str) -> None:
    assert World(now=given).now == read


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"now": "soon"}, "now"),
        ({"now": "2026-07-01", "colour": "red"}, "colour"),
        ({"now": "2026-07-01", "apps": [{"client_id": ""}]}, "apps.0.client_id"),
        ({"now": "2026-07-01", "apps": [{"client_id": "a", "client_secret": ""}]}, "apps.0.client_secret"),
        ([], "(the document)"),
    ],
)
def test_what_is_wrong_with_a_document_is_said_by_field(wrong: Any, field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        World.model_validate(wrong)
    assert [each["field"] for each in problems(caught.value)] == [field]


def test_the_values_of_a_wrong_document_are_not_told() -> None:
    with pytest.raises(ValidationError) as caught:
        AppRecord.model_validate({"client_id": "a", "client_secret": ["sesame"]})
    assert "sesame" not in str(problems(caught.value))
