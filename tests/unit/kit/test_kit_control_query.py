"""What the control plane refuses because it could mean nothing."""

import pytest
from control_steps import refusal
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("method", "path", "query", "field"),
    [
        ("GET", "state", "tenant=t1&tennant=t2", "tennant"),
        ("GET", "journal", "tenant=t1&operations=x", "operations"),
        ("GET", "health", "verbose=1", "verbose"),
        ("GET", "faults", "name=slow", "name"),
        ("DELETE", "faults", "kind=latency", "kind"),
        ("DELETE", "journal", "tenant=t1", "tenant"),
        ("POST", "reset", "to=empty", "to"),
        ("PUT", "clock", "mode=frozen", "mode"),
    ],
)
def test_a_query_that_a_call_does_not_take_is_refused_and_nothing_is_done(
    client: FlaskClient, method: str, path: str, query: str, field: str
) -> None:
    before = [client.get(f"/_control/{name}").data for name in ("state", "journal", "clock")]
    answer = client.open(f"/_control/{path}?{query}", method=method)
    assert repr(field) in refusal(answer, 400, "BAD_QUERY")
    assert [detail["field"] for detail in answer.get_json()["error"]["details"]] == [field]
    assert [client.get(f"/_control/{name}").data for name in ("state", "journal", "clock")] == before


def test_a_fault_of_a_practice_that_is_not_there_is_refused(client: FlaskClient) -> None:
    fault = {"kind": "latency", "seconds": 1}
    several = {"faults": [{**fault, "tenant": "t1"}, {**fault, "tenant": "t9"}]}
    for body in ({**fault, "tenant": "t9"}, several):
        assert "'t9'" in refusal(client.post("/_control/faults", json=body), 404, "NO_TENANT")
    assert client.get("/_control/faults").get_json() == {"faults": []}
