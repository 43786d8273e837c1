"""How few calls a program left of a limit is kept for the next one."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the table of rests: nothing is known of earlier calls."""
    op.create_table(
        "rests",
        sa.Column("practice", sa.String, primary_key=True),
        sa.Column("system", sa.String, primary_key=True),
        sa.Column("left", sa.Integer, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
