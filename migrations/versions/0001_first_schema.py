"""The first schema: agents, sealed memories, identities, lineage, journal, keys.

Revises: nothing
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SURROGATE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "agents",
        sa.Column("agent_key", SURROGATE, autoincrement=True, nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("erasure_epoch", sa.BigInteger(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("agent_key", name=op.f("pk_agents")),
        sa.UniqueConstraint("tenant", "agent_id", name=op.f("uq_agents_tenant_agent_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "api_keys",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("agent_pattern", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_keys_digest")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("key_slot", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_idempotency_keys")),
    )
    op.create_table(
        "models",
        sa.Column("model_no", SURROGATE, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("dimension", sa.Integer(), nullable=False),
        sa.Column("normalised", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("model_no", name=op.f("pk_models")),
        sa.UniqueConstraint(
            "name", "dimension", "normalised", name=op.f("uq_models_name_dimension_normalised")
        ),
    )
    op.create_table(
        "service_state",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_service_state")),
    )
    op.create_table(
        "changes",
        sa.Column("agent_key", SURROGATE, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_key"], ["agents.agent_key"], name=op.f("fk_changes_agent_key")
        ),
        sa.PrimaryKeyConstraint("agent_key", "sequence", name=op.f("pk_changes")),
    )
    op.create_table(
        "idempotency_records",
        sa.Column("agent_key", SURROGATE, nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_key"], ["agents.agent_key"], name=op.f("fk_idempotency_records_agent_key")
        ),
        sa.ForeignKeyConstraint(
            ["day"], ["idempotency_keys.day"], name=op.f("fk_idempotency_records_day")
        ),
        sa.PrimaryKeyConstraint("agent_key", "token", name=op.f("pk_idempotency_records")),
    )
    op.create_table(
        "lineage",
        sa.Column("agent_key", SURROGATE, nullable=False),
        sa.Column("child", sa.BigInteger(), nullable=False),
        sa.Column("parent", sa.BigInteger(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_key"], ["agents.agent_key"], name=op.f("fk_lineage_agent_key")
        ),
        sa.PrimaryKeyConstraint("agent_key", "child", "parent", name=op.f("pk_lineage")),
    )
    op.create_index(
        op.f("ix_lineage_agent_key_parent"), "lineage", ["agent_key", "parent"], unique=False
    )

    op.create_table(
        "memories",
        sa.Column("agent_key", SURROGATE, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("event_time", sa.BigInteger(), nullable=True),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.BigInteger(), nullable=True),
        sa.Column("valid_to", sa.BigInteger(), nullable=True),
        sa.Column("superseded_at", sa.BigInteger(), nullable=True),
        sa.Column("superseded_by", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("use_count", sa.Integer(), nullable=False),
        sa.Column("importance", sa.Float(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("stability_days", sa.Float(), nullable=False),
        sa.Column("difficulty", sa.Float(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("derived", sa.Boolean(), nullable=False),
        sa.Column("user_no", sa.BigInteger(), nullable=True),
        sa.Column("session_no", sa.BigInteger(), nullable=True),
        sa.Column("key_slot", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_key"], ["agents.agent_key"], name=op.f("fk_memories_agent_key")
        ),
        sa.PrimaryKeyConstraint("agent_key", "number", name=op.f("pk_memories")),
        sa.UniqueConstraint("agent_key", "id", name=op.f("uq_memories_agent_key_id")),
    )
    op.create_index(
        op.f("ix_memories_agent_key_session_no"),
        "memories",
        ["agent_key", "session_no"],
        unique=False,
    )
    op.create_index(
        op.f("ix_memories_agent_key_user_no"), "memories", ["agent_key", "user_no"], unique=False
    )
    op.create_index("ix_memories_expires_at", "memories", ["expires_at"], unique=False)

    op.create_table(
        "people",
        sa.Column("agent_key", SURROGATE, nullable=False),
        sa.Column("person_no", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("key_slot", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_key"], ["agents.agent_key"], name=op.f("fk_people_agent_key")
        ),
        sa.PrimaryKeyConstraint("agent_key", "person_no", name=op.f("pk_people")),
        sa.UniqueConstraint("agent_key", "token", name=op.f("uq_people_agent_key_token")),
    )
    op.create_index(op.f("ix_people_token"), "people", ["token"], unique=False)

    op.create_table(
        "sessions",
        sa.Column("agent_key", SURROGATE, nullable=False),
        sa.Column("session_no", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("key_slot", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_key"], ["agents.agent_key"], name=op.f("fk_sessions_agent_key")
        ),
        sa.PrimaryKeyConstraint("agent_key", "session_no", name=op.f("pk_sessions")),
        sa.UniqueConstraint("agent_key", "token", name=op.f("uq_sessions_agent_key_token")),
    )
    op.create_table(
        "shreddings",
        sa.Column("agent_key", SURROGATE, nullable=False),
        sa.Column("key_slot", sa.BigInteger(), nullable=False),
        sa.Column("ordered_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_key"], ["agents.agent_key"], name=op.f("fk_shreddings_agent_key")
        ),
        sa.PrimaryKeyConstraint("agent_key", "key_slot", name=op.f("pk_shreddings")),
    )
    op.create_table(
        "memory_subjects",
        sa.Column("agent_key", SURROGATE, nullable=False),
        sa.Column("person_no", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_key", "number"],
            ["memories.agent_key", "memories.number"],
            name=op.f("fk_memory_subjects_agent_key_number"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["agent_key"], ["agents.agent_key"], name=op.f("fk_memory_subjects_agent_key")
        ),
        sa.PrimaryKeyConstraint(
            "agent_key", "person_no", "number", name=op.f("pk_memory_subjects")
        ),
    )
    op.create_index(
        op.f("ix_memory_subjects_agent_key_number"),
        "memory_subjects",
        ["agent_key", "number"],
        unique=False,
    )

    op.create_table(
        "memory_versions",
        sa.Column("agent_key", SURROGATE, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("superseded_at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_key", "number"],
            ["memories.agent_key", "memories.number"],
            name=op.f("fk_memory_versions_agent_key_number"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["agent_key"], ["agents.agent_key"], name=op.f("fk_memory_versions_agent_key")
        ),
        sa.PrimaryKeyConstraint("agent_key", "number", "version", name=op.f("pk_memory_versions")),
    )
    op.create_table(
        "vectors",
        sa.Column("agent_key", SURROGATE, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("model_no", SURROGATE, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_key", "number"],
            ["memories.agent_key", "memories.number"],
            name=op.f("fk_vectors_agent_key_number"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["agent_key"], ["agents.agent_key"], name=op.f("fk_vectors_agent_key")
        ),
        sa.ForeignKeyConstraint(
            ["model_no"], ["models.model_no"], name=op.f("fk_vectors_model_no")
        ),
        sa.PrimaryKeyConstraint("agent_key", "number", name=op.f("pk_vectors")),
    )


def downgrade() -> None:
    op.drop_table("vectors")
    op.drop_table("memory_versions")

    op.drop_table("memory_subjects")
    op.drop_table("shreddings")
    op.drop_table("sessions")

    op.drop_table("people")

    op.drop_table("memories")

    op.drop_table("lineage")
    op.drop_table("idempotency_records")
    op.drop_table("changes")
    op.drop_table("service_state")
    op.drop_table("models")
    op.drop_table("idempotency_keys")
    op.drop_table("api_keys")
    op.drop_table("agents")
