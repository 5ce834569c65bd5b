"""The handbook: traces, changes, and what came of offers.

Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SURROGATE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _of_agent(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("agent_key", SURROGATE, nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_key"], ["agents.agent_key"], name=op.f(f"fk_{table}_agent_key")
        ),
    ]


def _of_memory(table: str, column: str = "number") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["agent_key", column],
        ["memories.agent_key", "memories.number"],
        name=op.f(f"fk_{table}_agent_key_{column}"),
        ondelete="CASCADE",
    )


def upgrade() -> None:
    op.create_table(
        "traces",
        *_of_agent("traces"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        _of_memory("traces"),
        sa.PrimaryKeyConstraint("agent_key", "number", name=op.f("pk_traces")),
    )
    op.create_table(
        "handbook_changes",
        *_of_agent("handbook_changes"),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger()),
        sa.Column("other", sa.BigInteger()),
        sa.Column("words", sa.BigInteger()),
        sa.Column("back_to", sa.BigInteger()),
        sa.Column("reason", sa.Text()),
        sa.Column("lost", sa.BigInteger()),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        _of_memory("handbook_changes"),
        _of_memory("handbook_changes", "other"),
        sa.PrimaryKeyConstraint("agent_key", "place", name=op.f("pk_handbook_changes")),
    )
    op.create_table(
        "offer_outcomes",
        *_of_agent("offer_outcomes"),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("offer", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("task_class", sa.LargeBinary(), nullable=False),
        sa.Column("held_out", sa.Boolean(), nullable=False),
        sa.Column("success", sa.Float(), nullable=False),
        sa.Column("input_tokens", sa.BigInteger(), nullable=False),
        sa.Column("output_tokens", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger()),
        _of_memory("offer_outcomes"),
        sa.PrimaryKeyConstraint("agent_key", "place", name=op.f("pk_offer_outcomes")),
        sa.UniqueConstraint("agent_key", "offer", name=op.f("uq_offer_outcomes_agent_key_offer")),
    )
    op.create_table(
        "offered_lines",
        *_of_agent("offered_lines"),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("cited", sa.Boolean(), nullable=False),
        _of_memory("offered_lines"),
        sa.ForeignKeyConstraint(
            ["agent_key", "place"],
            ["offer_outcomes.agent_key", "offer_outcomes.place"],
            name=op.f("fk_offered_lines_agent_key_place"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "agent_key", "place", "rank", "number", name=op.f("pk_offered_lines")
        ),
    )
    for table, column in [
        ("handbook_changes", "number"),
        ("handbook_changes", "other"),
        ("handbook_changes", "words"),
        ("offer_outcomes", "number"),
        ("offered_lines", "number"),
    ]:
        op.create_index(
            op.f(f"ix_{table}_agent_key_{column}"), table, ["agent_key", column], unique=False
        )


def downgrade() -> None:
    for table in ("offered_lines", "offer_outcomes", "handbook_changes", "traces"):
        op.drop_table(table)
