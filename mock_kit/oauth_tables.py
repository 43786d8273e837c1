"""The tables of the authorization server. All of them are private, and outlive a reset."""

from dataclasses import dataclass

from sqlalchemy import Column, MetaData, String, Table, Text

from mock_kit.store import LASTING


@dataclass(frozen=True)
class OAuthTables:
    """Apps, grants, the practices a grant reaches, codes, and tokens (access and refresh)."""

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
            optional=("code_challenge", "code_challenge_method", "used_at"),
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
        ),
    )


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
