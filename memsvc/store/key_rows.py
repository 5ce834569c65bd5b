"""Keys as rows: a slot is a row of `key_slots`, made and destroyed in the database itself.

A deleted row lingers in dead tuples and in the log. What makes it unreadable there is the rotation
of the agent's key, under which it was wrapped: see `operations.rotate`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from sqlalchemy import bindparam, delete, select, update

from memsvc.store.database import Database
from memsvc.store.group_commit import Hooks
from memsvc.store.prepared import PreparedInsert, PreparedSelect, numbered, padded
from memsvc.store.tables import agents, key_slots
from memsvc.store.transaction import Tx

FILE_ID = b"keys are in rows"
"""Stands in the database where the identity of a key file would stand."""

SLOT_BITS = 62
"""Drawn like this, no process need ask another for a number."""

CHUNK = 500

_INSERT = PreparedInsert(key_slots)
_AGENT_KEY = PreparedSelect(
    select(agents.c.wrapped_key).where(agents.c.agent_key == bindparam("agent_key"))
)


_REPLACE = (
    update(key_slots)
    .where(key_slots.c.agent_key == bindparam("of_agent"), key_slots.c.slot == bindparam("at"))
    .values(wrapped=bindparam("fresh"))
)


class KeyRows:
    """The slots of a database, written inside the transactions that need them.

    Allocating is for the writer's thread alone, between `Hooks` of the group commit.
    """

    file_id = FILE_ID
    rotates = True

    def __init__(self, database: Database) -> None:
        self._database = database
        self._of_request: dict[int, tuple[int, bytes]] = {}
        self._of_group: dict[int, bytes] = {}
        database.hook(Hooks(self._write, self._of_request.clear, self._of_group.clear))

    def allocate(
        self, count: int, payload_for: Callable[[int], bytes], *, agent: int
    ) -> Sequence[int]:
        """Numbers drawn at random; their rows are written once the request's work is done."""
        slots = [secrets.randbits(SLOT_BITS) for _ in range(count)]
        self._of_request |= {slot: (agent, payload_for(slot)) for slot in slots}
        return slots

    def sync(self) -> None:
        """Nothing: keys become durable with the commit they belong to."""

    def read(self, slots: Iterable[int], agent: int | None = None) -> dict[int, bytes]:
        """The payloads of these slots, without the shredded ones, as they are now.

        Those of the group being written are known to nobody but the writer. Without an `agent` all
        agents' are looked through.
        """
        wanted = set(slots)
        found = {slot: self._of_request[slot][1] for slot in wanted & self._of_request.keys()}
        found |= {slot: self._of_group[slot] for slot in wanted & self._of_group.keys()}
        left = list(wanted - found.keys())
        if left:
            with self._database.snapshot() as tx:
                for start in range(0, len(left), CHUNK):
                    chunk = padded(left[start : start + CHUNK])
                    whose = () if agent is None else (agent,)
                    rows = _some(len(chunk), bool(whose)).rows(tx, *whose, *chunk)
                    found.update((row.slot, bytes(row.wrapped)) for row in rows)
        return found

    def shred(self, slots: Iterable[int], agent: int | None = None) -> int:
        """Delete these rows, durable on return; how many there still were."""
        wanted = list(slots)
        if not wanted:
            return 0
        gone = delete(key_slots)
        if agent is not None:
            gone = gone.where(key_slots.c.agent_key == agent)

        def work(tx: Tx) -> int:
            return sum(
                tx.execute(gone.where(key_slots.c.slot.in_(wanted[start : start + CHUNK]))).rowcount
                for start in range(0, len(wanted), CHUNK)
            )

        return self._database.write(work)

    def replace(
        self,
        slots: Iterable[int],
        fresh_for: Callable[[Mapping[int, bytes]], Mapping[int, bytes]],
    ) -> None:
        """ValueError: rows are replaced inside a transaction, by `some_of_agent` and `replace`."""
        raise ValueError("keys that are rows are replaced inside a transaction")

    def close(self) -> None:
        """Nothing of its own to let go."""

    def _write(self, tx: Tx) -> None:
        if self._of_request:
            _INSERT.run(
                tx,
                [
                    {"agent_key": agent, "slot": slot, "wrapped": payload}
                    for slot, (agent, payload) in self._of_request.items()
                ],
            )
            self._of_group |= {slot: payload for slot, (_, payload) in self._of_request.items()}
            self._of_request.clear()


def agent_key_now(database: Database, agent: int) -> bytes | None:
    """The agent's wrapped key as it stands now, wherever its slots are."""
    with database.snapshot() as tx:
        rows = _AGENT_KEY.rows(tx, agent)
    return bytes(rows[0].wrapped_key) if rows else None


@lru_cache
def _some(count: int, of_agent: bool) -> PreparedSelect:
    statement = select(key_slots.c.slot, key_slots.c.wrapped)
    if of_agent:
        statement = statement.where(key_slots.c.agent_key == bindparam("agent_key"))
    return PreparedSelect(statement.where(key_slots.c.slot.in_(numbered("slot", count))))


def some_of_agent(tx: Tx, agent_key: int, after: int, count: int) -> dict[int, bytes]:
    """The payloads of the agent's next `count` slots above `after`, ascending, locked."""
    rows = tx.execute(
        select(key_slots.c.slot, key_slots.c.wrapped)
        .where(key_slots.c.agent_key == agent_key, key_slots.c.slot > after)
        .order_by(key_slots.c.slot)
        .limit(count)
        .with_for_update()
    )
    return {row.slot: bytes(row.wrapped) for row in rows}


def replace(tx: Tx, agent_key: int, payloads: Mapping[int, bytes]) -> None:
    """Put these payloads in place of present ones; a slot that is gone stays gone."""
    if payloads:
        tx.execute(
            _REPLACE,
            [
                {"of_agent": agent_key, "at": slot, "fresh": payload}
                for slot, payload in payloads.items()
            ],
        )
