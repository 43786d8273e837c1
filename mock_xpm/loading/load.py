"""Writes a world document's records into an empty store, after it has made sure they agree."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table

from mock_kit.clock import iso, parse_iso
from mock_kit.kit import Kit
from mock_kit.store import Tx
from mock_kit.world import Record
from mock_xpm.loading.load_billing import load_billing
from mock_xpm.loading.load_clients import load_clients
from mock_xpm.loading.load_jobs import load_jobs
from mock_xpm.loading.sheet import Sheet, distinct, known
from mock_xpm.tables.practice import (
    CATEGORIES,
    GROUPS,
    STAFF,
    TASKS,
    TEMPLATE_COSTS,
    TEMPLATE_MILESTONES,
    TEMPLATE_TASKS,
    TEMPLATES,
    TENANTS,
)
from mock_xpm.world import XpmWorld
from mock_xpm.worlds.practice import Template


def load(parts: Kit, tx: Tx, world: XpmWorld) -> None:
    """Write a whole world. Raises WorldError when records contradict each other."""
    now = iso(parse_iso(world.now))
    distinct("practices", (tenant.tenant_id for tenant in world.tenants))
    for tenant in world.tenants:
        sheet = Sheet(parts, tx, tenant, now)
        sheet.add(TENANTS, {"name": tenant.name})
        load_practice(sheet)
        load_clients(sheet)
        load_jobs(sheet)
        load_billing(sheet)
        sheet.write()


def load_practice(sheet: Sheet) -> None:
    """Add what the practice set up for itself."""
    tenant = sheet.tenant
    lists: list[tuple[str, Table, list[Any]]] = [
        ("members of staff", STAFF, tenant.staff),
        ("groups", GROUPS, tenant.groups),
        ("categories", CATEGORIES, tenant.categories),
        ("tasks", TASKS, tenant.tasks),
        ("templates", TEMPLATES, tenant.templates),
    ]
    for what, table, records in lists:
        distinct(what, (record.uuid for record in records))
        columns = {column.name for column in table.columns}
        for record in records:
            sheet.add(table, record.model_dump(include=columns))
    for template in tenant.templates:
        _template(sheet, template)


def _template(sheet: Sheet, template: Template) -> None:
    listed = {task.uuid for task in sheet.tenant.tasks}
    known(f"template {template.name!r}", "tasks", listed, *(task.task_uuid for task in template.tasks))
    held: list[tuple[Table, Sequence[Record]]] = [
        (TEMPLATE_TASKS, template.tasks),
        (TEMPLATE_MILESTONES, template.milestones),
        (TEMPLATE_COSTS, template.costs),
    ]
    for table, records in held:
        for position, record in enumerate(records):
            sheet.add(table, {"template_uuid": template.uuid, "position": position, **record.model_dump()})
