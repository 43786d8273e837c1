"""What became of a proposal in XPM, as the app shows it (E17): `PUT /proposals/{slug}/deployment`."""

from typing import Annotated

from pydantic import Field

from mock_ignition import kinds
from mock_ignition.bodies import Body, LongText, Name
from mock_ignition.errors import conflict
from mock_ignition.gateway import Answer, Ask, Endpoint
from mock_ignition.proposal_api.transitions import DEPLOYABLE
from mock_ignition.replies import one_of
from mock_ignition.shapes.proposals import DeploymentStatus
from mock_ignition.tables.proposals import PROPOSALS

MAX_JOBS = 1000


class DeployedJob(Body):
    """A job in XPM."""

    number: Name
    name: Name


class DeploymentBody(Body):
    """What became of the proposal in XPM: always all of it."""

    status: DeploymentStatus
    xpm_client_uuid: Name | None = None
    xpm_client_name: Name | None = None
    jobs: Annotated[list[DeployedJob], Field(max_length=MAX_JOBS)] = Field(default_factory=list)
    message: LongText | None = None


def put(ask: Ask, body: DeploymentBody, slug: str) -> Answer:
    """Set a proposal's deployment: its reporting row does not show it, so `updated_at` stays as it is."""
    record = kinds.PROPOSAL.find_match(ask, slug)
    if record["state"] not in DEPLOYABLE:
        raise conflict(f"the proposal {slug} is {record['state']}: nothing of it can be deployed")
    deployment = body.model_dump()
    if record["deployment"] != deployment:
        changed = {"deployment": deployment, "version": record["version"] + 1}
        ask.tx.update(PROPOSALS, (ask.tenant_id, slug), changed)
        record |= changed
    return kinds.PROPOSAL.answer(ask, record)


ENDPOINTS = (
    Endpoint(
        "PUT",
        "/proposals/<slug>/deployment",
        put,
        one_of(kinds.PROPOSAL.row),
        DeploymentBody,
        matches=True,
        conflicts=True,
    ),
)
