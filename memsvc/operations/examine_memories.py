"""Whether the keys are the database's own, and every memory opens with the key that it names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from memsvc.core.finding import Finding, failure, ok, warning
from memsvc.errors import KeysDamaged
from memsvc.operations.sealed import memory_context, unpacked, vector_context
from memsvc.sealing.aead import CannotOpen
from memsvc.sealing.keyring import Key, Keyring
from memsvc.store import agents, memories, sampling, shreddings
from memsvc.store.agents import Agent
from memsvc.store.database import Database
from memsvc.store.memories import MemoryRow

KEYS, MEMORIES = "keys", "memories"

SAMPLE = 1000
"""So many of the newest and as many at random are opened, unless all are."""

LOOKS = 3
"""A memory may be erased between the reading of its row and of its key: then it is not at fault."""

NAMED = 3

SLOT = "whose key is damaged, or another's"
GONE = "whose key is destroyed"
ROW = "whose row or vector does not open with its key"

Places = Mapping[int, Sequence[int] | None]
"""Numbers of memories by agent_key; None: all the agent's."""


def new_keys(present: Mapping[str, Path]) -> Finding:
    """The keys of a new database; `present` are those that lie there all the same."""
    if not present:
        return ok(KEYS, "none yet; the first start makes them")
    return warning(
        KEYS,
        f"{' and '.join(present)} without a database that was made with them",
        "If the database is lost or elsewhere, restore a backup, or set MEMSVC_DATA_DIR or "
        "MEMSVC_DATABASE_URL right. A first start that died leaves such files, too: the next one "
        "goes on with them.",
    )


def examine_memories(database: Database, keyring: Keyring, *, full: bool) -> list[Finding]:
    """Open the memories with their vectors, all or a sample, and look for the other keys."""
    with database.snapshot() as tx:
        sizes = sampling.sizes(tx)
        chosen: Places = dict.fromkeys((key for key, _ in sizes)) if full else {}
        chosen = chosen or sampling.sample(tx, SAMPLE)
    looked, suspects = _look(database, keyring, chosen)
    for _ in range(LOOKS - 1):
        _, suspects = _look(database, keyring, _places(suspects))
    lost = _lost_keys(database, keyring, full=full)
    total = sum(count for _, count in sizes)
    share = "all" if looked >= total else f"{looked:,} of"
    if not suspects and not lost:
        return [ok(MEMORIES, f"{share} {total:,} memories open")]
    troubles = Counter(trouble for _, _, trouble in suspects)
    named = ", ".join(memory_id for _, (_, memory_id), _ in suspects[:NAMED])
    found = [f"{count} {trouble}" for trouble, count in troubles.items()]
    found += [f"the keys of {lost} people, sessions or days are lost"] if lost else []
    return [
        failure(
            MEMORIES,
            f"of {looked:,} memories {', '.join(found)}" + (f" (such as {named})" if named else ""),
            "Stop the service and restore data and keys from one backup. What no backup holds is "
            "lost: delete it by its id.",
        )
    ]


_Suspect = tuple[int, tuple[int, str], str]
"""agent_key, (number, id), trouble."""


def _places(suspects: Iterable[_Suspect]) -> Places:
    places: dict[int, list[int]] = {}
    for agent_key, (number, _), _ in suspects:
        places.setdefault(agent_key, []).append(number)
    return places


def _look(database: Database, keyring: Keyring, places: Places) -> tuple[int, list[_Suspect]]:
    """How many memories there were, and those that did not open."""
    looked = 0
    suspects: list[_Suspect] = []
    for agent_key, numbers in places.items():
        with database.snapshot() as tx:
            agent = agents.by_key(tx, agent_key)
            chunks = (
                memories.all_with_vectors(tx, agent_key)
                if numbers is None
                else [memories.some_with_vectors(tx, agent_key, numbers)]
            )
            ordered = set(shreddings.ordered(tx))
            for rows in chunks:
                looked += len(rows)
                suspects += [
                    (agent_key, (row.number, row.id), trouble)
                    for row, trouble in _troubles(keyring, agent, rows)
                    if row.key_slot not in ordered
                ]
    return looked, suspects


def _troubles(
    keyring: Keyring, agent: Agent, rows: Sequence[MemoryRow]
) -> Iterable[tuple[MemoryRow, str]]:
    keys, damaged = _keys(keyring, agent, [row.key_slot for row in rows])
    for row in rows:
        key = keys.get(row.key_slot)
        if row.key_slot in damaged:
            yield row, SLOT
        elif key is None:
            yield row, GONE
        elif not _opens(keyring, agent, row, key):
            yield row, ROW


def _keys(
    keyring: Keyring, agent: Agent, slots: Sequence[int | None]
) -> tuple[dict[int | None, Key], set[int | None]]:
    """The keys that open, and the slots of those that do not; destroyed ones are in neither."""
    try:
        return keyring.keys(agent.agent_key, agent.wrapped_key, slots), set()
    except KeysDamaged:
        pass  # one of them; now which?
    keys: dict[int | None, Key] = {}
    damaged: set[int | None] = set()
    for slot in slots:
        try:
            keys |= keyring.keys(agent.agent_key, agent.wrapped_key, [slot])
        except KeysDamaged:
            damaged.add(slot)
    return keys, damaged


def _opens(keyring: Keyring, agent: Agent, row: MemoryRow, key: Key) -> bool:
    try:
        content = keyring.open(key, row.sealed, memory_context(agent, row.id, row.version))
        unpacked(row, agent.agent_id, content, ())
        raw = keyring.open(key, row.vector, vector_context(agent, row.id, row.model_no))
    except (CannotOpen, ValueError, KeyError, TypeError, IndexError):
        # In tier `store` nothing tells altered bytes but that they make no sense.
        return False
    return bool(raw)


def _lost_keys(database: Database, keyring: Keyring, *, full: bool) -> int:
    """How many keys of people, sessions and days are damaged or destroyed."""
    lost: set[int] = set()
    for look in range(LOOKS):
        with database.snapshot() as tx:
            by_agent = sampling.other_slots(tx, None if full else SAMPLE)
            known = {agent_key: agents.by_key(tx, agent_key) for agent_key in by_agent}
        before, lost = lost, set()
        for agent_key, slots in by_agent.items():
            wanted = [slot for slot in slots if look == 0 or slot in before]
            lost |= set(wanted) - _keys(keyring, known[agent_key], wanted)[0].keys()
        if not lost:
            break
    return len(lost)
