"""A handbook: offered for tasks, read, put in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Unpack

from memsvc.client import models, routes
from memsvc.client.params import OfferOptions, OutcomeFields
from memsvc.client.sync.calls import Calls
from memsvc.client.words import BehaviorStatus


class Handbook:
    """What an agent has learnt to do."""

    def __init__(self, calls: Calls, agent_id: str) -> None:
        self._calls, self._agent_id = calls, agent_id

    def offer(self, task: str, **options: Unpack[OfferOptions]) -> models.Offer:
        """Behaviors for a task, with one `text` for the prompt; tell its `outcome` afterwards.

        A share of offers is held out, and empty: tell the outcome of these, too.
        """
        return self._calls.ask(routes.OFFER, self._agent_id, body={"task": task, **options})

    def outcome(
        self,
        offer_id: str,
        outcome: Literal["success", "failure"] | float,
        *,
        input_tokens: int,
        output_tokens: int,
        **fields: Unpack[OutcomeFields],
    ) -> models.OfferOutcome:
        """Tell how the task of an offer went, once; from 0 (failure) to 1 (success)."""
        body = {
            "outcome": outcome,
            "input_tokens": input_tokens,
            "output_tokens": output_tokens,
            **fields,
        }
        return self._calls.ask(routes.OUTCOME, self._agent_id, offer_id, body=body)

    def report(self, task_class: str | None = None) -> models.HandbookReport:
        """What the handbook is worth, and each of its lines, with intervals."""
        params = {"task_class": task_class}
        return self._calls.ask(routes.REPORT, self._agent_id, params=params)

    def read(
        self, *, version: int | None = None, status: Sequence[BehaviorStatus] = ()
    ) -> models.HandbookBook:
        """Its active behaviors, or those of some statuses, now or as of a version."""
        params = {"version": version, "status": list(status)}
        return self._calls.ask(routes.READ_HANDBOOK, self._agent_id, params=params)

    def markdown(self, *, version: int | None = None) -> str:
        """Its active behaviors as an AGENTS.md has them."""
        params = {"format": "markdown", "version": version}
        return self._calls.ask(routes.HANDBOOK_FILE, self._agent_id, params=params)

    def skill(
        self,
        *,
        name: str | None = None,
        description: str | None = None,
        version: int | None = None,
    ) -> str:
        """Its active behaviors as a SKILL.md, under a name and with what it is for."""
        params = {
            "format": "skill",
            "name": name,
            "description": description,
            "version": version,
        }
        return self._calls.ask(routes.HANDBOOK_FILE, self._agent_id, params=params)

    def versions(self) -> list[models.HandbookVersion]:
        """Its versions, the newest first."""
        return (self._calls.ask(routes.HANDBOOK_VERSIONS, self._agent_id)).versions

    def diff(self, since: int, until: int | None = None) -> list[models.LineDiff]:
        """Which behaviors differ between two versions, and in what; `until` None: now."""
        params = {"from": since, "to": until}
        return (self._calls.ask(routes.HANDBOOK_DIFF, self._agent_id, params=params)).behaviors

    def take_in(
        self,
        text: str,
        *,
        format: Literal["json", "markdown", "skill"] | None = None,  # noqa: A002 - its name in the service
    ) -> models.Imported:
        """Take in the behaviors of another handbook, as candidates."""
        body = {"text": text} | ({} if format is None else {"format": format})
        return self._calls.ask(routes.IMPORT_HANDBOOK, self._agent_id, body=body)

    def roll_back(self, version: int, *, standing: int | None = None) -> int:
        """Have every behavior be as it was in a version; the new version that this is.

        `standing`: only while this is the version that stands, else PreconditionFailed.
        """
        body = {"version": version, "standing": standing}
        return (self._calls.ask(routes.ROLL_HANDBOOK_BACK, self._agent_id, body=body)).version

    def plan(self) -> models.HandbookPlan:
        """What `consolidate` would do now; nothing is changed."""
        body = {"dry_run": True}
        return self._calls.ask(routes.PLAN_HANDBOOK, self._agent_id, body=body)

    def consolidate(self) -> models.HandbookPlan:
        """Merge what says the same, retire what does not help, put forward what repeats."""
        body = {"dry_run": False}
        return self._calls.ask(routes.CONSOLIDATE_HANDBOOK, self._agent_id, body=body)

    def reflect(self, trace_ids: Sequence[str]) -> models.Reflection:
        """Have the service's own language model learn from traces, where one is set."""
        body = {"trace_ids": list(trace_ids)}
        return self._calls.ask(routes.REFLECT, self._agent_id, body=body)
