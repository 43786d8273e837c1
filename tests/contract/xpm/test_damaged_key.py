"""A store in a file whose signing key cannot be read any more."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mock_kit.clock import Clock, parse_iso
from mock_kit.kit import Config
from mock_kit.store import StoreError
from mock_xpm.app import create_app
from tests.contract.xpm.conftest import load
from tests.contract.xpm.small import NOW


@pytest.mark.parametrize(
    "key", ["{", "{}", "[]", '"text"', '{"kty": "RSA", "n": "x", "e": "AQAB"}', '{"kty": "oct"}']
)
def test_a_key_that_cannot_be_read_is_refused_at_the_start(tmp_path: Path, key: str) -> None:
    config = Config(path=tmp_path / "xpm.db", clock=Clock(parse_iso(NOW)))
    app = create_app(config)
    load(app)
    app.extensions["kit"].store.close()
    with closing(sqlite3.connect(tmp_path / "xpm.db")) as connection, connection:
        changed = connection.execute("UPDATE xpm_signing_keys SET private_key = ?", (key,))
        assert changed.rowcount == 1
    with pytest.raises(StoreError, match="the file is damaged; put a copy back, or name another file"):
        create_app(config)
