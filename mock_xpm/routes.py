"""Every method of the API, a row each, in versions 3.1 and 3.0.

The table is the whole of the API: a method that has no row, or not with this verb, is a 404.
"""

from contextlib import suppress

from flask import Flask, Response, request

from mock_kit.kit import call, kit, transaction
from mock_xpm.auth import check_tenant
from mock_xpm.billing_api import billing, job_quotes
from mock_xpm.client_api import (
    client_pages,
    clients,
    contact_links,
    contacts,
    custom_fields,
    documents,
    groups,
    relationships,
)
from mock_xpm.errors import ApiError
from mock_xpm.gateway import Method
from mock_xpm.job_api import (
    assign,
    costs,
    job_documents,
    job_notes,
    job_tasks,
    job_templates,
    jobs,
)
from mock_xpm.practice_api import practice, staff
from mock_xpm.records.clients import CLIENT, CLIENT_CONTACTS, CONTACT, RELATIONSHIP
from mock_xpm.records.custom_fields import CUSTOM_FIELDS, DEFINITION
from mock_xpm.records.documents import DOCUMENT
from mock_xpm.records.jobs import COST, JOB, JOB_NOTE, JOB_TASK, TASK_ORDER
from mock_xpm.records.practice import GROUP, STAFF
from mock_xpm.wire.forms import VERSIONS

ROOT = "/practicemanager"
VERBS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"]

METHODS = (
    Method("GET", "client.api/list", "List", clients.list_),
    Method("GET", "client.api/paged-list", "PagedList", client_pages.clients),
    Method("GET", "client.api/search", "Search", clients.search),
    Method("GET", "client.api/get/<key>", "Get", clients.get, of="clients"),
    Method("POST", "client.api/add", "Add", clients.add, CLIENT),
    Method("PUT", "client.api/update", "Update", clients.update, CLIENT),
    Method("PUT", "client.api/archive", "Archive", clients.archive, CLIENT),
    Method("POST", "client.api/delete", "Delete", clients.delete, CLIENT),
    Method("GET", "client.api/contacts", "Contacts", client_pages.contacts),
    Method("POST", "client.api/contact", "Contact", contacts.post, CONTACT),
    Method("GET", "client.api/contact/<key>", "Contact", contacts.get, of="contacts"),
    Method("PUT", "client.api/contact/<key>", "Contact", contacts.put, CONTACT, of="contacts"),
    Method("DELETE", "client.api/contact/<key>", "Contact", contacts.delete, of="contacts"),
    Method(
        "POST",
        "client.api/client/<key>/contacts",
        "Contacts",
        contact_links.post,
        CLIENT_CONTACTS,
        of="clients",
    ),
    Method("GET", "client.api/documents/<key>", "Documents", documents.list_, of="clients"),
    Method("POST", "client.api/document", "Document", documents.post, DOCUMENT),
    Method("POST", "client.api/addrelationship", "AddRelationship", relationships.add, RELATIONSHIP),
    Method("PUT", "client.api/updaterelationship", "UpdateRelationship", relationships.update, RELATIONSHIP),
    Method("POST", "client.api/deleterelationship", "DeleteRelationship", relationships.delete, RELATIONSHIP),
    Method("GET", "client.api/get/<key>/customfield", "CustomField", custom_fields.of_client, of="clients"),
    Method(
        "PUT",
        "client.api/update/<key>/customfield",
        "CustomField",
        custom_fields.update_client,
        CUSTOM_FIELDS,
        of="clients",
    ),
    Method("GET", "job.api/current", "Current", jobs.current),
    Method("GET", "job.api/get/<number>", "Get", jobs.get),
    Method("GET", "job.api/list", "List", jobs.list_),
    Method("GET", "job.api/staff/<key>", "Staff", jobs.of_staff, of="staff"),
    Method("GET", "job.api/client/<key>", "Client", jobs.of_client, of="clients"),
    Method("GET", "job.api/tasks", "Tasks", job_tasks.list_),
    Method("POST", "job.api/add", "Add", jobs.add, JOB),
    Method("PUT", "job.api/update", "Update", jobs.update, JOB),
    Method("PUT", "job.api/state", "State", jobs.state, JOB),
    Method("PUT", "job.api/assign", "Assign", assign.assign, JOB),
    Method("POST", "job.api/delete", "Delete", jobs.delete, JOB),
    Method("POST", "job.api/applytemplate", "ApplyTemplate", job_templates.apply_template, JOB),
    Method("POST", "job.api/task", "Task", job_tasks.post, JOB_TASK),
    Method("PUT", "job.api/task", "Task", job_tasks.put, JOB_TASK),
    Method("PUT", "job.api/task/<key>/complete", "Complete", job_tasks.complete, of="job_tasks"),
    Method("PUT", "job.api/task/<key>/reopen", "Reopen", job_tasks.reopen, of="job_tasks"),
    Method("PUT", "job.api/reordertasks", "ReorderTasks", job_tasks.reorder, TASK_ORDER),
    Method("POST", "job.api/note", "Note", job_notes.post, JOB_NOTE),
    Method("GET", "job.api/documents/<number>", "Documents", job_documents.list_),
    Method("POST", "job.api/document", "Document", job_documents.post, DOCUMENT),
    Method("GET", "job.api/costs/<number>", "Costs", costs.list_),
    Method("POST", "job.api/cost", "Cost", costs.post, COST),
    Method("PUT", "job.api/cost", "Cost", costs.put, COST),
    Method("POST", "job.api/createquote/<number>", "CreateQuote", job_quotes.create_quote),
    Method("POST", "job.api/createestimate/<number>", "CreateEstimate", job_quotes.create_estimate),
    Method("GET", "staff.api/list", "List", staff.list_),
    Method("GET", "staff.api/get/<key>", "Get", staff.get, of="staff"),
    # The wart of the real API: this one answers as if it had been `get`.
    Method("POST", "staff.api/add", "Get", staff.add, STAFF),
    Method("PUT", "staff.api/update", "Update", staff.update, STAFF),
    Method("POST", "staff.api/delete", "Delete", staff.delete, STAFF),
    Method("POST", "staff.api/enable", "Enable", staff.enable, STAFF),
    Method("POST", "staff.api/disable", "Disable", staff.disable, STAFF),
    Method("POST", "staff.api/forgottenpassword", "ForgottenPassword", staff.forgotten_password, STAFF),
    Method("GET", "template.api/list", "List", practice.templates),
    Method("GET", "category.api/list", "List", practice.categories),
    Method("GET", "task.api/list", "List", practice.tasks),
    Method("GET", "task.api/get/<key>", "Get", practice.task, of="tasks"),
    Method("GET", "clientgroup.api/list", "List", groups.list_),
    Method("GET", "clientgroup.api/get/<key>", "Get", groups.get, of="groups"),
    Method("POST", "clientgroup.api/add", "Add", groups.add, GROUP),
    Method("POST", "clientgroup.api/delete", "Delete", groups.delete, GROUP),
    Method("PUT", "clientgroup.api/members", "Members", groups.members, GROUP),
    Method("GET", "customfield.api/definition", "Definition", custom_fields.definitions),
    Method("GET", "customfield.api/get/<key>", "Get", custom_fields.get, of="custom_fields"),
    Method("POST", "customfield.api/add", "Add", custom_fields.add, DEFINITION),
    Method("POST", "customfield.api/delete", "Delete", custom_fields.delete, DEFINITION),
    Method("PUT", "customfield.api/update", "Update", custom_fields.update, DEFINITION),
    Method("GET", "quote.api/current", "Current", billing.QUOTES.current),
    Method("GET", "quote.api/draft", "Draft", billing.QUOTES.draft),
    Method("GET", "quote.api/list", "List", billing.QUOTES.list_),
    Method("GET", "quote.api/get/<number>", "Get", billing.QUOTES.get),
    Method("GET", "invoice.api/current", "Current", billing.INVOICES.current),
    Method("GET", "invoice.api/draft", "Draft", billing.INVOICES.draft),
    Method("GET", "invoice.api/list", "List", billing.INVOICES.list_),
    Method("GET", "invoice.api/get/<number>", "Get", billing.INVOICES.get),
)


def add_routes(app: Flask) -> None:
    """Add the whole API to an app."""
    for version in VERSIONS:
        for method in METHODS:
            # Both names of an identifier in a path reach the view as `key`.
            app.add_url_rule(
                f"{ROOT}/{version}/{method.path.replace('<number>', '<key>')}",
                f"{version} {method.verb} {method.path}".replace(".", "_"),
                method.view,
                defaults={"version": version},
                methods=[method.verb],
                provide_automatic_options=False,
            )
        app.add_url_rule(
            f"{ROOT}/{version}/<path:rest>",
            f"{version} unknown".replace(".", "_"),
            _no_such_method,
            methods=VERBS,
            provide_automatic_options=False,
        )


def _no_such_method(rest: str) -> Response:
    call().operation = "unknown method"
    with transaction() as tx, suppress(ApiError):
        # A caller who may ask anything is counted for this as well, and is told so.
        kit().passage.enter(tx, *check_tenant(tx))
    raise ApiError(404, "Not Found", f"no such method: {request.method} {rest}")
