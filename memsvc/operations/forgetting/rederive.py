"""Rederive: what a request leaves of the sources is put together anew before its step is over."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from memsvc.operations.forgetting.progress import Waits, under_way
from memsvc.operations.rederive import rederive
from memsvc.runtime import Runtime
from memsvc.store import agents, forget_requests, rederivations
from memsvc.store.forget_requests import RequestRow
from memsvc.store.rederivations import Pending
from memsvc.store.transaction import Tx


def rederive_left(
    runtime: Runtime, request: RequestRow, again: Sequence[tuple[int, Pending]]
) -> None:
    """Have it all put together, each but once, also when gone through again.

    Raises Waits when others keep changing the sources meanwhile.
    """
    by_agent: dict[int, list[Pending]] = {}
    for agent_key, pending in again:
        by_agent.setdefault(agent_key, []).append(pending)
    if by_agent:
        runtime.database.write(partial(_note, request.holder, by_agent))
    for agent_key in by_agent:
        rederive(runtime, agent_key)
    with runtime.database.snapshot() as tx:
        if any(rederivations.of_agent(tx, agent_key) for agent_key in by_agent):
            raise Waits("others_write")


def _note(holder: int, by_agent: dict[int, list[Pending]], tx: Tx) -> None:
    """Note what is to be put together, once."""
    request = under_way(tx, holder)
    if request.progress.get("rederiving"):
        return
    for agent_key, pending in sorted(by_agent.items()):
        if agents.any_by_key(tx, agent_key, lock=True) is not None:
            rederivations.note(tx, agent_key, pending)
    forget_requests.change(tx, holder, {"progress": {**request.progress, "rederiving": True}})
