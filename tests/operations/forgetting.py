"""What the tests of forget requests order, and how they look at what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from memsvc.core.memory import Draft, Status
from memsvc.core.order import Order, Selector
from memsvc.errors import NotFound
from memsvc.operations import indexing
from memsvc.operations.forgetting.read import get_request
from memsvc.operations.forgetting.receive import receive
from memsvc.operations.forgetting.resume import resume
from memsvc.operations.question import Question
from memsvc.operations.read import get_memory
from memsvc.operations.search import search
from memsvc.runtime import Runtime
from memsvc.store.database import Database
from memsvc.store.forget_requests import RequestRow
from memsvc.store.transaction import Tx
from tests.operations.remembering import SCOPE, hits_of, remember

TENANT = SCOPE.tenant
OPERATOR = "key-of-an-operator"


def people(*ids: str, **more: Any) -> Order:
    """An order to forget people."""
    return Order(Selector(subject_ids=ids), **more)


def order(runtime: Runtime, what: Order, request_id: str | None = None) -> RequestRow:
    """Give an order, as an operator does."""
    return receive(runtime, TENANT, OPERATOR, what, request_id)


def standing_of(runtime: Runtime, request_id: str) -> RequestRow:
    """The request as it stands."""
    return get_request(runtime, TENANT, request_id)


def carried_out(runtime: Runtime, request: RequestRow) -> RequestRow:
    """The request, after the service went on with all there are."""
    resume(runtime)
    return standing_of(runtime, request.id)


def said(content: str, who: str, id_: str, **more: Any) -> Draft:
    """What somebody said."""
    return Draft(content=content, user_id=who, id=id_, **more)


def derived(content: str, id_: str, *sources: str, **more: Any) -> Draft:
    """What was put together from sources."""
    return Draft(content=content, id=id_, source_ids=sources, **more)


def is_there(runtime: Runtime, memory_id: str) -> bool:
    """Whether a memory can be read."""
    try:
        return get_memory(runtime, SCOPE, memory_id).id == memory_id
    except NotFound:
        return False


def is_found(runtime: Runtime, memory_id: str, query: str) -> bool:
    """Whether a search finds it, whatever its status."""
    hits = search(runtime, SCOPE, Question(query, limit=200, include=tuple(Status)))
    return memory_id in {one.memory.id for one in hits_of(hits).found}


def ids_there(runtime: Runtime, *among: str) -> set[str]:
    """Those of these memories that can be read."""
    return {one for one in among if is_there(runtime, one)}


def remember_two(runtime: Runtime) -> None:
    """Ana and Bob, each with a memory, one derived from Bob's, and one from both."""
    remember(
        runtime,
        said("Ana grows tomatoes in the garden.", "ana", "a1"),
        said("Bob repaired the old kayak.", "bob", "b1"),
        derived("Somebody likes boats a lot.", "of-bob", "b1"),
        derived("They live near the water.", "of-both", "a1", "b1"),
    )


class Died(Exception):
    """The process is gone."""


def dying(runtime: Runtime, at: int, *, committed: bool) -> Runtime:
    """The runtime of a process that dies at the n-th transaction that writes: before or after."""
    database: Any = _Dying(runtime.database, at, committed=committed)
    return replace(runtime, database=database)


class _Dying:
    def __init__(self, database: Database, at: int, *, committed: bool) -> None:
        self._database, self._left, self._committed = database, at, committed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    def write(self, work: Callable[[Tx], Any], about: str = "") -> Any:
        self._left -= 1
        if self._left >= 0:
            return self._database.write(work, about)
        if self._committed:
            self._database.write(work, about)
        raise Died


def agent_key(runtime: Runtime) -> int:
    """The key of the agent that all of this is about."""
    with runtime.database.snapshot() as tx:
        return indexing.known_agent(tx, SCOPE).agent_key
