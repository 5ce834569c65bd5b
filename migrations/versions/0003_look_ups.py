"""What every deletion looks up is found without going through all of the agent's rows.

Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COVERING = [("lineage", "parent", "child"), ("memory_subjects", "number", "person_no")]
NAMED = sa.text("superseded_by IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_memories_agent_key_superseded_by",
        "memories",
        ["agent_key", "superseded_by"],
        sqlite_where=NAMED,
        postgresql_where=NAMED,
    )
    # Rather than use an index that does not cover what is looked up, SQLite went through all of the
    # agent's rows.
    for table, column, covered in COVERING:
        op.drop_index(f"ix_{table}_agent_key_{column}", table)
        name = f"ix_{table}_agent_key_{column}_{covered}"
        op.create_index(name, table, ["agent_key", column, covered])


def downgrade() -> None:
    for table, column, covered in COVERING:
        op.drop_index(f"ix_{table}_agent_key_{column}_{covered}", table)
        op.create_index(f"ix_{table}_agent_key_{column}", table, ["agent_key", column])
    op.drop_index("ix_memories_agent_key_superseded_by", "memories")
