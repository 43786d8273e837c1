"""Writes a world document's records into an empty store, after it has made sure they agree."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sqlalchemy import Table

from mock_kit.clock import iso, parse_iso
from mock_kit.kit import Kit
from mock_kit.store import Row, Tx
from mock_kit.world import WorldError
from mock_xpm import tables
from mock_xpm.contacts import OF_LINK, OWN
from mock_xpm.job_rows import STATES, numbered, task_rows
from mock_xpm.world import Client, Job, Tenant, XpmWorld

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that no XML document can hold."""


def load(parts: Kit, tx: Tx, world: XpmWorld) -> None:
    """Write a whole world. Raises WorldError when records contradict each other."""
    now = iso(parse_iso(world.now))
    _distinct("practices", (tenant.tenant_id for tenant in world.tenants))
    for tenant in world.tenants:
        _Loader(parts, tx, tenant, now).load()


def _distinct(what: str, keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise WorldError(f"two {what} are both {key}; give each its own")
        seen.add(key)


class _Loader:
    """Writes one practice."""

    def __init__(self, parts: Kit, tx: Tx, tenant: Tenant, now: str) -> None:
        self.parts = parts
        self.tx = tx
        self.tenant = tenant
        self.now = now
        self.rows: dict[Table, list[Row]] = {}

    def load(self) -> None:
        self._add(tables.TENANTS, {"name": self.tenant.name})
        self._lists()
        self._clients()
        self._jobs()
        for table, rows in self.rows.items():
            _check_text(table, rows)
            self.tx.insert_many(table, rows)

    def _add(self, table: Table, row: Row) -> None:
        self.rows.setdefault(table, []).append({"tenant_id": self.tenant.tenant_id, **row})

    def _lists(self) -> None:
        tenant = self.tenant
        lists: list[tuple[str, Table, list[Any]]] = [
            ("members of staff", tables.STAFF, tenant.staff),
            ("groups", tables.GROUPS, tenant.groups),
            ("categories", tables.CATEGORIES, tenant.categories),
            ("tasks", tables.TASKS, tenant.tasks),
            ("templates", tables.TEMPLATES, tenant.templates),
        ]
        for what, table, records in lists:
            _distinct(what, (record.uuid for record in records))
            for record in records:
                self._add(table, record.model_dump(exclude={"tasks"}))
        for template in tenant.templates:
            for position, task in enumerate(template.tasks):
                row = {"template_uuid": template.uuid, "position": position, **task.model_dump()}
                self._add(tables.TEMPLATE_TASKS, row)

    def _clients(self) -> None:
        tenant = self.tenant
        _distinct("clients", (client.uuid for client in tenant.clients))
        staff = {member.uuid for member in tenant.staff}
        groups = {group.uuid for group in tenant.groups}
        contacts: dict[str, Row] = {}
        for client in tenant.clients:
            where = f"client {client.name!r}"
            _known(where, "staff", staff, client.account_manager_uuid, client.job_manager_uuid)
            _known(where, "groups", groups, *client.group_uuids)
            _distinct(f"groups of {where}", client.group_uuids)
            _distinct(f"contacts of {where}", (contact.uuid for contact in client.contacts))
            _date(where, client.date_of_birth)
            self._client(client)
            self._contacts(client, contacts)
        for row in contacts.values():
            self._add(tables.CONTACTS, row)

    def _client(self, client: Client) -> None:
        row = client.model_dump(exclude={"group_uuids", "notes", "contacts"})
        row["modified_at"] = iso(parse_iso(client.modified_at)) if client.modified_at else self.now
        self._add(tables.CLIENTS, row)
        for position, group_uuid in enumerate(client.group_uuids):
            link = {"client_uuid": client.uuid, "group_uuid": group_uuid, "position": position}
            self._add(tables.CLIENT_GROUPS, link)
        for position, text in enumerate(client.notes):
            self._add(tables.CLIENT_NOTES, {"client_uuid": client.uuid, "position": position, "text": text})

    def _contacts(self, client: Client, known: dict[str, Row]) -> None:
        """Add a client's contacts; the same UUID under several clients is one shared contact."""
        for sequence, contact in enumerate(client.contacts):
            own = {"uuid": contact.uuid, **{column: getattr(contact, column) for column in OWN}}
            if known.setdefault(contact.uuid, own) != own:
                raise WorldError(
                    f"contact {contact.uuid} is written in two ways; its clients share one record,"
                    f" so make {', '.join(OWN)} the same (client {client.name!r})"
                )
            of_link = {column: getattr(contact, column) for column in OF_LINK}
            key = {"client_uuid": client.uuid, "contact_uuid": contact.uuid}
            self._add(tables.CLIENT_CONTACTS, {**key, "sequence": sequence, **of_link})

    def _jobs(self) -> None:
        tenant = self.tenant
        clients = {client.uuid for client in tenant.clients}
        staff = {member.uuid for member in tenant.staff}
        templates = {template.uuid: template for template in tenant.templates}
        _distinct("jobs", (job.number for job in tenant.jobs if job.number))
        taken = {job.number for job in tenant.jobs}
        for job in tenant.jobs:
            where = f"job {job.name!r}"
            _known(where, "clients", clients, job.client_uuid)
            _known(where, "staff", staff, job.manager_uuid, job.partner_uuid)
            _known(where, "templates", templates, job.template_uuid)
            _date(where, job.start_date)
            _date(where, job.due_date)
            if job.state not in STATES.values():
                raise WorldError(
                    f"{where}: no such state: {job.state}; there are {', '.join(STATES.values())}"
                )
            template = templates[job.template_uuid].tasks if job.template_uuid else []
            self._job(job, [task.model_dump() for task in template], taken.__contains__)

    def _job(self, job: Job, template: list[Row], taken: Callable[[str], bool]) -> None:
        tenant_id = self.tenant.tenant_id
        number = job.number or numbered(self.parts, self.tx, tenant_id, taken)
        uuid = self.parts.ids.uuid(self.tx, tenant_id, "job", number)
        completed = self.now if job.state == "Completed" else None
        row = job.model_dump(exclude={"template_uuid"})
        self._add(tables.JOBS, {**row, "number": number, "uuid": uuid, "completed_date": completed})
        for task in task_rows(self.parts, tenant_id, number, uuid, template, 0):
            self._add(tables.JOB_TASKS, task)


def _known(where: str, what: str, known: Iterable[str], *uuids: str | None) -> None:
    for uuid in uuids:
        if uuid is not None and uuid not in known:
            raise WorldError(f"{where} names {uuid}, which is not among the practice's {what}")


def _date(where: str, text: str | None) -> None:
    try:
        written = date.fromisoformat(text).isoformat() if text else text
    except ValueError:
        written = None
    if written != text:
        raise WorldError(f"{where}: {text!r} is no date; write YYYY-MM-DD")


def _check_text(table: Table, rows: list[Row]) -> None:
    for row in rows:
        bad = _NOT_XML.search("".join([value for value in row.values() if isinstance(value, str)]))
        if bad:
            raise WorldError(
                f"{table.name}: a text of {row.get('name', row.get('client_uuid'))!r} holds {bad.group()!r},"
                " which XML cannot carry; take it out"
            )
