"""Alembic's entry: the migrations run on the connection that the ledger hands over."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], render_as_batch=True)
context.run_migrations()
