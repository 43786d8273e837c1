from collections.abc import Iterator

import pytest
import tiny_fake
from flask import Flask
from flask.testing import FlaskClient

from mock_kit.kit import Kit


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
