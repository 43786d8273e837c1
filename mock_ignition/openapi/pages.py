"""`/openapi.json`, and `/docs`, which shows it to a person. Neither needs a token or counts for the limit."""

import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from flask import Flask, Response, redirect
from flask_swagger_ui import get_swaggerui_blueprint

from mock_ignition.gateway import Endpoint
from mock_ignition.openapi.document import document
from mock_kit.oauth_policy import Policy

DOCUMENT, PAGE = "/openapi.json", "/docs"
SHOWN: dict[str, Any] = {
    "app_name": "Ignition (fake)",
    "layout": "BaseLayout",
    "docExpansion": "list",
    "defaultModelsExpandDepth": 0,
    "filter": True,
    "validatorUrl": None,  # a badge that a server on the Internet would paint
}


def add_pages(app: Flask, endpoints: Sequence[Endpoint], policy: Policy) -> None:
    """Serve the document of some endpoints, and the page of it."""
    app.add_url_rule(DOCUMENT, f"GET {DOCUMENT}", _document_view(endpoints, policy), methods=["GET"])
    app.add_url_rule(PAGE, f"GET {PAGE}", lambda: redirect(f"{PAGE}/"), methods=["GET"])
    app.register_blueprint(get_swaggerui_blueprint(PAGE, DOCUMENT, config=SHOWN))


def _document_view(endpoints: Sequence[Endpoint], policy: Policy) -> Callable[[], Response]:
    @cache
    def text() -> bytes:
        """Write the document once, when it is first asked for: an app starts without it."""
        written = json.dumps(document(endpoints, policy), ensure_ascii=False, separators=(",", ":"))
        return written.encode()

    return lambda: Response(text(), content_type="application/json")
