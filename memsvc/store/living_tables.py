"""Tables of what keeps memories alive: uses, verdicts, marked sources, runs, token budgets."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
)

from memsvc.store.columns import Moment, agent_column, metadata, of_memory

feedback = Table(
    "feedback",
    metadata,
    agent_column(),
    Column("number", BigInteger, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("elapsed_days", Float, nullable=False),
    Column("stability_days", Float, nullable=False),
    Column("difficulty", Float, nullable=False),
    of_memory(),
)

# How two memories relate: as a person decided, or a model judged.
verdicts = Table(
    "verdicts",
    metadata,
    agent_column(),
    Column("number", BigInteger, primary_key=True),
    Column("other", BigInteger, primary_key=True),
    Column("verdict", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", Moment, nullable=False),
    of_memory(),
    ForeignKeyConstraint(
        ["agent_key", "other"], ["memories.agent_key", "memories.number"], ondelete="CASCADE"
    ),
    Index(None, "agent_key", "other"),
)

# Sources that an operator does not trust: NULL leaves a column free.
marked_sources = Table(
    "marked_sources",
    metadata,
    agent_column(),
    Column("id", Text, primary_key=True),
    Column("channel", Text),
    Column("user_no", BigInteger),
    Column("session_no", BigInteger),
    Column("marked_at", Moment, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    agent_column(),
    Column("run_id", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("counts", Text, nullable=False),
)

run_memories = Table(
    "run_memories",
    metadata,
    agent_column(),
    Column("run_id", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    of_memory(),
    Index(None, "agent_key", "number"),
)

# Turns that a language model was asked about, at which of their versions and by which run.
readings = Table(
    "readings",
    metadata,
    agent_column(),
    Column("number", BigInteger, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("run_id", Text, nullable=False),
    of_memory(),
)

probes = Table(
    "probes",
    metadata,
    agent_column(),
    Column("number", BigInteger, primary_key=True),
    of_memory(),
)

# Derived memories that were erased and are to be put together anew from the sources left.
rederivations = Table(
    "rederivations",
    metadata,
    agent_column(),
    Column("number", BigInteger, primary_key=True),
    Column("relation", Text, nullable=False),
    Column("sources", Text, nullable=False),
)

token_budgets = Table(
    "token_budgets",
    metadata,
    agent_column(),
    Column("day", Text, primary_key=True),
    Column("used", BigInteger, nullable=False),
)
