"""What of a call decides whether it meets a fault: the same in every run, and never a secret."""

from hashlib import sha256

from flask import Request
from werkzeug.exceptions import HTTPException

from mock_kit.calls import Call, request_body
from mock_kit.faults_rule import Asked
from mock_kit.hashing import hash_secret
from mock_kit.oauth import OAuth
from mock_kit.store import Tx, canonical_json

SHOWN = ("code", "refresh_token", "token")
"""The members of a form that prove a grant."""


def asked_of(noted: Call, oauth: OAuth, *, closely: bool) -> Asked:
    """Return what the fault plan is asked about a call; `closely`: with what tells its request from others.

    An OAuth call asks outside any transaction.
    """
    sent = noted.request
    operation = noted.operation or f"{sent.method} {sent.path}"
    if not closely:
        return Asked(operation, noted.tenant_id, sent.method, sent.path)
    # What a private call sends differs from run to run: of it, who calls is all that counts.
    body = b"" if noted.private else request_body(sent)
    query = "" if noted.private else sent.query_string.decode("utf-8", "replace")
    if noted.private and noted.tenant_id is None:
        query = caller(sent, oauth)
    return Asked(
        operation,
        noted.tenant_id,
        sent.method,
        sent.path,
        query,
        sha256(body).hexdigest() if body else "",
    )


def caller(sent: Request, oauth: OAuth) -> str:
    """Say who calls the authorization server, and for whom: the app, the kind of grant, the person.

    Codes and tokens stand for the person who agreed, who is the same however often they are renewed.
    """
    try:
        form = sent.values
    except HTTPException:
        return ""  # too large, or the caller hung up, which will be the call's answer
    shown = [form[name] for name in SHOWN if name in form]
    client_id = form.get("client_id")
    header = sent.authorization
    if header is not None and header.type == "basic":
        client_id = header.username
    elif header is not None and header.token:
        shown.append(header.token)
    with oauth.store.begin() as tx:
        people = [_person(tx, oauth, secret) for secret in shown]
    said = {"client_id": client_id, "grant_type": form.get("grant_type"), "people": people}
    return canonical_json({**said, "tenant_ids": sorted(form.getlist("tenant_id"))})


def _person(tx: Tx, oauth: OAuth, secret: str) -> str | None:
    """Return who agreed to a grant that a code or a token proves; its id holds the app too."""
    tables, hashed = oauth.tables, hash_secret(secret)
    row = tx.get(tables.codes, hashed) or tx.get(tables.tokens, hashed)
    grant = tx.get(tables.grants, row["grant_id"]) if row else None
    return str(grant["user_id"]) if grant else None
