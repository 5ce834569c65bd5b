"""Behaviors: the lines of a handbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Unpack

from memsvc.client import models, routes
from memsvc.client.params import BehaviorChanges
from memsvc.client.sync.calls import Calls
from memsvc.client.words import BehaviorStatus


class Behaviors:
    """Put forward, read, approved, changed, retired."""

    def __init__(self, calls: Calls, agent_id: str) -> None:
        self._calls, self._agent_id = calls, agent_id

    def propose(
        self,
        name: str,
        instruction: str,
        *,
        topics: Sequence[str] = (),
        source_trace_ids: Sequence[str] = (),
        idempotency_key: str | None = None,
    ) -> models.Proposal:
        """Put a behavior forward; with two traces that bear it out it is offered at once."""
        body = {
            "name": name,
            "instruction": instruction,
            "topics": topics,
            "source_trace_ids": source_trace_ids,
        }
        [proposal] = (self._proposed(body, idempotency_key)).behaviors
        return proposal

    def propose_answer(
        self,
        answer: str | Sequence[Any],
        *,
        tokens: int = 0,
        idempotency_key: str | None = None,
    ) -> models.Proposals:
        """Put forward what your model answered to a curation prompt: its text, or its JSON.

        `tokens`: the output tokens that finding it took; they count against the handbook.
        """
        form = "answer" if isinstance(answer, str) else "behaviors"
        return self._proposed({form: answer, "tokens": tokens}, idempotency_key)

    def _proposed(
        self, body: Mapping[str, object], idempotency_key: str | None
    ) -> models.Proposals:
        return self._calls.ask(
            routes.PROPOSE, self._agent_id, body=body, idempotency_key=idempotency_key
        )

    def list(self, status: Sequence[BehaviorStatus] = ()) -> list[models.Behavior]:
        """All behaviors, or those of some statuses."""
        params = {"status": list(status)}
        return (self._calls.ask(routes.LIST_BEHAVIORS, self._agent_id, params=params)).behaviors

    def read(self, name: str) -> models.BehaviorHistory:
        """One behavior, with what happened to it."""
        return self._calls.ask(routes.READ_BEHAVIOR, self._agent_id, name)

    def edit(
        self, name: str, *, memory_id: str | None = None, **changes: Unpack[BehaviorChanges]
    ) -> models.StandingBehavior:
        """Change a behavior; `memory_id`: only while these are its words, else WrongState."""
        body = {**changes, "memory_id": memory_id}
        return self._calls.ask(routes.EDIT_BEHAVIOR, self._agent_id, name, body=body)

    def approve(self, name: str, *, memory_id: str | None = None) -> models.StandingBehavior:
        """Vouch for a behavior's words. For operator and admin keys."""
        body = {"memory_id": memory_id}
        return self._calls.ask(routes.APPROVE, self._agent_id, name, body=body)

    def retire(self, name: str, *, memory_id: str | None = None) -> models.StandingBehavior:
        """Have a behavior offered no more."""
        body = {"memory_id": memory_id}
        return self._calls.ask(routes.RETIRE, self._agent_id, name, body=body)

    def roll_back(
        self, name: str, *, memory_id: str | None = None, version: int | None = None
    ) -> models.StandingBehavior:
        """Have a behavior be as it was: with the words of a memory, or in a version."""
        body = {"memory_id": memory_id, "version": version}
        return self._calls.ask(routes.PUT_BACK, self._agent_id, name, body=body)
