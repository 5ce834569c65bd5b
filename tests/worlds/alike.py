"""Answers of two worlds, put so that they can be compared: what was derived has no id in common.

Ids of derived memories are drawn at random, and what is put together anew after an erasure comes
after everything else. So such a memory is called by what it says and by its sources, and where it
stands in a list, or among hits of equal score or likeness, does not count. All else does.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.worlds.world import World

DERIVED = "derived: "
"""With this the name of a derived memory begins."""


def name_derived(world: World, everything: Sequence[dict[str, Any]]) -> None:
    """Call each memory that was derived by the service after its words and its sources."""
    stale = [id_ for id_, label in world.labels.items() if label.startswith(DERIVED)]
    for id_ in stale:
        del world.labels[id_]
    unnamed = [one for one in everything if one["source_ids"] and len(one["id"]) == _DRAWN]
    unnamed = [one for one in unnamed if one["id"] not in world.labels]
    there = {one["id"] for one in everything}
    seen: Counter[str] = Counter()
    # Sources come before what is derived from them; but one derived anew is younger than all.
    left = sorted(unnamed, key=lambda one: (one["created_at"], one["status"], one["content"]))
    while left:
        waiting = {one["id"] for one in left}
        ready = [one for one in left if waiting.isdisjoint(one["source_ids"])]
        assert ready, left
        for one in ready:
            sources = sorted(
                world.labels.get(source, source if source in there else "gone")
                for source in one["source_ids"]
            )
            name = f"{DERIVED}{one['metadata']} {one['content']!r} of {sources}"
            seen[name] += 1
            world.label(one["id"], f"{name} #{seen[name]}")
        left = [one for one in left if one["id"] not in world.labels]


_DRAWN = 32


def comparable(answer: Any) -> Any:
    """The answer, told with labels, in an order in which two worlds have it alike."""
    if isinstance(answer, list):
        told = [comparable(one) for one in answer]
        if any(isinstance(one, dict) and _is_derived(one) for one in told):
            return _in_order(told)
        if any(isinstance(one, str) and one.startswith(DERIVED) for one in told):
            return sorted(told)
        if told and all(isinstance(one, dict) and "score" in one for one in told):
            for name in ("dense", "lexical"):
                _share_ranks(told, name)
            return sorted(told, key=lambda one: (-one["score"], one["memory"]["id"]))
        return told
    if isinstance(answer, dict):
        put = {key: comparable(value) for key, value in answer.items()}
        if isinstance(put.get("source_ids"), list):
            put["source_ids"] = sorted(put["source_ids"])
        return put
    return answer


def _share_ranks(hits: list[dict[str, Any]], name: str) -> None:
    """Among equals the older has the better rank: have them all share the best."""
    explained = [one["score_details"] for one in hits if "score_details" in one]
    best: dict[float, int] = {}
    for one in explained:
        rank = one[f"{name}_rank"]
        if rank is not None:
            best[one[name]] = min(rank, best.get(one[name], rank))
    for one in explained:
        if one[f"{name}_rank"] is not None:
            one[f"{name}_rank"] = best[one[name]]


def _is_derived(answer: dict[str, Any]) -> bool:
    return str(answer.get("id")).startswith(DERIVED)


def _in_order(memories: list[dict[str, Any]]) -> list[dict[str, Any]]:
    said = [one for one in memories if not _is_derived(one)]
    derived = [one for one in memories if _is_derived(one)]
    return said + sorted(derived, key=lambda one: str(one["id"]))


def differing(first: Any, second: Any) -> list[str]:
    """Where two answers differ, and what stands there: so that somebody can find out why."""
    return _differing(first, second, "")


def _differing(first: Any, second: Any, at: str) -> list[str]:
    if isinstance(first, dict) and isinstance(second, dict):
        keys = [*first, *(key for key in second if key not in first)]
        return [
            found
            for key in keys
            for found in _differing(first.get(key), second.get(key), f"{at}.{key}")
        ]
    if isinstance(first, list | tuple) and isinstance(second, list | tuple):
        found = [] if len(first) == len(second) else [f"{at}: {len(first)} and {len(second)}"]
        for place, both in enumerate(zip(first, second, strict=False)):
            found += _differing(*both, f"{at}[{place}]")
        return found
    return [] if first == second else [f"{at}: {first!r} and {second!r}"]


def close(one: Any, other: Any) -> bool:
    """Whether two answers are the same, but for the last digits of numbers.

    Two indexes may add the products of two vectors up in another order.
    """
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, abs_tol=1e-5)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(close(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(close, one, other))
    return bool(one == other)
