"""How the tables lie on a Citus cluster: by agent, or whole on every node.

The schema is the same everywhere. A table whose primary key starts with `agent_key` is distributed
by it, next to all others of the agent; any other is small or rarely written, and kept whole on
every node (a reference table). docs/citus.md tells what that costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import (
    Connection,
    ForeignKeyConstraint,
    Table,
    UniqueConstraint,
    create_engine,
    text,
)
from sqlalchemy.exc import DBAPIError

from memsvc.errors import DistributionRefused
from memsvc.store.failures import is_gone
from memsvc.store.kinds import driver_url, is_postgres
from memsvc.store.tables import agents, metadata

LEADING = "agent_key"

_EXTENSION = text("SELECT extversion FROM pg_extension WHERE extname = 'citus'")
# Tables that are distributed already are left alone: the command may be repeated.
_KNOWN = text("SELECT logicalrelid::regclass::text FROM pg_dist_partition")
_IN_TURN = text("SET LOCAL citus.multi_shard_modify_mode TO 'sequential'")


def by_agent(table: Table) -> bool:
    """Whether a table is distributed: its primary key starts with the agent's."""
    columns = list(table.primary_key.columns)
    return bool(columns) and columns[0].name == LEADING


def statements(tables: Iterable[Table] = metadata.sorted_tables) -> list[tuple[str, str]]:
    """(table, statement) for each table, in the order in which they may be run.

    Reference tables first, for others refer to them; then `agents`, by which all lie, then the rest
    in order of their foreign keys.
    """
    ordered = list(tables)
    whole = [
        (one.name, f"SELECT create_reference_table('{one.name}')")
        for one in ordered
        if not by_agent(one)
    ]
    spread = [one for one in ordered if by_agent(one)]
    # The others lie where their agent's row does.
    first = [one for one in spread if one is agents]
    rest = [one for one in spread if one is not agents]
    distributed = [
        (one.name, f"SELECT create_distributed_table('{one.name}', '{LEADING}')") for one in first
    ] + [
        (
            one.name,
            f"SELECT create_distributed_table('{one.name}', '{LEADING}', "
            f"colocate_with => '{agents.name}')",
        )
        for one in rest
    ]
    return [*whole, *distributed]


def obstacles(tables: Iterable[Table] = metadata.sorted_tables) -> list[str]:
    """What Citus would refuse of a schema: constraints that one node alone cannot keep."""
    found = []
    for table in tables:
        if not by_agent(table):
            found += [
                f"{table.name} is whole and refers to {key.referred_table.name}, which is not"
                for key in table.foreign_key_constraints
                if by_agent(key.referred_table)
            ]
            continue
        unique = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
        named = [(list(one.columns.keys()), "constraint") for one in unique]
        named += [(one.columns.keys(), "index") for one in table.indexes if one.unique]
        found += [
            f"the unique {kind} over {', '.join(columns)} of {table.name} lacks {LEADING}"
            for columns, kind in named
            if LEADING not in columns
        ]
        found += [
            f"a foreign key of {table.name} to {key.referred_table.name} lacks {LEADING}"
            for key in table.foreign_key_constraints
            if by_agent(key.referred_table) and not _is_led(key)
        ]
    return found


def _is_led(key: ForeignKeyConstraint) -> bool:
    """Whether it ties the agent's key to the agent's key."""
    return (LEADING, LEADING) in {(one.parent.name, one.column.name) for one in key.elements}


def check_distributable(url: str, tables: Iterable[Table] = metadata.sorted_tables) -> None:
    """Raises DistributionRefused unless a PostgreSQL server with the extension takes the tables."""
    with _cluster(url, tables):
        pass


def distribute(url: str, tables: Iterable[Table] = metadata.sorted_tables) -> Sequence[str]:
    """Distribute the tables of a migrated database that are not yet; which ones.

    In one transaction: all or none. Raises DistributionRefused where there is no Citus, and where
    it would refuse a table.
    """
    ordered = list(tables)
    with _cluster(url, ordered) as connection:
        known = set(connection.execute(_KNOWN).scalars())
        done = [(name, one) for name, one in statements(ordered) if name not in known]
        # Foreign keys tie the tables together: in one transaction that wants one connection.
        connection.execute(_IN_TURN)
        for _, statement in done:
            connection.execute(text(statement))
        return [name for name, _ in done]


@contextmanager
def _cluster(url: str, tables: Iterable[Table]) -> Iterator[Connection]:
    """A transaction on a server with Citus; what fails in it is a DistributionRefused."""
    if not is_postgres(url):
        raise DistributionRefused(
            "Only a PostgreSQL database with the extension citus can be distributed: set "
            "MEMSVC_DATABASE_URL to one, or leave --distributed out."
        )
    if refused := obstacles(tables):
        raise DistributionRefused(
            f"Citus would refuse these tables: {'; '.join(refused)}. Nothing was changed; install "
            "a version of memsvc whose schema can be distributed, or leave --distributed out."
        )
    engine = create_engine(driver_url(url), hide_parameters=True)
    try:
        with engine.begin() as connection:
            if connection.execute(_EXTENSION).first() is None:
                raise DistributionRefused(
                    "The database has no extension citus: on the coordinator run CREATE EXTENSION "
                    "citus and add the workers (docs/citus.md), or leave --distributed out. "
                    "Without it everything works on one server; nothing was changed."
                )
            yield connection
    except DBAPIError as error:
        if is_gone(error):
            raise DistributionRefused(
                "The database server does not answer, or has no such database or user: check that "
                "it runs, and MEMSVC_DATABASE_URL."
            ) from None
        raise DistributionRefused(
            "Citus refused to distribute the tables; nothing was changed. The server's log says "
            "why: docs/citus.md lists what it asks for."
        ) from None
    finally:
        engine.dispose()
