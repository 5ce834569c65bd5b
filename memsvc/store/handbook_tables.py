"""Tables of the handbook: traces, changes, and what came of offers. Numbers and codes, no words.

Words are in memories: a trace is one, and so is each wording of a behavior. What refers to a memory
goes with it, so that the handbook is a fold over what survives.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from memsvc.store.columns import Moment, agent_column, metadata, of_memory

traces = Table(
    "traces",
    metadata,
    agent_column(),
    Column("number", BigInteger, primary_key=True),
    of_memory(),
)

# `number` is the memory with the wording, NULL where the whole handbook is concerned; `words` the
# one that first held these words, gone or not; `lost` the last change before the wording lost
# sources, whose approvals until then count no more.
handbook_changes = Table(
    "handbook_changes",
    metadata,
    agent_column(),
    Column("place", BigInteger, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("what", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("number", BigInteger),
    Column("other", BigInteger),
    Column("words", BigInteger),
    Column("back_to", BigInteger),
    Column("reason", Text),
    Column("lost", BigInteger),
    Column("tokens", BigInteger, nullable=False),
    of_memory(),
    ForeignKeyConstraint(
        ["agent_key", "other"], ["memories.agent_key", "memories.number"], ondelete="CASCADE"
    ),
    Index(None, "agent_key", "number"),
    Index(None, "agent_key", "other"),
    Index(None, "agent_key", "words"),
)

offer_outcomes = Table(
    "offer_outcomes",
    metadata,
    agent_column(),
    Column("place", BigInteger, primary_key=True),
    Column("offer", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("task_class", LargeBinary, nullable=False),
    Column("held_out", Boolean, nullable=False),
    Column("success", Float, nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("number", BigInteger),
    of_memory(),
    UniqueConstraint("agent_key", "offer"),
    Index(None, "agent_key", "number"),
)

# Each behavior has a row for every memory with its words: whichever go, the rest stands for it.
offered_lines = Table(
    "offered_lines",
    metadata,
    agent_column(),
    Column("place", BigInteger, primary_key=True),
    Column("rank", Integer, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("cited", Boolean, nullable=False),
    of_memory(),
    ForeignKeyConstraint(
        ["agent_key", "place"],
        ["offer_outcomes.agent_key", "offer_outcomes.place"],
        ondelete="CASCADE",
    ),
    Index(None, "agent_key", "number"),
)
