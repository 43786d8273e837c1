"""Leases, so that one program writes for a practice at a time; conflicts tell what kind they are of."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the table of leases, and to conflicts their kind, contacts and settlement."""
    op.create_table(
        "leases",
        sa.Column("scope", sa.String, primary_key=True),
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("until", sa.Text, nullable=False),
    )
    for column in (
        sa.Column("kind", sa.Text, nullable=False, server_default="changed"),
        sa.Column("xpm_contact", sa.Text),
        sa.Column("ignition_contact", sa.Text),
        sa.Column("settled_at", sa.Text),
    ):
        op.add_column("conflicts", column)
