"""Rederive: what survivors still support is put together anew, as new memories."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from memsvc.core.access import Scope
from memsvc.core.derived import DERIVATIONS
from memsvc.core.memory import Draft, Memory
from memsvc.operations.forgetting.progress import under_way
from memsvc.operations.sealed import opened
from memsvc.operations.sparing import sparing
from memsvc.operations.write import Offered, write_all
from memsvc.runtime import Runtime
from memsvc.store import agents, forget_requests, memories
from memsvc.store.forget_requests import RequestRow
from memsvc.store.transaction import Tx

Again = tuple[int, str, tuple[int, ...]]
"""Agent, relation, numbers of the sources left."""


def rederive(runtime: Runtime, request: RequestRow, again: Sequence[Again]) -> None:
    """Write what the sources left give; each but once, also when gone through again."""
    for place, one in enumerate(again):
        if place < request.progress.get("rederived", 0):
            continue
        _write(runtime, *one)
        runtime.database.write(partial(_note, request.holder, place + 1))


def _write(runtime: Runtime, agent_key: int, relation: str, sources: Sequence[int]) -> None:
    with runtime.database.snapshot() as tx:
        agent = agents.any_by_key(tx, agent_key)
        rows = memories.by_numbers(tx, agent_key, sources) if agent and sources else []
        left = []
        if agent is not None:
            opens = partial(opened, runtime.keyring, tx, agent)
            left = sparing(runtime.keyring, agent, rows, opens)
    draft = _again(relation, left)
    if agent is not None and draft is not None:
        scope = Scope(agent.tenant, agent.agent_id)
        # Words that stand already, after a crash, are a duplicate and stored but once.
        write_all(runtime, [Offered(scope, [draft], relation=relation)])


def _again(relation: str, sources: Sequence[Memory]) -> Draft | None:
    again = DERIVATIONS[relation].again
    return again(sorted(sources, key=lambda one: one.number)) if again and sources else None


def _note(holder: int, done: int, tx: Tx) -> None:
    request = under_way(tx, holder)
    forget_requests.change(tx, holder, {"progress": {**request.progress, "rederived": done}})
