import pickle
import threading
from typing import Any

import pytest
from flask.testing import FlaskClient

from mock_kit.calls import Call, record
from mock_kit.clock import parse_iso
from mock_kit.journal import Entry, Journal
from mock_kit.kit import Kit
from mock_kit.store import Change


def _call(**fields: Any) -> dict[str, Any]:
    call = {"at": parse_iso("2026-07-01T00:00:00Z"), "tenant_id": "t1", "operation": "client.api/list"}
    call |= {"method": "GET", "path": "/x", "query": "", "body_sha256": None, "status": 200}
    call |= {"request_bytes": 0, "response_bytes": 0, "service_ms": 0.0, "fault": None, "changes": []}
    return {**call, **fields}


def _filled(journal: Journal, count: int) -> Journal:
    for number in range(count):
        journal.record(**_call(path=f"/{number}"))
    return journal


def test_calls_are_numbered_from_one_and_told_oldest_first() -> None:
    told = _filled(Journal(), 3).read()
    assert [(entry["seq"], entry["path"]) for entry in told["entries"]] == [(1, "/0"), (2, "/1"), (3, "/2")]
    assert (told["dropped"], told["next"]) == (0, 4)


def test_a_full_journal_drops_the_oldest_and_says_how_many() -> None:
    told = _filled(Journal(capacity=2), 5).read()
    assert [entry["seq"] for entry in told["entries"]] == [4, 5]
    assert (told["dropped"], told["next"]) == (3, 6)


def test_a_cleared_journal_goes_on_counting() -> None:
    journal = _filled(Journal(capacity=1), 2)
    journal.clear()
    assert journal.read() == {"entries": [], "dropped": 0, "next": 3}
    assert _filled(journal, 1).read()["entries"][0]["seq"] == 3


def test_calls_are_found_by_practice_operation_and_number() -> None:
    journal = Journal()
    for tenant, operation in (("t1", "a"), ("t1", "b"), ("t2", "a"), (None, "a"), ("t1", "a")):
        journal.record(**_call(tenant_id=tenant, operation=operation))

    def found(**filters: Any) -> list[int]:
        return [entry["seq"] for entry in journal.read(**filters)["entries"]]

    assert found(tenant="t1") == [1, 2, 5]
    assert found(operation="a") == [1, 3, 4, 5]
    assert found(tenant="t1", operation="a", since=1) == [5]
    assert found(since=2, limit=2) == [3, 4]
    assert found(limit=0) == []
    assert found(tenant="nobody") == []


def test_what_is_told_is_a_copy() -> None:
    journal = _filled(Journal(), 1)
    journal.read()["entries"][0]["path"] = "/edited"
    assert journal.read()["entries"][0]["path"] == "/0"


def test_what_is_told_of_a_change_is_a_copy_too() -> None:
    journal = Journal()
    kept = Change("things", "insert", ("t1", "a"), {"name": "Kea", "tags": ["bird", {"of": "NZ"}]})
    journal.record(**_call(changes=[kept]))
    told = journal.read()["entries"][0]["changes"][0]
    told["values"]["name"] = "edited"
    told["values"]["tags"][1]["of"] = "edited"
    told["values"]["tags"].append("edited")
    told["key"].append("edited")
    assert journal.read()["entries"][0]["changes"] == [
        {
            "table": "things",
            "op": "insert",
            "key": ["t1", "a"],
            "values": {"name": "Kea", "tags": ["bird", {"of": "NZ"}]},
        }
    ]


def test_whoever_watches_the_journal_may_be_slow_and_holds_up_nobody() -> None:
    journal = Journal()
    read: list[Any] = []

    def watch(entry: Entry) -> None:
        other = threading.Thread(target=lambda: read.append((entry.path, journal.read()["next"])))
        other.start()
        other.join(5)

    journal.watch = watch
    journal.record(**_call())
    assert read == [("/x", 2)]


def _kept_bytes(journal: Journal) -> int:
    return len(pickle.dumps(list(journal._entries)))


def test_a_long_path_and_a_long_query_are_cut_and_their_lengths_told(client: FlaskClient, parts: Kit) -> None:
    client.get(f"/{'p' * 59_999}?{'q' * 60_000}")
    (entry,) = parts.journal.read()["entries"]
    assert entry["path"] == f"/{'p' * 1_999}… (60000 characters)"
    assert entry["query"] == f"{'q' * 2_000}… (60000 characters)"
    assert entry["operation"] == f"GET /{'p' * 1_999}… (60000 characters)"
    assert _kept_bytes(parts.journal) < 10_000


def test_a_secret_is_hidden_before_a_query_is_cut(client: FlaskClient, parts: Kit) -> None:
    client.get(f"/x?{'q' * 1_990}&code=secret-of-mine&z={'z' * 100}")
    assert "secret" not in parts.journal.read()["entries"][0]["query"].replace("(secret)", "")


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"a": "x" * 9_000, "b": 7}, {"a": "x" * 9_000, "b": 7}),
        ({"a": "x" * 10_001, "b": "y", "c": None}, {"a": "(10001 characters)", "b": "y", "c": None}),
        (
            {"a": "x" * 4_000, "b": "y" * 5_000, "c": "z" * 3_000},
            {"a": "x" * 4_000, "b": "(5000 characters)", "c": "z" * 3_000},
        ),
        # As JSON: 2,000 times `"abcdef",` within brackets, the last one without its comma.
        ({"data": ["abcdef"] * 2_000, "b": "y"}, {"data": "(18001 characters)", "b": "y"}),
        ({"data": {"deep": {"deeper": "x" * 20_000}}}, {"data": "(20022 characters)"}),
        ({"data": ["abcdef"] * 100}, {"data": ["abcdef"] * 100}),
        ({f"c{n}": "x" * 9_000 for n in range(3)}, {"c0": "(9000 characters)", "c1": "(9000 characters)", "c2": "x" * 9_000}),
    ],
)  # fmt: skip
def test_a_change_is_kept_up_to_so_many_characters_and_the_longest_columns_go_first(
    client: FlaskClient, parts: Kit, values: dict[str, Any], told: dict[str, Any]
) -> None:
    with client.application.test_request_context("/things", method="POST") as context:
        noted = Call(context.request, parts, None)
        noted.changes = [Change("things", "insert", ("t1", "a"), values)]
        record(parts.journal, noted, parts.clock.now(), 0.0, client.application.make_response(""))
    (entry,) = parts.journal.read()["entries"]
    assert entry["changes"][0]["values"] == told
    assert _kept_bytes(parts.journal) < 11_000


def test_a_rows_long_key_is_cut_as_well(client: FlaskClient, parts: Kit) -> None:
    with client.application.test_request_context("/things", method="POST") as context:
        noted = Call(context.request, parts, None)
        noted.changes = [Change("things", "delete", ("t1", "k" * 50_000, 3), {})]
        record(parts.journal, noted, parts.clock.now(), 0.0, client.application.make_response(""))
    (entry,) = parts.journal.read()["entries"]
    assert entry["changes"][0]["key"] == ["t1", f"{'k' * 2_000}… (50000 characters)", 3]
