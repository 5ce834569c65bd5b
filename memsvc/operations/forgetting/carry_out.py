"""Carry out: keys are destroyed, rows go, what is derived follows, files are purged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any

from memsvc.core.erasure import Closure
from memsvc.core.forget_request import GONE, Act, ForgetScope, Step
from memsvc.operations import indexing
from memsvc.operations.erase import demote, erase
from memsvc.operations.forgetting.hold_back import changed
from memsvc.operations.forgetting.progress import Waits, begin, finish, under_way
from memsvc.operations.forgetting.redact import redact
from memsvc.operations.forgetting.rederive import rederive
from memsvc.operations.forgetting.words import Prepared, Words, open_words
from memsvc.operations.purge import finish_shreddings, purge_now
from memsvc.operations.rotate import rotate
from memsvc.runtime import Runtime
from memsvc.store import (
    agents,
    aliases,
    erasures,
    forget_requests,
    idempotency,
    remains,
    restrictions,
    selections,
    shreddings,
)
from memsvc.store.forget_requests import RequestRow
from memsvc.store.transaction import Tx

BATCH = 500
"""Memories erased in one transaction: others write in between."""


def shred(runtime: Runtime, request: RequestRow) -> None:
    """Destroy the keys of all that is to be erased. From here on there is no way back."""
    begin(runtime, request.holder, Step.SHRED)
    destroyed = 0
    with runtime.database.snapshot() as tx:
        slots: list[int] = []
        for agent_key in restrictions.agents_of(tx, request.holder):
            free = restrictions.free_of(tx, request.holder, agent_key, GONE)
            slots += selections.slots(tx, agent_key, free)
    destroyed += runtime.keyring.shred(slots)
    finish(
        runtime,
        request.holder,
        Step.SHRED,
        lambda _tx, row: {"keys": row.progress.get("keys", 0) + destroyed},
    )


def erase_rows(runtime: Runtime, request: RequestRow) -> None:
    """Erase batch by batch, demote, derive anew, redact, and let aliases and empty agents go.

    Waits while another request keeps some of it.
    """
    words = _words(runtime, request)
    prepared = words.prepared
    assert prepared is not None, "prepared before anything is destroyed"
    with runtime.database.snapshot() as tx:
        touched = restrictions.agents_of(tx, request.holder)
    for agent_key in touched:
        runtime.database.write(partial(_forget_answers, request.holder, agent_key))
        while runtime.database.write(partial(_erase_some, runtime, request.holder, agent_key)):
            finish_shreddings(runtime)
        finish_shreddings(runtime)
    _wait_while_kept(runtime, request.holder)
    for agent_key in touched:
        runtime.database.write(partial(_demote, runtime, request.holder, agent_key))
        redact(runtime, request, agent_key, prepared.people)
    _wait_while_kept(runtime, request.holder)
    rederive(runtime, request, prepared.again)
    finish(runtime, request.holder, Step.ERASE, partial(_let_rest_go, runtime, words, prepared))
    finish_shreddings(runtime)


def _wait_while_kept(runtime: Runtime, holder: int) -> None:
    """Raise Waits while another request keeps some of it.

    What rests on it is not shown before all of its erased sources are gone.
    """
    with runtime.database.snapshot() as tx:
        keepers = restrictions.keepers_of(tx, holder)
    if keepers:
        raise Waits("held", *keepers)


def _forget_answers(holder: int, agent_key: int, tx: Tx) -> None:
    """Let go of the answers to writes that name what is to be erased, while it is known."""
    under_way(tx, holder)
    numbers = restrictions.numbers_of(tx, holder, agent_key, GONE)
    idempotency.erase_naming(tx, agent_key, selections.ids(tx, agent_key, numbers))


def _erase_some(runtime: Runtime, holder: int, agent_key: int, tx: Tx) -> int:
    """Erase the next batch of an agent's; how many there were."""
    request = under_way(tx, holder)
    agent = agents.by_key(tx, agent_key, lock=True)
    free = restrictions.free_of(tx, holder, agent_key, GONE, BATCH)
    if free:
        erased = Counter(request.progress.get("rows", {})) + remains.rows_of(tx, agent_key, free)
        erase(runtime, tx, agent, Closure(tuple(free)))
        forget_requests.change(tx, holder, {"progress": {**request.progress, "rows": erased}})
    return len(free)


def _demote(runtime: Runtime, holder: int, agent_key: int, tx: Tx) -> None:
    under_way(tx, holder)
    agent = agents.by_key(tx, agent_key, lock=True)
    numbers = restrictions.numbers_of(tx, holder, agent_key, [Act.DEMOTE])
    demote(tx, agent, numbers)
    restrictions.let_go(tx, holder, agent_key, numbers)
    changed(runtime, tx, agent_key, numbers)


def _let_rest_go(
    runtime: Runtime, words: Words, prepared: Prepared, tx: Tx, request: RequestRow
) -> Mapping[str, Any]:
    now = runtime.clock.now()
    selector = words.order.selector
    narrowed = selector.agent_id or selector.session_ids or selector.since or selector.until
    if prepared.subject_nos and not narrowed:
        service = agents.service(tx)
        slots = aliases.erase(tx, request.tenant, prepared.subject_nos)
        shreddings.order(tx, service.agent_key, slots, now)
        erasures.append(tx, now, {"subjects": list(prepared.subject_nos)})
    if request.scope is ForgetScope.ENVIRONMENT:
        for agent_key in request.progress["agents"]:
            if agents.any_by_key(tx, agent_key) and selections.is_empty(tx, agent_key):
                slots = agents.erase(tx, agent_key)
                shreddings.order(tx, agents.service(tx).agent_key, slots, now)
                erasures.append(tx, now, {"agent": agent_key, "agent_gone": True})
    return {}


def follow(runtime: Runtime, request: RequestRow) -> None:
    """Have this process's indexes and caches let go; others see the agents' epochs."""
    for agent_key in request.progress["agents"]:
        with runtime.database.snapshot() as tx:
            agent = agents.any_by_key(tx, agent_key)
        if agent is None:
            runtime.indexes.drop(agent_key)
        else:
            indexing.bring_up(runtime, agent_key, agent.sequence)
    runtime.embedder.forget()
    finish(runtime, request.holder, Step.INDEX)


def purge(runtime: Runtime, request: RequestRow) -> None:
    """Give pages and log back, and where keys are rows, replace the keys that wrapped them."""
    if runtime.keyring.rotates:
        with runtime.database.snapshot() as tx:
            due = [key for key in request.progress["agents"] if agents.any_by_key(tx, key)]
            due.append(agents.service(tx).agent_key)
        for agent_key in due:
            rotate(runtime, agent_key)
    if not purge_now(runtime):
        raise Waits("log_in_use")
    finish(runtime, request.holder, Step.PURGE)


def _words(runtime: Runtime, request: RequestRow) -> Words:
    with runtime.database.snapshot() as tx:
        words = open_words(runtime, tx, request)
    assert words is not None, "words live as long as the request is open"
    return words
