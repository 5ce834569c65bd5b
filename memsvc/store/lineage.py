"""Lineage: which memory was derived from which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Column, delete, insert, select

from memsvc.store.tables import lineage, memories
from memsvc.store.transaction import Tx

CHUNK = 500


def add(tx: Tx, agent_key: int, edges: Sequence[tuple[int, int, str]]) -> None:
    """Record (child, parent, relation) edges."""
    if edges:
        tx.execute(
            insert(lineage),
            [
                {"agent_key": agent_key, "child": child, "parent": parent, "relation": relation}
                for child, parent, relation in edges
            ],
        )


def parents_of(tx: Tx, agent_key: int, children: Sequence[int]) -> dict[int, list[int]]:
    """Parents of each of these memories that has any."""
    return _edges(tx, agent_key, children, by="child")


def children_of(tx: Tx, agent_key: int, parents: Sequence[int]) -> dict[int, list[int]]:
    """Children of each of these memories that has any."""
    return _edges(tx, agent_key, parents, by="parent")


def _edges(tx: Tx, agent_key: int, numbers: Sequence[int], by: str) -> dict[int, list[int]]:
    key = lineage.c[by]
    other = lineage.c.parent if by == "child" else lineage.c.child
    found: dict[int, list[int]] = {}
    for start in range(0, len(numbers), CHUNK):
        rows = tx.execute(
            select(key, other)
            .where(lineage.c.agent_key == agent_key, key.in_(numbers[start : start + CHUNK]))
            .order_by(key, other)
        )
        for number, related in rows:
            found.setdefault(number, []).append(related)
    return found


class Edge(NamedTuple):
    """`child` was derived from `parent`, under `relation`."""

    child: int
    parent: int
    relation: str


def edges_up(tx: Tx, agent_key: int, children: Sequence[int]) -> list[Edge]:
    """The edges from these memories to what they were derived from."""
    return _edges_at(tx, agent_key, children, lineage.c.child)


def edges_down(tx: Tx, agent_key: int, parents: Sequence[int]) -> list[Edge]:
    """The edges from these memories to what was derived from them."""
    return _edges_at(tx, agent_key, parents, lineage.c.parent)


def _edges_at(tx: Tx, agent_key: int, numbers: Sequence[int], end: Column[int]) -> list[Edge]:
    found: list[Edge] = []
    for start in range(0, len(numbers), CHUNK):
        rows = tx.execute(
            select(lineage.c.child, lineage.c.parent, lineage.c.relation)
            .where(lineage.c.agent_key == agent_key, end.in_(numbers[start : start + CHUNK]))
            .order_by(lineage.c.child, lineage.c.parent)
        )
        found += [Edge(row.child, row.parent, row.relation) for row in rows]
    return found


def source_ids(tx: Tx, agent_key: int, children: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
    """Ids of the memories each of these was derived from, in order of writing."""
    found: dict[int, tuple[str, ...]] = {}
    for start in range(0, len(children), CHUNK):
        rows = tx.execute(
            select(lineage.c.child, memories.c.id)
            .join(
                memories,
                (memories.c.agent_key == lineage.c.agent_key)
                & (memories.c.number == lineage.c.parent),
            )
            .where(
                lineage.c.agent_key == agent_key,
                lineage.c.child.in_(children[start : start + CHUNK]),
            )
            .order_by(lineage.c.child, lineage.c.parent)
        )
        for child, parent_id in rows:
            found[child] = (*found.get(child, ()), parent_id)
    return found


def erase(tx: Tx, agent_key: int, numbers: Sequence[int]) -> None:
    """Delete every edge that touches these memories."""
    for start in range(0, len(numbers), CHUNK):
        chunk = numbers[start : start + CHUNK]
        # Two statements, each with an index of its own: for an OR SQLite goes through all edges.
        for end in (lineage.c.child, lineage.c.parent):
            tx.execute(delete(lineage).where(lineage.c.agent_key == agent_key, end.in_(chunk)))


def relation_of(tx: Tx, agent_key: int, child: int) -> str:
    """How a memory that has sources was derived: under the relation of the first of them."""
    statement = (
        select(lineage.c.relation)
        .where(lineage.c.agent_key == agent_key, lineage.c.child == child)
        .order_by(lineage.c.parent)
        .limit(1)
    )
    return str(tx.execute(statement).scalar_one())
