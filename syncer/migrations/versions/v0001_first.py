"""The first schema: what a ledger had before versions were counted. Such a file is stamped with it."""

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Do nothing: a ledger without any version has this schema already."""
