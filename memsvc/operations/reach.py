"""Reach: how far an erasure goes through what was derived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from memsvc.core.derived import DERIVATIONS, Loss
from memsvc.core.erasure import Closure, Fate, closure
from memsvc.core.naming import Person, confidence_in
from memsvc.operations.sealed import opened
from memsvc.operations.sparing import sparing
from memsvc.runtime import Safe
from memsvc.store import lineage, memories
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx

NAMED = 0.5
"""From this confidence on a derived text counts as naming a person: in doubt it goes."""


@dataclass(frozen=True, slots=True)
class Erased:
    """Who is erased, as their words may show it, and whether all that is derived goes along."""

    people: Sequence[Person] = field(default=())
    derived_too: bool = False


def reach(
    safe: Safe,
    tx: Tx,
    agent: Agent,
    roots: Sequence[int],
    erased: Erased | None = None,
    reworded: Sequence[int] = (),
) -> Closure:
    """The closure of `roots` in one agent, restricted memories included.

    `erased` is None where single memories are erased, and nobody in particular; those `reworded`
    stay, but say something else.
    """
    whom = erased or Erased()

    def decide(number: int, left: Sequence[int], anew: Sequence[int]) -> Fate:
        if whom.derived_too:
            return Fate.ERASE
        rows = memories.by_numbers(tx, agent.agent_key, [number], restricted=True)
        # One that is damaged tells nobody what it rests on: in doubt it goes.
        opens = partial(opened, safe.keyring, tx, agent)
        for memory in sparing(safe.keyring, agent, rows, opens):
            named = any(confidence_in(memory, one) >= NAMED for one in whom.people)
            relation = lineage.relation_of(tx, agent.agent_key, number)
            return DERIVATIONS[relation].fate(Loss(memory, len(left), named, len(anew)))
        return Fate.ERASE

    def retold(number: int) -> bool:
        return DERIVATIONS[lineage.relation_of(tx, agent.agent_key, number)].can_be_retold

    return closure(
        roots,
        partial(lineage.children_of, tx, agent.agent_key),
        partial(lineage.parents_of, tx, agent.agent_key),
        decide,
        reworded,
        retold,
    )
