"""Conflicts know which later one took their place."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add to conflicts the number of the one that superseded them: of none that is known."""
    op.add_column("conflicts", sa.Column("superseded_by", sa.Integer))
