"""Settings of each agent.

Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agents", sa.Column("settings", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("agents", "settings")
