"""Which turns a language model was asked about.

Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SURROGATE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "readings",
        sa.Column("agent_key", SURROGATE, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_key"], ["agents.agent_key"], name=op.f("fk_readings_agent_key")
        ),
        sa.ForeignKeyConstraint(
            ["agent_key", "number"],
            ["memories.agent_key", "memories.number"],
            name=op.f("fk_readings_agent_key_number"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("agent_key", "number", name=op.f("pk_readings")),
    )


def downgrade() -> None:
    op.drop_table("readings")
