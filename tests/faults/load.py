"""Clients that write, change and delete whatever happens, and remember what they were told."""

from __future__ import annotations

import random
import threading
from collections import Counter

import httpx

from tests.serving.server import Server

Outcomes = frozenset[str | None]
"""Contents that a memory may have now; None: it is not there."""


class Load:
    """Four clients, each with memories of its own, until `stop`."""

    def __init__(self, server: Server, seed: int = 1) -> None:
        self._server, self._stop = server, threading.Event()
        self.may_hold: dict[str, Outcomes] = {}
        self.answers: Counter[tuple[int, str]] = Counter()
        self.foul: list[str] = []
        self._threads = [
            threading.Thread(target=self._run, args=(who, random.Random(f"{seed}-{who}")))
            for who in range(4)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def acknowledged(self) -> int:
        return sum(count for (status, _), count in self.answers.items() if status < 300)

    @property
    def refused(self) -> int:
        return sum(count for (status, _), count in self.answers.items() if status >= 500)

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self, who: int, chance: random.Random) -> None:
        mine: list[str] = []
        while not self._stop.is_set():
            kind = chance.choice(["add", "add", "change", "delete", "search"])
            name = chance.choice(mine) if mine and kind != "add" else f"c{who}-{len(mine)}"
            path, content = f"/memories/{name}", f"{name} says {chance.getrandbits(64):016x}"
            if name not in self.may_hold:
                mine.append(name)
                draft = {"id": name, "content": content, "user_id": f"user-{who}"}
                self._change("POST", "/memories", {"memories": [draft]}, name, content)
            elif kind == "change":
                self._change("PATCH", path, {"content": content}, name, content)
            elif kind == "delete":
                self._change("DELETE", path, None, name, None)
            else:
                self._ask("POST", "/search", {"query": name, "limit": 5})

    def _change(self, method: str, path: str, body: object, name: str, becomes: str | None) -> None:
        before = self.may_hold.get(name, frozenset({None}))
        self.may_hold[name] = before | {becomes}
        status = self._ask(method, path, body)
        if status < 300:
            self.may_hold[name] = frozenset({becomes})
        elif status == 404:
            # It was never there, or an earlier deletion went through after all.
            if None not in before:
                self.foul.append(f"{name} is lost: it may hold {before}")
            self.may_hold[name] = frozenset({None})

    def _ask(self, method: str, path: str, body: object) -> int:
        try:
            answer = self._server.ask(method, path, body)
        except httpx.HTTPError:
            # The server went away; nobody knows what it did.
            self._stop.wait(0.05)
            return 599
        told = answer.json() if answer.content else {}
        self.answers[answer.status_code, str(told.get("code", ""))] += 1
        if answer.status_code >= 500 and (
            told.get("code") == "internal" or len(told.get("detail", "")) < 30
        ):
            self.foul.append(answer.text)
        return answer.status_code

    def compare(self, server: Server) -> list[str]:
        """What is not as it was told."""
        held = contents(server)
        wrong = [
            f"{name} holds {held.get(name)}, not one of {set(allowed)}"
            for name, allowed in self.may_hold.items()
            if held.get(name) not in allowed
        ]
        return [*self.foul, *wrong, *(f"{name} is unknown" for name in held.keys() - self.may_hold)]


def contents(server: Server) -> dict[str, str]:
    """Every memory's content by id."""
    found: dict[str, str] = {}
    cursor = ""
    while True:
        page = server.ask("GET", f"/memories?limit=500{cursor}").raise_for_status().json()
        found |= {one["id"]: one["content"] for one in page["memories"]}
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"
