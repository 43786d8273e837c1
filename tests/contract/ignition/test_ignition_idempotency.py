"""Idempotency keys: how long the first answer is kept, and what it survives."""

from ignition_support import Fake, reopen
from sqlalchemy import select

from mock_ignition.tables.base import IDEMPOTENCY

BODY = {"name": "Once Ltd"}
DAY = 86400


def names(fake: Fake) -> list[str]:
    rows = fake.call("GET", "/clients?limit=100").get_json()["data"]
    return sorted(row["name"] for row in rows)


def test_a_key_is_good_for_a_day_of_the_fakes_clock_and_no_longer(fake: Fake) -> None:
    first = fake.do("POST", "/clients", BODY, 201, Idempotency_Key="k")
    fake.advance(DAY - 1)
    there = fake.connect()
    again = there.call("POST", "/clients", BODY, Idempotency_Key="k")
    assert (again.status_code, again.get_json()["data"]) == (201, first)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert names(there).count("Once Ltd") == 1
    there.advance(1)
    later = there.connect().call("POST", "/clients", {"name": "Other Ltd"}, Idempotency_Key="k")
    assert later.status_code == 201
    assert "Idempotent-Replayed" not in later.headers


def test_a_key_survives_an_answer_that_was_lost_after_the_commit(fake: Fake) -> None:
    lost = {"kind": "lost", "operation": "POST /clients", "answer": "500", "attempts": [1]}
    fake.control("POST", "/faults", lost)
    try:
        assert fake.call("POST", "/clients", BODY, Idempotency_Key="k").status_code == 500
        again = fake.call("POST", "/clients", BODY, Idempotency_Key="k")
    finally:
        fake.control("DELETE", "/faults")
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert names(fake).count("Once Ltd") == 1


def test_a_key_survives_a_restart(on_file: list[Fake]) -> None:
    first = on_file[0].do("POST", "/clients", BODY, 201, Idempotency_Key="k")
    there = reopen(on_file)
    again = there.call("POST", "/clients", BODY, Idempotency_Key="k")
    assert (again.status_code, again.get_json()["data"]) == (201, first)
    assert names(there).count("Once Ltd") == 1


def test_outlived_answers_do_not_gather(fake: Fake) -> None:
    for number in range(4):
        fake.do("POST", "/clients", {"name": f"N {number}"}, 201, Idempotency_Key=f"k{number}")
    fake.advance(DAY)
    there = fake.connect()
    for number in range(2):
        there.do("POST", "/clients", {"name": f"L {number}"}, 201, Idempotency_Key=f"l{number}")
    parts = there.app.extensions["kit"]
    with parts.store.begin() as tx:
        rows = tx.rows(select(IDEMPOTENCY.c.key).order_by(IDEMPOTENCY.c.key))
    assert [row["key"] for row in rows] == ["l0", "l1"]
