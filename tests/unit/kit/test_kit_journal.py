from typing import Any

from mock_kit.clock import parse_iso
from mock_kit.journal import Journal


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
