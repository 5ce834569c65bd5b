"""The store: what LangGraph asks of one, answered by an agent's memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from langgraph.store.base import (
    BaseStore,
    GetOp,
    Item,
    ListNamespacesOp,
    Op,
    PutOp,
    Result,
    SearchItem,
    SearchOp,
    TTLConfig,
    validate_op_namespace,
)

from memsvc.client import Agent, MemsvcError, NotFound
from memsvc.client.models import Memory
from memsvc.integrations.langgraph import conditions
from memsvc.integrations.langgraph.items import (
    IS_INDEXED,
    IS_ITEM,
    WHOLE,
    Namespace,
    Place,
    Wish,
    expiry,
    found_item,
    item_of,
    known_place,
    matches,
    place_of,
    prefixes,
    put_at,
)

MOST_HITS = 200
"""Hits that one search answers at most."""

LONGEST_QUERY = 8192
"""Characters of a query that are asked."""

MOST_KEYS = 100
"""Keys that are looked up at once."""

ANYTHING = "?"
"""What is asked where a filter alone says what is found."""

MOST_DRAFTS = 1000
PAGE = 500

SPARED = 0.05
"""Reading does not put an expiry off that is this share of the time to live away from new."""

SHOWN = frozenset({"active", "disputed", "archived"})
"""Statuses of memories that are items: those that `_found` finds."""

_SAID_AGAIN = frozenset({"added", "duplicate", "rejected"})
"""What becomes of an item's words that may be stored, if need be with its key among them."""

_KEPT_OUT = {
    "quarantined": "Items of a marked source are held in quarantine (quarantined), and shown once "
    "an operator releases them.",
    "suppressed": "What was forgotten on request is not stored again (suppressed).",
}

T = TypeVar("T")


class NotStored(MemsvcError):
    """No item is there after a put: it was forgotten on request, or its source is marked.

    What a marked source says is held in quarantine, out of reach of the store.
    """


class MemsvcStore(BaseStore):
    """Items of LangGraph as memories of one agent, which nothing else should write to.

    `fields`: paths of what of a value a query searches; default: all of it. `user_of`: the person
    that a namespace belongs to, so that a forget request for them reaches its items; it gets the
    namespace, and answers None for those that are nobody's. `ttl`: LangGraph's own settings of
    times to live; expired items are never shown, and swept by the service.

    Calls raise what the client raises, `NotStored`, and ValueError for what LangGraph does not
    allow. Safe to share between threads; two first puts of one key at the same moment leave two
    memories, of which the later is shown and the next put or delete removes the other.
    """

    supports_ttl = True
    __slots__ = ("_agent", "_fields", "_user_of", "ttl_config")

    def __init__(
        self,
        agent: Agent,
        *,
        fields: Sequence[str] = WHOLE,
        user_of: Callable[[Namespace], str | None] = lambda _namespace: None,
        ttl: TTLConfig | None = None,
    ) -> None:
        self._agent = agent
        self._fields = tuple(fields)
        self._user_of = user_of
        self.ttl_config = ttl

    async def abatch(self, ops: Iterable[Op]) -> list[Result]:
        """What `batch` does, on a thread: the client that it waits for is the same."""
        return await asyncio.to_thread(self.batch, list(ops))

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        """Answer operations in order; what is read is as it was before the batch's own puts."""
        asked = list(ops)
        for op in asked:
            validate_op_namespace(op)
        wanted = {(op.namespace, op.key) for op in asked if isinstance(op, GetOp)}
        puts = {(op.namespace, op.key): op for op in asked if isinstance(op, PutOp)}
        held = self._held(wanted | puts.keys())
        results: list[Result] = [self._read(op, held) for op in asked]
        self._put(puts, held)
        return results

    def _read(self, op: Op, held: Mapping[Place, Sequence[Memory]]) -> Result:
        match op:
            case GetOp():
                return self._get(op, held.get((op.namespace, op.key), ()))
            case SearchOp():
                return self._search(op)
            case ListNamespacesOp():
                return self._namespaces(op)
            case PutOp():
                return None

    def _get(self, op: GetOp, held: Sequence[Memory]) -> Item | None:
        if not held:
            return None
        shown = max(held, key=put_at)
        if op.refresh_ttl:
            self._put_off(shown)
        return item_of(shown)

    def _search(self, op: SearchOp) -> list[SearchItem]:
        """By meaning and words where there is a query, else the newest first."""
        wanted = op.filter or {}
        conditions.check(wanted)
        query = (op.query or "").strip()[:LONGEST_QUERY]
        found = self._hits(op, query, wanted) if query else self._listed(op)
        held = (one for one in found if conditions.hold(wanted, one[0].metadata["value"]))
        page = list(islice(held, op.offset, op.offset + op.limit))
        if op.refresh_ttl:
            for memory, _ in page:
                self._put_off(memory)
        return [found_item(memory, score) for memory, score in page]

    def _hits(
        self, op: SearchOp, query: str, wanted: conditions.Conditions
    ) -> Iterator[tuple[Memory, float | None]]:
        """Items with a score, best first; where room is left, those that no query searches."""
        said, is_all = conditions.said(wanted)
        under = [{"tags": ".".join(op.namespace_prefix)}] if op.namespace_prefix else []
        parts = [IS_ITEM, *under, *said]
        limit = min(op.offset + op.limit, MOST_HITS) if is_all else MOST_HITS
        yield from self._found(query, [*parts, IS_INDEXED], limit)
        for memory, _ in self._found(query, [*parts, {"NOT": IS_INDEXED}], limit):
            yield memory, None

    def _listed(self, op: SearchOp) -> Iterator[tuple[Memory, None]]:
        return ((one, None) for one in self._items(op.namespace_prefix))

    def _namespaces(self, op: ListNamespacesOp) -> list[Namespace]:
        asked = op.match_conditions or ()
        there = {known_place(memory)[0] for memory in self._items(())}
        named = {one for one in there if all(matches(each, one) for each in asked)}
        depth = op.max_depth
        cut = {one[:depth] for one in named} if depth is not None else named
        return sorted(cut)[op.offset : op.offset + op.limit]

    def _items(self, prefix: Namespace) -> Iterator[Memory]:
        """All items under a prefix, the newest first, those with two memories once."""
        seen: set[Place] = set()
        try:
            for memory in self._agent.memories(limit=PAGE):
                place = place_of(memory) if memory.status in SHOWN else None
                if place is None or place in seen or place[0][: len(prefix)] != prefix:
                    continue
                seen.add(place)
                yield memory
        except NotFound:
            # Nothing was ever written.
            return

    def _held(self, places: Iterable[Place]) -> dict[Place, list[Memory]]:
        """The memories of these items, by their places."""
        by_namespace: dict[Namespace, list[str]] = {}
        for namespace, key in places:
            by_namespace.setdefault(namespace, []).append(key)
        found: dict[Place, list[Memory]] = {}
        for namespace, keys in by_namespace.items():
            for some in _chunks(sorted(keys), MOST_KEYS):
                there = {"session_id": ".".join(namespace), "metadata.key": {"in": some}}
                for memory, _ in self._found(ANYTHING, [there], MOST_HITS):
                    place = place_of(memory)
                    if place is not None:
                        found.setdefault(place, []).append(memory)
        return found

    def _found(
        self, query: str, parts: Sequence[Mapping[str, Any]], limit: int
    ) -> list[tuple[Memory, float]]:
        try:
            hits = self._agent.search(
                query, filters={"AND": list(parts)}, limit=limit, mode="fast", include=["archived"]
            )
        except NotFound:
            return []
        return [(one.memory, one.score) for one in hits]

    def _put(self, puts: Mapping[Place, PutOp], held: Mapping[Place, Sequence[Memory]]) -> None:
        new: list[Wish] = []
        for place, op in puts.items():
            there = sorted(held.get(place, ()), key=lambda one: one.created_at)
            if op.value is not None:
                wish = Wish.of(op, self._fields)
                if not there or not self._changed(there[0], wish):
                    new.append(wish)
                    continue
            for memory in there[op.value is not None :]:
                self._delete(memory)
        for some in _chunks(new, MOST_DRAFTS):
            self._write(some)

    def _delete(self, memory: Memory) -> None:
        try:
            self._agent.delete(memory.id)
        except NotFound:
            # Over, or deleted, since it was read.
            return

    def _changed(self, memory: Memory, wish: Wish) -> bool:
        """Have a memory hold another value; False where it is gone since it was read."""
        try:
            self._agent.change(memory.id, **wish.fields())
        except NotFound:
            return False
        return True

    def _write(self, wishes: Sequence[Wish]) -> None:
        """Store new items; what says the same as another is told apart by its key."""
        alike = self._written(wishes, is_told_apart=False)
        if alike and self._written(alike, is_told_apart=True):
            raise NotStored("Items were taken for others that say the same, and were not stored.")

    def _written(self, wishes: Sequence[Wish], *, is_told_apart: bool) -> list[Wish]:
        """Store new items; returns those that the service took for others, or for nothing."""
        written = self._agent.write_many([self._draft(one, is_told_apart) for one in wishes])
        kept_out = {str(one.event) for one in written} - _SAID_AGAIN
        if kept_out:
            raise NotStored(
                " ".join(_KEPT_OUT.get(one, f"No item: {one}.") for one in sorted(kept_out))
            )
        answers = zip(wishes, written, strict=True)
        return [wish for wish, answer in answers if answer.event != "added"]

    def _draft(self, wish: Wish, is_told_apart: bool) -> Any:
        namespace, _ = wish.place
        return {
            **wish.fields(is_told_apart=is_told_apart),
            "session_id": ".".join(namespace),
            "tags": prefixes(namespace),
            "user_id": self._user_of(namespace),
            "pinned": True,
        }

    def _put_off(self, memory: Memory) -> None:
        """Count the time to live from now, which is when the item was used."""
        minutes = memory.metadata.get("ttl_minutes")
        if minutes is None or memory.expires_at is None:
            return
        left = memory.expires_at - datetime.now(UTC)
        if left < timedelta(minutes=minutes) * (1 - SPARED):
            try:
                self._agent.change(memory.id, expires_at=expiry(minutes))
            except NotFound:
                # Over, or deleted, since it was read.
                return


def _chunks(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
