"""Keys as rows, for databases without a key file beside them.

Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SURROGATE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "key_slots",
        sa.Column("agent_key", SURROGATE, nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_key"], ["agents.agent_key"], name=op.f("fk_key_slots_agent_key")
        ),
        sa.PrimaryKeyConstraint("agent_key", "slot", name=op.f("pk_key_slots")),
        sa.UniqueConstraint("slot", name=op.f("uq_key_slots_slot")),
    )
    op.add_column("agents", sa.Column("rotation_due", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("agents", "rotation_due")
    op.drop_table("key_slots")
