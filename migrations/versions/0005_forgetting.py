"""Forget requests, restrictions, aliases, tombstones, audit log and the ledger of erasures.

Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SURROGATE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = (
    "erasures", "audit", "suppressions", "suppression_keys", "aliases", "restrictions",
    "forget_requests",
)  # fmt: skip


def upgrade() -> None:
    op.add_column("agents", sa.Column("suppress_until", sa.BigInteger(), nullable=True))
    op.add_column(
        "memories",
        sa.Column("restricted", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("memories", sa.Column("stated_trust", sa.Text(), nullable=True))
    _requests()
    _tombstones()
    _records()


def _requests() -> None:
    op.create_table(
        "forget_requests",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("holder", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("regulation", sa.Text(), nullable=False),
        sa.Column("derived", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("alarm", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("key_slot", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_forget_requests")),
        sa.UniqueConstraint("holder", name=op.f("uq_forget_requests_holder")),
    )
    op.create_index(op.f("ix_forget_requests_status"), "forget_requests", ["status"])
    op.create_table(
        "restrictions",
        sa.Column("agent_key", SURROGATE, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_key"], ["agents.agent_key"], name=op.f("fk_restrictions_agent_key")
        ),
        sa.ForeignKeyConstraint(
            ["agent_key", "number"],
            ["memories.agent_key", "memories.number"],
            name=op.f("fk_restrictions_agent_key_number"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("agent_key", "number", "holder", name=op.f("pk_restrictions")),
    )
    op.create_index(
        op.f("ix_restrictions_holder_agent_key_number"),
        "restrictions",
        ["holder", "agent_key", "number"],
    )
    op.create_table(
        "aliases",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("subject_no", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key_slot", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "subject_no", "token", name=op.f("pk_aliases")),
    )
    op.create_index(op.f("ix_aliases_tenant_token"), "aliases", ["tenant", "token"])


def _tombstones() -> None:
    op.create_table(
        "suppression_keys",
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("key_slot", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("period", name=op.f("pk_suppression_keys")),
    )
    op.create_table(
        "suppressions",
        sa.Column("agent_key", SURROGATE, nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("person", sa.LargeBinary(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("holder", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_key"], ["agents.agent_key"], name=op.f("fk_suppressions_agent_key")
        ),
        sa.ForeignKeyConstraint(
            ["period"], ["suppression_keys.period"], name=op.f("fk_suppressions_period")
        ),
        sa.PrimaryKeyConstraint("agent_key", "token", "holder", name=op.f("pk_suppressions")),
    )
    op.create_index(op.f("ix_suppressions_holder"), "suppressions", ["holder"])
    op.create_index(op.f("ix_suppressions_period"), "suppressions", ["period"])


def _records() -> None:
    op.create_table(
        "audit",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("agent_key", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "place", name=op.f("pk_audit")),
    )
    op.create_table(
        "erasures",
        sa.Column("place", SURROGATE, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_erasures")),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("memories", "stated_trust")
    op.drop_column("memories", "restricted")
    op.drop_column("agents", "suppress_until")
