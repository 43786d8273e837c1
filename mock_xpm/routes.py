"""Every method of the API, a row each, in versions 3.1 and 3.0; a row without a handler answers 501.

The table is the whole of the API: a method that has no row, or not with this verb, is a 404.
"""

from flask import Flask, Response, request

from mock_kit.kit import call
from mock_xpm import assign, clients, contacts, groups, jobs, practice, staff
from mock_xpm.errors import ApiError
from mock_xpm.gateway import Method
from mock_xpm.records.clients import CLIENT, CONTACT
from mock_xpm.records.jobs import JOB
from mock_xpm.records.practice import GROUP, STAFF
from mock_xpm.wire import Version

ROOT = "/practicemanager"
VERSIONS: tuple[Version, ...] = ("3.1", "3.0")
VERBS = ["GET", "POST", "PUT", "DELETE"]

METHODS = (
    Method("GET", "client.api/list", "List", clients.list_),
    Method("GET", "client.api/paged-list"),
    Method("GET", "client.api/search", "Search", clients.search),
    Method("GET", "client.api/get/<key>", "Get", clients.get, of="clients"),
    Method("POST", "client.api/add", "Add", clients.add, CLIENT),
    Method("PUT", "client.api/update", "Update", clients.update, CLIENT),
    Method("PUT", "client.api/archive", "Archive", clients.archive, CLIENT),
    Method("POST", "client.api/delete", "Delete", clients.delete, CLIENT),
    Method("GET", "client.api/contacts"),
    Method("POST", "client.api/contact", "Contact", contacts.post, CONTACT),
    Method("GET", "client.api/contact/<key>", "Contact", contacts.get, of="contacts"),
    Method("PUT", "client.api/contact/<key>", "Contact", contacts.put, CONTACT, of="contacts"),
    Method("DELETE", "client.api/contact/<key>", "Contact", contacts.delete, of="contacts"),
    Method("POST", "client.api/client/<key>/contacts", of="clients"),
    Method("GET", "client.api/documents/<key>", of="clients"),
    Method("POST", "client.api/document"),
    Method("POST", "client.api/addrelationship"),
    Method("PUT", "client.api/updaterelationship"),
    Method("POST", "client.api/deleterelationship"),
    Method("GET", "client.api/get/<key>/customfield", of="clients"),
    Method("PUT", "client.api/update/<key>/customfield", of="clients"),
    Method("GET", "job.api/current", "Current", jobs.current),
    Method("GET", "job.api/get/<number>", "Get", jobs.get),
    Method("GET", "job.api/list", "List", jobs.list_),
    Method("GET", "job.api/staff/<key>", of="staff"),
    Method("GET", "job.api/client/<key>", "Client", jobs.of_client, of="clients"),
    Method("GET", "job.api/tasks"),
    Method("POST", "job.api/add", "Add", jobs.add, JOB),
    Method("PUT", "job.api/update", "Update", jobs.update, JOB),
    Method("PUT", "job.api/state", "State", jobs.state, JOB),
    Method("PUT", "job.api/assign", "Assign", assign.assign, JOB),
    Method("POST", "job.api/delete", "Delete", jobs.delete, JOB),
    Method("POST", "job.api/applytemplate", "ApplyTemplate", jobs.apply_template, JOB),
    Method("POST", "job.api/task"),
    Method("PUT", "job.api/task"),
    Method("PUT", "job.api/task/<key>/complete", of="job_tasks"),
    Method("PUT", "job.api/task/<key>/reopen", of="job_tasks"),
    Method("PUT", "job.api/reordertasks"),
    Method("POST", "job.api/note"),
    Method("GET", "job.api/documents/<number>"),
    Method("POST", "job.api/document"),
    Method("GET", "job.api/costs/<number>"),
    Method("POST", "job.api/cost"),
    Method("PUT", "job.api/cost"),
    Method("POST", "job.api/createquote/<number>"),
    Method("POST", "job.api/createestimate/<number>"),
    Method("GET", "staff.api/list", "List", staff.list_),
    Method("GET", "staff.api/get/<key>", "Get", staff.get, of="staff"),
    # The wart of the real API: this one answers as if it had been `get`.
    Method("POST", "staff.api/add", "Get", staff.add, STAFF),
    Method("PUT", "staff.api/update", "Update", staff.update, STAFF),
    Method("POST", "staff.api/delete", "Delete", staff.delete, STAFF),
    Method("POST", "staff.api/enable"),
    Method("POST", "staff.api/disable"),
    Method("POST", "staff.api/forgottenpassword"),
    Method("GET", "template.api/list", "List", practice.templates),
    Method("GET", "category.api/list", "List", practice.categories),
    Method("GET", "task.api/list", "List", practice.tasks),
    Method("GET", "task.api/get/<key>", "Get", practice.task, of="tasks"),
    Method("GET", "clientgroup.api/list", "List", groups.list_),
    Method("GET", "clientgroup.api/get/<key>", "Get", groups.get, of="groups"),
    Method("POST", "clientgroup.api/add", "Add", groups.add, GROUP),
    Method("POST", "clientgroup.api/delete", "Delete", groups.delete, GROUP),
    Method("PUT", "clientgroup.api/members", "Members", groups.members, GROUP),
    Method("GET", "customfield.api/definition"),
    Method("GET", "customfield.api/get/<key>", of="custom_fields"),
    Method("POST", "customfield.api/add"),
    Method("POST", "customfield.api/delete"),
    Method("PUT", "customfield.api/update"),
    *(
        Method("GET", f"{resource}.api/{method}")
        for resource in ("quote", "invoice")
        for method in ("current", "draft", "list", "get/<number>")
    ),
)


def add_routes(app: Flask) -> None:
    """Add the whole API to an app."""
    for version in VERSIONS:
        for method in METHODS:
            # Both names of an identifier in a path reach the view as `key`.
            app.add_url_rule(
                f"{ROOT}/{version}/{method.path.replace('<number>', '<key>')}",
                f"{version} {method.verb} {method.path}",
                method.view,
                defaults={"version": version},
                methods=[method.verb],
                provide_automatic_options=False,
            )
        app.add_url_rule(
            f"{ROOT}/{version}/<path:rest>", f"{version} unknown", _no_such_method, methods=VERBS
        )


def _no_such_method(rest: str) -> Response:
    call().operation = "unknown method"
    raise ApiError(404, "Not Found", f"no such method: {request.method} {rest}")
