"""Take an answer: what a model curated of traces is put forward, all of it or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from memsvc.core.access import Scope
from memsvc.core.handbook.proposals import checked, read
from memsvc.core.handbook.reflection import MOST_BEHAVIORS, MOST_CITED
from memsvc.errors import InvalidRequest
from memsvc.operations.handbook.by import By
from memsvc.operations.handbook.propose import Answered, Proposals, propose
from memsvc.operations.once import Once
from memsvc.runtime import Runtime
from memsvc.store import agents, traces
from memsvc.store.transaction import Tx

_ID = re.compile(r"[A-Za-z0-9._:@+=~-]{1,128}")


def take_answer(
    runtime: Runtime,
    scope: Scope,
    answer: object,
    by: By,
    tokens: int = 0,
    once: Once | None = None,
) -> list[Answered]:
    """Put forward what an answer to a curation prompt proposes; it is text, or JSON already read.

    `tokens` is what the answer took. Raises InvalidRequest, with the place of what is wrong, for an
    answer that is not as it should be, and what `propose` raises; then nothing is stored.
    """
    with runtime.database.snapshot() as tx:
        known = _traces_named(tx, scope, answer)
    try:
        lines = checked(answer, known, by.trust)
    except ValueError as wrong:
        raise refusal(wrong) from None
    return propose(runtime, scope, Proposals(lines, by.actor, tokens), once)


def refusal(wrong: ValueError) -> InvalidRequest:
    """The error of an operation for one of the core's, which begins with a path."""
    where, _, why = str(wrong).rpartition(": ")
    return InvalidRequest.at(re.sub(r"\[(\d+)\]", r".\1", where) or "answer", why)


def _traces_named(tx: Tx, scope: Scope, answer: object) -> frozenset[str]:
    """Those ids in an answer that are of traces of the agent."""
    agent = agents.find(tx, scope.tenant, scope.agent_id)
    named = sorted(set(_ids_in(answer)))
    if agent is None or not named:
        return frozenset()
    return frozenset(traces.numbers_of(tx, agent.agent_key, named))


def _ids_in(answer: object) -> Iterator[str]:
    """What may be an id of a trace; what is not as it should be is left for `checked` to tell."""
    if isinstance(answer, str):
        try:
            answer = read(answer)
        except ValueError:
            return
    behaviors = answer.get("behaviors") if isinstance(answer, dict) else None
    for one in (behaviors if isinstance(behaviors, list) else [])[:MOST_BEHAVIORS]:
        ids = one.get("source_trace_ids") if isinstance(one, dict) else None
        for id_ in (ids if isinstance(ids, list) else [])[:MOST_CITED]:
            if isinstance(id_, str) and _ID.fullmatch(id_):
                yield id_
