"""The access log: what a line says, what nobody can make it say, and a reader that goes away."""

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, TextIO

import pytest
from flask.testing import FlaskClient
from passage_steps import Program

from mock_kit.access_log import keep_access_log, line
from mock_kit.journal import Entry
from mock_kit.kit import Kit

AT = "2026-07-01T00:00:00Z"


@pytest.fixture
def logged(parts: Kit) -> Iterator[Kit]:
    keep_access_log(parts.journal)
    yield parts
    parts.journal.watch = None


def _entry(**fields: Any) -> Entry:
    call = {"seq": 1, "at": AT, "tenant_id": "t1", "operation": "things/list", "method": "GET"}
    call |= {"path": "/things", "query": "first=2", "body_sha256": None, "status": 200}
    call |= {"request_bytes": 0, "response_bytes": 12, "service_ms": 0.0, "fault": None, "changes": []}
    return Entry(**{**call, **fields})


def test_a_call_is_a_line() -> None:
    assert line(_entry()) == f"{AT} 200 GET /things 'things/list' tenant=t1 12 bytes 0.0 ms"
    assert line(_entry(tenant_id=None, fault="slow")) == (
        f"{AT} 200 GET /things 'things/list' tenant=- 12 bytes 0.0 ms fault=slow"
    )


@pytest.mark.parametrize(
    ("forged", "told"),
    [
        ({"path": "/a\n2026 200 GET /b"}, "/a%0A2026%20200%20GET%20/b 'things/list' tenant=t1"),
        ({"path": "/a\r\x1b[2K\u2028é"}, "/a%0D%1B%5B2K%E2%80%A8%C3%A9 'things/list' tenant=t1"),
        ({"path": "/100%41"}, "/100%2541 'things/list' tenant=t1"),
        ({"operation": "GET /a\n' é"}, '/things "GET /a\\n\' \\xe9" tenant=t1'),
        ({"tenant_id": "t1 9 bytes\n"}, "/things 'things/list' tenant=t1%209%20bytes%0A"),
    ],
)
def test_nothing_in_a_call_can_forge_a_line(forged: dict[str, str], told: str) -> None:
    assert line(_entry(**forged)) == f"{AT} 200 GET {told} 12 bytes 0.0 ms"


def test_a_faults_name_ends_no_line_either() -> None:
    assert line(_entry(fault="a\nb c")).endswith(" ms fault=a%0Ab%20c")


def test_a_path_with_a_line_end_is_told_in_one_line(
    logged: Kit, client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    client.get("/a%0a2026-01-01T00:00:00Z 200 GET /forged")
    (told,) = capsys.readouterr().err.splitlines()
    assert told.startswith("2026-07-01T00:00:00Z 404 GET /a%0A2026-01-01T00:00:00Z%20200%20GET%20/forged ")


def _pipe_without_a_reader() -> TextIO:
    reading, writing = os.pipe()
    os.close(reading)
    return os.fdopen(writing, "w")


def _closed_stream() -> TextIO:
    stream = io.StringIO()
    stream.close()
    return stream


@pytest.mark.parametrize("stream", [_pipe_without_a_reader, _closed_stream])
def test_a_call_is_answered_and_kept_when_nobody_reads_the_log_any_more(
    logged: Kit,
    app: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    stream: Callable[[], TextIO],
) -> None:
    program = Program(app)
    with monkeypatch.context() as patched:
        gone = stream()
        patched.setattr(sys, "stderr", gone)
        assert [program.make(name).status_code for name in ("Kea", "Tui", "Moa")] == [201] * 3
    with suppress(OSError):
        gone.close()
    assert program.kept() == ["Kea", "Moa", "Tui", "Whānau"]
    assert [len(entry["changes"]) for entry in logged.journal.read()["entries"]] == [1, 1, 1]
    assert capsys.readouterr().out == "the access log has ended: stderr cannot be written to any more\n"
