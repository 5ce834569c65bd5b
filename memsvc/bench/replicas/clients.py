"""A client of the soak: it changes what is its own, knows what must be there, and looks.

Whatever has no answer it repeats, as the documentation of the API has callers do, until it knows.
"""

from __future__ import annotations

import random
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from memsvc.bench.client import LoadFailed
from memsvc.bench.replicas.asking import Asking
from memsvc.bench.replicas.witness import Witness, mark

AGENTS = 3
PAGE = 500
MOST_HELD = 150
"""Memories of an agent from which on more is deleted than written."""
SUBJECT_WORDS = ("tea", "trains", "violins", "bread", "chess", "maps", "rivers", "lamps")
MAY_BE_LOST = frozenset({"write", "patch", "delete", "forget", "consolidate"})
"""Kinds of requests that the balancer must not send twice: one may be answered 502 when its replica
dies."""

OK, CREATED, ACCEPTED = frozenset({200}), frozenset({201}), frozenset({202})


@dataclass(slots=True)
class Held:
    """A memory that must be there: its words, and how often it was told to be used."""

    content: str
    mark: str
    used: int = 0


@dataclass(slots=True)
class Findings:
    """What was found wrong, and how much was looked at."""

    acknowledged: int = 0
    lost: int = 0
    returned: int = 0
    altered: int = 0
    unlike: int = 0
    repeated_unlike: int = 0
    compared: int = 0

    def __iadd__(self, other: Findings) -> Findings:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self


@dataclass(slots=True)
class Forgotten:
    """A person who was forgotten: the request, and the memory of another that rests on theirs."""

    request_id: str
    agent: str
    derived: str


@dataclass(slots=True)
class Client:
    """One client and its agents; nobody else changes their memories."""

    name: str
    random: random.Random
    asking: Asking
    witness: Witness
    pause_s: float
    held: dict[str, dict[str, Held]] = field(default_factory=dict)
    forgotten: list[Forgotten] = field(default_factory=list)
    restricted: set[str] = field(default_factory=set)
    findings: Findings = field(default_factory=Findings)

    def __post_init__(self) -> None:
        self.held = {f"{self.name}-{number}": {} for number in range(AGENTS)}

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop; raises LoadFailed for an answer that nothing explains."""
        deeds: list[tuple[Callable[[str], object], int]] = [
            (self.write, 24),
            (self.search, 30),
            (self.reword, 10),
            (self.use, 8),
            (self.delete, 8),
            (self.forget, 2),
            (self.look, 8),
            (self.consolidate, 1),
        ]
        ways, weights = [way for way, _ in deeds], [weight for _, weight in deeds]
        while not stop.wait(self.random.uniform(0, 2 * self.pause_s)):
            agent = self.random.choice(list(self.held))
            [deed] = self.random.choices(ways, weights)
            if deed == self.write and len(self.held[agent]) >= MOST_HELD:
                deed = self.delete
            deed(agent)

    def write(self, agent: str, person: str = "somebody", count: int = 0) -> list[str]:
        """Write some memories with ids of their own, by half under an Idempotency-Key."""
        count = count or self.random.choice((1, 1, 1, 3))
        fresh = {f"{self.name}-{secrets.token_hex(6)}": self._words() for _ in range(count)}
        drafts = [
            {"id": id_, "content": one.content, "user_id": person} for id_, one in fresh.items()
        ]
        body = {"memories": drafts}
        keyed = self.random.random() < 0.5
        headers = {"Idempotency-Key": secrets.token_hex(8)} if keyed else None
        kind, path = ("keyed write" if keyed else "write"), f"/v1/agents/{agent}/memories"
        answer, tries = self.asking.until(CREATED, kind, "POST", path, body, headers)
        events = [one["event"] for one in answer.json()["results"]]
        may_be = {"added"} if keyed or tries == 1 else {"added", "duplicate"}
        if not set(events) <= may_be:
            self.findings.repeated_unlike += 1
        if keyed and self.random.random() < 0.3:
            # Whichever replica is asked, the same key and body get the same answer.
            again, _ = self.asking.until(CREATED, kind, "POST", path, body, headers)
            self.findings.repeated_unlike += _ids(again.json()) != _ids(answer.json())
        self.held[agent] |= fresh
        self.findings.acknowledged += count
        return list(fresh)

    def search(self, agent: str) -> None:
        """Ask for words of a memory that is there: it must come, as it stands now."""
        if not self.held[agent]:
            return
        id_ = self.random.choice(list(self.held[agent]))
        one = self.held[agent][id_]
        way, body = self.random.choice(
            [
                ("search", {"query": one.content, "limit": 5}),
                ("search", {"query": one.content, "limit": 5}),
                ("context", {"query": one.content, "token_budget": 300}),
            ]
        )
        answer, _ = self.asking.until(OK, way, "POST", f"/v1/agents/{agent}/{way}", body)
        self.findings.compared += 1
        self.findings.unlike += one.mark not in answer.text

    def reword(self, agent: str) -> None:
        """Give a memory other words."""
        if not self.held[agent]:
            return
        id_ = self.random.choice(list(self.held[agent]))
        before, now = self.held[agent][id_], self._words()
        path = f"/v1/agents/{agent}/memories/{id_}"
        self.asking.until(OK, "patch", "PATCH", path, {"content": now.content})
        self.witness.gone([before.mark], "reworded")
        now.used = before.used
        self.held[agent][id_] = now
        self.findings.acknowledged += 1

    def use(self, agent: str) -> None:
        """Tell that memories were used, under a key: counted once, however often it is sent."""
        if not self.held[agent]:
            return
        ids = self.random.sample(list(self.held[agent]), min(3, len(self.held[agent])))
        body = {"items": [{"memory_id": id_, "outcome": "used"} for id_ in ids]}
        headers = {"Idempotency-Key": secrets.token_hex(8)}
        path = f"/v1/agents/{agent}/feedback"
        answer, _ = self.asking.until(OK, "feedback", "POST", path, body, headers)
        self.findings.repeated_unlike += answer.json()["updated"] != len(ids)
        for id_ in ids:
            self.held[agent][id_].used += 1
        self.findings.acknowledged += len(ids)

    def delete(self, agent: str) -> None:
        """Delete a memory."""
        if not self.held[agent]:
            return
        id_ = self.random.choice(list(self.held[agent]))
        path = f"/v1/agents/{agent}/memories/{id_}"
        # 404: an earlier try was carried out and nobody could tell.
        self.asking.until(frozenset({204, 404}), "delete", "DELETE", path)
        self.witness.gone([self.held[agent].pop(id_).mark], "deleted")
        self.findings.acknowledged += 1

    def forget(self, agent: str) -> None:
        """Somebody says something, another memory rests on it, and they are forgotten."""
        # Ids of memories that stay must not say who is forgotten: it would be left in them.
        person, request_id = f"person-{secrets.token_hex(8)}", secrets.token_hex(8)
        theirs = self.write(agent, person, count=2)
        derived, words = f"{self.name}-{secrets.token_hex(6)}", self._words()
        other = self.write(agent, count=1)
        sources = [theirs[0], other[0]]
        body = {"memories": [{"id": derived, "content": words.content, "source_ids": sources}]}
        self.asking.until(CREATED, "write", "POST", f"/v1/agents/{agent}/memories", body)
        order = {"subject_ids": [person], "id": request_id}
        self.asking.until(ACCEPTED, "forget", "POST", "/v1/forget-requests", order)
        gone = [self.held[agent].pop(id_) for id_ in theirs]
        self.witness.gone([one.mark for one in gone], "forgotten")
        self.forgotten.append(Forgotten(request_id, agent, derived))
        self.findings.acknowledged += 1
        self._look_for(agent, person, gone[0])

    def _look_for(self, agent: str, person: str, one: Held) -> None:
        """Ask everybody for what was just forgotten; what they show the witness counts."""
        base = f"/v1/agents/{agent}"
        body = {"query": one.content, "limit": 10}
        ways: tuple[tuple[str, str, str, Any], ...] = (
            ("search", "POST", f"{base}/search", body),
            ("list", "GET", f"{base}/memories?user_id={person}", None),
            ("list", "GET", f"{base}/memories?limit=50", None),
            ("context", "POST", f"{base}/context", {"query": one.content, "token_budget": 300}),
        )
        for kind, method, path, asked in ways:
            for answer in self.asking.everywhere(kind, method, path, asked):
                if f"user_id={person}" in path:
                    self.findings.returned += len(answer["memories"])

    def consolidate(self, agent: str) -> None:
        """Have the agent consolidated; memories of ours stay as they are."""
        if self.held[agent]:
            path = f"/v1/agents/{agent}/consolidations"
            self.asking.until(ACCEPTED, "consolidate", "POST", path, {})

    def look(self, agent: str) -> None:
        """Compare all that is listed with all that must be there."""
        shown = self.listed(agent)
        self.compare(agent, shown)

    def listed(self, agent: str, of: str = "") -> dict[str, dict[str, Any]]:
        """All memories of an agent by id, page by page, each from whoever is asked."""
        found: dict[str, dict[str, Any]] = {}
        cursor = ""
        while True:
            path = f"/v1/agents/{agent}/memories?limit={PAGE}{of}{cursor}"
            # 404: nothing was ever written to it.
            answer, _ = self.asking.until(frozenset({200, 404}), "list", "GET", path)
            if answer.status_code == 404:
                return found
            page = answer.json()
            found |= {one["id"]: one for one in page["memories"]}
            if page["next_cursor"] is None:
                return found
            cursor = f"&cursor={page['next_cursor']}"

    def compare(self, agent: str, shown: dict[str, dict[str, Any]]) -> None:
        """Count what is missing, what came back and what is not as it was said to be."""
        held = self.held[agent]
        derived = {one.derived for one in self.forgotten}
        for id_, one in held.items():
            if id_ not in shown:
                self.findings.lost += 1
            elif shown[id_]["content"] != one.content or shown[id_]["use_count"] != one.used:
                self.findings.altered += 1
        ours = {id_ for id_ in shown if id_.startswith(f"{self.name}-")}
        self.findings.returned += len(ours - held.keys() - derived)
        self.findings.compared += len(held)

    def _words(self) -> Held:
        word, subject = mark(), self.random.choice(SUBJECT_WORDS)
        return Held(f"A note about {subject} with the word {word} in it.", word)


def _ids(answer: Any) -> list[tuple[str, str]]:
    try:
        return [(one["id"], one["event"]) for one in answer["results"]]
    except (KeyError, TypeError):
        raise LoadFailed("a write was answered without results") from None
