"""Tables of figures: what there is, counted as it changes, and what was done, by the hour.

Sums of a tenant are kept beside those of its agents, or a page for an operator would read a row for
every agent. Each process adds to rows of its own (`part`), so that none waits for another's commit;
the sum over the parts is what counts, and a single part may be below zero.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, Table, Text

from memsvc.store.columns import agent_column, metadata

MOST_USES = 1000
"""Memories that were used more often are counted among those that were used so often."""

PARTS = 64

# Memories that readers may see, by stored status. Rows that count nothing are deleted.
tallies = Table(
    "tallies",
    metadata,
    agent_column(),
    Column("kind", Text, primary_key=True),
    Column("status", Text, primary_key=True),
    Column("trust", Text, primary_key=True),
    Column("uses", Integer, primary_key=True, autoincrement=False),
    Column("count", BigInteger, nullable=False),
    # The primary key is the table: read in one piece, in order.
    sqlite_with_rowid=False,
)

tenant_tallies = Table(
    "tenant_tallies",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("status", Text, primary_key=True),
    Column("trust", Text, primary_key=True),
    Column("uses", Integer, primary_key=True, autoincrement=False),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("count", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# `hour` counts hours since 1970.
activity = Table(
    "activity",
    metadata,
    agent_column(),
    Column("measure", Text, primary_key=True),
    Column("hour", Integer, primary_key=True, autoincrement=False),
    Column("count", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

tenant_activity = Table(
    "tenant_activity",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("measure", Text, primary_key=True),
    Column("hour", Integer, primary_key=True, autoincrement=False),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("count", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
