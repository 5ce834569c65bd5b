"""Tombstones of a request: they stand from the commit on that hides what they are for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from memsvc.core.forget_request import GONE, Act
from memsvc.core.memory import Memory
from memsvc.operations.forgetting.people import subject_of
from memsvc.operations.forgetting.words import open_words
from memsvc.operations.sealed import keys_of, opened, opened_version
from memsvc.operations.sparing import sparing
from memsvc.operations.suppress import put_up
from memsvc.runtime import Safe
from memsvc.store import (
    agents,
    forget_requests,
    memories,
    restrictions,
    shreddings,
    suppressions,
    transfer,
)
from memsvc.store.agents import Agent
from memsvc.store.memories import MemoryRow
from memsvc.store.transaction import Tx

BATCH = 500


def put_up_for(
    safe: Safe,
    tx: Tx,
    agent: Agent,
    holder: int,
    numbers: Sequence[int],
    erased: frozenset[bytes],
) -> datetime | None:
    """Keep these memories of an agent from being written again; until when.

    `erased` are the tokens of all identities of the people who are erased, none where it is single
    memories. A transcript says a thing as it was said first, so every wording has its own.
    """
    until = None
    for start in range(0, len(numbers), BATCH):
        chunk = numbers[start : start + BATCH]
        rows = memories.by_numbers(tx, agent.agent_key, chunk, restricted=True)
        # What is damaged nobody can read, nor be kept from saying again.
        now = sparing(safe.keyring, agent, rows, partial(opened, safe.keyring, tx, agent))
        said = [*now, *_as_they_were(safe, tx, agent, rows)]
        until = put_up(safe, tx, agent, holder, said, erased)
    return until


def _as_they_were(safe: Safe, tx: Tx, agent: Agent, rows: Sequence[MemoryRow]) -> list[Memory]:
    """The memories of these rows in all their earlier wordings."""
    earlier = transfer.versions_of(tx, agent.agent_key, [row.number for row in rows])
    reworded = [row for row in rows if row.number in earlier]
    keys = keys_of(safe.keyring, agent, reworded)

    def opens(some: Sequence[MemoryRow]) -> list[Memory]:
        return [
            opened_version(safe.keyring, keys[row.key_slot], agent, row, old)
            for row in some
            # Destroyed already, by a crash in between: so are its wordings.
            if row.key_slot in keys
            for old in earlier[row.number]
        ]

    return sparing(safe.keyring, agent, reworded, opens)


def drop_over(safe: Safe) -> None:
    """Drop the tombstones whose time is over, and destroy their keys.

    What is still held back then, for a claim or by a restriction, gets new ones: it is no more to
    be seen than before.
    """
    now = safe.clock.now()
    with safe.database.snapshot() as tx:
        over = suppressions.over(tx, now)
        if not over:
            return
        holders = suppressions.holders_of(tx, [one.period for one in over])
    for holder in holders:
        safe.database.write(partial(_renew, safe, holder))

    def work(tx: Tx) -> list[int]:
        service = agents.service(tx, lock=True)
        for one in over:
            suppressions.drop(tx, one, now)
        slots = [one.key_slot for one in over if one.key_slot is not None]
        shreddings.order(tx, service.agent_key, slots, now)
        if safe.keyring.rotates:
            agents.order_rotation(tx, service.agent_key, now)
        return slots

    safe.keyring.shred(safe.database.write(work))


def _renew(safe: Safe, holder: int, tx: Tx) -> None:
    held = restrictions.agents_of(tx, holder)
    if not held:
        return
    request = forget_requests.by_holder(tx, holder)
    words = open_words(safe, tx, request)
    ids = words.order.selector.subject_ids if words is not None else ()
    people = [subject_of(safe, tx, request.tenant, one) for one in ids]
    tokens = frozenset(token for one in people for token in one.tokens)
    for agent_key in held:
        agent = agents.by_key(tx, agent_key, lock=True)
        numbers = restrictions.numbers_of(tx, holder, agent_key, [*GONE, Act.KEEP])
        put_up_for(safe, tx, agent, holder, numbers, tokens)
