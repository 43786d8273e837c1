"""The app: one fake of the XPM API on its own store."""

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from mock_kit.control import control_blueprint
from mock_kit.flask_app import FakeApp
from mock_kit.kit import Config, Kit, Product, install, make_kit
from mock_kit.store import Store, Tx
from mock_xpm import auth, gateway, routes
from mock_xpm.jwt_tokens import KEY_BITS, Signer
from mock_xpm.kept import Kept
from mock_xpm.limits import LIMITS, refuse
from mock_xpm.loading.load import load
from mock_xpm.practice_api.practice import tenants
from mock_xpm.tables.base import KIT, METADATA, OAUTH
from mock_xpm.world import XpmWorld

NAME = "mock_xpm"


class _InOrder(DefaultJSONProvider):
    """Writes JSON members in the order they were put, as Xero orders those of a token answer."""

    sort_keys = False


def create_app(config: Config | None = None, *, key_bits: int = KEY_BITS) -> Flask:
    """Return a fake of the XPM API; its parts are `app.extensions["kit"]`.

    `key_bits` is the length of the key that signs its tokens; XPM's own is 2,048 bits long. Raises `mock_kit.store.StoreError` when the config's file cannot be used.
    """
    config = config or Config()
    store = Store(METADATA, config.path)
    signer = Signer(store, key_bits)

    def fill(parts: Kit, tx: Tx, world: XpmWorld) -> None:
        signer.keep_key(tx)
        load(parts, tx, world)

    product = Product(
        name=NAME,
        world=XpmWorld,
        load=fill,
        tenants=tenants,
        policy=auth.policy(signer),
        default_scopes=auth.DEFAULT_SCOPES,
        limits=LIMITS,
        refuse=refuse,
    )
    app = FakeApp(NAME)
    app.json = _InOrder(app)
    parts = make_kit(product, config, store, KIT, OAUTH)
    parts.own = Kept(store)
    install(app, parts)
    app.register_blueprint(control_blueprint(NAME))
    auth.add_routes(app, signer)
    routes.add_routes(app)
    gateway.add_error_handlers(app)
    return app
