"""What a program in this process sees of faults: what it would see over a socket."""

from typing import Any

import pytest
import requests
from flask import Flask
from passage_steps import Program

from scenarios.inprocess import InProcess


@pytest.fixture
def program(app: Flask) -> Program:
    return Program(app)


@pytest.fixture
def session(app: Flask) -> requests.Session:
    net = InProcess()
    net.mount("http://tiny.test", app)
    return net.session()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "reset"}, requests.ConnectionError),
        ({"kind": "lost"}, requests.ConnectionError),
        ({"kind": "cut"}, requests.exceptions.ChunkedEncodingError),
        ({"kind": "latency", "seconds": 61}, requests.ReadTimeout),
        ({"kind": "late", "seconds": 9, "answer": "hang"}, requests.ReadTimeout),
    ],
)
def test_a_program_in_this_process_sees_what_it_would_over_a_socket(
    program: Program, session: requests.Session, fault: dict[str, Any], error: type[Exception]
) -> None:
    program.faults(fault)
    with pytest.raises(error):
        session.post("http://tiny.test/things", data="Kea", headers=program.headers, timeout=(10, 60))
    assert program.parts.passage.throttle._under_way == {}


def test_a_delay_within_a_callers_patience_passes_at_once(
    program: Program, session: requests.Session
) -> None:
    program.faults({"kind": "latency", "seconds": 60})
    answer = session.post("http://tiny.test/things", data="Kea", headers=program.headers, timeout=60)
    assert answer.status_code == 201
    assert session.get("http://tiny.test/things", headers=program.headers).json() == ["Kea", "Whānau"]


def test_a_caller_left_hanging_without_a_time_limit_is_reset_in_the_end(
    program: Program, session: requests.Session
) -> None:
    program.faults({"kind": "late", "seconds": 9, "answer": "hang"})
    with pytest.raises(requests.ConnectionError):
        session.post("http://tiny.test/things", data="Kea", headers=program.headers)
