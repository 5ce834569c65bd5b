"""Time that passes, and what is seen of memories then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from memsvc.clock import FixedClock
from memsvc.core.admission import Admission
from memsvc.core.agent_settings import AgentSettings, Contradiction
from memsvc.core.fading import DecayPolicies
from memsvc.core.memory import Status
from memsvc.core.reinforcement import Outcome
from memsvc.operations.configure import configure
from memsvc.operations.feedback import Told, give_feedback
from memsvc.operations.question import Question
from memsvc.operations.read import Listing, list_memories
from memsvc.operations.search import search
from memsvc.runtime import Runtime
from tests.operations.remembering import NOW, SCOPE

BROAD = Question("harbour", limit=100)
ALSO_ARCHIVED = replace(BROAD, include=(Status.ARCHIVED,))


def after(runtime: Runtime, days: float) -> Runtime:
    """The runtime so many days after NOW."""
    return replace(runtime, clock=FixedClock(NOW + timedelta(days=days)))


def decaying(runtime: Runtime, policies: DecayPolicies) -> None:
    """Have the agent's memories fade so, and for no other reason be left out."""
    settings = AgentSettings(
        decay=policies, admission=Admission.OFF, contradiction=Contradiction.OFF
    )
    configure(runtime, SCOPE, settings)


def found(runtime: Runtime, question: Question = BROAD) -> set[str]:
    """Ids of what a search finds."""
    return {one.memory.id for one in search(runtime, SCOPE, question).found}


def listed(runtime: Runtime, status: Status | None = None) -> list[str]:
    """Ids of what a list shows with this status; its total is their number."""
    page = list_memories(runtime, SCOPE, Listing(status=status, limit=500))
    assert page.total == len(page.memories)
    return [one.id for one in page.memories]


def tell(runtime: Runtime, outcome: Outcome, *ids: str) -> int:
    """Tell the same of these memories."""
    told: Sequence[Told] = [Told(one, outcome) for one in ids]
    return give_feedback(runtime, SCOPE, told)
