"""The tables of forgetting: requests and what they hold back, aliases, tombstones, records.

Of what a request says in words nothing lies here in the clear: whom it names, why, and what was
sampled for its proof are sealed under the request's own key (`key_slot`), which is destroyed when
it closes. `audit` and `erasures` name random numbers, ids of requests and keys, and counts.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from memsvc.store.columns import Moment, Surrogate, agent_column, metadata, of_memory

forget_requests = Table(
    "forget_requests",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    # By this random number restrictions, tombstones and the ledger speak of the request.
    Column("holder", BigInteger, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("regulation", Text, nullable=False),
    Column("derived", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("extended", Boolean, nullable=False),
    Column("alarm", Integer, nullable=False),
    # JSON: times, counts, steps, what waits for what. Numbers and codes only.
    Column("progress", Text, nullable=False),
    Column("key_slot", BigInteger),
    Column("sealed", LargeBinary),
    Column("receipt", Text),
    UniqueConstraint("holder"),
    Index(None, "status"),
)

# What no reader may see meanwhile, and what is to become of it.
restrictions = Table(
    "restrictions",
    metadata,
    agent_column(),
    Column("number", BigInteger, primary_key=True),
    Column("holder", BigInteger, primary_key=True),
    Column("act", Text, nullable=False),
    of_memory(),
    Index(None, "holder", "agent_key", "number"),
)

# Identities and names of one person, of a whole tenant.
aliases = Table(
    "aliases",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("subject_no", BigInteger, primary_key=True),
    Column("token", LargeBinary, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("key_slot", BigInteger),
    Column("sealed", LargeBinary, nullable=False),
    Index(None, "tenant", "token"),
)

suppression_keys = Table(
    "suppression_keys",
    metadata,
    Column("period", Text, primary_key=True),
    Column("until", Moment, nullable=False),
    Column("key_slot", BigInteger),
)

# Tombstones: keyed digests of what must not come back, and of whom it came from.
suppressions = Table(
    "suppressions",
    metadata,
    agent_column(),
    Column("token", LargeBinary, primary_key=True),
    Column("person", LargeBinary, nullable=False),
    Column("period", Text, ForeignKey("suppression_keys.period"), nullable=False),
    Column("holder", BigInteger, primary_key=True),
    Index(None, "holder"),
    Index(None, "period"),
)

audit = Table(
    "audit",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("place", BigInteger, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("target", Text),
    Column("agent_key", BigInteger),
    # JSON: counts and codes.
    Column("detail", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
)

# The ledger's part in the database; its other part is a file that no backup of this holds.
erasures = Table(
    "erasures",
    metadata,
    Column("place", Surrogate, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    # JSON: numbers of what was erased, by agent.
    Column("content", Text, nullable=False),
)
