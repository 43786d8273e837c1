"""The team: users added by hand or from XPM's staff, and the linking dropdown (R2, R13)."""

from pydantic import ConfigDict
from sqlalchemy import select

from mock_ignition import kinds
from mock_ignition.bodies import Body, Name, Text, Uuid, given
from mock_ignition.errors import conflict, invalid
from mock_ignition.gateway import Answer, Ask, Endpoint
from mock_ignition.records import Kind
from mock_ignition.replies import NOTHING, one_of, page_of, whole_of
from mock_ignition.shapes.base import Book
from mock_ignition.shapes.books import TEAM
from mock_ignition.shapes.practice import CANDIDATE
from mock_ignition.tables.practice import CANDIDATES, USERS
from mock_kit.store import Row


class UserFields(Body):
    """What may be written on a user."""

    name: Name = ""
    email: Name = ""
    xpm_staff_uuid: Uuid | None = None


class UserCreate(UserFields):
    """A new user: `name` and `email` by hand, or the `xpm_staff_uuid` of a candidate, who has both."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": ["name", "email"]},
                {"required": ["xpm_staff_uuid"], "properties": {"xpm_staff_uuid": {"type": "string"}}},
            ]
        }
    )


class UserPatch(UserFields):
    """The fields to change; `null` for `xpm_staff_uuid` unlinks the user."""


class CandidateBody(Body):
    """A member of XPM's staff who may be linked; XPM does not ask for an e-mail."""

    uuid: Uuid
    name: Name
    email: Text = ""


class CandidatesBody(Body):
    """Everybody who may be linked."""

    candidates: list[CandidateBody]


def _linked(ask: Ask, _records: object) -> Book:
    team = ask.tx.all(TEAM, tenant_id=ask.tenant_id)
    staff = [row for row in team if row["xpm_staff_uuid"] and row["deleted_at"] is None]
    return Book(ask.tenant_id, users={row["xpm_staff_uuid"]: row for row in staff})


CANDIDATE_KIND = Kind("candidate", CANDIDATES, CANDIDATE, _linked, order=("name", "uuid"), etags=False)


def create(ask: Ask, body: UserCreate) -> Answer:
    """Add a user to the team; a staff member who is a user already is a 409."""
    values = given(body)
    staff = _candidate(ask, values.get("xpm_staff_uuid"))
    merged: Row = {"xpm_staff_uuid": None, **(staff or {}), **values}
    for name in ("name", "email"):
        # A member of XPM's staff may have no e-mail; a user added by hand has one.
        if name not in merged:
            raise invalid(name, "a user added by hand needs it; or name an xpm_staff_uuid")
    record = {"tenant_id": ask.tenant_id, "slug": ask.slug("usr", merged["name"]), **merged}
    record |= {"deleted_at": None, "created_at": ask.now, "updated_at": ask.now, "version": 1}
    ask.tx.insert(USERS, record)
    ask.tell("user.created", record, user_slug=record["slug"])
    return kinds.USER.answer(ask, record, status=201)


def patch(ask: Ask, body: UserPatch, slug: str) -> Answer:
    """Change a user, or link it to a member of XPM's staff."""
    record = kinds.USER.find_match(ask, slug)
    values = given(body)
    if values.get("xpm_staff_uuid") != record["xpm_staff_uuid"]:
        _candidate(ask, values.get("xpm_staff_uuid"))
    return kinds.USER.answer(ask, kinds.USER.change(ask, record, values))


def remove(ask: Ask, slug: str) -> Answer:
    """Remove a user from the team; clients go on showing whom they had (R13, E18)."""
    record = kinds.USER.find_match(ask, slug)
    after = kinds.USER.change(ask, record, {"deleted_at": ask.now})
    ask.tell("user.deleted", after, user_slug=slug)
    return Answer(204)


def put_candidates(ask: Ask, body: CandidatesBody) -> Answer:
    """Replace the candidates: the syncer feeds the dropdown with XPM's staff."""
    wanted = {candidate.uuid: candidate for candidate in body.candidates}
    if len(wanted) != len(body.candidates):
        raise invalid("candidates", "a uuid occurs twice")
    known = {row["uuid"]: row for row in _candidates(ask)}
    for uuid in known:
        if uuid not in wanted:
            ask.tx.delete(CANDIDATES, ask.tenant_id, uuid)
    for uuid, candidate in wanted.items():
        values = {"name": candidate.name, "email": candidate.email or ""}
        if uuid not in known:
            ask.tx.insert(CANDIDATES, {"tenant_id": ask.tenant_id, "uuid": uuid, **values})
        elif any(known[uuid][name] != value for name, value in values.items()):
            ask.tx.update(CANDIDATES, (ask.tenant_id, uuid), values)
    return Answer(200, {"data": CANDIDATE_KIND.show(ask, _candidates(ask))})


def _candidates(ask: Ask) -> list[Row]:
    query = select(CANDIDATES).where(CANDIDATES.c.tenant_id == ask.tenant_id)
    return ask.tx.rows(query.order_by(CANDIDATES.c.name, CANDIDATES.c.uuid))


def _candidate(ask: Ask, uuid: str | None) -> Row | None:
    """Return name and email of a staff member who may be linked. Raises ApiError: 422, 409."""
    if uuid is None:
        return None
    row = ask.tx.get(CANDIDATES, ask.tenant_id, uuid)
    if row is None:
        raise invalid("xpm_staff_uuid", f"{uuid} is no candidate: see GET /users/xpm_candidates")
    linked = _linked(ask, None).users.get(uuid)
    if linked:
        raise conflict(f"the staff member {uuid} is linked to the user {linked['slug']} already")
    return {"name": row["name"], "email": row["email"]}


_ROW = one_of(kinds.USER.row)

ENDPOINTS = (
    Endpoint("GET", "/users/xpm_candidates", CANDIDATE_KIND.listing, page_of(CANDIDATE.model)),
    Endpoint("PUT", "/users/xpm_candidates", put_candidates, whole_of(CANDIDATE.model), CandidatesBody),
    Endpoint("GET", "/users", kinds.USER.listing, page_of(kinds.USER.row)),
    Endpoint("POST", "/users", create, one_of(kinds.USER.row, 201), UserCreate),
    Endpoint("GET", "/users/<slug>", kinds.USER.get, _ROW),
    Endpoint("PATCH", "/users/<slug>", patch, _ROW, UserPatch, matches=True, conflicts=True),
    Endpoint("DELETE", "/users/<slug>", remove, NOTHING, matches=True),
)
