"""The tables, as the migrations leave them.

Stored in the clear: random and client-chosen ids, tenant, agent id, an agent's settings (JSON, no
personal data), kind, status, times, numbers, trust, lineage. Everything computed from content or
identity is sealed under the row's own key (`key_slot`), or is an HMAC token of an identity. Every
primary key starts with `agent_key`, the surrogate of (tenant, agent_id).
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from memsvc.store import forgetting_tables as _forgetting_tables  # noqa: F401 - one metadata
from memsvc.store import handbook_tables as _handbook_tables  # noqa: F401 - one metadata
from memsvc.store import living_tables as _living_tables  # noqa: F401 - one metadata
from memsvc.store import statistics_tables as _statistics_tables  # noqa: F401 - one metadata
from memsvc.store.columns import Moment, Surrogate, agent_column, of_memory
from memsvc.store.columns import metadata as metadata  # noqa: PLC0414 - together with all tables

HEAD = "0010"
"""The migration these tables are equal to."""

service_state = Table(
    "service_state",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

agents = Table(
    "agents",
    metadata,
    Column("agent_key", Surrogate, primary_key=True, autoincrement=True),
    Column("tenant", Text, nullable=False),
    Column("agent_id", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("erasure_epoch", BigInteger, nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("rotation_due", Moment),
    Column("settings", Text),
    Column("suppress_until", Moment),
    # What makes a name one agent's stands in `agent_names`.
    Index(None, "tenant", "agent_id"),
    sqlite_autoincrement=True,
)

# Which agent a name means. Written once for each agent, so that a distributed database may keep it
# whole on every node, and everything else of the agent beside its row.
agent_names = Table(
    "agent_names",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("agent_id", Text, primary_key=True),
    Column("agent_key", BigInteger, nullable=False),
    Index(None, "agent_key"),
)

models = Table(
    "models",
    metadata,
    Column("model_no", Surrogate, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    Column("dimension", Integer, nullable=False),
    Column("normalised", Boolean, nullable=False),
    UniqueConstraint("name", "dimension", "normalised"),
)

people = Table(
    "people",
    metadata,
    agent_column(),
    Column("person_no", BigInteger, primary_key=True),
    Column("token", LargeBinary, nullable=False),
    Column("key_slot", BigInteger),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("agent_key", "token"),
    Index(None, "token"),
)

sessions = Table(
    "sessions",
    metadata,
    agent_column(),
    Column("session_no", BigInteger, primary_key=True),
    Column("token", LargeBinary, nullable=False),
    Column("key_slot", BigInteger),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("agent_key", "token"),
)

memories = Table(
    "memories",
    metadata,
    agent_column(),
    Column("number", BigInteger, primary_key=True),
    Column("id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("trust", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("event_time", Moment),
    Column("last_used_at", Moment),
    Column("valid_from", Moment),
    Column("valid_to", Moment),
    Column("superseded_at", Moment),
    Column("superseded_by", Text),
    Column("expires_at", Moment),
    Column("use_count", Integer, nullable=False),
    Column("importance", Float, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("stability_days", Float, nullable=False),
    Column("difficulty", Float, nullable=False),
    Column("pinned", Boolean, nullable=False),
    Column("derived", Boolean, nullable=False),
    Column("user_no", BigInteger),
    Column("session_no", BigInteger),
    Column("key_slot", BigInteger),
    Column("sealed", LargeBinary, nullable=False),
    Column("restricted", Boolean, nullable=False, server_default=false()),
    Column("stated_trust", Text),
    Column("stated_valid_to", Moment),
    Column("disputed_with", Text),
    UniqueConstraint("agent_key", "id"),
    Index(None, "agent_key", "user_no"),
    Index(None, "agent_key", "session_no"),
    Index("ix_memories_expires_at", "expires_at"),
    Index(
        None,
        "agent_key",
        "superseded_by",
        # Few memories are; the others need no place in it.
        sqlite_where=text("superseded_by IS NOT NULL"),
        postgresql_where=text("superseded_by IS NOT NULL"),
    ),
    Index(
        None,
        "agent_key",
        "disputed_with",
        sqlite_where=text("disputed_with IS NOT NULL"),
        postgresql_where=text("disputed_with IS NOT NULL"),
    ),
)

vectors = Table(
    "vectors",
    metadata,
    agent_column(),
    Column("number", BigInteger, primary_key=True),
    Column("model_no", Surrogate, ForeignKey("models.model_no"), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    of_memory(),
)

memory_subjects = Table(
    "memory_subjects",
    metadata,
    agent_column(),
    Column("person_no", BigInteger, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    of_memory(),
    Index(None, "agent_key", "number", "person_no"),
)

memory_versions = Table(
    "memory_versions",
    metadata,
    agent_column(),
    Column("number", BigInteger, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("recorded_at", Moment, nullable=False),
    Column("superseded_at", Moment, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    of_memory(),
)

lineage = Table(
    "lineage",
    metadata,
    agent_column(),
    Column("child", BigInteger, primary_key=True),
    Column("parent", BigInteger, primary_key=True),
    Column("relation", Text, nullable=False),
    Index(None, "agent_key", "parent", "child"),
)

changes = Table(
    "changes",
    metadata,
    agent_column(),
    Column("sequence", BigInteger, primary_key=True),
    Column("number", BigInteger, nullable=False),
)

# Where there is no key file: each memory's key, wrapped under its agent's key.
key_slots = Table(
    "key_slots",
    metadata,
    agent_column(),
    Column("slot", BigInteger, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    # Numbers are 62 random bits; that none is an agent's twice the primary key sees to.
    Index(None, "slot"),
)

shreddings = Table(
    "shreddings",
    metadata,
    agent_column(),
    Column("key_slot", BigInteger, primary_key=True),
    Column("ordered_at", Moment, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("agent_pattern", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
    UniqueConstraint("digest"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("day", Text, primary_key=True),
    Column("key_slot", BigInteger),
)

idempotency_records = Table(
    "idempotency_records",
    metadata,
    agent_column(),
    Column("token", LargeBinary, primary_key=True),
    Column("day", Text, ForeignKey("idempotency_keys.day"), nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("answer", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)
