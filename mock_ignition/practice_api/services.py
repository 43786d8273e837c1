"""Services, job templates as they were imported, and the link between the two."""

from sqlalchemy import select

from mock_ignition import kinds
from mock_ignition.bodies import Amount, Body, Name, Slug, Text, Uuid, given
from mock_ignition.errors import invalid
from mock_ignition.gateway import Answer, Ask, Endpoint
from mock_ignition.proposal_api.terms import Cadence
from mock_ignition.records import text_columns
from mock_ignition.replies import one_of, page_of, whole_of
from mock_ignition.shapes.practice import BillingMode, PriceType, ServiceState
from mock_ignition.tables.practice import JOB_TEMPLATES, SERVICES
from mock_kit.store import Row

BLANK: Row = {
    "description": "",
    "state": "active",
    "price": 0.0,
    "price_type": "fixed",
    "billing_mode": "automatic",
    "cadence": "once_off",
    "service_group": "General",
    "job_template_slug": None,
}


class ServiceFields(Body):
    """What may be written on a service. `cadence` is what its lines on proposals start with."""

    description: Text = ""
    state: ServiceState = "active"
    price: Amount = 0.0
    price_type: PriceType = "fixed"
    billing_mode: BillingMode = "automatic"
    cadence: Cadence = "once_off"
    service_group: Name = "General"
    job_template_slug: Slug | None = None


class ServiceCreate(ServiceFields):
    """A new service."""

    name: Name


class ServicePatch(ServiceFields):
    """The fields to change; `job_template_slug` links the service to a job template (R3)."""

    name: Name = ""


class TemplateBody(Body):
    """A job template as XPM knows it."""

    name: Name
    xpm_template_uuid: Uuid


class TemplatesBody(Body):
    """All job templates there are."""

    job_templates: list[TemplateBody]


def create(ask: Ask, body: ServiceCreate) -> Answer:
    """Create a service."""
    values = BLANK | text_columns(given(body), ["description"])
    _check_template(ask, values["job_template_slug"])
    record = {"tenant_id": ask.tenant_id, "slug": ask.slug("svc", body.name), **values}
    record |= {"created_at": ask.now, "updated_at": ask.now, "version": 1}
    ask.tx.insert(SERVICES, record)
    return kinds.SERVICE.answer(ask, record, status=201)


def patch(ask: Ask, body: ServicePatch, slug: str) -> Answer:
    """Change a service, or link it to a job template."""
    record = kinds.SERVICE.find_match(ask, slug)
    values = text_columns(given(body), ["description"])
    if values.get("job_template_slug") != record["job_template_slug"]:
        _check_template(ask, values.get("job_template_slug"))
    return kinds.SERVICE.answer(ask, kinds.SERVICE.change(ask, record, values))


def put_templates(ask: Ask, body: TemplatesBody) -> Answer:
    """Replace the job templates: known ones keep their slug, missing ones are hidden."""
    wanted = {template.xpm_template_uuid: template.name for template in body.job_templates}
    if len(wanted) != len(body.job_templates):
        raise invalid("job_templates", "an xpm_template_uuid occurs twice")
    query = select(JOB_TEMPLATES).where(JOB_TEMPLATES.c.tenant_id == ask.tenant_id)
    known = {row["xpm_template_uuid"]: row for row in ask.tx.rows(query)}
    for uuid, row in known.items():
        values = {"name": wanted[uuid], "hidden": False} if uuid in wanted else {"hidden": True}
        kinds.JOB_TEMPLATE.change(ask, row, values)
    for uuid, name in wanted.items():
        if uuid not in known:
            ask.tx.insert(JOB_TEMPLATES, _new_template(ask, uuid, name))
    ordered = query.where(JOB_TEMPLATES.c.hidden.is_(False)).order_by(
        JOB_TEMPLATES.c.created_at, JOB_TEMPLATES.c.slug
    )
    return Answer(200, {"data": kinds.JOB_TEMPLATE.show(ask, ask.tx.rows(ordered))})


def _new_template(ask: Ask, uuid: str, name: str) -> Row:
    row = {"tenant_id": ask.tenant_id, "slug": ask.slug("jtpl", uuid), "name": name, "hidden": False}
    times = {"created_at": ask.now, "updated_at": ask.now, "version": 1}
    return {**row, "xpm_template_uuid": uuid, **times}


def _check_template(ask: Ask, slug: str | None) -> None:
    if slug is None:
        return
    row = ask.tx.get(JOB_TEMPLATES, ask.tenant_id, slug)
    if row is None or row["hidden"]:
        raise invalid("job_template_slug", f"there is no job template {slug}")


_ROW = one_of(kinds.SERVICE.row)

ENDPOINTS = (
    Endpoint("GET", "/services", kinds.SERVICE.listing, page_of(kinds.SERVICE.row)),
    Endpoint("POST", "/services", create, one_of(kinds.SERVICE.row, 201), ServiceCreate),
    Endpoint("GET", "/services/<slug>", kinds.SERVICE.get, _ROW),
    Endpoint("PATCH", "/services/<slug>", patch, _ROW, ServicePatch, matches=True),
    Endpoint("GET", "/job_templates", kinds.JOB_TEMPLATE.listing, page_of(kinds.JOB_TEMPLATE.row)),
    Endpoint("PUT", "/job_templates", put_templates, whole_of(kinds.JOB_TEMPLATE.row), TemplatesBody),
)
