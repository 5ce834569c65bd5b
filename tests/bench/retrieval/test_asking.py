"""What is asked of a server, by what its own description offers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from memsvc.bench.client import Target
from memsvc.bench.retrieval.asking import BUDGETS, Answers, Context, Offer, answers
from memsvc.bench.retrieval.dialogs import Dialog, Question, Turn
from tests.bench.endpoint import Endpoint, answering

MOMENT = datetime(2024, 6, 10, 8, 30, tzinfo=UTC)
DIALOG = Dialog(
    "one",
    [Turn("D1:1", "I have a cat.", "s1", MOMENT, speaker="Mira")],
    [Question("Who has a cat?", "single-hop", frozenset({"D1:1"}), asked_at=MOMENT)],
)


def described(fields: list[str], *, contexts: bool) -> dict[str, Any]:
    """One answer to every request: what is offered, what was written, found and put together."""
    reference = {"$ref": "#/components/schemas/Body"}
    post = {"post": {"requestBody": {"content": {"application/json": {"schema": reference}}}}}
    paths = {"/v1/agents/{agent_id}/search": post}
    if contexts:
        paths["/v1/agents/{agent_id}/context"] = post
    return {
        "paths": paths,
        "components": {"schemas": {"Body": {"properties": {name: {} for name in fields}}}},
        "results": [{"id": "earlier", "memory": {"id": "earlier"}}],
        "tokens": 321,
        "citations": [{"id": "earlier", "quote": "cat"}, {"id": "other", "quote": "dog"}],
    }


def asked(offered: dict[str, Any]) -> tuple[Answers, Endpoint]:
    content = json.dumps(offered).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(content)}\r\n\r\n"
    with answering(head.encode() + content) as endpoint:
        target = Target(endpoint.url, "")
        told = answers(target, "agent", DIALOG, "deep", Offer.of(target))
    return told, endpoint


def bodies(endpoint: Endpoint, path: str) -> list[dict[str, Any]]:
    return [
        json.loads(request[request.index(b"{") :])
        for request in endpoint.requests
        if f"/{path} ".encode() in request.splitlines()[0]
    ]


def test_a_server_without_contexts_is_not_asked_for_any() -> None:
    told, endpoint = asked(described(["query"], contexts=False))

    assert told.contexts == {}
    assert told.kept == {"D1:1": "earlier"}
    assert told.rankings == [["earlier"]]
    assert len(told.latencies_ms) == 1
    assert bodies(endpoint, "search") == [{"query": "Who has a cat?", "limit": 20, "mode": "deep"}]
    (draft,) = bodies(endpoint, "memories")[0]["memories"]
    assert draft == {
        "id": "D1:1",
        "content": "I have a cat.",
        "speaker": "Mira",
        "user_id": "Mira",
        "session_id": "s1",
        "event_time": "2024-06-10T08:30:00+00:00",
    }


@pytest.mark.parametrize("timed", [True, False])
def test_contexts_of_every_budget_and_the_time_where_it_is_taken(timed: bool) -> None:
    fields = ["query", "reference_time"] if timed else ["query"]
    told, endpoint = asked(described(fields, contexts=True))
    when = {"reference_time": "2024-06-10T08:30:00+00:00"} if timed else {}

    context = Context(321, frozenset({"earlier", "other"}))
    assert told.contexts == {budget: [context] for budget in BUDGETS}
    assert bodies(endpoint, "context") == [
        {"query": "Who has a cat?", "token_budget": budget} | when for budget in BUDGETS
    ]
    assert bodies(endpoint, "search")[0].get("reference_time") == when.get("reference_time")
