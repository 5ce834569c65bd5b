"""Writes dialogs into a server, an agent for each, and asks it their questions."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from memsvc.bench.client import Connection, Target
from memsvc.bench.retrieval.dialogs import Dialog, Question, Turn
from memsvc.bench.retrieval.quality import DEEPEST
from memsvc.bench.rounds import memories_path, search_path

BATCH = 100
BUDGETS = (500, 1000, 2000)
SEARCH = "/v1/agents/{agent_id}/search"
CONTEXT = "/v1/agents/{agent_id}/context"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a server's own description offers: whether it has contexts, and takes a time of asking.

    The reference time of a search or context is when the question is asked.
    """

    contexts: bool
    search_time: bool
    context_time: bool

    @classmethod
    def of(cls, target: Target) -> Offer:
        """What this server offers."""
        schema = target.ask("GET", "/openapi.json")
        return cls(
            contexts=CONTEXT in schema["paths"],
            search_time="reference_time" in _fields(schema, SEARCH),
            context_time="reference_time" in _fields(schema, CONTEXT),
        )


@dataclass(frozen=True, slots=True)
class Context:
    """What a context of one budget used, and the memories it cites."""

    tokens: int
    cited: frozenset[str]


@dataclass(frozen=True, slots=True)
class Answers:
    """What a server made of one dialog; lists run in step with its questions.

    `kept` names for each turn the memory that holds it: another's, where the same was said before.
    `rankings` are memory ids, best first. `contexts` by budget; empty where none are offered.
    """

    kept: Mapping[str, str]
    rankings: Sequence[Sequence[str]]
    latencies_ms: Sequence[float]
    contexts: Mapping[int, Sequence[Context]]


def answers(target: Target, agent: str, dialog: Dialog, mode: str, offer: Offer) -> Answers:
    """Write the dialog and ask its questions, one after the other; raises LoadFailed."""
    kept = _written(target, agent, dialog.turns)
    rankings, latencies_ms = [], []
    with target.connect() as connection:
        for question in dialog.questions:
            body = {"query": question.text, "limit": DEEPEST, "mode": mode}
            request = _request(target, search_path(agent), body, _time(question, offer.search_time))
            found, taken_ms = _answered(connection, request)
            rankings.append([one["memory"]["id"] for one in found["results"]])
            latencies_ms.append(taken_ms)
        contexts = {
            budget: _contexts(target, connection, agent, dialog.questions, budget, offer)
            for budget in (BUDGETS if offer.contexts else ())
        }
    return Answers(kept, rankings, latencies_ms, contexts)


def _written(target: Target, agent: str, turns: Sequence[Turn]) -> dict[str, str]:
    kept: dict[str, str] = {}
    for start in range(0, len(turns), BATCH):
        batch = turns[start : start + BATCH]
        content = orjson.dumps({"memories": [_draft(turn) for turn in batch]})
        results = target.ask("POST", memories_path(agent), content)["results"]
        kept |= {turn.id: one["id"] for turn, one in zip(batch, results, strict=True)}
    return kept


def _draft(turn: Turn) -> dict[str, Any]:
    draft = {
        "id": turn.id,
        "content": turn.content,
        "speaker": turn.speaker,
        "user_id": turn.speaker,
        "role": turn.role,
        "session_id": turn.session_id,
        "event_time": turn.event_time,
    }
    return {name: value for name, value in draft.items() if value is not None}


def _contexts(
    target: Target,
    connection: Connection,
    agent: str,
    questions: Sequence[Question],
    budget: int,
    offer: Offer,
) -> list[Context]:
    found = []
    for question in questions:
        body = {"query": question.text, "token_budget": budget}
        path = f"/v1/agents/{agent}/context"
        request = _request(target, path, body, _time(question, offer.context_time))
        told, _ = _answered(connection, request)
        cited = frozenset(one["id"] for one in told["citations"])
        found.append(Context(told["tokens"], cited))
    return found


def _time(question: Question, taken: bool) -> datetime | None:
    return question.asked_at if taken else None


def _request(target: Target, path: str, body: dict[str, Any], moment: datetime | None) -> bytes:
    if moment is not None:
        body |= {"reference_time": moment}
    return target.request("POST", path, orjson.dumps(body))


def _answered(connection: Connection, request: bytes) -> tuple[Any, float]:
    """The answer, and milliseconds from the request sent to the answer read."""
    connection.send(request)
    while not connection.receive():
        pass
    taken_ms = (time.perf_counter() - connection.sent_at) * 1e3
    return orjson.loads(connection.body), taken_ms


def _fields(schema: dict[str, Any], path: str) -> set[str]:
    """Names in the body of a POST; none where there is no such route."""
    operation = schema["paths"].get(path, {}).get("post")
    if operation is None:
        return set()
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    if "$ref" in body:
        body = schema["components"]["schemas"][body["$ref"].rpartition("/")[2]]
    return set(body.get("properties", ()))
