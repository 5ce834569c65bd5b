"""What a person does in a service, and what is asked about them afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from memsvc.bench.client import LoadFailed
from memsvc.bench.erasure.canaries import Canaries, mixed
from memsvc.bench.sentences import Sentences
from memsvc.bench.served import Served

BULK = 100


def write(server: Served, people: Sequence[Canaries], others: int) -> dict[str, list[str]]:
    """Write everything in batches; ids of the canaries' memories by scope."""
    ids: dict[str, list[str]] = {one.scope: [] for one in people}
    by_agent: dict[str, list[tuple[Canaries | None, dict[str, Any]]]] = {}
    for whose, agent, draft in mixed(people, others, Sentences(1)):
        by_agent.setdefault(agent, []).append((whose, draft))
    for agent, drafts in by_agent.items():
        for at in range(0, len(drafts), BULK):
            part = drafts[at : at + BULK]
            body = {"memories": [draft for _, draft in part]}
            answer = server.ask("POST", f"/v1/agents/{agent}/memories", body).raise_for_status()
            for (whose, _), result in zip(part, answer.json()["results"], strict=True):
                if whose is not None:
                    ids[whose.scope].append(result["id"])
    return ids


def use(server: Served, people: Sequence[Canaries], ids: Mapping[str, Sequence[str]]) -> None:
    """Every way in which a client may say the canaries, well-formed or not."""
    for one in people:
        words, own = one.words, ids[one.scope]
        asked = {"query": f"{words['query']} {one.told[1]}", "user_id": one.user}
        for path in ("search", "context"):
            server.ask("POST", f"{one.path}/{path}", asked).raise_for_status()
        filters = {"filters": {"metadata." + words["metadata key"]: words["metadata"]}}
        server.ask("POST", f"{one.path}/search", asked | filters)
        for query in (f"user_id={one.user}", f"session_id={one.session}"):
            server.ask("GET", f"{one.path}/memories?{query}").raise_for_status()
        changed = {"content": words["new content"]}
        server.ask("PATCH", f"{one.path}/memories/{own[-1]}", changed).raise_for_status()
        derived = {"content": f"{one.told[1]}, in short", "source_ids": own[1:3]}
        server.ask("POST", f"{one.path}/memories", {"memories": [derived]}).raise_for_status()
        _refused(server, one)
    # Of the others only memories go: as people they stay known, and so would their aliases.
    [person] = [one for one in people if one.scope == "people"]
    names = [person.words["speaker"]]
    known = {"subject_id": person.user, "aliases": [person.words["e-mail"]], "names": names}
    server.ask("POST", "/v1/subjects/aliases", known).raise_for_status()


def _refused(server: Served, one: Canaries) -> None:
    """What is answered with an error, which must not keep what it refused."""
    unknown = {"memories": [{"content": one.told[0], one.words["metadata key"]: one.told[1]}]}
    asked = [
        server.ask("POST", f"{one.path}/memories", unknown).status_code == 422,
        server.ask("GET", f"{one.path}/memories/{one.user}").status_code == 404,
        server.ask("GET", f"/v1/agents/{one.user}/memories").status_code == 404,
        server.ask("GET", f"/{one.user}?q={one.told[0]}").status_code == 404,
        server.ask("POST", f"{one.path}/search", {"query": ""}).status_code == 422,
        server.ask("POST", "/v1/forget-requests", {"subject_ids": one.user}).status_code == 422,
    ]
    if not all(asked):
        raise LoadFailed(f"what should be refused was not, of {len(asked)}: {asked}")


def selector(one: Canaries, ids: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What a forget request of each scope says."""
    selectors: dict[str, dict[str, Any]] = {
        "people": {"subject_ids": [one.user]},
        "state": {"agent_id": one.agent, "memory_ids": list(ids[one.scope])},
        "trajectory": {"agent_id": one.agent, "session_ids": [one.session]},
        "environment": {"agent_id": one.agent, "scope": "agent"},
    }
    return selectors[one.scope]


def shown(server: Served, one: Canaries) -> int:
    """How many answers tell of the person."""
    bodies = [{"query": text, "limit": 50} for text in one.told[:3]]
    answers = [
        *(server.ask("POST", f"{one.path}/search", body) for body in bodies),
        *(server.ask("POST", f"{one.path}/context", {"query": text}) for text in one.told[:1]),
        server.ask("GET", f"{one.path}/memories?user_id={one.user}&limit=500"),
    ]
    # What was asked is in no answer.
    told = [*one.words.values(), *one.told]
    return sum(any(text in answer.text for text in told) for answer in answers)
