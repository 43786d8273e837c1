"""Links know what was sent and never acknowledged."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add to links what was sent: of earlier writes nothing is known."""
    op.add_column("links", sa.Column("sent", sa.Text, nullable=False, server_default="[]"))
