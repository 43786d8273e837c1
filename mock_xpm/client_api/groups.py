"""`clientgroup.api`: groups of clients. Joining and leaving one modifies the client."""

from typing import Any

from sqlalchemy import select

from mock_kit.kit import kit
from mock_kit.store import Row, Tx
from mock_xpm import identity
from mock_xpm.client_api.client_rows import find as find_client
from mock_xpm.client_api.client_rows import touch
from mock_xpm.errors import require
from mock_xpm.records.practice import GROUP, GROUP_WITH_CLIENTS
from mock_xpm.rows import by_name, found
from mock_xpm.tables.clients import CLIENT_GROUPS as LINKS
from mock_xpm.tables.clients import CLIENTS
from mock_xpm.tables.practice import GROUPS
from mock_xpm.wire.answers import NOTHING, Answer, Ask, Listing, Single


def list_(ask: Ask) -> Answer:
    """Answer the groups, by name."""
    return (Listing("Groups", GROUP, by_name(ask.tx, ask.tenant_id, GROUPS)),)


def get(ask: Ask) -> Answer:
    """Answer one group with its clients."""
    return _one(ask, ask.key)


def add(ask: Ask) -> Answer:
    """Add a group, with its first client when the body names one."""
    name = ask.body.get("name", "")
    require({"name": name}, name="Name")
    client_uuid = ask.body.get("client_uuid")
    client = find_client(ask.tx, ask.tenant_id, client_uuid) if client_uuid else None
    key = identity.new(kit(), ask.tx, ask.tenant_id, GROUPS, name)
    ask.tx.insert(GROUPS, {**key, "name": name, "taxable": ask.body.get("taxable", False)})
    if client:
        _join(ask, key["uuid"], client["uuid"])
    return _one(ask, key["uuid"])


def delete(ask: Ask) -> Answer:
    """Delete a group; its clients stay, and count as modified."""
    row = _find(ask, ask.body.get("uuid"))
    for link in _links(ask, row["uuid"]):
        _leave(ask, row["uuid"], link["client_uuid"])
    ask.tx.delete(GROUPS, ask.tenant_id, row["uuid"])
    return NOTHING


def members(ask: Ask) -> Answer:
    """Let clients join and leave a group, in the order of the body; answers the group."""
    row = _find(ask, ask.body.get("uuid"))
    for name, attributes in ask.body.get("orders", []):
        # A world may hold deleted members: they can leave.
        client = find_client(ask.tx, ask.tenant_id, attributes.get("uuid"), deleted=name == "remove")
        if name == "add":
            _join(ask, row["uuid"], client["uuid"])
        else:
            _leave(ask, row["uuid"], client["uuid"])
    return _one(ask, row["uuid"])


def leave_all(tx: Tx, tenant_id: str, client_uuid: str) -> None:
    """Take a client out of all groups."""
    for link in _groups_of(tx, tenant_id, client_uuid):
        tx.delete(LINKS, tenant_id, client_uuid, link["group_uuid"])


def _find(ask: Ask, uuid: Any) -> Row:
    return found(ask.tx, ask.tenant_id, GROUPS, uuid, "client group identifier")


def _one(ask: Ask, uuid: str) -> Answer:
    row = _find(ask, uuid)
    joined = (CLIENTS.c.tenant_id == LINKS.c.tenant_id) & (CLIENTS.c.uuid == LINKS.c.client_uuid)
    query = select(CLIENTS.c.uuid, CLIENTS.c.id, CLIENTS.c.name).join_from(LINKS, CLIENTS, joined)
    query = query.where(LINKS.c.tenant_id == ask.tenant_id, LINKS.c.group_uuid == uuid)
    row["clients"] = ask.tx.rows(query.order_by(CLIENTS.c.name, CLIENTS.c.uuid))
    return (Single(GROUP_WITH_CLIENTS, row),)


def _links(ask: Ask, group_uuid: str) -> list[Row]:
    query = select(LINKS).where(LINKS.c.tenant_id == ask.tenant_id, LINKS.c.group_uuid == group_uuid)
    return ask.tx.rows(query.order_by(LINKS.c.client_uuid))


def _groups_of(tx: Tx, tenant_id: str, client_uuid: str) -> list[Row]:
    mine = (LINKS.c.tenant_id == tenant_id, LINKS.c.client_uuid == client_uuid)
    return tx.rows(select(LINKS).where(*mine).order_by(LINKS.c.group_uuid))


def _join(ask: Ask, group_uuid: str, client_uuid: str) -> None:
    if ask.tx.get(LINKS, ask.tenant_id, client_uuid, group_uuid):
        return
    mine = _groups_of(ask.tx, ask.tenant_id, client_uuid)
    position = max((link["position"] for link in mine), default=-1) + 1
    key = {"tenant_id": ask.tenant_id, "client_uuid": client_uuid, "group_uuid": group_uuid}
    ask.tx.insert(LINKS, {**key, "position": position})
    touch(ask.tx, ask.tenant_id, client_uuid)


def _leave(ask: Ask, group_uuid: str, client_uuid: str) -> None:
    if ask.tx.get(LINKS, ask.tenant_id, client_uuid, group_uuid) is None:
        return
    ask.tx.delete(LINKS, ask.tenant_id, client_uuid, group_uuid)
    touch(ask.tx, ask.tenant_id, client_uuid)
