"""The load client counts what comes back, and nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest

from mock_kit.server import running
from tests.bench.__main__ import as_document, as_table
from tests.bench.client import LoadError, Outcome, Plan, request_bytes, run, run_apart
from tests.bench.rows import ROWS, Measured, Row, rate

GET = request_bytes("GET", "/", {"Host": "fake"})
POST = request_bytes("POST", "/", {"Host": "fake"}, b"ab")


class App:
    """Answers 200 to GET in one piece, and 201 to POST in chunks."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.bodies.append(environ["wsgi.input"].read())
        if environ["REQUEST_METHOD"] == "GET":
            start_response("200 OK", [("Content-Length", "100000")])
            return [b"x" * 100_000]
        if environ["REQUEST_METHOD"] == "DELETE":
            environ["mock_kit.effects"].cut_after = 1
        start_response("201 Created", [])
        return iter([b"y" * 70_000, b"z" * 70_000, b"12345"])


@pytest.fixture(scope="module")
def app() -> App:
    return App()


@pytest.fixture(scope="module")
def address(app: App) -> Iterator[tuple[str, int]]:
    with running(app) as url:
        host, _, port = url.removeprefix("http://").rpartition(":")
        yield host, int(port)


def test_a_request_is_written_as_it_goes_over_the_wire() -> None:
    assert GET == "GET / HTTP/1.1\r\nHost: fake\r\n\r\n"
    assert POST == "POST / HTTP/1.1\r\nHost: fake\r\nContent-Length: 2\r\n\r\nab"


def test_calls_are_made_in_turn_and_counted_by_status(app: App, address: tuple[str, int]) -> None:
    app.bodies.clear()
    outcome = run(Plan(*address, [GET, POST], connections=1, calls=12))
    assert (outcome.calls, outcome.statuses, outcome.broken) == (12, {"200": 6, "201": 6}, 0)
    assert sorted(app.bodies) == [b""] * 6 + [b"ab"] * 6
    assert outcome.bytes > 6 * 100_000 + 6 * 140_005
    assert 0 < outcome.p50_ms <= outcome.p99_ms <= outcome.longest_ms
    assert outcome.per_second > 0


@pytest.mark.parametrize("connections", [1, 3, 20])
def test_requests_may_be_sent_once_each_and_those_acknowledged_are_told(
    app: App, address: tuple[str, int], connections: int
) -> None:
    app.bodies.clear()
    sent = [request_bytes("POST", "/", {"Host": "fake"}, b"%d" % number) for number in range(9)]
    outcome = run(Plan(*address, [*sent, GET, GET], once=True, connections=connections))
    assert sorted(app.bodies) == [b"", b"", *(b"%d" % number for number in range(9))]
    assert (outcome.statuses, sorted(outcome.acknowledged)) == ({"200": 2, "201": 9}, [9, 10])


def test_a_warm_up_is_not_counted(app: App, address: tuple[str, int]) -> None:
    app.bodies.clear()
    outcome = run(Plan(*address, [GET], connections=2, calls=4, warm_up=3))
    assert (outcome.calls, len(app.bodies)) == (4, 7)


def test_seconds_bound_a_run(address: tuple[str, int]) -> None:
    outcome = run(Plan(*address, [GET], connections=2, seconds=0.0))
    assert outcome.calls == 2


def test_connections_that_break_are_counted(address: tuple[str, int]) -> None:
    cut = request_bytes("DELETE", "/", {"Host": "fake"})
    outcome = run(Plan(*address, [cut], connections=2, calls=2))
    assert (outcome.calls, outcome.broken) == (0, 2)


def test_a_client_of_its_own_process_reports_the_same(address: tuple[str, int]) -> None:
    outcome = run_apart(Plan(*address, [GET], connections=2, calls=5))
    assert (outcome.calls, outcome.statuses) == (5, {"200": 5})


def test_a_client_that_cannot_connect_says_so() -> None:
    with pytest.raises(LoadError, match=r"the load client failed: .*Connection refused"):
        run_apart(Plan("127.0.0.1", 1, [GET], calls=1))


def test_refusals_are_no_figure(address: tuple[str, int]) -> None:
    with pytest.raises(LoadError, match=r"answers {'201': 1}, 0 connections broken"):
        rate(Plan(*address, [POST], connections=1, calls=1), runs=1)


def test_the_table_says_what_was_wanted_and_what_was_not_reached() -> None:
    fast = Row("fast", lambda: Measured(0), 100)
    lean = Row("lean", lambda: Measured(0), 64, "MB", at_least=False)
    assert as_document(fast, Measured(99.0, note="n")) == {
        "name": "fast",
        "wanted": 100,
        "unit": "req/s",
        "peers": "",
        "figure": 99.0,
        "p50_ms": 0.0,
        "p99_ms": 0.0,
        "note": "n",
        "holds": False,
    }
    assert as_document(lean, Measured(64.0))["holds"] is True
    assert as_document(lean, "it broke")["error"] == "it broke"
    assert as_table([(fast, Measured(99.0)), (lean, Measured(1.0)), (lean, "it broke")]).row_count == 3


def test_each_row_has_a_name_of_its_own() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)


def test_an_outcome_of_nothing_has_no_times(address: tuple[str, int]) -> None:
    outcome: Outcome = run(Plan(*address, [GET], calls=0))
    assert (outcome.calls, outcome.p50_ms, outcome.statuses) == (0, 0.0, {})
