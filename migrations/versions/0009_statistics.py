"""Statistics: what there is, counted as it changes, and what was done, by the hour.

Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
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


def _cell() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
    ]


def upgrade() -> None:
    count = ("count", sa.BigInteger())
    op.create_table(
        "tallies",
        *_of_agent("tallies"),
        *_cell(),
        sa.Column(*count, nullable=False),
        sa.PrimaryKeyConstraint(
            "agent_key", "kind", "status", "trust", "uses", name=op.f("pk_tallies")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tenant_tallies",
        sa.Column("tenant", sa.Text(), nullable=False),
        *_cell(),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column(*count, nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant", "kind", "status", "trust", "uses", "part", name=op.f("pk_tenant_tallies")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "activity",
        *_of_agent("activity"),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column(*count, nullable=False),
        sa.PrimaryKeyConstraint("agent_key", "measure", "hour", name=op.f("pk_activity")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tenant_activity",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column(*count, nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant", "measure", "hour", "part", name=op.f("pk_tenant_activity")
        ),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO tallies (agent_key, kind, status, trust, uses, count) "
        "SELECT agent_key, kind, status, trust, uses, count(*) FROM ("
        "SELECT agent_key, kind, status, trust, "
        "CASE WHEN use_count > 1000 THEN 1000 ELSE use_count END AS uses "
        "FROM memories WHERE NOT restricted) shown GROUP BY agent_key, kind, status, trust, uses"
    )
    op.execute(
        "INSERT INTO tenant_tallies (tenant, kind, status, trust, uses, part, count) "
        "SELECT agents.tenant, kind, status, trust, uses, 0, sum(count) FROM tallies "
        "JOIN agents ON agents.agent_key = tallies.agent_key "
        "GROUP BY agents.tenant, kind, status, trust, uses"
    )


def downgrade() -> None:
    for table in ("tenant_activity", "activity", "tenant_tallies", "tallies"):
        op.drop_table(table)
