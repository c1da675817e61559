"""Keys with an id, scopes, expiry and a rate; who sent an article; failed sign-ins; browsers that signed
in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_TIME = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Make it so; keys that were made before go on working."""
    _keys()
    op.add_column("items", sa.Column("sent_by", sa.Text()))
    op.create_table(
        "sign_in_failures",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", _TIME),
        sa.Column("last_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_sign_in_failures"),
    )
    op.create_index("ix_sign_in_failures_last", "sign_in_failures", ["last_at"])
    op.create_table(
        "devices",
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("used_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_devices"),
        sa.ForeignKeyConstraint(["user_name"], ["users.folded"], name="fk_devices_user_name"),
    )
    op.create_index("ix_devices_user", "devices", ["user_name", "used_at"])


def _keys() -> None:
    for column in (
        sa.Column("public_id", sa.Text()),
        sa.Column("scopes", sa.Text()),
        sa.Column("expires_at", _TIME),
        sa.Column("per_minute", sa.Integer()),
    ):
        op.add_column("api_keys", column)
    # A key had no id that may be shown, and did two things: it had articles analysed, and queued for review.
    op.execute("UPDATE api_keys SET public_id = substr(key_sha256, 1, 12), scopes = 'analyse review'")
    with op.batch_alter_table("api_keys") as keys:
        keys.alter_column("public_id", existing_type=sa.Text(), nullable=False)
        keys.alter_column("scopes", existing_type=sa.Text(), nullable=False)
        keys.alter_column("user_name", existing_type=sa.Text(), nullable=True)
        keys.create_unique_constraint("uq_api_keys_public_id", ["public_id"])
