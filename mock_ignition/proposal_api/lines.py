"""The services on a proposal: its lines, the options the client chooses among, the add-ons."""

import json
from typing import Annotated

from pydantic import Field
from sqlalchemy import bindparam, select

from mock_ignition.bodies import Amount, Body, Name, Slug
from mock_ignition.errors import invalid
from mock_ignition.gateway import Ask
from mock_ignition.proposal_api.terms import MAX_LINES, Cadence
from mock_ignition.shapes.books import by_slug, chosen
from mock_ignition.tables.practice import SERVICES
from mock_ignition.tables.proposals import PROPOSAL_SERVICES
from mock_kit.queries import TENANT
from mock_kit.statements import Query
from mock_kit.store import Row

COPIED = ("name", "description", "cadence", "price_type", "price")
"""What a line takes from its service, as the service is then."""
OF_PROPOSAL = Query(
    select(PROPOSAL_SERVICES)
    .where(
        PROPOSAL_SERVICES.c.tenant_id == TENANT,
        PROPOSAL_SERVICES.c.proposal_slug == bindparam("slug"),
    )
    .order_by(PROPOSAL_SERVICES.c.position, PROPOSAL_SERVICES.c.slug)
)
_SERVICES = chosen(SERVICES)


class LineBody(Body):
    """A service as the proposal offers it; cadence and price default to the service's.

    Lines of one `option` are a package: the client takes one of them. An add-on is taken or left by itself.
    """

    service_slug: Slug
    option: Name | None = None
    is_add_on: bool = False
    is_selected_for_acceptance: bool = True
    cadence: Cadence | None = None
    price: Amount | None = None


Lines = Annotated[list[LineBody], Field(max_length=MAX_LINES)]


def of_proposal(ask: Ask, slug: str) -> list[Row]:
    """Return a proposal's lines, in their order."""
    return ask.tx.all(OF_PROPOSAL, tenant_id=ask.tenant_id, slug=slug)


def line_row(tenant_id: str, proposal_slug: str, slug: str, position: int, service: Row) -> Row:
    """Return a service's line on a proposal, as the service is now; acceptance later keeps it so."""
    return {
        "tenant_id": tenant_id,
        "slug": slug,
        "proposal_slug": proposal_slug,
        "service_slug": service["slug"],
        **{name: service[name] for name in COPIED},
        "position": position,
    }


def read_lines(ask: Ask, lines: list[LineBody]) -> list[Row]:
    """Return what lines say, each over what its service says. Raises ApiError (422)."""
    wanted = sorted({line.service_slug for line in lines})
    found = by_slug(ask.tx.all(_SERVICES, tenant_id=ask.tenant_id, keys=json.dumps(wanted)))
    read: list[Row] = []
    for place, line in enumerate(lines):
        service = found.get(line.service_slug)
        if service is None or service["state"] != "active":
            raise invalid(f"services.{place}.service_slug", f"there is no active service {line.service_slug}")
        given = line.model_dump(exclude_none=True)
        given["is_preselected"] = given.pop("is_selected_for_acceptance")
        read.append({"option": None, **{name: service[name] for name in COPIED}, **given})
    return read


def check_option(lines: list[Row], option: str | None, field: str = "selected_option") -> None:
    """Refuse an option that no line belongs to. Raises ApiError (422)."""
    names = option_names(lines)
    if option is not None and option not in names:
        there = f"there are {', '.join(names)}" if names else "no line belongs to one"
        raise invalid(field, f"there is no option {option}: {there}")


def option_names(lines: list[Row]) -> list[str]:
    """Return the options that lines belong to, in the order of the lines."""
    return list(dict.fromkeys(line["option"] for line in lines if line["option"] is not None))


def selected_at_first(line: Row, option: str | None) -> bool:
    """Tell whether a line is selected while an option is recommended and the client has not chosen.

    Of other options none is; of this one all are, but for its add-ons: these, and what belongs to no option,
    are as the practice set them.
    """
    if line["option"] not in {None, option}:
        return False
    in_package = line["option"] is not None and not line["is_add_on"]
    return in_package or bool(line["is_preselected"])


def recommend(lines: list[Row], option: str | None) -> dict[str, bool]:
    """Return which lines are selected once the practice recommends another option."""
    return {line["slug"]: selected_at_first(line, option) for line in lines}


def renewed(lines: list[Row], option: str | None) -> list[Row]:
    """Return lines for a renewal: what the client could take is preselected if it took it, the rest as before."""
    return [
        {**line, "is_preselected": line["is_selected_for_acceptance"]}
        if line["option"] in {None, option}
        else line
        for line in lines
    ]


def choose(lines: list[Row], option: str | None, add_ons: list[str] | None) -> dict[str, bool]:
    """Return which lines the client takes: an option where there are some, and of the add-ons those named.

    Without `add_ons` they stay as they were preselected. Raises ApiError (422).
    """
    names = option_names(lines)
    check_option(lines, option, "option")
    if names and option is None:
        raise invalid("option", f"the client must choose one: {', '.join(names)}")
    there = {line["slug"] for line in lines if line["is_add_on"] and line["option"] in {None, option}}
    for place, slug in enumerate(add_ons or []):
        if slug not in there:
            raise invalid(f"add_on_slugs.{place}", f"the proposal offers no add-on {slug}")
    taken = recommend(lines, option)
    return taken if add_ons is None else taken | {slug: slug in add_ons for slug in there}


def write_lines(ask: Ask, proposal_slug: str, lines: list[Row], option: str | None) -> None:
    """Add lines to a proposal."""
    for position, line in enumerate(lines, start=1):
        slug = ask.slug("pss", f"{proposal_slug}/{line['service_slug']}")
        row = line_row(ask.tenant_id, proposal_slug, slug, position, {**line, "slug": line["service_slug"]})
        row |= {name: line[name] for name in ("option", "is_add_on", "is_preselected")}
        row["is_selected_for_acceptance"] = selected_at_first(line, option)
        ask.tx.insert(PROPOSAL_SERVICES, row)


def remove_lines(ask: Ask, proposal_slug: str) -> None:
    """Remove all lines of a proposal."""
    for line in of_proposal(ask, proposal_slug):
        ask.tx.delete(PROPOSAL_SERVICES, ask.tenant_id, line["slug"])


def select_lines(ask: Ask, lines: list[Row], taken: dict[str, bool]) -> bool:
    """Write which lines are selected; tells whether any changed."""
    changed = [line for line in lines if line["is_selected_for_acceptance"] != taken[line["slug"]]]
    for line in changed:
        values = {"is_selected_for_acceptance": taken[line["slug"]]}
        ask.tx.update(PROPOSAL_SERVICES, (ask.tenant_id, line["slug"]), values)
    return bool(changed)
