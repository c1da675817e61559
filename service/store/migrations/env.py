"""What Alembic runs: the migrations, in the transaction that ``service.store.migrate`` has begun."""

from __future__ import annotations

from alembic import context

from service.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
