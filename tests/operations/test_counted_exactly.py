"""Whatever is done, in whatever order: what is counted as it changes equals a recount.

A long run: MEMSVC_STATISTICS_OPERATIONS=10000 pytest -s --timeout=0 this file.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from memsvc.core.memory import Kind, Status, Trust
from memsvc.operations.activity import write_gathered
from memsvc.operations.consolidate import resume_runs
from memsvc.operations.forgetting.resume import resume
from memsvc.operations.recount import differing
from memsvc.operations.statistics import tenant_statistics
from memsvc.runtime import Runtime
from memsvc.store import recounting
from tests.api.conftest import running
from tests.api.site import Site, settings_in

OPERATIONS = int(os.environ.get("MEMSVC_STATISTICS_OPERATIONS", "120"))
LOOKS = 10
"""Times that all counters are held against a recount, spread over the operations."""
AGENTS = ("a1", "a2", "a3")
PEOPLE = ("ana", "bob", "cid", None)
THINGS = ("tea", "coffee", "juice", "water", "milk")
TOWNS = ("Lisbon", "Porto", "Faro")


class Life:
    """Random acts of callers and operators, over HTTP."""

    def __init__(self, site: Site, seed: int) -> None:
        self.site, self.chance = site, random.Random(seed)
        self.requests: list[str] = []
        self.done: Counter[str] = Counter()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.site.client.request(method, f"/v1{path}", json=body)
        assert answer.status_code < 500, answer.text
        return answer.json() if answer.content else None

    @property
    def agent(self) -> str:
        return f"/agents/{self.chance.choice(AGENTS)}"

    def memory(self, agent: str, **query: Any) -> str | None:
        """One of the agent's newest memories."""
        page = self.site.client.get(f"/v1{agent}/memories", params={"limit": 40, **query}).json()
        there = page.get("memories") or []
        return self.chance.choice(there)["id"] if there else None

    def act(self) -> None:
        """Do something, as often as it is common."""
        acts: dict[Callable[[], None], int] = {
            self.write: 30, self.tell: 18, self.change: 14, self.delete: 5, self.forget: 4,
            self.request: 3, self.decide: 4, self.restrict: 2, self.mark: 2, self.unmark: 2,
            self.resolve: 3, self.restore: 2, self.consolidate: 1, self.behave: 3, self.later: 3,
            self.drop_agent: 1, self.search: 6, self.offer: 2, self.expire: 2,
        }  # fmt: skip
        [act] = self.chance.choices(list(acts), list(acts.values()))
        act()
        self.done[act.__name__] += 1

    def write(self) -> None:
        choose = self.chance.choice
        drafts = []
        for _ in range(self.chance.randrange(1, 4)):
            person, town = choose(PEOPLE), choose(TOWNS)
            said = choose(
                [f"I drink {choose(THINGS)}.", f"I live in {town}.", f"{town} is far.", "It rains."]
            )
            draft: dict[str, Any] = {"content": said, "kind": choose(list(Kind)[:2])}
            if person:
                draft |= {"user_id": person, "speaker": person.title(), "role": "user"}
            if choose((True, False)):
                draft |= {"session_id": choose(("s1", "s2"))}
            drafts.append(draft | {"channel": choose(("user", "agent", "tool", "web"))})
        self.ask("POST", f"{self.agent}/memories", {"memories": drafts})

    def tell(self) -> None:
        agent = self.agent
        items = [
            {"memory_id": one, "outcome": self.chance.choice(("used", "confirmed", "contradicted"))}
            for one in (self.memory(agent) for _ in range(3))
            if one
        ]
        if items:
            self.ask("POST", f"{agent}/feedback", {"items": items})

    def change(self) -> None:
        agent = self.agent
        one = self.memory(agent)
        changes = [
            {"status": "archived"}, {"status": "active"}, {"pinned": True}, {"tags": ["x"]},
            {"content": f"I drink {self.chance.choice(THINGS)}."},
        ]  # fmt: skip
        if one:
            self.ask("PATCH", f"{agent}/memories/{one}", self.chance.choice(changes))

    def delete(self) -> None:
        agent = self.agent
        if one := self.memory(agent):
            self.ask("DELETE", f"{agent}/memories/{one}")

    def forget(self) -> None:
        person = self.chance.choice(PEOPLE[:3])
        self.ask("POST", f"{self.agent}/forget", {"subject_ids": [person]})

    def request(self) -> None:
        person = self.chance.choice(PEOPLE[:3])
        mode = self.chance.choice(("immediate", "two_phase"))
        body = {
            "subject_ids": [person], "mode": mode,
            "derived": self.chance.choice(("rederive", "delete")),
        }  # fmt: skip
        answer = self.ask("POST", "/forget-requests", body)
        if "id" in answer:
            self.requests.append(answer["id"])

    def decide(self) -> None:
        if self.requests:
            request = self.chance.choice(self.requests)
            verb = self.chance.choice(("confirm", "cancel", "hold", "release"))
            self.ask("POST", f"/forget-requests/{request}/{verb}", {})
        resume(self.site.runtime)

    def restrict(self) -> None:
        person, on = self.chance.choice(PEOPLE[:3]), self.chance.choice((True, False, False))
        self.ask("POST", "/subjects/restrict", {"subject_id": person, "restricted": on})

    def mark(self) -> None:
        sources = [{"user_id": "bob"}, {"session_id": "s1"}, {"channel": "web"}]
        self.ask("POST", f"{self.agent}/marked-sources", self.chance.choice(sources))

    def unmark(self) -> None:
        agent = self.agent
        for one in self.ask("GET", f"{agent}/marked-sources").get("marked_sources", [])[:1]:
            path = f"{agent}/marked-sources/{one['id']}"
            if self.chance.random() < 0.5:
                self.ask("POST", f"{path}/rollback")
            else:
                self.ask("DELETE", f"{path}?release=true")

    def resolve(self) -> None:
        agent = self.agent
        for one in self.ask("GET", f"{agent}/conflicts").get("conflicts", [])[:1]:
            keep = self.chance.choice(("all", one["memories"][0]["id"]))
            body = {"keep": "all"} if keep == "all" else {"keep": keep}
            self.ask("POST", f"{agent}/conflicts/{one['id']}/resolve", body)

    def restore(self) -> None:
        agent = self.agent
        if one := self.memory(agent, status="superseded"):
            self.ask("POST", f"{agent}/memories/{one}/restore")

    def consolidate(self) -> None:
        agent = self.agent
        run = self.ask("POST", f"{agent}/consolidations", {"force": True})
        for _ in range(20):
            resume_runs(self.site.runtime)
        if "run_id" in run and self.chance.random() < 0.5:
            self.ask("POST", f"{agent}/consolidations/{run['run_id']}/rollback")

    def behave(self) -> None:
        agent, name = self.agent, f"behavior_{self.chance.randrange(4)}"
        tried = self.ask("POST", f"{agent}/traces", {"task": f"Do it {self.chance.random()}."})
        body = {
            "name": name, "instruction": f"Look {self.chance.randrange(9)} times.",
            "source_trace_ids": [tried["id"]] if tried.get("id") else [],
        }  # fmt: skip
        self.ask("POST", f"{agent}/behaviors", body)
        if self.chance.random() < 0.3:
            self.ask("POST", f"{agent}/behaviors/{name}/retire")

    def offer(self) -> None:
        agent = self.agent
        offered = self.ask("POST", f"{agent}/handbook/search", {"task": "Look twice."})
        if "offer_id" in offered:
            told = {
                "outcome": "success", "input_tokens": 5, "output_tokens": 5,
                "cited": [one["name"] for one in offered["behaviors"]][:1],
            }  # fmt: skip
            self.ask("POST", f"{agent}/handbook/offers/{offered['offer_id']}/outcome", told)

    def expire(self) -> None:
        soon = (self.site.clock.now() + timedelta(hours=2)).isoformat()
        draft = {"content": f"Soon over: {self.chance.random()}", "expires_at": soon}
        self.ask("POST", f"{self.agent}/memories", {"memories": [draft]})

    def later(self) -> None:
        self.site.clock.advance(timedelta(hours=1))

    def drop_agent(self) -> None:
        body = {"agent_id": self.chance.choice(AGENTS), "scope": "agent"}
        self.ask("POST", "/forget-requests", body)
        resume(self.site.runtime)

    def search(self) -> None:
        agent, query = self.agent, self.chance.choice(THINGS)
        self.ask("POST", f"{agent}/search", {"query": query, "mode": "auto"})
        if self.chance.random() < 0.3:
            write_gathered(self.site.runtime)


@pytest.fixture
def life(any_url: str, tmp_path: Path) -> Iterator[Life]:
    """One life on each kind of database."""
    with ExitStack() as opened:
        settings = settings_in(tmp_path / "data", database_url=any_url)
        yield Life(opened.enter_context(running(settings)), seed=7)


def apart(runtime: Runtime) -> int:
    with runtime.database.snapshot() as tx:
        return differing(tx)


def test_counters_equal_a_recount_after_anything(life: Life) -> None:
    runtime = life.site.runtime
    for place in range(OPERATIONS):
        life.act()
        if place % max(OPERATIONS // LOOKS, 1) == 0:
            assert apart(runtime) == 0, (place, life.done)
    write_gathered(runtime)

    assert apart(runtime) == 0
    with runtime.database.snapshot() as tx:
        counted = recounting.counted(tx)
        activity = tx.execute(text("SELECT measure, sum(count) FROM activity GROUP BY measure"))
        own = {measure: int(count) for measure, count in activity}
        of_tenants = tx.execute(
            text("SELECT measure, sum(count) FROM tenant_activity GROUP BY measure")
        )
        summed = {measure: int(count) for measure, count in of_tenants if count}
    assert own == summed
    found = tenant_statistics(runtime, "default").memories
    assert found.memories == sum(counted.values())
    for counts, name, every in (
        (found.by_kind, "kind", Kind),
        (found.by_status, "status", Status),
        (found.by_trust, "trust", Trust),
    ):
        again = Counter[str]()
        for cell, count in counted.items():
            again[getattr(cell, name)] += count
        assert counts == {one: again[one] for one in every}
    print(OPERATIONS, dict(life.done), dict(found.by_status))  # noqa: T201 - for the long run
