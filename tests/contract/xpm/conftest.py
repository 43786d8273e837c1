from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from flask import Flask

from mock_kit.clock import Clock, parse_iso
from mock_kit.kit import Config
from mock_xpm.app import create_app
from tests.contract.xpm.caller import Caller
from tests.contract.xpm.small import NOW, OTHER, TENANT, WORLD
from tests.contract.xpm.troubled import WAYS, Program, Troubles, reached


def load(app: Flask) -> None:
    unlimited(app)
    answer = app.test_client().post("/_control/world", json=WORLD)
    assert answer.status_code == 200, answer.text


def unlimited(app: Flask) -> Flask:
    """Switch an app's rate limits off, where they are not the subject."""
    throttle = app.extensions["kit"].passage.throttle
    throttle.set(dict.fromkeys(throttle.settings))
    return app


@pytest.fixture(scope="session")
def shared_app() -> Flask:
    return create_app(Config(clock=Clock(parse_iso(NOW))))


@pytest.fixture
def app(shared_app: Flask) -> Flask:
    load(shared_app)
    return shared_app


@pytest.fixture
def xpm(app: Flask) -> Caller:
    return Caller(app, TENANT)


@pytest.fixture
def other(app: Flask) -> Caller:
    return Caller(app, OTHER)


@pytest.fixture
def restarted(tmp_path: Path) -> Callable[[Callable[[Caller], None]], Caller]:
    """Run some writes on a store in a file, and return a caller of a new app on the same file."""

    def run(writes: Callable[[Caller], None]) -> Caller:
        config = Config(path=tmp_path / "xpm.db", clock=Clock(parse_iso(NOW)))
        before = create_app(config)
        load(before)
        writes(Caller(before, TENANT))
        before.extensions["kit"].store.close()
        return Caller(unlimited(create_app(config)), TENANT)

    return run


@pytest.fixture
def troubles(app: Flask) -> Iterator[Troubles]:
    """Steer the limits and the faults; the plan is empty again at the end."""
    made = Troubles(app)
    yield made
    made.clear()


@pytest.fixture(params=WAYS)
def net(
    app: Flask, troubles: Troubles, request: pytest.FixtureRequest
) -> Iterator[tuple[requests.Session, str]]:
    """Reach the fake in this process, and over a socket."""
    with reached(app, request.param) as made:
        yield made


@pytest.fixture
def program(app: Flask, net: tuple[requests.Session, str]) -> Program:
    return Program(app, net)
