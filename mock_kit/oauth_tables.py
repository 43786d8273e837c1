"""The tables of the authorization server. All of them are private, and outlive a reset."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Column, MetaData, String, Table, Text, bindparam, func, select

from mock_kit.clock import iso
from mock_kit.statements import Query
from mock_kit.store import LASTING, Tx

LONG_DEAD_DAYS = 30
"""How long after its end a token or a code is still known: as expired, or as used before."""


@dataclass(frozen=True)
class OAuthTables:
    """Apps, grants, the practices that each grant connected, codes, and tokens (access and refresh)."""

    apps: Table
    grants: Table
    connections: Table
    codes: Table
    tokens: Table


def oauth_tables(metadata: MetaData) -> OAuthTables:
    """Add the authorization server's tables to a fake's metadata."""
    return OAuthTables(
        apps=_table(metadata, "oauth_apps", "client_id", "name", "redirect_uris", optional=("secret_hash",)),
        grants=_table(
            metadata,
            "oauth_grants",
            "grant_id",
            "client_id",
            "user_id",
            "scope",
            "authorized_at",
            optional=("revoked_at",),
            index="user_id",
        ),
        connections=_table(
            metadata,
            "oauth_connections",
            "connection_id",
            "grant_id",
            "tenant_id",
            "created_at",
            "updated_at",
            index="grant_id",
        ),
        codes=_table(
            metadata,
            "oauth_codes",
            "code_hash",
            "client_id",
            "grant_id",
            "redirect_uri",
            "scope",
            "expires_at",
            optional=("nonce", "code_challenge", "code_challenge_method", "used_at"),
            index="expires_at",
        ),
        tokens=_table(
            metadata,
            "oauth_tokens",
            "token_hash",
            "kind",
            "grant_id",
            "scope",
            "issued_at",
            "expires_at",
            optional=("superseded_at",),
            index="expires_at",
        ),
    )


@cache
def grants_between(grants: Table) -> Query:
    """Return the query for how many grants a person gave an app."""
    mine = (grants.c.client_id == bindparam("client_id"), grants.c.user_id == bindparam("user_id"))
    return Query(select(func.count()).where(*mine))


def drop_long_dead(tx: Tx, tables: OAuthTables, now: datetime) -> None:
    """Remove the tokens and codes that have been good for nothing for a month.

    A refresh token that has a successor ends with its grace, a code after minutes, so nothing that may still be
    repeated goes; a code that was used is known that much longer, and its second use is still found out.
    """
    before = iso(now - timedelta(days=LONG_DEAD_DAYS))
    for table in (tables.codes, tables.tokens):
        for row in tx.tuples(_ended(table), before=before):
            tx.delete(table, *row)


@cache
def _ended(table: Table) -> Query:
    return Query(select(*table.primary_key).where(table.c.expires_at < bindparam("before")))


def _table(
    metadata: MetaData, name: str, key: str, *columns: str, optional: tuple[str, ...] = (), index: str = ""
) -> Table:
    return Table(
        name,
        metadata,
        Column(key, String, primary_key=True),
        *(Column(column, Text, nullable=False, index=column == index) for column in columns),
        *(Column(column, Text) for column in optional),
        info=LASTING,
    )
