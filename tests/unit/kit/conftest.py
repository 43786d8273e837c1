from collections.abc import Iterator

import pytest
import tiny_fake
from flask import Flask
from flask.testing import FlaskClient
from passage_steps import switch_limits_off
from server_steps import Switch

from mock_kit.kit import Kit
from mock_kit.server import running


@pytest.fixture(scope="session")
def graceful_app() -> Iterator[Flask]:
    app = tiny_fake.create_app(policy=tiny_fake.GRACEFUL)
    yield app
    app.extensions["kit"].store.close()


@pytest.fixture(scope="session")
def stern_app() -> Iterator[Flask]:
    app = tiny_fake.create_app(policy=tiny_fake.STERN)
    yield app
    app.extensions["kit"].store.close()


def _fresh(app: Flask) -> Flask:
    parts: Kit = app.extensions["kit"]
    parts.clock.set(mode="frozen")
    switch_limits_off(parts)
    parts.passage.plan.clear()
    parts.load_world(tiny_fake.TinyWorld.model_validate(tiny_fake.world()))
    return app


@pytest.fixture
def app(graceful_app: Flask) -> Flask:
    return _fresh(graceful_app)


@pytest.fixture
def stern(stern_app: Flask) -> Flask:
    return _fresh(stern_app)


@pytest.fixture
def parts(app: Flask) -> Kit:
    found: Kit = app.extensions["kit"]
    return found


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def switch_server() -> Iterator[tuple[Switch, str]]:
    switch = Switch()
    with running(switch) as url:
        yield switch, url


@pytest.fixture
def switch(switch_server: tuple[Switch, str]) -> Switch:
    switch_server[0].clear()
    return switch_server[0]


@pytest.fixture
def url(switch_server: tuple[Switch, str], switch: Switch) -> str:
    return switch_server[1]
