"""Records for stories and tests: a name is enough, whatever else matters is said by keyword.

Each builder returns a plain dictionary for a world document, checked at once: a member that the
record does not have, or a value of the wrong kind, raises pydantic's ValidationError where the
story is written. Ids are made from the record's kind and name; two records of one name are told
apart by `nth`:

    clients = [client("Kea Cafés Limited"), client("Kea Cafés Limited", nth=1)]
"""

from typing import Any

from pydantic import BaseModel

from mock_ignition.worlds import clients as ignition_clients
from mock_ignition.worlds import practice as ignition_practice
from mock_kit.ids import slug_of, uuid_of
from mock_xpm.worlds import clients, jobs, practice

Json = dict[str, Any]


def client(name: str, *, nth: int = 0, **fields: Any) -> Json:
    """Return an XPM client. `fields` are those of `mock_xpm.worlds.clients.Client`."""
    return _xpm(clients.Client, "client", name, nth, fields)


def contact(name: str, *, nth: int = 0, **fields: Any) -> Json:
    """Return a contact of an XPM client. `fields` are those of `mock_xpm.worlds.clients.Contact`."""
    return _xpm(clients.Contact, "contact", name, nth, fields)


def staff(name: str, *, nth: int = 0, **fields: Any) -> Json:
    """Return a member of XPM's staff. `fields` are those of `mock_xpm.worlds.practice.Staff`."""
    return _xpm(practice.Staff, "staff", name, nth, fields)


def group(name: str, *, nth: int = 0, **fields: Any) -> Json:
    """Return an XPM client group. `fields` are those of `mock_xpm.worlds.practice.Group`."""
    return _xpm(practice.Group, "group", name, nth, fields)


def template(name: str, *tasks: str, nth: int = 0, **fields: Any) -> Json:
    """Return an XPM job template with tasks of these names, 60 minutes each."""
    made = [
        {"task_uuid": uuid_of("story", "task", task), "name": task, "estimated_minutes": 60} for task in tasks
    ]
    return _xpm(practice.Template, "template", name, nth, {"tasks": made, **fields})


def tasks_of(*templates: Json) -> list[Json]:
    """Return the task list that templates draw on, each task once: the practice's `tasks`."""
    found = {task["task_uuid"]: task["name"] for each in templates for task in each["tasks"]}
    return [practice.Task(uuid=uuid, name=name).model_dump() for uuid, name in found.items()]


def job(name: str, of: Json, **fields: Any) -> Json:
    """Return an XPM job of the client `of`, in July 2026 unless said otherwise."""
    given = {"start_date": "2026-07-01", "due_date": "2026-07-31", **fields}
    return jobs.Job.model_validate({"name": name, "client_uuid": of["uuid"], **given}).model_dump()


def ignition_client(name: str, *, nth: int = 0, **fields: Any) -> Json:
    """Return a client of Ignition, a lead unless said otherwise (`mock_ignition.worlds.clients.Client`)."""
    return _ignition(ignition_clients.Client, "cli", name, nth, fields)


def ignition_contact(name: str, *, nth: int = 0, **fields: Any) -> Json:
    """Return a contact of an Ignition client (`mock_ignition.worlds.clients.Contact`)."""
    return _ignition(ignition_clients.Contact, "con", name, nth, fields)


def signatory(name: str, **fields: Any) -> Json:
    """Return a contact of an Ignition client that may accept a proposal, with an example e-mail."""
    return ignition_contact(
        name, **{"is_primary": True, "is_signatory": True, "email": "signatory@example.com", **fields}
    )


def user(name: str, *, nth: int = 0, **fields: Any) -> Json:
    """Return a user of Ignition, with an example e-mail (`mock_ignition.worlds.practice.User`)."""
    slug = slug_of("usr", "story", name, nth)
    return _ignition(ignition_practice.User, "usr", name, nth, {"email": f"{slug[4:]}@example.com", **fields})


def service(name: str, *, nth: int = 0, **fields: Any) -> Json:
    """Return a service of Ignition, once off at 100.0 (`mock_ignition.worlds.practice.Service`)."""
    return _ignition(ignition_practice.Service, "svc", name, nth, {"price": 100.0, **fields})


def _xpm(shape: type[BaseModel], kind: str, name: str, nth: int, fields: Json) -> Json:
    identity = {"uuid": uuid_of("story", kind, name, nth), "name": name}
    return shape.model_validate({**identity, **fields}).model_dump()


def _ignition(shape: type[BaseModel], prefix: str, name: str, nth: int, fields: Json) -> Json:
    identity = {"slug": slug_of(prefix, "story", name, nth), "name": name}
    return shape.model_validate({**identity, **fields}).model_dump()
