"""Consolidation runs."""

from __future__ import annotations

from memsvc.client import models, routes
from memsvc.client.sync.calls import Calls
from memsvc.client.waiting import Polls

OVER = ("done", "rolled_back")


class Consolidations:
    """Sessions are summed up, facts derived, and what is lost on the way is rolled back."""

    def __init__(self, calls: Calls, agent_id: str) -> None:
        self._calls, self._agent_id = calls, agent_id

    def start(self, *, force: bool = False) -> models.Run:
        """Ask for a run; it is carried out beside you: `wait` for it.

        `force`: also sessions that may still go on, and turns that were looked at before.
        """
        body = {"force": force}
        return self._calls.ask(routes.START_RUN, self._agent_id, body=body)

    def plan(self, *, force: bool = False) -> models.Plan:
        """What a run would make now; nothing is written."""
        body = {"dry_run": True, "force": force}
        return self._calls.ask(routes.PLAN_RUN, self._agent_id, body=body)

    def list(self) -> list[models.Run]:
        """The last 50 runs, the newest first."""
        return (self._calls.ask(routes.LIST_RUNS, self._agent_id)).runs

    def read(self, run_id: str) -> models.Run:
        """A run as it stands."""
        return self._calls.ask(routes.READ_RUN, self._agent_id, run_id)

    def wait(self, run_id: str, *, within: float = 300.0) -> models.Run:
        """Wait until a run is over; as it stands after `within` seconds at the latest."""
        polls = Polls(within)
        run = self.read(run_id)
        while run.status not in OVER and polls.go_on():
            self._calls.sleep(polls.pause())
            run = self.read(run_id)
        return run

    def roll_back(self, run_id: str) -> models.Run:
        """Undo a run: what it made goes, what it ended stands again."""
        return self._calls.ask(routes.ROLL_RUN_BACK, self._agent_id, run_id)
