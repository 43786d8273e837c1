"""Deployed jobs keep what they were made for; proposals are read once more, now with their workflow."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"


def upgrade() -> None:
    """Add to deployed jobs their plan, notes and audit, and have all proposals read again."""
    for column in (
        sa.Column("plan", sa.Text),
        sa.Column("notes", sa.Text, nullable=False, server_default="[]"),
        sa.Column("audited", sa.Boolean, nullable=False, server_default=sa.true()),
    ):
        op.add_column("deployed_jobs", column)
    op.execute("DELETE FROM cursors WHERE name = 'proposals'")
