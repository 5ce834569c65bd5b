"""Preview: what a request in plain words would come to; nothing is done, and nothing changed.

Rules read the request (`core.plain_request`), names are resolved to people, and their memories are
sorted by how surely they are meant. What comes out is an order that waits to be confirmed, with
only what is certain in it; where something of the request is in doubt, there is no order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from memsvc.core.order import Order
from memsvc.core.plain_request import Proposal, read_request
from memsvc.core.topics import Level
from memsvc.operations.forgetting.looking import Looking, Meant
from memsvc.operations.forgetting.meant import Candidate, TenantPeople, several
from memsvc.operations.forgetting.mentions import Mention
from memsvc.operations.forgetting.on_topic import OnTopic
from memsvc.operations.forgetting.resolve import Plan, resolve
from memsvc.runtime import Runtime

TOLD = 1_000
"""Memories that are told at most, certain and uncertain ones each."""
HARMLESS = frozenset(["several_people", "future_time", "loose_words", "statement", "name_alone"])
"""Doubts of a reading that leave no part of the request out."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a request in plain words would come to.

    `order` is None where nothing is certain. `complete`: all was looked at, and is told.
    """

    understood: bool
    reason: str = ""
    doubts: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    order: Order | None = None
    counts: Mapping[str, int] = field(default_factory=lambda: Plan(()).counts)
    certain: tuple[Meant, ...] = ()
    uncertain: tuple[Meant, ...] = ()
    mentions: tuple[Mention, ...] = ()
    complete: bool = True


def preview(
    runtime: Runtime,
    tenant: str,
    text: str,
    agent_id: str | None = None,
    reference: datetime | None = None,
) -> Preview:
    """Read a request to forget and find what it means; times in it are seen from `reference`."""
    people = TenantPeople(runtime, tenant, agent_id, text)
    read = read_request(text, reference or runtime.clock.now(), people)
    if not read.understood:
        return Preview(False, read.reason, read.doubts)
    candidates = [people.candidates(one) for one in read.people]
    doubts = dict.fromkeys([*read.doubts, *_doubts_about(read, candidates)])
    subjects_ = [one for some in candidates for one in some]
    look = Looking(runtime, tenant, people, read, tuple(subjects_), agent_id)
    found, named = look.found(), look.named()
    open_ = [one for one in doubts if one not in HARMLESS] or several(candidates)
    if open_:
        found = [
            replace(one, on_topic=OnTopic(Level.UNCERTAIN, one.on_topic.score)) for one in found
        ]
        named = [replace(one, act=None) for one in named]
    certain = [one for one in found if one.on_topic.level is Level.CERTAIN]
    uncertain = [one for one in found if one.on_topic.level is Level.UNCERTAIN]
    order = None if open_ else look.order(certain, named)
    return Preview(
        understood=True,
        doubts=tuple(doubts),
        candidates=tuple(subjects_),
        order=order,
        counts=_counts(runtime, tenant, order),
        certain=tuple(certain[:TOLD]),
        uncertain=tuple(uncertain[:TOLD]),
        mentions=tuple(named[:TOLD]),
        complete=people.complete
        and look.complete
        and max(len(certain), len(uncertain), len(named)) <= TOLD,
    )


def _doubts_about(read: Proposal, candidates: Sequence[Sequence[Candidate]]) -> Iterable[str]:
    if several(candidates):
        yield "several_people"
    if not all(candidates):
        yield "unknown_person"
    if any(one.subject_id is None for some in candidates for one in some):
        yield "name_alone"
    if read.people and read.relation is None:
        yield "unread_words"
    if any(" " in one for one in read.sessions):
        yield "which_session"


def _counts(runtime: Runtime, tenant: str, order: Order | None) -> Mapping[str, int]:
    if order is None:
        return Plan(()).counts
    with runtime.database.snapshot() as tx:
        return resolve(runtime, tx, tenant, order, lock=False).counts
