"""What keeps memories alive: uses, verdicts, marked sources, consolidation, token budgets.

Revises: 0005
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SURROGATE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = (
    "token_budgets", "rederivations", "probes", "run_memories", "runs", "marked_sources",
    "verdicts", "feedback",
)  # fmt: skip


def _agent(table: str) -> tuple[sa.Column[Any], sa.ForeignKeyConstraint]:
    return (
        sa.Column("agent_key", SURROGATE, nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_key"], ["agents.agent_key"], name=op.f(f"fk_{table}_agent_key")
        ),
    )


def _memory(table: str, number: str = "number") -> tuple[sa.Column[Any], sa.ForeignKeyConstraint]:
    return (
        sa.Column(number, sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_key", number],
            ["memories.agent_key", "memories.number"],
            name=op.f(f"fk_{table}_agent_key_{number}"),
            ondelete="CASCADE",
        ),
    )


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("agent_key", *columns, name=op.f(f"pk_{table}"))


def upgrade() -> None:
    op.add_column("memories", sa.Column("stated_valid_to", sa.BigInteger(), nullable=True))
    op.add_column("memories", sa.Column("disputed_with", sa.Text(), nullable=True))
    op.execute("UPDATE memories SET stated_valid_to = valid_to")
    given = sa.text("disputed_with IS NOT NULL")
    op.create_index(
        op.f("ix_memories_agent_key_disputed_with"),
        "memories",
        ["agent_key", "disputed_with"],
        sqlite_where=given,
        postgresql_where=given,
    )
    _of_memories()
    _of_runs()
    _of_agents()


def _of_memories() -> None:
    op.create_table(
        "feedback",
        *_agent("feedback"),
        *_memory("feedback"),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("elapsed_days", sa.Float(), nullable=False),
        sa.Column("stability_days", sa.Float(), nullable=False),
        sa.Column("difficulty", sa.Float(), nullable=False),
        _key("feedback", "number", "place"),
    )
    op.create_table(
        "verdicts",
        *_agent("verdicts"),
        *_memory("verdicts"),
        *_memory("verdicts", "other"),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        _key("verdicts", "number", "other"),
    )
    op.create_index(op.f("ix_verdicts_agent_key_other"), "verdicts", ["agent_key", "other"])


def _of_runs() -> None:
    op.create_table(
        "runs",
        *_agent("runs"),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("counts", sa.Text(), nullable=False),
        _key("runs", "run_id"),
    )
    op.create_table(
        "run_memories",
        *_agent("run_memories"),
        sa.Column("run_id", sa.Text(), nullable=False),
        *_memory("run_memories"),
        _key("run_memories", "run_id", "number"),
    )
    op.create_index(
        op.f("ix_run_memories_agent_key_number"), "run_memories", ["agent_key", "number"]
    )
    op.create_table("probes", *_agent("probes"), *_memory("probes"), _key("probes", "number"))


def _of_agents() -> None:
    op.create_table(
        "marked_sources",
        *_agent("marked_sources"),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("user_no", sa.BigInteger(), nullable=True),
        sa.Column("session_no", sa.BigInteger(), nullable=True),
        sa.Column("marked_at", sa.BigInteger(), nullable=False),
        _key("marked_sources", "id"),
    )
    op.create_table(
        "rederivations",
        *_agent("rederivations"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        _key("rederivations", "number"),
    )
    op.create_table(
        "token_budgets",
        *_agent("token_budgets"),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        _key("token_budgets", "day"),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.drop_index(op.f("ix_memories_agent_key_disputed_with"), "memories")
    op.drop_column("memories", "disputed_with")
    op.drop_column("memories", "stated_valid_to")
