"""An OAuth 2.0 authorization server for a fake: codes, tokens, rotation, revocation.

Authlib judges the requests (RFC 6749, 7636, 7009). This module keeps the grants in the fake's
store, on the fake's clock, and adds what the two products do differently as a `Policy`.
Secrets and tokens are stored as hashes only.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from authlib.oauth2 import OAuth2Error
from flask import Response, g, render_template_string, request

from mock_kit.clock import Clock, iso, parse_iso
from mock_kit.consent import CONSENT
from mock_kit.hashing import hash_secret
from mock_kit.ids import uuid_of
from mock_kit.memory import Memory
from mock_kit.oauth_connections import connections_of, disconnect
from mock_kit.oauth_grants import App, ApprovedBy, CodeGrant, RefreshGrant, Revocation
from mock_kit.oauth_policy import Access, Policy, TokenClaims, TokenRefusedError
from mock_kit.oauth_server import OnlyS256, Server
from mock_kit.oauth_tables import OAuthTables, drop_long_dead, grants_between
from mock_kit.store import Row, Store, Tx, canonical_json


class OAuth:
    """The authorization server of one fake."""

    def __init__(
        self,
        policy: Policy,
        store: Store,
        tables: OAuthTables,
        clock: Clock,
        tenants: Callable[[Tx], list[Row]],
    ) -> None:
        self.policy = policy
        self.store = store
        self.tables = tables
        self.clock = clock
        self.tenants = tenants
        self.lent: dict[str, Access] = {}
        """Passes for the fake's own use, by their token: what is done late needs no grant any more."""
        kept = (tables.apps, tables.grants, tables.connections, tables.tokens)
        # By the header that carries the token; in memory only, like the token itself while it is read.
        self._known: Memory[str, tuple[Access, datetime]] = Memory(store, (table.name for table in kept))
        self._server = Server(policy.scopes, self._app)
        self._server.register_token_generator("default", self._answer)
        for kind in (CodeGrant, RefreshGrant):
            bound = type(
                kind.__name__, (kind,), {"oauth": self, "TOKEN_ENDPOINT_AUTH_METHODS": policy.auth_methods}
            )
            self._server.register_grant(bound, [OnlyS256(required=True)] if kind is CodeGrant else [])
        self._server.register_endpoint(
            type("Revocation", (Revocation,), {"oauth": self, "CLIENT_AUTH_METHODS": policy.auth_methods})
        )

    # What the routes of a fake call.

    def authorize(self) -> Response:
        """Show the consent page (GET), or take the decision (POST: `decision`, `tenant_id` …, `person`)."""
        with _request_tx(self.store) as tx:
            try:
                grant = self._server.get_consent_grant(end_user=ApprovedBy("", ""))
            except OAuth2Error as error:
                return _response(self._server.handle_error_response(None, error))
            tenants = self.tenants(tx)
            if request.method == "GET":
                return Response(
                    render_template_string(CONSENT, policy=self.policy, grant=grant, tenants=tenants)
                )
            chosen = request.form.getlist("tenant_id")
            approved = request.form.get("decision") == "allow"
            problem = self._choice_problem(chosen, tenants) if approved else None
            if problem:
                return Response(problem, status=400, mimetype="text/plain")
            user = None
            if approved:
                scope = grant.request.payload.scope or ""
                person = request.form.get("person", "").strip() or None
                user = self.approve(tx, grant.client.get_client_id(), chosen, scope.split(), person)
            return _response(self._server.create_authorization_response(grant_user=user, grant=grant))

    def token(self) -> Response:
        """Answer the token endpoint: authorization code and refresh token grants."""
        with _request_tx(self.store):
            return _response(self._server.create_token_response())

    def revoke(self) -> Response:
        """Answer the revocation endpoint (RFC 7009): the whole grant of the token ends."""
        with _request_tx(self.store):
            return _response(self._server.create_endpoint_response(Revocation.ENDPOINT_NAME))

    def check(self, tx: Tx, authorization: str | None) -> Access:
        """Return what the bearer of an `Authorization` header may do, or raise TokenRefusedError."""
        header = authorization or ""
        access, expires_at = self._known.get(header) or self._look_up(tx, header)
        if self.clock.now() >= expires_at:
            raise TokenRefusedError("expired token", expires_at)
        return access

    def _look_up(self, tx: Tx, header: str) -> tuple[Access, datetime]:
        """Return what the bearer of a header may do, and until when."""
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise TokenRefusedError("no bearer token")
        if token in self.lent:
            return self.lent[token], datetime.max.replace(tzinfo=UTC)
        row = tx.get(self.tables.tokens, hash_secret(token.strip()))
        if row is None or row["kind"] != "access":
            raise TokenRefusedError("unknown token")
        grant = tx.get(self.tables.grants, row["grant_id"])
        if grant is None or grant["revoked_at"]:
            raise TokenRefusedError("revoked token")
        tenants = frozenset(link["tenant_id"] for link in connections_of(tx, self.tables, grant["user_id"]))
        access = Access(row["grant_id"], grant["client_id"], frozenset(row["scope"].split()), tenants)
        found = access, parse_iso(row["expires_at"])
        # What this very transaction wrote may yet be taken back.
        return found if tx.touched else self._known.keep(header, found)

    # What the control plane and the world loader call.

    def register_apps(self, tx: Tx, apps: Iterable[Row]) -> None:
        """Add apps: `client_id`, `client_secret` (None: a public client), `name`, `redirect_uris`."""
        for app in apps:
            secret = app.get("client_secret")
            tx.insert(
                self.tables.apps,
                {
                    "client_id": app["client_id"],
                    "secret_hash": hash_secret(secret) if secret else None,
                    "name": app["name"],
                    "redirect_uris": canonical_json(app["redirect_uris"]),
                },
            )

    def mint(
        self,
        tx: Tx,
        client_id: str,
        tenant_ids: Sequence[str],
        scopes: Sequence[str],
        seconds: int | None,
        person: str | None = None,
    ) -> Row:
        """Give out a token set without the browser's part; `seconds` overrides its life."""
        user = self.approve(tx, client_id, tenant_ids, scopes, person)
        return self.issue(tx, user.grant_id, " ".join(scopes), seconds=seconds)

    def approve(
        self,
        tx: Tx,
        client_id: str,
        tenant_ids: Sequence[str],
        scopes: Sequence[str],
        person: str | None = None,
    ) -> ApprovedBy:
        """Record that a person agreed; returns who did, with the grant.

        `person` says who, where the policy lets grants add up; without it each set of practices has a
        person of its own. A grant's id is no secret: the grants of one person to one app are counted.
        """
        now = iso(self.clock.now())
        named = person if self.policy.several_tenants else None
        user_id = uuid_of("user", client_id, named or sorted(set(tenant_ids)))
        [(earlier,)] = tx.tuples(grants_between(self.tables.grants), client_id=client_id, user_id=user_id)
        grant_id = uuid_of("grant", user_id, earlier)
        grant = {"grant_id": grant_id, "client_id": client_id, "user_id": user_id, "scope": " ".join(scopes)}
        tx.insert(self.tables.grants, {**grant, "authorized_at": now, "revoked_at": None})
        for tenant_id in dict.fromkeys(tenant_ids):
            link = {"connection_id": uuid_of("connection", grant_id, tenant_id), "grant_id": grant_id}
            times = {"created_at": now, "updated_at": now}
            tx.insert(self.tables.connections, {**link, "tenant_id": tenant_id, **times})
        return ApprovedBy(user_id, grant_id)

    def issue(
        self, tx: Tx, grant_id: str, scope: str, *, seconds: int | None = None, nonce: str | None = None
    ) -> Row:
        """Write new tokens for a grant and return the answer that carries them.

        `scope` may be narrower than what was agreed to: the refresh token keeps it all (RFC 6749, 6).
        `nonce` goes into the identity token. What is long dead makes room.
        """
        grant = self._grant(tx, grant_id)
        now = self.clock.now()
        life = self.policy.access_seconds if seconds is None else seconds
        scopes = scope.split()
        claims = TokenClaims(
            grant_id=grant_id,
            client_id=grant["client_id"],
            user_id=grant["user_id"],
            scopes=scopes,
            authorized_at=parse_iso(grant["authorized_at"]),
            issued_at=now,
            expires_at=now + timedelta(seconds=life),
            nonce=nonce,
        )
        drop_long_dead(tx, self.tables, now)
        answer = dict(self.policy.further(claims))
        answer["access_token"] = self.policy.write_access(claims)
        answer |= {"expires_in": life, "token_type": "Bearer"}
        self._keep(tx, answer["access_token"], "access", grant_id, scope, life)
        agreed = grant["scope"]
        if self.policy.offline_scope is None or self.policy.offline_scope in agreed.split():
            answer["refresh_token"] = secrets.token_urlsafe(32)
            idle = self.policy.refresh_idle_seconds
            self._keep(tx, answer["refresh_token"], "refresh", grant_id, agreed, idle)
        answer["scope"] = scope
        return answer

    def connections(self, tx: Tx, grant_id: str) -> list[Row]:
        """Return the practices that a grant's person has connected to its app, in the order of that."""
        return connections_of(tx, self.tables, self._grant(tx, grant_id)["user_id"])

    def disconnect(self, tx: Tx, grant_id: str, connection_id: str) -> bool:
        """Disconnect a practice for all grants of a grant's person; False when there is no such connection."""
        return disconnect(tx, self.tables, self._grant(tx, grant_id)["user_id"], connection_id)

    # What Authlib asks for.

    @property
    def tx(self) -> Tx:
        """The transaction of the request being answered."""
        found: Tx = g.oauth_tx
        return found

    def approver(self, grant_id: str) -> ApprovedBy:
        """Return the person behind a grant."""
        return ApprovedBy(self._grant(self.tx, grant_id)["user_id"], grant_id)

    def end_grant(self, tx: Tx, grant_id: str) -> None:
        """Revoke a grant: none of its tokens is good any more, and what it alone connected is connected no more."""
        tx.update(self.tables.grants, (grant_id,), {"revoked_at": iso(self.clock.now())})

    def _app(self, client_id: str) -> App | None:
        row = self.tx.get(self.tables.apps, client_id)
        return App(row, self.policy.scopes) if row else None

    def _answer(self, *, user: ApprovedBy, scope: str, **_asked: object) -> Row:
        return self.issue(self.tx, user.grant_id, scope or "", nonce=user.nonce)

    def _grant(self, tx: Tx, grant_id: str) -> Row:
        grant = tx.get(self.tables.grants, grant_id)
        if grant is None:
            raise LookupError(f"no grant {grant_id}")
        return grant

    def _keep(self, tx: Tx, token: str, kind: str, grant_id: str, scope: str, seconds: int) -> None:
        now = self.clock.now()
        row = {"token_hash": hash_secret(token), "kind": kind, "grant_id": grant_id, "scope": scope}
        times = {"issued_at": iso(now), "expires_at": iso(now + timedelta(seconds=seconds))}
        tx.insert(self.tables.tokens, {**row, **times, "superseded_at": None})

    def _choice_problem(self, chosen: list[str], tenants: list[Row]) -> str | None:
        if not chosen:
            return "choose a practice: the form's field tenant_id is missing"
        unknown = set(chosen) - {tenant["tenant_id"] for tenant in tenants}
        if unknown:
            return f"no such practice: {', '.join(sorted(unknown))}"
        if len(chosen) > 1 and not self.policy.several_tenants:
            return "choose one practice only"
        return None


@contextmanager
def _request_tx(store: Store) -> Iterator[Tx]:
    """Open a transaction for one OAuth request and lend it to Authlib's callbacks."""
    with store.begin() as tx:
        g.oauth_tx = tx
        yield tx


def _response(answer: object) -> Response:
    if not isinstance(answer, Response):
        raise TypeError(f"the authorization server answered with {type(answer).__name__}")
    return answer
