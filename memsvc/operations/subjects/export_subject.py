"""Export a person: everything held about them, for them, as JSON lines or as one page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson

import memsvc
from memsvc.core import subject_page as page
from memsvc.core.subject import Held, Relation
from memsvc.operations.exported import Exported, Past, memory_json
from memsvc.operations.subjects.collect import Collection, held
from memsvc.runtime import Safe

FORMAT = "memsvc subject export 1"


def as_lines(safe: Safe, collection: Collection) -> Iterator[bytes]:
    """Lines of JSON: a header, one for each memory, an end that says how much stood above it.

    A memory has the names of the API and of `operations.exported`, and beside them its relation to
    the person, the sources it has among theirs, and whether it is restricted.
    """
    about = collection.about
    header = {
        "format": FORMAT,
        "memsvc": memsvc.__version__,
        "made_at": about.made_at,
        "subject_ids": about.identities,
        "names": about.names,
        "agent_id": about.agent_id,
        "counts": about.counts,
    }
    yield _line(header)
    counts: Counter[str] = Counter()
    for _, memories in held(safe, collection):
        of_agent: Counter[str] = Counter()
        for one in memories:
            of_agent[one.relation] += 1
            yield _line(_memory(one))
        counts.update(of_agent)
        counts["agents"] += bool(of_agent)
    yield _line({"end": _totals(counts)})


def as_page(safe: Safe, collection: Collection) -> Iterator[bytes]:
    """One HTML page, which needs nothing from elsewhere."""
    agents = [part.agent_id for part in collection.parts]
    yield page.head(collection.about, agents).encode()
    counts: Counter[str] = Counter()
    for place, (agent_id, memories) in enumerate(held(safe, collection)):
        yield page.agent_head(place, agent_id).encode()
        day = None
        for one in memories:
            counts[one.relation] += 1
            if one.happened.date() != day:
                day = one.happened.date()
                yield page.day_head(day).encode()
            yield page.article(place, one).encode()
        yield page.AGENT_END.encode()
    yield page.end(sum(counts.values())).encode()


def _memory(one: Held) -> dict[str, Any]:
    past = tuple(Past(old.memory, old.recorded_at, old.superseded_at) for old in one.history)
    return {
        **memory_json(Exported(one.memory, past)),
        "relation": one.relation,
        "derived_from": one.derived_from,
        "restricted": one.restricted,
    }


def _totals(counts: Counter[str]) -> dict[str, int]:
    by_relation = {one.value: counts[one] for one in Relation}
    return {"agents": counts["agents"], "memories": sum(by_relation.values()), **by_relation}


def _line(said: dict[str, Any]) -> bytes:
    return orjson.dumps(said, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)
