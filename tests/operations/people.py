"""What the tests of people's rights write, and how they look at what is left."""

from __future__ import annotations

from typing import Any

import orjson

from memsvc.core.access import Scope
from memsvc.core.audit import Entry
from memsvc.core.forget_request import RequestStatus
from memsvc.core.memory import Draft, Event, Memory
from memsvc.core.order import Order, Selector
from memsvc.errors import NotFound
from memsvc.operations.audit import read_audit
from memsvc.operations.forgetting.receive import receive
from memsvc.operations.forgetting.resume import advance
from memsvc.operations.question import Question
from memsvc.operations.read import Listing, get_memory, list_memories
from memsvc.operations.search import search
from memsvc.operations.subjects.collect import collect
from memsvc.operations.subjects.export_subject import as_lines
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.store import forget_requests
from memsvc.store.forget_requests import RequestRow
from tests.operations.remembering import SCOPE, ids

TENANT, ACTOR = "default", "k1"
OTHER = Scope("other", "a1")
MARIA = "maria@example.org"


def offer(runtime: Runtime, scope: Scope, *drafts: Draft) -> list[Event]:
    """What becomes of drafts."""
    return [one.event for one in write(runtime, scope, drafts)]


def listed(runtime: Runtime, scope: Scope = SCOPE) -> set[str]:
    """Ids of all that a list shows."""
    page = list_memories(runtime, scope, Listing(None, None, None, None, None, 500))
    return {one.id for one in page.memories}


def found(runtime: Runtime, query: str, scope: Scope = SCOPE) -> set[str]:
    """Ids of all that a search finds."""
    return set(ids(search(runtime, scope, Question(query, limit=50))))


def readable(runtime: Runtime, memory_id: str, scope: Scope = SCOPE) -> Memory | None:
    """The memory, where anybody is shown it."""
    try:
        return get_memory(runtime, scope, memory_id)
    except NotFound:
        return None


def exported(runtime: Runtime, subject_id: str, **more: Any) -> list[dict[str, Any]]:
    """The lines of a copy for a person."""
    tenant = more.pop("tenant", TENANT)
    collection = collect(runtime, tenant, ACTOR, subject_id, **more)
    return [orjson.loads(line) for line in as_lines(runtime, collection)]


def forgotten(runtime: Runtime, *subject_ids: str) -> RequestRow:
    """A request to forget people, taken as far as it goes."""
    request = receive(runtime, TENANT, ACTOR, Order(Selector(subject_ids=subject_ids)))
    return gone_on(runtime, request)


def gone_on(runtime: Runtime, request: RequestRow) -> RequestRow:
    """A request, taken as far as it goes."""
    advance(runtime, request.holder)
    with runtime.database.snapshot() as tx:
        return forget_requests.by_holder(tx, request.holder)


def is_closed(request: RequestRow) -> bool:
    return request.status is RequestStatus.CLOSED


def recorded(runtime: Runtime, tenant: str = TENANT) -> list[Entry]:
    """The audit log."""
    return list(read_audit(runtime, tenant, limit=500).entries)
