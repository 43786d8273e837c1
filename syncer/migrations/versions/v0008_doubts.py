"""Writes whose outcome was not known are kept until an audit has looked what came of them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the table of doubts: none are known."""
    op.create_table(
        "doubts",
        sa.Column("practice", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("settles_at", sa.Text, nullable=False),
        sa.Column("audited", sa.Boolean, nullable=False),
    )
