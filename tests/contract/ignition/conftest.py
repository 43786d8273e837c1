from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from ignition_support import Fake, Receiver, world

from mock_ignition.app import create_app
from mock_kit.kit import Config
from scenarios.inprocess import InProcess


@pytest.fixture(scope="session")
def network() -> InProcess:
    return InProcess()


@pytest.fixture(scope="session")
def app(network: InProcess) -> Flask:
    return create_app(Config(http=network.session))


@pytest.fixture
def fake(app: Flask) -> Fake:
    bare = Fake(app)
    bare.control("POST", "/world", world())
    return bare.connect()


@pytest.fixture
def no_plan_is_left(app: Flask) -> Iterator[None]:
    """The app is shared: what a test puts into its fault plan goes with the test."""
    yield
    Fake(app).control("DELETE", "/faults")


@pytest.fixture
def receiver(network: InProcess) -> Receiver:
    found = Receiver()
    network.mount("http://receiver.test", found)
    return found


@pytest.fixture
def on_file(tmp_path: Path) -> Iterator[list[Fake]]:
    """A fake on a file; `reopen(on_file)` closes it and starts another on the same file."""
    path = tmp_path / "ignition.db"
    made = [Fake(create_app(Config(path)))]
    made[0].control("POST", "/world", world())
    made[0] = made[0].connect()
    yield made
    made[-1].app.extensions["kit"].store.close()
