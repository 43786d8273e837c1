"""A server whose process has no file descriptors left: it waits, says so once, and goes on."""

import errno
import logging
import socket
import threading
from typing import Any

import pytest
from server_steps import LAST_GET, Switch, ask, serving

from mock_kit.server import bind


class Full(socket.socket):
    """A listening socket of a process that cannot open files, until it is told otherwise."""

    failures = 0
    room = threading.Event()
    failed = threading.Event()

    def accept(self) -> Any:
        if not self.room.is_set():
            type(self).failures += 1
            if self.failures % 3 == 0:
                self.failed.set()
            raise OSError(errno.EMFILE, "Too many open files")
        return super().accept()


@pytest.fixture
def full() -> type[Full]:
    class Fresh(Full):
        failures = 0
        room = threading.Event()
        failed = threading.Event()

    return Fresh


def test_a_server_without_file_descriptors_says_so_once_and_its_callers_are_answered_later(
    full: type[Full], caplog: pytest.LogCaptureFixture
) -> None:
    listener = bind(Switch())
    listener._socket = full(fileno=listener._socket.detach())
    got: list[bytes] = []
    callers = [
        threading.Thread(target=lambda: got.append(ask(listener.url, LAST_GET)), daemon=True)
        for _ in range(3)
    ]
    with caplog.at_level(logging.WARNING), serving(listener):
        for caller in callers:
            caller.start()
        assert full.failed.wait(10)
        full.room.set()
        for caller in callers:
            caller.join(10)
    assert [one.endswith(b"hello") for one in got] == [True] * 3
    # Each failure is followed by a pause, and not by another try at once.
    assert full.failures < 100
    assert [one.message for one in caplog.records] == [
        "no connection can be taken for now: Too many open files; callers wait"
    ]


def test_a_server_may_be_stopped_while_it_has_no_room(full: type[Full]) -> None:
    listener = bind(Switch())
    listener._socket = full(fileno=listener._socket.detach())
    with serving(listener), socket.create_connection((listener.host, listener.port), timeout=10):
        assert full.failed.wait(10)


def test_it_is_told_again_when_the_files_are_used_up_again(
    full: type[Full], caplog: pytest.LogCaptureFixture
) -> None:
    listener = bind(Switch())
    listener._socket = full(fileno=listener._socket.detach())
    with caplog.at_level(logging.WARNING), serving(listener):
        for told in (1, 2):
            full.room.clear()
            full.failed.clear()
            with socket.create_connection((listener.host, listener.port), timeout=10):
                assert full.failed.wait(10)
                full.room.set()
                assert ask(listener.url, LAST_GET).endswith(b"hello")
            assert len(caplog.records) == told
