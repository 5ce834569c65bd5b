"""Keys left: whether those that were to be destroyed are, and whether any other opens a sample."""

from __future__ import annotations

import time
from collections.abc import Sequence

from memsvc.operations.forgetting.words import Prepared, Sample
from memsvc.runtime import Safe
from memsvc.sealing.aead import CannotOpen
from memsvc.store import agents, remains, selections, slots_in_use

KEYS_AT_ONCE = 1000
PAUSE_S = 0.005


def count_held(safe: Safe, prepared: Prepared) -> int:
    """How many keys that were to be destroyed there still are."""
    reworded = []
    with safe.database.snapshot() as tx:
        for agent_key, number, slot in prepared.redacted:
            # What was not reworded, since it named nobody, keeps its key.
            if selections.slots(tx, agent_key, [number]) != [slot]:
                reworded.append(slot)
    return safe.keyring.held([*prepared.slots, *reworded])


def try_all(safe: Safe, samples: Sequence[Sample]) -> tuple[int, int]:
    """Every key there is tried on every sampled value: how many, and how many opened one."""
    tried = opened = 0
    if not samples:
        return tried, opened
    with safe.database.snapshot() as tx:
        everyone = remains.everyone(tx)
    for agent_key in everyone:
        with safe.database.snapshot() as tx:
            slots = slots_in_use.of_agent(tx, agent_key)
        for start in range(0, len(slots), KEYS_AT_ONCE):
            part = _tried(safe, agent_key, slots[start : start + KEYS_AT_ONCE], samples)
            tried, opened = tried + part[0], opened + part[1]
            # A million keys are ten seconds of work: searches have their turn in between.
            time.sleep(PAUSE_S)
    return tried, opened


def _tried(
    safe: Safe, agent_key: int, slots: Sequence[int], samples: Sequence[Sample]
) -> tuple[int, int]:
    with safe.database.snapshot() as tx:
        agent = agents.any_by_key(tx, agent_key)
    if agent is None:
        return 0, 0
    keys = safe.keyring.keys(agent_key, agent.wrapped_key, slots)
    opened = 0
    for key in keys.values():
        for sample in samples:
            try:
                safe.keyring.open(key, sample.sealed, sample.context)
            except CannotOpen:
                continue
            opened += 1
    return len(keys), opened
