"""The life of a proposal: sent, accepted, lost, revoked, archived, completed, renewed."""

from datetime import date, timedelta
from typing import Annotated

from pydantic import Field
from sqlalchemy import bindparam, func, select

from mock_ignition import kinds
from mock_ignition.billing_api.invoices import raise_invoices, void_unpaid
from mock_ignition.bodies import LAST_YEAR, Body, Name, NoBody, Slug
from mock_ignition.client_api.desk import Desk
from mock_ignition.errors import ApiError, conflict
from mock_ignition.gateway import Answer, Ask, Endpoint
from mock_ignition.kept import kept
from mock_ignition.proposal_api import lines
from mock_ignition.proposal_api.drafts import add_draft, day_of, start_columns
from mock_ignition.proposal_api.terms import MAX_LINES, end_date
from mock_ignition.proposal_api.transitions import next_state
from mock_ignition.replies import one_of
from mock_ignition.tables.clients import CLIENTS
from mock_ignition.tables.proposals import PROPOSALS
from mock_kit.statements import Query
from mock_kit.store import Row

NEVER = "9999-12-31"
_MINE = (PROPOSALS.c.tenant_id == bindparam("tenant_id"), PROPOSALS.c.state == "accepted")
_FIRST_END = Query(select(func.min(PROPOSALS.c.proposal_end_date).label("day")).where(*_MINE))
_ENDED = Query(
    select(PROPOSALS)
    .where(*_MINE, PROPOSALS.c.proposal_end_date < bindparam("today"))
    .order_by(PROPOSALS.c.proposal_end_date, PROPOSALS.c.slug)
)


class AcceptBody(Body):
    """What the client chose: one of the options, where there are some, and the add-ons it takes.

    Without `option` it is the one that the practice selected; without `add_on_slugs` those it preselected.
    """

    option: Name | None = None
    add_on_slugs: Annotated[list[Slug], Field(max_length=MAX_LINES)] | None = None


def send(ask: Ask, _body: NoBody, slug: str) -> Answer:
    """Send a proposal: the client is asked. There must be a service on it, and the client not archived."""
    record, state = _move(ask, slug, "send")
    _refuse_archived(ask, record["client_slug"])
    if not lines.of_proposal(ask, slug):
        raise conflict(f"the proposal {slug} offers no service: add one before it is sent")
    values = {"state": state, "sent_at": ask.now, "sender_name": record["creator_name"]}
    return _moved(ask, record, values, "proposal.sent")


def accept(ask: Ask, body: AcceptBody, slug: str) -> Answer:
    """Accept a proposal: the client's act. A lead becomes an active client; a signatory must be there."""
    record, state = _move(ask, slug, "accept")
    desk, client = _signing(ask, record["client_slug"])
    option = body.option or record["selected_option"]
    offered = lines.of_proposal(ask, slug)
    taken = lines.choose(offered, option, body.add_on_slugs)
    lines.select_lines(ask, offered, taken)
    if client["state"] != "active":
        desk.change_client(client, {"state": "active"})
        desk.flush()
    start = day_of(record["proposal_start_date"]) or date.fromisoformat(ask.now[:10])
    values = {
        "state": state,
        "accepted_at": ask.now,
        "closed_at": ask.now,
        "selected_option": option,
        "proposal_start_date": start.isoformat(),
        "proposal_end_date": end_date(start, record["contract_term"]).isoformat(),
    }
    raise_invoices(ask, record | values, [line for line in offered if taken[line["slug"]]])
    return _moved(ask, record, values, "proposal.accepted")


def lose(ask: Ask, _body: NoBody, slug: str) -> Answer:
    """Mark a proposal as lost: the client declined."""
    record, state = _move(ask, slug, "lose")
    return _moved(ask, record, {"state": state, "lost_at": ask.now, "closed_at": ask.now}, "proposal.lost")


def revoke(ask: Ask, _body: NoBody, slug: str) -> Answer:
    """Revoke a proposal: the practice takes it back, and asks no more for what is not paid."""
    record, state = _move(ask, slug, "revoke")
    void_unpaid(ask, slug)
    return _moved(ask, record, {"state": state, "closed_at": ask.now}, "proposal.revoked")


def archive(ask: Ask, _body: NoBody, slug: str) -> Answer:
    """Archive a proposal; no event tells of it."""
    record, state = _move(ask, slug, "archive")
    return _moved(ask, record, {"state": state, "closed_at": record["closed_at"] or ask.now}, None)


def renew(ask: Ask, _body: NoBody, slug: str) -> Answer:
    """Renew a proposal: a new draft of the same services, which starts the day after this one ends."""
    record, _state = _move(ask, slug, "renew")
    _refuse_archived(ask, record["client_slug"])
    start = date.fromisoformat(record["proposal_end_date"]) + timedelta(days=1)
    if start.year > LAST_YEAR:
        raise conflict(f"a renewal of {slug} would start on {start}: there are dates up to {LAST_YEAR}")
    same = ("name", "client_slug", "contract_term", "selected_option")
    values = {name: record[name] for name in same} | start_columns(start, record["contract_term"])
    same_lines = lines.renewed(lines.of_proposal(ask, slug), record["selected_option"])
    draft = add_draft(ask, {**values, "renewal_of_slug": slug}, same_lines)
    return kinds.PROPOSAL.answer(ask, draft, status=201)


def complete_ended(ask: Ask) -> None:
    """Complete the practice's accepted proposals whose contract has ended; no event tells of it.

    Time does it, and nobody asks: it is done before whatever call comes next.
    """
    endings = kept().endings
    first = endings.get(ask.tenant_id)
    if first is None:
        row = ask.tx.any(_FIRST_END, tenant_id=ask.tenant_id)
        first = endings.keep(ask.tenant_id, (row and row["day"]) or NEVER)
    if first < ask.now[:10]:
        for record in ask.tx.all(_ENDED, tenant_id=ask.tenant_id, today=ask.now[:10]):
            kinds.PROPOSAL.change(ask, record, {"state": next_state(record["state"], "complete")})


def _refuse_archived(ask: Ask, slug: str) -> None:
    client = ask.tx.get(CLIENTS, ask.tenant_id, slug)
    if client is None or client["state"] == "archived":
        raise conflict(f"the client {slug} is archived: restore it first")


def _signing(ask: Ask, slug: str) -> tuple[Desk, Row]:
    """Return a client that can accept, on a desk. Raises ApiError: 409, 422."""
    desk = Desk.load(ask, [slug])
    client = desk.clients[slug]
    if client["state"] == "archived":
        raise conflict(f"the client {slug} is archived: restore it first")
    if not any(contact["is_signatory"] for contact in desk.contacts[slug]):
        raise ApiError(
            422,
            f"the client {slug} has no signatory: set is_signatory on one of its contacts",
            [{"field": "client_slug", "message": "the client has no signatory contact"}],
        )
    return desk, client


def _move(ask: Ask, slug: str, act: str) -> tuple[Row, str]:
    """Return a proposal and the state that an act leads it to. Raises ApiError: 404, 409, 412."""
    record = kinds.PROPOSAL.find_match(ask, slug)
    state = next_state(record["state"], act)
    if state is None:
        raise conflict(f"the proposal {slug} is {record['state']}: it cannot {act}")
    return record, state


def _moved(ask: Ask, record: Row, values: Row, event: str | None) -> Answer:
    after = kinds.PROPOSAL.change(ask, record, values)
    if event:
        ask.tell(event, after, proposal_slug=after["slug"], client_slug=after["client_slug"])
    return kinds.PROPOSAL.answer(ask, after)


_ROW = one_of(kinds.PROPOSAL.row)

ENDPOINTS = (
    *(
        Endpoint("POST", f"/proposals/<slug>/{act.__name__}", act, _ROW, NoBody, matches=True)
        for act in (send, lose, revoke, archive)
    ),
    Endpoint("POST", "/proposals/<slug>/accept", accept, _ROW, AcceptBody, matches=True),
    Endpoint("POST", "/proposals/<slug>/renew", renew, one_of(kinds.PROPOSAL.row, 201), NoBody, matches=True),
)
