"""The stage that a deal is in: one table, from the state of its proposal. Stages and names are ours."""

from typing import Final, NamedTuple

from mock_kit.ids import slug_of


class Stage(NamedTuple):
    """A stage of every practice's deals; in a closed one nothing is left to win or lose."""

    name: str
    is_closed: bool


STAGES: Final = (
    Stage("In progress", is_closed=False),
    Stage("Awaiting acceptance", is_closed=False),
    Stage("Won", is_closed=True),
    Stage("Lost", is_closed=True),
    Stage("Archived", is_closed=True),
)
"""In the order that a deal goes through them."""

STAGE_OF: Final = {
    "draft": "In progress",
    "awaiting_acceptance": "Awaiting acceptance",
    "accepted": "Won",
    "completed": "Won",
    "lost": "Lost",
    "revoked": "Lost",
    "archived": "Archived",
}
CLOSED: Final = frozenset(stage.name for stage in STAGES if stage.is_closed)


def stage_slug(tenant_id: str, name: str) -> str:
    """Return the slug of a practice's stage."""
    return slug_of("dst", tenant_id, "deal stage", name)


def deal_slug(tenant_id: str, proposal_slug: str) -> str:
    """Return the slug of a proposal's deal."""
    return slug_of("psd", tenant_id, "deal", proposal_slug)
