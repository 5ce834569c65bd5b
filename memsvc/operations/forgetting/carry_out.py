"""Carry out: keys are destroyed, rows go, what is derived follows, files are purged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from memsvc.core.erasure import Closure
from memsvc.core.forget_request import WHOLE, Act, ForgetScope, Step
from memsvc.operations import indexing
from memsvc.operations.erase import erase
from memsvc.operations.forgetting.demoting import demote_or_erase
from memsvc.operations.forgetting.hold_back import changed
from memsvc.operations.forgetting.marks import forget_marks
from memsvc.operations.forgetting.people import subject_of
from memsvc.operations.forgetting.progress import Waits, begin, finish, under_way
from memsvc.operations.forgetting.redact import redact
from memsvc.operations.forgetting.rederive import rederive_left
from memsvc.operations.forgetting.words import Words, open_words
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
    """Destroy the keys of all that is to be erased. From here on there is no way back.

    What others keep is waited for; the rest does not wait.
    """
    begin(runtime, request.holder, Step.SHRED)
    with runtime.database.snapshot() as tx:
        touched = restrictions.agents_of(tx, request.holder)
        marked = [
            slot
            for agent_key in touched
            for slot in selections.slots(
                tx, agent_key, restrictions.numbers_of(tx, request.holder, agent_key, [Act.SHRED])
            )
        ]
    # Of a crash between the mark and the destruction.
    runtime.keyring.shred(marked)
    for agent_key in touched:
        while doomed := runtime.database.write(partial(_doom, runtime, request.holder, agent_key)):
            runtime.keyring.shred(doomed.slots, agent_key)
    keepers = _keepers(runtime, request.holder)
    if keepers:
        _erase_doomed(runtime, request)
        raise Waits("held", *keepers)
    finish(runtime, request.holder, Step.SHRED)


@dataclass(frozen=True, slots=True)
class _Doomed:
    """A batch beyond return: the key slots to destroy, none in tier `store`."""

    slots: Sequence[int]


def _doom(runtime: Runtime, holder: int, agent_key: int, tx: Tx) -> _Doomed | None:
    """Put the next batch beyond return; None when there is none.

    Whoever wants to keep a memory holds its agent's lock as this does: he comes before, or finds it
    marked.
    """
    request = under_way(tx, holder)
    agents.by_key(tx, agent_key, lock=True)
    free = restrictions.free_of(tx, holder, agent_key, WHOLE, BATCH)
    if not free:
        return None
    restrictions.doom(tx, holder, agent_key, free)
    slots = selections.slots(tx, agent_key, free)
    keys = request.progress.get("keys", 0) + len(slots)
    forget_requests.change(tx, holder, {"progress": {**request.progress, "keys": keys}})
    return _Doomed(slots)


def erase_rows(runtime: Runtime, request: RequestRow) -> None:
    """Erase batch by batch, demote, derive anew, redact, and let aliases and empty agents go."""
    words = _words(runtime, request)
    prepared = words.prepared
    assert prepared is not None, "prepared before anything is destroyed"
    with runtime.database.snapshot() as tx:
        touched = restrictions.agents_of(tx, request.holder)
    _erase_doomed(runtime, request)
    for agent_key in touched:
        runtime.database.write(partial(_demote, runtime, request.holder, agent_key))
        finish_shreddings(runtime)
        redact(runtime, request, agent_key, prepared.people)
    keepers = _keepers(runtime, request.holder)
    if keepers:
        raise Waits("held", *keepers)
    rederive_left(runtime, request, prepared.again)
    finish(runtime, request.holder, Step.ERASE, partial(_let_rest_go, runtime, words))
    finish_shreddings(runtime)


def _erase_doomed(runtime: Runtime, request: RequestRow) -> None:
    """Erase the rows whose keys are destroyed, and what speaks of them."""
    with runtime.database.snapshot() as tx:
        touched = restrictions.agents_of(tx, request.holder)
    for agent_key in touched:
        runtime.database.write(partial(_forget_answers, request.holder, agent_key))
        while runtime.database.write(partial(_erase_some, runtime, request.holder, agent_key)):
            finish_shreddings(runtime)
    finish_shreddings(runtime)


def _keepers(runtime: Runtime, holder: int) -> list[str]:
    """Ids of the requests that keep some of it."""
    with runtime.database.snapshot() as tx:
        return restrictions.keepers_of(tx, holder)


def _forget_answers(holder: int, agent_key: int, tx: Tx) -> None:
    """Let go of the answers to writes that name what is to be erased, while it is known."""
    under_way(tx, holder)
    numbers = restrictions.numbers_of(tx, holder, agent_key, [Act.SHRED])
    idempotency.erase_naming(tx, agent_key, selections.ids(tx, agent_key, numbers))


def _erase_some(runtime: Runtime, holder: int, agent_key: int, tx: Tx) -> int:
    """Erase the next batch of an agent's; how many there were."""
    request = under_way(tx, holder)
    agent = agents.by_key(tx, agent_key, lock=True)
    doomed = restrictions.numbers_of(tx, holder, agent_key, [Act.SHRED], BATCH)
    if doomed:
        erased = Counter(request.progress.get("rows", {})) + remains.rows_of(tx, agent_key, doomed)
        erase(runtime, tx, agent, Closure(tuple(doomed)))
        forget_requests.change(tx, holder, {"progress": {**request.progress, "rows": erased}})
    return len(doomed)


def _demote(runtime: Runtime, holder: int, agent_key: int, tx: Tx) -> None:
    """Demote what still has sources enough; what lost the others meanwhile goes after all."""
    under_way(tx, holder)
    agent = agents.by_key(tx, agent_key, lock=True)
    numbers = restrictions.free_of(tx, holder, agent_key, [Act.DEMOTE])
    stay = demote_or_erase(runtime, tx, agent, numbers)
    restrictions.let_go(tx, holder, agent_key, stay)
    changed(runtime, tx, agent_key, stay)


def _let_rest_go(runtime: Runtime, words: Words, tx: Tx, request: RequestRow) -> Mapping[str, Any]:
    now = runtime.clock.now()
    selector = words.order.selector
    if selector.means_whole_people:
        # As they are registered now; who registers anybody holds this row.
        service = agents.service(tx, lock=True)
        people = [subject_of(runtime, tx, request.tenant, one) for one in selector.subject_ids]
        numbers = sorted({number for one in people for number in one.subject_nos})
        if numbers:
            slots = aliases.erase(tx, request.tenant, numbers)
            shreddings.order(tx, service.agent_key, slots, now)
            erasures.append(tx, now, {"subjects": numbers})
    forget_marks(runtime, tx, request.tenant, selector)
    if request.scope is ForgetScope.ENVIRONMENT:
        for agent_key in request.progress["agents"]:
            _let_agent_go(runtime, tx, agent_key)
    return {}


def _let_agent_go(runtime: Runtime, tx: Tx, agent_key: int) -> None:
    """Erase an agent that has nothing left; nobody writes to it meanwhile."""
    now = runtime.clock.now()
    if agents.any_by_key(tx, agent_key, lock=True) and selections.is_empty(tx, agent_key):
        slots = agents.erase(tx, agent_key)
        shreddings.order(tx, agents.service(tx).agent_key, slots, now)
        erasures.append(tx, now, {"agent": agent_key, "agent_gone": True})


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
            with runtime.database.snapshot() as tx:
                again = agents.is_rotation_due(tx, agent_key)
            if again:
                # It had begun before: what was destroyed since is wrapped under that key still.
                rotate(runtime, agent_key)
    if not purge_now(runtime):
        raise Waits("log_in_use")
    finish(runtime, request.holder, Step.PURGE)


def _words(runtime: Runtime, request: RequestRow) -> Words:
    with runtime.database.snapshot() as tx:
        words = open_words(runtime, tx, request)
    assert words is not None, "words live as long as the request is open"
    return words
