"""Services, job templates, the team and what it may be linked to, as the API shows them."""

from typing import Literal

from mock_ignition.shapes.base import (
    TIMES,
    Book,
    Member,
    ServiceSlug,
    Shape,
    Shown,
    SlugAndName,
    TemplateSlug,
    UserSlug,
    always,
    columns,
    link,
    money,
)
from mock_kit.ids import slug_of
from mock_kit.store import Row

ServiceState = Literal["active", "archived"]
PriceType = Literal["fixed", "unit", "min_max", "included"]
BillingMode = Literal["automatic", "manual"]


class TemplateShown(Shown):
    """The job template that a service is linked to."""

    slug: TemplateSlug
    name: str
    xpm_template_uuid: str


def _template(record: Row, book: Book) -> Row | None:
    found = book.templates.get(record["job_template_slug"] or "")
    return {name: found[name] for name in ("slug", "name", "xpm_template_uuid")} if found else None


def _service_group(record: Row, book: Book) -> Row:
    name = record["service_group"]
    return {"slug": slug_of("grp", book.tenant_id, "service group", name), "name": name}


SERVICE = Shape(
    "Service",
    "A service that the practice sells.",
    {
        "slug": Member(ServiceSlug, "slug"),
        **columns("name description"),
        "state": Member(ServiceState, "state"),
        "price": money("price"),
        "price_type": Member(PriceType, "price_type"),
        "billing_mode": Member(BillingMode, "billing_mode"),
        "unit_name": always(None, str | None),
        "min_price": always(None, float | None),
        "max_price": always(None, float | None),
        "tax_rate": always(None, float | None),
        "service_group": Member(SlugAndName, _service_group),
        "service_category": always(None, SlugAndName | None),
        "service_origin": always("practice", str),
        "job_template": Member(TemplateShown | None, _template),
        "link": link("services"),
        **TIMES,
    },
)

JOB_TEMPLATE = Shape(
    "JobTemplate",
    "A job template as it was imported from XPM.",
    {"slug": Member(TemplateSlug, "slug"), **columns("name xpm_template_uuid"), **TIMES},
)

USER = Shape(
    "User",
    "A member of the team; `xpm_staff_uuid` is set when it is linked to a member of XPM's staff.",
    {
        "slug": Member(UserSlug, "slug"),
        **columns("name email"),
        "xpm_staff_uuid": Member(str | None, "xpm_staff_uuid"),
        **TIMES,
    },
)

CANDIDATE = Shape(
    "Candidate",
    "A member of XPM's staff who may be linked; `user_slug` is who is linked already.",
    {
        **columns("uuid name email"),
        "user_slug": Member(
            UserSlug | None,
            lambda row, book: book.users[row["uuid"]]["slug"] if row["uuid"] in book.users else None,
        ),
    },
)
