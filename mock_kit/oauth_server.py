"""Authlib's authorization server, made fit for a fake: plain HTTP under any name, PKCE by S256 only."""

import logging
from collections.abc import Callable
from typing import Any, ClassVar

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Payload, FlaskOAuth2Request
from authlib.oauth2.rfc6749 import InvalidRequestError, InvalidScopeError, OAuth2Request
from authlib.oauth2.rfc7636 import CodeChallenge
from flask import Request, request

# Authlib's debug log writes tokens in full.
logging.getLogger("authlib").setLevel(logging.INFO)


class Server(AuthorizationServer):  # type: ignore[misc]  # Authlib is untyped
    """An authorization server that knows these scopes, and finds its apps with `find_app`."""

    def __init__(self, scopes: tuple[str, ...], find_app: Callable[[str], Any]) -> None:
        super().__init__()
        self.config = {"OAUTH2_SCOPES_SUPPORTED": list(scopes)}
        # Tokens are kept where they are made: there is nothing left to save.
        self.init_app(self, find_app, lambda _token, _request: None)

    def validate_requested_scope(self, scope: str | None) -> None:
        """Refuse an authorization request for scopes that are unknown, or for none."""
        if not (scope or "").split():
            raise InvalidScopeError("The requested scope is empty: there is no default.")
        super().validate_requested_scope(scope)

    def create_oauth2_request(self, _request: object) -> OAuth2Request:
        """Return the request being answered, as Authlib wants to see it."""
        asked: Request = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  # Flask's own way
        return PlainRequest(asked)


class PlainRequest(FlaskOAuth2Request):  # type: ignore[misc]  # Authlib is untyped
    """A request over plain HTTP: Authlib refuses one from any name but the loopback's."""

    def __init__(self, given: Request) -> None:
        # Of the address Authlib looks at scheme and host alone; putting a whole one together takes long.
        OAuth2Request.__init__(
            self, method=given.method, uri=f"https://fake{given.path}", headers=given.headers
        )
        self._request = given
        self.payload = FlaskOAuth2Payload(given)


class OnlyS256(CodeChallenge):  # type: ignore[misc]  # Authlib is untyped
    """PKCE (RFC 7636) without the `plain` method, which a challenge that names no method asks for."""

    SUPPORTED_CODE_CHALLENGE_METHOD: ClassVar = ["S256"]

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        """Refuse a challenge that is not S256."""
        super().validate_code_challenge(grant, redirect_uri)
        asked = grant.request.payload.data
        if asked.get("code_challenge") and not asked.get("code_challenge_method"):
            raise InvalidRequestError("Missing 'code_challenge_method': it must be S256")
