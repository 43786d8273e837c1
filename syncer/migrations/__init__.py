"""The ledger's schema, version by version: Alembic runs what a file still lacks, in one transaction.

A new version is a file in `versions/` whose `down_revision` is the last one's, and a change of
`ledger_tables`; a test holds that both lead to the same schema.
"""
