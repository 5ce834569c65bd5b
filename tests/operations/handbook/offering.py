"""Behaviors that the tests of offers put in, and how they are offered and told of."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from memsvc.core.access import Scope
from memsvc.core.agent_settings import AgentSettings
from memsvc.core.fingerprint import fingerprint
from memsvc.core.handbook.line import Line, instruction_of, topics_of
from memsvc.core.handbook.settings import HandbookSettings
from memsvc.core.handbook.wording import draft_of
from memsvc.core.memory import Draft
from memsvc.operations.configure import configure
from memsvc.operations.handbook.offer import Offer, Wanted, offer
from memsvc.operations.handbook.outcome import Came, OutcomeNoted, tell
from memsvc.operations.insert import Judged, insert
from memsvc.operations.write import locked_agent
from memsvc.runtime import Runtime
from memsvc.store import agents, handbook_changes, memories
from memsvc.store.handbook_changes import ChangeRow, What
from memsvc.store.transaction import Tx
from tests.operations.remembering import SCOPE

TASK = "Add up the lengths of the pipes in metres."
LINES = (
    ("units", "Check the units of the lengths before you add up."),
    ("estimate", "Estimate the sum of the lengths in metres first."),
    ("draw", "Draw the pipes before you add up their lengths."),
)
TOKENS = 500
"""What finding each behavior took."""
EVERYTHING = HandbookSettings(hold_out=0.0, relevance_floor=-1.0)


@dataclass(frozen=True)
class Wording:
    """Words of a behavior, with whose they are."""

    name: str
    instruction: str
    topics: tuple[str, ...] = ()
    user_id: str | None = None


def wording(name: str, instruction: str, *topics: str, **more: Any) -> Wording:
    return Wording(f"behavior_{name}", instruction, topics, **more)


def curated(runtime: Runtime, *wordings: Wording, scope: Scope = SCOPE) -> None:
    """Put in wordings that a person approved; the name is the memory's id."""
    drafts = [_draft(one) for one in wordings]
    vectors = runtime.embedder.embed([one.content for one in drafts])
    judged = [
        Judged(draft, str(draft.id), vector, fingerprint(draft), draft.trust)
        for draft, vector in zip(drafts, vectors, strict=True)
    ]
    runtime.database.write(partial(_put_in, runtime, scope, judged))


def _draft(one: Wording) -> Draft:
    line = Line(
        name=one.name,
        instruction=instruction_of(one.instruction),
        topics=topics_of(one.topics),
    )
    return replace(draft_of(line, one.name, []), user_id=one.user_id)


def _put_in(runtime: Runtime, scope: Scope, judged: Sequence[Judged], tx: Tx) -> None:
    now = runtime.clock.now()
    agent = locked_agent(runtime, scope, now, tx)
    insert(runtime, tx, agent, judged, now)
    numbers = memories.numbers_of(tx, agent.agent_key, [one.id for one in judged])
    place, version = handbook_changes.last(tx, agent.agent_key)
    changes = [(what, numbers[one.id]) for one in judged for what in (What.PROPOSED, What.APPROVED)]
    handbook_changes.add(
        tx,
        agent.agent_key,
        [
            ChangeRow(
                place=place + at,
                version=version + at,
                what=what,
                at=now,
                actor="key-1",
                number=number,
                tokens=TOKENS if what is What.PROPOSED else 0,
            )
            for at, (what, number) in enumerate(changes, start=1)
        ],
    )


def choosing(runtime: Runtime, settings: HandbookSettings = EVERYTHING, **more: Any) -> None:
    """Give the agent settings of its handbook."""
    configure(runtime, SCOPE, AgentSettings(handbook=replace(settings, **more)))


def drawn(seed: int) -> bytes:
    """16 bytes of an offer that is made again with the same seed."""
    return hashlib.blake2b(b"%d" % seed, digest_size=16).digest()


def offered(runtime: Runtime, task: str = TASK, seed: int | None = None, **more: Any) -> Offer:
    """An offer, a new one unless there is a seed."""
    of = None if seed is None else drawn(seed)
    return offer(runtime, SCOPE, Wanted(task, **more), of)


def names(found: Offer) -> list[str]:
    """What is offered, best first."""
    return [line.name.removeprefix("behavior_") for line in found.lines]


def went(runtime: Runtime, found: Offer, success: float = 1.0, **more: Any) -> OutcomeNoted:
    """Tell the outcome of an offer."""
    figures: dict[str, Any] = {"input_tokens": 900, "output_tokens": 400}
    return tell(runtime, SCOPE, found.offer_id, Came(success, **(figures | more)))


def agent_of(runtime: Runtime, scope: Scope = SCOPE) -> agents.Agent:
    with runtime.database.snapshot() as tx:
        agent = agents.find(tx, scope.tenant, scope.agent_id)
    assert agent is not None
    return agent


def numbers(runtime: Runtime, *short: str, scope: Scope = SCOPE) -> list[int]:
    """The number of the memory with each wording."""
    with runtime.database.snapshot() as tx:
        ids = [f"behavior_{one}" for one in short]
        held = memories.numbers_of(tx, agent_of(runtime, scope).agent_key, ids)
    return [held[one] for one in ids]
