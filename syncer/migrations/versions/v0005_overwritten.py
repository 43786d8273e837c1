"""Clients as last read know what the syncer's own writes replaced: an old answer of XPM is told by that."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add to clients what was overwritten: nothing that is known of."""
    op.add_column("mirror", sa.Column("overwritten", sa.Text, nullable=False, server_default="[]"))
