"""Who may do what, to whose memories: every route, every role, both sides of every wall.

The routes come from the OpenAPI document: one that is not classified here fails.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response

from memsvc.app import create_app
from memsvc.core.access import Role
from memsvc.core.consolidation.run import RunStatus
from memsvc.operations.credentials import list_keys, revoke_key
from memsvc.store import agents, consolidation_runs
from memsvc.store.consolidation_runs import RunRow
from tests.api.site import PROBLEM, Site, settings_in

SECRET = "xylophone"
OWN, OTHER = "default", "other"


@dataclass(frozen=True)
class Route:
    """One operation: who may use it (None: everybody), with which body, and what succeeds."""

    roles: frozenset[Role] | None
    success: int
    body: dict[str, Any] | None = None
    makes_agent: bool = False
    query: dict[str, str] | None = None


MEMORIES = frozenset({Role.AGENT, Role.OPERATOR, Role.ADMIN})
SETTINGS = frozenset({Role.OPERATOR, Role.ADMIN})
STATISTICS = frozenset({Role.VIEWER, Role.OPERATOR, Role.ADMIN})
KEYS = frozenset({Role.ADMIN})
AUDIT = frozenset({Role.OPERATOR, Role.ADMIN})
SUBJECTS = frozenset({Role.OPERATOR, Role.ADMIN})
APPROVAL = frozenset({Role.OPERATOR, Role.ADMIN})
FORGETTING = frozenset({Role.OPERATOR, Role.ADMIN})
NOBODY = {"subject_ids": ["nobody"]}
REQUEST = "/v1/forget-requests/{request_id}"
SESSION = "/v1/agents/{agent_id}/sessions/{session_id}"
MARKS = "/v1/agents/{agent_id}/marked-sources"
TRACES = "/v1/agents/{agent_id}/traces"
BEHAVIORS = "/v1/agents/{agent_id}/behaviors"
BEHAVIOR = f"{BEHAVIORS}/{{behavior_name}}"
HANDBOOK = "/v1/agents/{agent_id}/handbook"
MEM0 = "/v1/memories/{mem0_id}/"
SAID = {"messages": [{"role": "user", "content": "A new one."}]}
OF_A1 = {"agent_id": "a1"}
PROPOSED = {"name": "behavior_new_one", "instruction": "Look for the new one first."}

ROUTES = {
    "GET /healthz": Route(None, 200),
    "GET /readyz": Route(None, 200),
    "GET /metrics": Route(STATISTICS, 200),
    "POST /v1/agents/{agent_id}/memories": Route(
        MEMORIES, 201, {"memories": [{"content": "A new one."}]}, makes_agent=True
    ),
    "GET /v1/agents/{agent_id}/memories": Route(MEMORIES, 200),
    "GET /v1/agents/{agent_id}/memories/{memory_id}": Route(MEMORIES, 200),
    "PATCH /v1/agents/{agent_id}/memories/{memory_id}": Route(MEMORIES, 200, {"tags": ["new"]}),
    "DELETE /v1/agents/{agent_id}/memories/{memory_id}": Route(MEMORIES, 204),
    "GET /v1/agents/{agent_id}/memories/{memory_id}/history": Route(MEMORIES, 200),
    "GET /v1/agents/{agent_id}/memories/{memory_id}/lineage": Route(MEMORIES, 200),
    # Of a memory that stands, and against which nothing speaks: these say so.
    "POST /v1/agents/{agent_id}/memories/{memory_id}/restore": Route(MEMORIES, 409),
    "GET /v1/agents/{agent_id}/conflicts": Route(MEMORIES, 200),
    "POST /v1/agents/{agent_id}/conflicts/{conflict_id}/resolve": Route(
        MEMORIES, 409, {"keep": "all"}
    ),
    "POST /v1/agents/{agent_id}/search": Route(MEMORIES, 200, {"query": SECRET}),
    "POST /v1/agents/{agent_id}/context": Route(MEMORIES, 200, {"query": SECRET}),
    "POST /v1/agents/{agent_id}/feedback": Route(
        MEMORIES, 200, {"items": [{"memory_id": "m1", "outcome": "used"}]}
    ),
    "GET /v1/agents/{agent_id}/forecast": Route(MEMORIES, 200),
    "GET /v1/agents/{agent_id}": Route(MEMORIES, 200),
    "PUT /v1/agents/{agent_id}": Route(
        SETTINGS, 200, {"settings": {"ranking": {"trust": 0.8}}}, makes_agent=True
    ),
    "POST /v1/keys": Route(KEYS, 201, {"role": "viewer"}),
    "GET /v1/keys": Route(KEYS, 200),
    "DELETE /v1/keys/{key_id}": Route(KEYS, 204),
    "POST /v1/subjects/aliases": Route(
        SUBJECTS, 200, {"subject_id": "nobody", "aliases": ["no-one"]}
    ),
    "POST /v1/subjects/lookup": Route(SUBJECTS, 200, {"subject_id": SECRET}),
    "POST /v1/subjects/export": Route(SUBJECTS, 200, {"subject_id": "nobody"}),
    "POST /v1/subjects/rectify": Route(
        SUBJECTS, 200, {"corrections": [{"agent_id": "a1", "memory_id": "m9", "content": "So."}]}
    ),
    "POST /v1/subjects/restrict": Route(
        SUBJECTS, 200, {"subject_id": "nobody", "restricted": True}
    ),
    "POST /v1/subjects/readmit": Route(SUBJECTS, 200, {"subject_id": SECRET}),
    "POST /v1/agents/{agent_id}/forget": Route(MEMORIES, 200, NOBODY),
    "POST /v1/forget-requests": Route(FORGETTING, 202, NOBODY),
    "GET /v1/forget-requests": Route(FORGETTING, 200),
    "POST /v1/forget-requests/preview": Route(FORGETTING, 200, {"text": f"Forget {SECRET}."}),
    f"GET {REQUEST}": Route(FORGETTING, 200),
    # Of a request that is not closed, and of one that has not failed: these say so.
    f"GET {REQUEST}/receipt": Route(FORGETTING, 409),
    f"POST {REQUEST}/verify": Route(FORGETTING, 409),
    f"POST {REQUEST}/confirm": Route(FORGETTING, 202),
    f"POST {REQUEST}/cancel": Route(FORGETTING, 200),
    f"POST {REQUEST}/hold": Route(FORGETTING, 200, {}),
    f"POST {REQUEST}/release": Route(FORGETTING, 200),
    f"POST {REQUEST}/reject": Route(FORGETTING, 200, {"reason": "Not asked by the person."}),
    f"POST {REQUEST}/extend": Route(FORGETTING, 200, {}),
    "POST /v1/agents/{agent_id}/consolidations": Route(MEMORIES, 200, {"dry_run": True}),
    "GET /v1/agents/{agent_id}/consolidations": Route(MEMORIES, 200),
    "GET /v1/agents/{agent_id}/consolidations/{run_id}": Route(MEMORIES, 200),
    "POST /v1/agents/{agent_id}/consolidations/{run_id}/rollback": Route(MEMORIES, 200),
    "GET /v1/agents/{agent_id}/profile": Route(MEMORIES, 200, query={"user_id": "nobody"}),
    f"POST {SESSION}/subgoals/{{name}}/complete": Route(MEMORIES, 200, {"met": True}),
    f"GET {SESSION}/working-memory": Route(MEMORIES, 200),
    f"POST {TRACES}": Route(MEMORIES, 201, {"task": "A new one."}, makes_agent=True),
    f"GET {TRACES}": Route(MEMORIES, 200),
    f"GET {TRACES}/{{trace_id}}": Route(MEMORIES, 200),
    f"GET {TRACES}/{{trace_id}}/reflection-prompt": Route(MEMORIES, 200),
    f"GET {TRACES}/{{trace_id}}/curation-prompt": Route(MEMORIES, 200),
    f"POST {TRACES}/{{trace_id}}/curation-prompt": Route(MEMORIES, 200, {}),
    f"POST {BEHAVIORS}": Route(MEMORIES, 201, PROPOSED, makes_agent=True),
    f"GET {BEHAVIORS}": Route(MEMORIES, 200),
    f"GET {BEHAVIOR}": Route(MEMORIES, 200),
    f"PATCH {BEHAVIOR}": Route(MEMORIES, 200, {"topics": ["new"]}),
    f"POST {BEHAVIOR}/approve": Route(APPROVAL, 200),
    f"POST {BEHAVIOR}/retire": Route(MEMORIES, 200),
    f"POST {BEHAVIOR}/rollback": Route(MEMORIES, 200, {}),
    f"GET {HANDBOOK}": Route(MEMORIES, 200),
    "GET /v1/agents/{agent_id}/stats": Route(STATISTICS, 200),
    "GET /v1/stats": Route(STATISTICS, 200),
    "GET /v1/stats/timeseries": Route(STATISTICS, 200, query={"measure": "searches"}),
    f"GET {HANDBOOK}/versions": Route(MEMORIES, 200),
    f"GET {HANDBOOK}/diff": Route(MEMORIES, 200, query={"from": "0"}),
    f"POST {HANDBOOK}/rollback": Route(APPROVAL, 200, {"version": 0}),
    f"POST {HANDBOOK}/import": Route(
        MEMORIES, 201, {"text": "- `behavior_taken_in`: Look twice."}, makes_agent=True
    ),
    f"POST {HANDBOOK}/search": Route(MEMORIES, 200, {"task": SECRET}),
    f"POST {HANDBOOK}/offers/{{offer_id}}/outcome": Route(
        MEMORIES, 200, {"outcome": "success", "input_tokens": 1, "output_tokens": 1}
    ),
    # No model is set for it: that is what it says of traces that are there.
    f"POST {HANDBOOK}/reflections": Route(MEMORIES, 503, {"trace_ids": ["m1"]}),
    f"GET {HANDBOOK}/report": Route(MEMORIES, 200),
    f"POST {HANDBOOK}/consolidations": Route(MEMORIES, 200, {"dry_run": False}),
    "GET /v1/agents/{agent_id}/hygiene": Route(MEMORIES, 200),
    f"POST {MARKS}": Route(APPROVAL, 201, {"user_id": "nobody"}),
    f"GET {MARKS}": Route(APPROVAL, 200),
    f"DELETE {MARKS}/{{mark_id}}": Route(APPROVAL, 200),
    f"POST {MARKS}/{{mark_id}}/rollback": Route(APPROVAL, 200),
    "GET /v1/ping/": Route(MEMORIES, 200),
    "POST /v3/memories/add/": Route(MEMORIES, 200, {**SAID, "agent_id": "a1"}, makes_agent=True),
    "POST /v3/memories/search/": Route(MEMORIES, 200, {"query": SECRET, "filters": OF_A1}),
    "POST /v3/memories/": Route(MEMORIES, 200, {"filters": OF_A1}),
    f"GET {MEM0}": Route(MEMORIES, 200),
    f"PUT {MEM0}": Route(MEMORIES, 200, {"metadata": {"new": 1}}),
    f"DELETE {MEM0}": Route(MEMORIES, 200),
    f"GET {MEM0}history/": Route(MEMORIES, 200),
    "PUT /v1/batch/": Route(
        MEMORIES, 200, {"memories": [{"memory_id": "a1~m1", "metadata": {"new": 1}}]}
    ),
    "DELETE /v1/batch/": Route(MEMORIES, 200, {"memories": [{"memory_id": "a1~m1"}]}),
    "POST /v1/feedback/": Route(MEMORIES, 200, {"memory_id": "a1~m1", "feedback": "POSITIVE"}),
    "DELETE /v1/memories/": Route(MEMORIES, 200, query=OF_A1),
    "GET /v1/entities/": Route(MEMORIES, 200),
    "DELETE /v2/entities/{entity_type}/{entity_name}/": Route(MEMORIES, 200),
    # Nobody of that name is known to the default agent: it says so.
    "GET /v2/entities/user/{entity_name}/profile/": Route(MEMORIES, 404),
    "GET /v1/audit": Route(AUDIT, 200),
    "GET /v1/audit/checkpoint": Route(AUDIT, 200),
}


def documented() -> Iterator[str]:
    for path, item in create_app(settings_in(Path())).openapi()["paths"].items():
        for method in item:
            yield f"{method.upper()} {path}"


GUARDED = [name for name, route in ROUTES.items() if route.roles is not None]
OF_AGENTS = [name for name in ROUTES if "{agent_id}" in name]
OF_AGENTS_OWN = [name for name in OF_AGENTS if Role.AGENT in (ROUTES[name].roles or ())]
MEMORY_IDS = ("{memory_id}", "{mem0_id}", "{conflict_id}", "{trace_id}")
# Reflections name their traces in the body.
OF_MEMORIES = [
    name
    for name in ROUTES
    if any(one in name for one in MEMORY_IDS) or name.endswith("/reflections")
]
OF_RUNS = [name for name in ROUTES if "{run_id}" in name]
OF_BEHAVIORS = [name for name in ROUTES if "{behavior_name}" in name]
OF_MARKS = [name for name in ROUTES if "{mark_id}" in name]
OF_OFFERS = [name for name in ROUTES if "{offer_id}" in name]


@dataclass(frozen=True)
class Town:
    """Two tenants, each with an agent `a1` of its own; the memory m1 is in the first alone."""

    site: Site
    wordings: set[str] = field(default_factory=set)
    """Ids of the memories that hold the words of behaviors."""

    def refill(self) -> None:
        """Make the memories anew, whatever the test before did to them."""
        subgoal = {"session_id": "s1", "subgoal": "g1"}
        # It is a trace, too.
        tried: dict[str, Any] = {"metadata": {"trace": {"steps": False}}, **subgoal}
        mine = {"content": f"The {SECRET} is mine.", "id": "m1", "user_id": SECRET, **tried}
        theirs = {"content": "Nothing of note.", "id": "m2", **subgoal}
        path = "/v1/agents/a1/memories"
        for memory, headers in ((mine, {}), (theirs, self.site.key(Role.ADMIN, tenant=OTHER))):
            page = self.site.client.get(path, headers=headers).json()
            # To delete a behavior's words is refused, to forget them is not.
            ids = {"memory_ids": [one["id"] for one in page.get("memories", [])]}
            if ids["memory_ids"]:
                forgotten = self.site.client.post("/v1/agents/a1/forget", json=ids, headers=headers)
                assert forgotten.status_code == 200
            written = self.site.client.post(path, json={"memories": [memory]}, headers=headers)
            assert written.status_code == 201
            put = self.site.client.put("/v1/agents/a1", json={"settings": {}}, headers=headers)
            assert put.status_code == 200

    def ask(self, name: str, headers: dict[str, str], **ids: str) -> Response:
        """Ask a route for the agent a1 and the memory m1, unless other ids are given."""
        method, path = name.split()
        if "{key_id}" in path:
            ids = {"key_id": self.site.issue(Role.VIEWER)[0]} | ids
        if "{request_id}" in path and "request_id" not in ids:
            ids |= {"request_id": self.request(held=path.endswith("/release"))}
        if "{run_id}" in path and "run_id" not in ids:
            ids |= {"run_id": self.run()}
        if "{mark_id}" in path and "mark_id" not in ids:
            ids |= {"mark_id": self.mark()}
        if "{offer_id}" in path and "offer_id" not in ids:
            ids |= {"offer_id": self.offer()}
        if "{behavior_name}" in path and "behavior_name" not in ids:
            ids |= {"behavior_name": self.behavior()}
        there = {"agent_id": "a1", "memory_id": "m1", "session_id": "s1", "name": "g1"}
        # A conflict goes by the id of a memory in it, and a trace is one.
        there |= dict.fromkeys(("conflict_id", "trace_id"), ids.get("memory_id", "m1"))
        there |= {"entity_type": "agent", "entity_name": "a1"}
        there |= {"mem0_id": "{agent_id}~{memory_id}".format_map(there | ids)}
        path = path.format_map(there | ids)
        route = ROUTES[name]
        return self.site.client.request(
            method, path, json=route.body, params=route.query, headers=headers
        )

    def run(self) -> str:
        """A run of consolidation of the first tenant's agent that made nothing."""
        run = RunRow(secrets.token_hex(8), RunStatus.DONE, self.site.clock.now())
        with self.site.runtime.database.snapshot() as tx:
            agent = agents.find(tx, OWN, "a1")
        assert agent is not None
        agent_key = agent.agent_key
        self.site.runtime.database.write(lambda tx: consolidation_runs.add(tx, agent_key, run))
        # Of two that were asked for at one moment the last is told by its id.
        self.site.clock.advance(timedelta(microseconds=1))
        return run.run_id

    def behavior(self) -> str:
        """A behavior of the first tenant's agent, new with every call."""
        body = {"name": secrets.token_hex(8), "instruction": f"Try {secrets.token_hex(8)}."}
        answer = self.site.client.post("/v1/agents/a1/behaviors", json=body).json()
        made = answer["behaviors"][0]["behavior"]
        path = f"/v1/agents/a1/behaviors/{made['name']}"
        edited = self.site.client.patch(path, json={"topics": ["before"]}).json()
        self.wordings.update(one["memory_id"] for one in (made, edited))
        return str(made["name"])

    def mark(self) -> str:
        """A mark of the first tenant's agent, on somebody who never spoke."""
        path = "/v1/agents/a1/marked-sources"
        made = self.site.client.post(path, json={"user_id": "nobody-ever"})
        return str(made.json()["id"])

    def offer(self) -> str:
        """An offer of the first tenant's agent."""
        path = "/v1/agents/a1/handbook/search"
        return str(self.site.client.post(path, json={"task": "Anything."}).json()["offer_id"])

    def request(self, *, held: bool) -> str:
        """A forget request of the first tenant, for nothing, that waits to be confirmed."""
        body = {"agent_id": "a1", "memory_ids": ["m9"], "mode": "two_phase"}
        request_id = self.site.client.post("/v1/forget-requests", json=body).json()["id"]
        if held:
            self.site.client.post(f"/v1/forget-requests/{request_id}/hold", json={})
        return str(request_id)

    def untouched(self) -> bool:
        """Whether m1 is as it was made, nothing is beside it, and the agent has no settings."""
        memory = self.site.get("m1")
        settings = self.site.client.get("/v1/agents/a1").json()["settings"]
        return (
            settings["ranking"]["trust"] == 0.05
            and memory["content"] == f"The {SECRET} is mine."
            and memory["tags"] == []
            and [one for one in self.site.listed() if one not in self.wordings] == ["m1"]
        )


@pytest.fixture(scope="module")
def built(lasting: Site) -> Town:
    return Town(lasting)


@pytest.fixture
def town(built: Town) -> Town:
    built.refill()
    return built


def same(first: Response, second: Response) -> bool:
    """Whether two answers are byte for byte the same but for their id."""

    def bare(answer: Response) -> tuple[int, bytes, list[tuple[str, str]]]:
        request_id = answer.headers["x-request-id"]
        headers = [(k, v) for k, v in answer.headers.items() if k != "x-request-id"]
        return answer.status_code, answer.content.replace(request_id.encode(), b""), headers

    assert bare(first) == bare(second)
    return True


def refused(answer: Response, *statuses: int) -> bool:
    """Whether the answer is a problem of one of these statuses that shows nothing."""
    assert answer.status_code in statuses
    assert answer.headers["content-type"] == PROBLEM
    assert SECRET not in answer.text
    return True


def test_every_route_is_classified() -> None:
    assert set(documented()) == set(ROUTES)


@pytest.mark.parametrize("name", ROUTES)
@pytest.mark.parametrize("role", Role)
def test_a_role_does_what_it_may_and_nothing_else(town: Town, name: str, role: Role) -> None:
    route = ROUTES[name]

    answer = town.ask(name, town.site.key(role))

    if route.roles is None or role in route.roles:
        assert answer.status_code == route.success
    else:
        assert refused(answer, 403)
        assert town.untouched()


@pytest.mark.parametrize("name", GUARDED)
@pytest.mark.parametrize("kind", ["none", "garbage", "revoked", "expired"])
def test_without_a_good_key_nobody_does_anything(town: Town, name: str, kind: str) -> None:
    headers = {
        "none": lambda: {"Authorization": ""},
        "garbage": lambda: {"Authorization": "Bearer msk_garbage"},
        "revoked": lambda: revoked(town.site),
        "expired": lambda: town.site.key(Role.ADMIN, expires_at=town.site.clock.now()),
    }[kind]()

    known = town.ask(name, headers)

    assert refused(known, 401)
    unknown = {"agent_id": "nobody", "memory_id": "nothing", "key_id": "0123456789abcdef"}
    unknown["request_id"] = "nothing"
    assert same(known, town.ask(name, headers, **unknown))
    assert town.untouched()


def revoked(site: Site) -> dict[str, str]:
    key_id, headers = site.issue(Role.ADMIN)
    revoke_key(site.runtime, OWN, key_id)
    return headers


@pytest.mark.parametrize("name", OF_AGENTS_OWN)
def test_an_agent_beyond_the_pattern_is_like_none(town: Town, name: str) -> None:
    headers = town.site.key(Role.AGENT, agents="b*")

    known = town.ask(name, headers)

    assert refused(known, 404)
    assert same(known, town.ask(name, headers, agent_id="nobody"))
    assert same(known, town.ask(name, headers, memory_id="nothing"))
    assert town.untouched()


@pytest.mark.parametrize(
    ("name", "role"),
    [(n, r) for n in OF_AGENTS if not ROUTES[n].makes_agent for r in sorted(ROUTES[n].roles or ())],
)
def test_an_agent_of_another_tenant_is_like_none(town: Town, name: str, role: Role) -> None:
    town.site.add(f"The {SECRET} again.", agent="only-ours")
    headers = town.site.key(role, tenant=OTHER)

    foreign = town.ask(name, headers, agent_id="only-ours")

    assert refused(foreign, 404)
    assert same(foreign, town.ask(name, headers, agent_id="nobody"))
    town.site.delete(town.site.listed(agent="only-ours")[0], agent="only-ours")


@pytest.mark.parametrize("name", OF_MEMORIES)
@pytest.mark.parametrize("role", [Role.AGENT, Role.OPERATOR, Role.ADMIN])
def test_a_memory_of_another_tenant_is_like_none(town: Town, name: str, role: Role) -> None:
    headers = town.site.key(role, tenant=OTHER)

    foreign = town.ask(name, headers)

    assert refused(foreign, 404)
    assert same(foreign, town.ask(name, headers, memory_id="nothing"))
    assert town.untouched()


@pytest.mark.parametrize("name", OF_RUNS)
def test_a_run_of_another_tenant_or_agent_is_like_none(town: Town, name: str) -> None:
    town.site.write({"content": "Elsewhere."}, agent="a2")

    for headers, agent_id in (
        (town.site.key(Role.ADMIN, tenant=OTHER), "a1"),
        (town.site.key(Role.AGENT, agents="a2"), "a2"),
    ):
        foreign = town.ask(name, headers, agent_id=agent_id)

        assert refused(foreign, 404)
        assert same(foreign, town.ask(name, headers, agent_id=agent_id, run_id="nothing"))


@pytest.mark.parametrize("name", OF_MARKS)
def test_a_mark_of_another_tenant_or_agent_is_like_none(town: Town, name: str) -> None:
    town.site.write({"content": "Elsewhere."}, agent="a2")

    for headers, agent_id in (
        (town.site.key(Role.ADMIN, tenant=OTHER), "a1"),
        (town.site.key(Role.ADMIN), "a2"),
    ):
        foreign = town.ask(name, headers, agent_id=agent_id)

        assert refused(foreign, 404)
        assert same(foreign, town.ask(name, headers, agent_id=agent_id, mark_id="nothing"))


@pytest.mark.parametrize("name", OF_BEHAVIORS)
def test_a_behavior_of_another_tenant_or_agent_is_like_none(town: Town, name: str) -> None:
    town.site.write({"content": "Elsewhere."}, agent="a2")

    for headers, agent_id in (
        (town.site.key(Role.ADMIN, tenant=OTHER), "a1"),
        (town.site.key(Role.ADMIN), "a2"),
    ):
        foreign = town.ask(name, headers, agent_id=agent_id)

        assert refused(foreign, 404)
        unknown = {"agent_id": agent_id, "behavior_name": "behavior_nothing"}
        assert same(foreign, town.ask(name, headers, **unknown))


@pytest.mark.parametrize("name", OF_OFFERS)
def test_an_offer_of_another_tenant_or_agent_is_like_none(town: Town, name: str) -> None:
    town.site.write({"content": "Elsewhere."}, agent="a2")

    for headers, agent_id in (
        (town.site.key(Role.ADMIN, tenant=OTHER), "a1"),
        (town.site.key(Role.ADMIN), "a2"),
    ):
        foreign = town.ask(name, headers, agent_id=agent_id)

        assert refused(foreign, 404)
        assert same(foreign, town.ask(name, headers, agent_id=agent_id, offer_id="nothing"))


@pytest.mark.parametrize("name", OF_MEMORIES)
def test_a_memory_of_another_agent_is_like_none(town: Town, name: str) -> None:
    town.site.write({"content": "Elsewhere."}, agent="a2")
    headers = town.site.key(Role.AGENT, agents="a2")

    foreign = town.ask(name, headers, agent_id="a2")

    assert refused(foreign, 404)
    assert same(foreign, town.ask(name, headers, agent_id="a2", memory_id="nothing"))
    assert town.untouched()


@pytest.mark.parametrize(
    ("name", "role"),
    [
        (n, r)
        for n in OF_AGENTS
        if n not in OF_MEMORIES + OF_RUNS + OF_MARKS + OF_OFFERS + OF_BEHAVIORS
        for r in sorted(ROUTES[n].roles or ())
    ],
)
def test_the_same_agent_id_in_another_tenant_shows_that_tenant_s(
    town: Town, name: str, role: Role
) -> None:
    answer = town.ask(name, town.site.key(role, tenant=OTHER))

    assert answer.status_code == ROUTES[name].success
    assert SECRET not in answer.text
    assert town.untouched()


def test_a_key_of_another_tenant_is_like_none(town: Town) -> None:
    name, headers = "DELETE /v1/keys/{key_id}", town.site.key(Role.ADMIN, tenant=OTHER)
    ours, _ = town.site.issue(Role.VIEWER)

    foreign = town.ask(name, headers, key_id=ours)

    assert refused(foreign, 404)
    assert same(foreign, town.ask(name, headers, key_id="0123456789abcdef"))
    assert ours in [one.key_id for one in list_keys(town.site.runtime, OWN)]


@pytest.mark.parametrize("name", [name for name in ROUTES if "{request_id}" in name])
def test_a_forget_request_of_another_tenant_is_like_none(town: Town, name: str) -> None:
    headers = town.site.key(Role.OPERATOR, tenant=OTHER)

    foreign = town.ask(name, headers)

    assert refused(foreign, 404)
    assert same(foreign, town.ask(name, headers, request_id="nothing"))


def test_sources_of_another_agent_are_like_none(town: Town) -> None:
    def derive(source: str) -> Response:
        body = {"memories": [{"content": "Derived.", "source_ids": [source]}]}
        return town.site.client.post("/v1/agents/a2/memories", json=body)

    foreign = derive("m1")

    assert refused(foreign, 422)
    assert same(foreign, derive("nothing"))
