"""Consolidation runs."""

from __future__ import annotations

from memsvc.client import models, routes
from memsvc.client.aio.calls import AsyncCalls
from memsvc.client.waiting import Polls

OVER = ("done", "rolled_back")


class AsyncConsolidations:
    """Sessions are summed up, facts derived, and what is lost on the way is rolled back."""

    def __init__(self, calls: AsyncCalls, agent_id: str) -> None:
        self._calls, self._agent_id = calls, agent_id

    async def start(self, *, force: bool = False) -> models.Run:
        """Ask for a run; it is carried out beside you: `wait` for it.

        `force`: also sessions that may still go on, and turns that were looked at before.
        """
        body = {"force": force}
        return await self._calls.ask(routes.START_RUN, self._agent_id, body=body)

    async def plan(self, *, force: bool = False) -> models.Plan:
        """What a run would make now; nothing is written."""
        body = {"dry_run": True, "force": force}
        return await self._calls.ask(routes.PLAN_RUN, self._agent_id, body=body)

    async def list(self) -> list[models.Run]:
        """The last 50 runs, the newest first."""
        return (await self._calls.ask(routes.LIST_RUNS, self._agent_id)).runs

    async def read(self, run_id: str) -> models.Run:
        """A run as it stands."""
        return await self._calls.ask(routes.READ_RUN, self._agent_id, run_id)

    async def wait(self, run_id: str, *, within: float = 300.0) -> models.Run:
        """Wait until a run is over; as it stands after `within` seconds at the latest."""
        polls = Polls(within)
        run = await self.read(run_id)
        while run.status not in OVER and polls.go_on():
            await self._calls.sleep(polls.pause())
            run = await self.read(run_id)
        return run

    async def roll_back(self, run_id: str) -> models.Run:
        """Undo a run: what it made goes, what it ended stands again."""
        return await self._calls.ask(routes.ROLL_RUN_BACK, self._agent_id, run_id)
