"""What a world holds, counted: by what stands in the documents, not by what was asked for."""

import unicodedata
from collections import Counter
from typing import Any

from scenarios.naming import LONGEST, plain
from scenarios.world import Worlds

Json = dict[str, Any]
OTHER_SCRIPTS = 0x2E80
"""Where Unicode's East Asian scripts begin; emoji lie beyond them, and what European names are written with before."""


def summary(worlds: Worlds) -> list[Json]:
    """Return the figures of each practice, XPM's and Ignition's."""
    return [
        {
            "name": known.name,
            "xpm_tenant_id": known.xpm_tenant_id,
            "ignition_tenant_id": known.ignition_tenant_id,
            "xpm": xpm_figures(worlds.tenant(number)),
            "ignition": ignition_figures(worlds.practice(number), worlds.tenant(number)),
        }
        for number, known in enumerate(worlds.practices)
    ]


def xpm_figures(tenant: Json) -> Json:
    """Return what a practice holds in XPM."""
    clients = tenant["clients"]
    contacts = [one for client in clients for one in client["contacts"]]
    places = Counter(one["uuid"] for one in contacts)
    names = Counter(one["name"] for one in clients)
    twice = {name: count for name, count in names.items() if count > 1}
    alike = Counter(_folded(name) for name in names)
    return {
        "clients": len(clients),
        "archived": sum(one["is_archived"] for one in clients),
        "deleted": sum(bool(one.get("is_deleted")) for one in clients),
        "names_that_stand_twice": len(twice),
        "clients_of_such_a_name": sum(twice.values()),
        "names_that_are_nearly_another": sum(count for count in alike.values() if count > 1),
        "names_of_more_than_100_characters": sum(len(one["name"]) > LONGEST for one in clients),
        "names_with_other_scripts_or_pictures": sum(_is_odd(one["name"]) for one in clients),
        "clients_without_phone": sum(not one["phone"] for one in clients),
        "contacts": len(places),
        "contacts_without_email": sum(
            not one["email"] for one in {one["uuid"]: one for one in contacts}.values()
        ),
        "contacts_of_several_clients": sum(count > 1 for count in places.values()),
        "staff": len(tenant["staff"]),
        "tasks": len(tenant["tasks"]),
        "job_templates": len(tenant["templates"]),
        "job_templates_of_the_name_of_another": sum(
            count for count in Counter(one["name"] for one in tenant["templates"]).values() if count > 1
        ),
        "jobs": len(tenant["jobs"]),
    }


def ignition_figures(practice: Json, tenant: Json) -> Json:
    """Return what a practice holds in Ignition, and how much of that XPM has too."""
    clients = practice.get("clients", [])
    live = Counter(
        one["name"] for one in tenant["clients"] if not one["is_archived"] and not one.get("is_deleted")
    )
    templates = practice.get("job_templates", [])
    linked = {one.get("job_template_slug") for one in practice["services"]}
    states = Counter(one["state"] for one in clients)
    return {
        "clients": len(clients),
        "leads": states["lead"],
        "engaged": states["active"],
        "of_the_name_of_one_live_xpm_client": sum(live[one["name"]] == 1 for one in clients),
        "of_the_name_of_several": sum(live[one["name"]] > 1 for one in clients),
        "services": len(practice["services"]),
        "services_without_a_job_template": sum(
            "job_template_slug" not in one for one in practice["services"]
        ),
        "job_templates": len(templates),
        "job_templates_without_a_service": sum(one["slug"] not in linked for one in templates),
        "proposals": len(practice.get("proposals", [])),
    }


def _is_odd(name: str) -> bool:
    return any(ord(one) >= OTHER_SCRIPTS for one in name)


def _folded(name: str) -> str:
    """Return what is left of a name where only what people overlook is taken away."""
    return plain(unicodedata.normalize("NFKC", name).replace(" and ", " & "))
