"""Links of imported leads know when they were made."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add to links the moment of the import: unknown of those there are."""
    op.add_column("links", sa.Column("made_at", sa.Text))
