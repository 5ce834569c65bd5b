"""Every unique constraint of an agent's table begins with the agent's key: names stand apart.

Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COUNTED = sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'agents'")
COUNT_ON = sa.text("UPDATE sqlite_sequence SET seq = :seq WHERE name = 'agents'")


def upgrade() -> None:
    op.create_table(
        "agent_names",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("agent_key", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "agent_id", name=op.f("pk_agent_names")),
    )
    op.create_index(op.f("ix_agent_names_agent_key"), "agent_names", ["agent_key"])
    op.execute(
        "INSERT INTO agent_names (tenant, agent_id, agent_key) "
        "SELECT tenant, agent_id, agent_key FROM agents"
    )
    _constrain(unique=False)


def downgrade() -> None:
    _constrain(unique=True)
    op.drop_table("agent_names")


def _constrain(*, unique: bool) -> None:
    connection = op.get_bind()
    sqlite = connection.dialect.name == "sqlite"
    # SQLite makes the table anew. No surrogate is given twice, nor was one above the highest there.
    seq = connection.execute(COUNTED).scalar() if sqlite else None
    _turn("agents", ["tenant", "agent_id"], unique=unique, sqlite_autoincrement=True)
    if seq is not None:
        connection.execute(COUNT_ON, {"seq": seq})
    _turn("key_slots", ["slot"], unique=unique)


def _turn(table: str, columns: list[str], *, unique: bool, **kept: bool) -> None:
    named = "_".join([table, *columns])
    if unique:
        op.drop_index(op.f(f"ix_{named}"), table)
    with op.batch_alter_table(table, table_kwargs=kept) as batch:
        if unique:
            batch.create_unique_constraint(op.f(f"uq_{named}"), columns)
        else:
            batch.drop_constraint(op.f(f"uq_{named}"), type_="unique")
    if not unique:
        op.create_index(op.f(f"ix_{named}"), table, columns)
