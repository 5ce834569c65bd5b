"""The ways in which a person S is forgotten in a world."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson

from memsvc.core.access import Scope
from memsvc.operations.export import export
from memsvc.operations.start import DEFAULT_TENANT
from tests.worlds.world import REQUESTS, World

S = "person-s"
ALIAS = "s@mail.example"
PRIVATE = "s-private"
"""A session in which nobody but S speaks."""
HOUR = datetime(2020, 1, 1, 10, 30, tzinfo=UTC)
"""In an hour in which nobody but S spoke."""
SCOPE = Scope(DEFAULT_TENANT, "a1")


class Way(StrEnum):
    """How something of S is forgotten."""

    PEOPLE = "people"
    HERE = "people, in one agent"
    STATE = "state"
    SESSION = "session"
    TIME = "time"
    AGENT = "a whole agent"
    DELETE = "DELETE of each memory"
    SELECT = "the agent's own selector"


WAYS = list(Way)
BY_REQUEST = [one for one in WAYS if one not in (Way.DELETE, Way.SELECT)]


class Forgetting:
    """Forget requests of one world, each with an id that says nothing."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._count = 0

    def body(self, way: Way, of_s: Sequence[str]) -> dict[str, Any]:
        """The selector of a way; of S's memories these have a name."""
        match way:
            case Way.HERE:
                return {"subject_ids": [S], "agent_id": "a1"}
            case Way.STATE:
                return {"agent_id": "a1", "memory_ids": [*of_s, "never-was"]}
            case Way.SESSION:
                return {"agent_id": "a1", "session_ids": [PRIVATE, "never was"]}
            case Way.TIME:
                since, until = HOUR - timedelta(minutes=30), HOUR + timedelta(minutes=30)
                within = {"gte": since.isoformat(), "lt": until.isoformat()}
                return {"agent_id": "a1", "time_range": within}
            case Way.AGENT:
                return {"agent_id": "a2", "scope": "agent"}
            case _:
                return {"subject_ids": [S]}

    def dry_run(self, body: dict[str, Any]) -> dict[str, Any]:
        """What the order would come to."""
        status, answer = self.world.ask_service("POST", REQUESTS, {**body, "dry_run": True})
        assert status == 200
        counts: dict[str, Any] = answer["counts"]
        erased = sum(len(one["erased"]) for one in answer["agents"])
        assert erased == counts["memories"] + counts["derived"]
        return counts

    def order(self, body: dict[str, Any], *, held: bool) -> str:
        """Order it; on return nothing of it is shown to anybody. It counts as its dry run did."""
        expected = self.dry_run(body)
        request_id = self._received(body)
        if held and self._is_held(request_id):
            self._decide(request_id, "release")
        if body["mode"] == "two_phase":
            self._decide(request_id, "confirm", status=202)
        _, request = self.world.ask_service("GET", f"{REQUESTS}/{request_id}")
        assert request["counts"] == expected
        return request_id

    def end(self, request_id: str) -> None:
        """Carry it out; the receipt is there."""
        self.world.carry_out(request_id)
        status, _ = self.world.ask_service("GET", f"{REQUESTS}/{request_id}/receipt")
        assert status == 200

    def called_off(
        self, body: dict[str, Any], *, end: str, held: bool, released: bool, restart: bool
    ) -> None:
        """Order it, perhaps put it under a hold, and call it off before anything is erased."""
        request_id = self._received({**body, "mode": "two_phase"})
        if held:
            self._decide(request_id, "hold")
        if restart:
            self.world.restart()
        if held and released:
            self._decide(request_id, "release")
        self._decide(request_id, end)

    def _received(self, body: dict[str, Any]) -> str:
        self._count += 1
        request_id = f"q{self._count}"
        body = {**body, "id": request_id, "reason": "They asked for it."}
        status, _ = self.world.ask_service("POST", REQUESTS, body)
        assert status == 202
        again, _ = self.world.ask_service("POST", REQUESTS, body)
        assert again == 202
        return request_id

    def _is_held(self, request_id: str) -> bool:
        """Hold it, unless the scheduler has begun to erase: then it is too late."""
        status, _ = self.world.ask_service("POST", f"{REQUESTS}/{request_id}/hold", {})
        assert status in (200, 409)
        return status == 200

    def _decide(self, request_id: str, decision: str, status: int = 200) -> None:
        body = {"reason": "So be it."} if decision in ("hold", "reject", "extend") else None
        path = f"{REQUESTS}/{request_id}/{decision}"
        told, answer = self.world.ask_service("POST", path, body)
        assert told == status, answer

    def subjects(self, verb: str, body: dict[str, Any]) -> None:
        """What is done about a person beside forgetting."""
        status, answer = self.world.ask_service("POST", f"/v1/subjects/{verb}", body)
        assert status == 200, answer

    def by_the_agent(self, way: Way, of_s: Sequence[str], person: str) -> None:
        """The agent forgets by itself: one by one, or by a selector."""
        if way is Way.SELECT:
            status, _ = self.world.ask("POST", "/forget", {"subject_ids": [person]})
            assert status == 200
            return
        for name in of_s:
            status, _ = self.world.ask("DELETE", f"/memories/{name}")
            assert status in (204, 404)
            assert self.world.ask("GET", f"/memories/{name}")[0] == 404


def exported_lines(world: World, path: Path) -> list[dict[str, Any]]:
    """An export of the agent, but for its first line, which says when it was made."""
    export(world.runtime, path, DEFAULT_TENANT, SCOPE.agent_id, lambda _done, _total: None)
    lines = path.read_bytes().splitlines()
    path.unlink()
    return [orjson.loads(one) for one in lines[1:]]
