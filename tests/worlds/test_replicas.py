"""Two replicas on one database answer as one service on SQLite does.

The same random history goes to a single service and to two that share a database, each request to
either of them. Ids are given, but for what the service derives, so every answer has to be equal:
events, lists, scores, what ended what, what faded, what was made of it all.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from memsvc import scheduler
from memsvc.clock import FixedClock
from memsvc.core.finding import fails
from memsvc.core.forget_request import UNDER_WAY
from memsvc.core.receipt import check
from memsvc.operations.forgetting import verify
from memsvc.operations.scan import residue
from memsvc.sealing.signing import verifies
from tests.databases import fresh_database
from tests.worlds.alike import close, comparable, differing, name_derived
from tests.worlds.living import OUTCOMES, decays
from tests.worlds.statements import Topic, forms, places, statement, talks, topics
from tests.worlds.world import REQUESTS, World

WORDS = "the cat sat on a red mat in Lisbon while Ana drank green tea and 猫 slept".split()  # noqa: SIM905
PEOPLE = ["ana", "bob", "person-s", None]
SESSIONS = ["s1", "s2", None]
SHARES = [0.0, 0.05, 0.3]
TIMES = ["", " last week", " in February", " since 2024"]

texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
either = st.booleans()
ways = st.fixed_dictionaries(
    {},
    optional={
        "mode": st.sampled_from(["fast", "deep", "auto"]),
        "timing": st.sampled_from(["boost", "filter", "off"]),
        "reference_time": st.sampled_from(["2026-02-20T00:00:00Z", "2026-03-20T00:00:00Z"]),
        "limit": st.sampled_from([2, 50]),
    },
)


class Replicas(RuleBasedStateMachine):
    server: ClassVar[str | None] = None
    """Of PostgreSQL; None: the replicas share an SQLite file."""
    more: ClassVar[dict[str, Any]] = {}
    """Settings of the replicas alone."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.left_over = ExitStack()
        self.clock = FixedClock(datetime(2026, 3, 1, 9, tzinfo=UTC))
        self.single = World(self.folder / "single", self.clock)
        shared: dict[str, Any] = {"root_key": secrets.token_hex(32), **self.more}
        folders = [self.folder / "shared", self.folder / "shared"]
        if self.server is not None:
            shared["database_url"] = self.left_over.enter_context(fresh_database(self.server))
            folders[1] = self.folder / "elsewhere"
        self.replicas = [World(folder, self.clock, **shared) for folder in folders]
        self.names: list[str] = []
        self.requests = 0
        self.runs: list[tuple[str, str]] = []
        """Ids of the runs of consolidation: of the replicas, and of the single service."""

    def teardown(self) -> None:
        for world in (self.single, *self.replicas):
            world.close()
        self.left_over.close()
        shutil.rmtree(self.folder)

    def ask(self, which: bool, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        expected = self.single.ask(method, path, body)
        answer = self.replicas[which].ask(method, path, body)
        assert answer[0] == expected[0]
        self.alike(which, answer[1], expected[1])
        return answer

    def alike(self, which: bool, answer: Any, expected: Any) -> None:
        """Whether both are the same, told; derived memories may have no names yet."""
        both = (self.replicas[which], answer), (self.single, expected)
        told = [comparable(world.told(one)) for world, one in both]
        if told[0] != told[1]:
            for world, _ in both:
                name_derived(world, world.everything())
            told = [comparable(world.told(one)) for world, one in both]
        same = close(*told) if self.more else told[0] == told[1]
        assert same, differing(*told)

    def everything_alike(self, which: bool) -> None:
        self.alike(which, self.replicas[which].everything(), self.single.everything())

    @initialize(which=either)
    def first_memory(self, which: bool) -> None:
        self.write(which, ["hello there"], "ana", "s1", 0.5, again=False)

    @rule(
        which=either,
        contents=st.one_of(st.lists(texts, min_size=1, max_size=3), talks),
        person=st.sampled_from(PEOPLE),
        session=st.sampled_from(SESSIONS),
        importance=st.sampled_from([0.1, 0.5, 1.0]),
        again=st.booleans(),
        subgoal=st.sampled_from([None, None, "g1"]),
    )
    def write(
        self,
        which: bool,
        contents: list[str],
        person: str | None,
        session: str | None,
        importance: float,
        again: bool,
        subgoal: str | None = None,
    ) -> None:
        drafts = []
        for content in contents:
            drafts.append(
                {
                    "id": f"m{len(self.names)}",
                    "content": content,
                    "user_id": person,
                    "session_id": session,
                    "importance": importance,
                    "speaker": person and person.title(),
                    "subgoal": session and subgoal,
                }
            )
            self.names.append(f"m{len(self.names)}")
        self.ask(which, "POST", "/memories", {"memories": drafts})
        if again:
            self.ask(not which, "POST", "/memories", {"memories": drafts})

    @rule(which=either, content=texts, data=st.data())
    def derive(self, which: bool, content: str, data: st.DataObject) -> None:
        sources = data.draw(st.lists(st.sampled_from(self.names), min_size=1, max_size=2))
        self.names.append(f"m{len(self.names)}")
        draft = {"content": content, "source_ids": sources, "id": self.names[-1]}
        self.ask(which, "POST", "/memories", {"memories": [draft]})

    @rule(
        which=either,
        topic=topics,
        place=places,
        form=forms,
        days_ago=st.sampled_from([None, 0, 3, 40]),
        person=st.sampled_from(["ana", "person-s", None, None]),
        channel=st.sampled_from([None, "user", "agent", "web"]),
        again=st.booleans(),
    )
    def state(
        self,
        which: bool,
        topic: Topic,
        place: int,
        form: str,
        days_ago: int | None,
        person: str | None,
        channel: str | None,
        again: bool,
    ) -> None:
        """A statement that ends others, or is ended, or disputes them."""
        draft = {**statement(topic, place, form), "user_id": person, "channel": channel}
        if days_ago is not None:
            draft["valid_from"] = (self.clock.now() - timedelta(days=days_ago)).isoformat()
        self.names.append(f"m{len(self.names)}")
        body = {"memories": [{**draft, "id": self.names[-1]}]}
        self.ask(which, "POST", "/memories", body)
        if again:
            self.ask(not which, "POST", "/memories", body)

    @rule(which=either, outcome=OUTCOMES, data=st.data())
    def tell_outcomes(self, which: bool, outcome: str, data: st.DataObject) -> None:
        names = data.draw(st.lists(st.sampled_from(self.names), min_size=1, max_size=3))
        items = [{"memory_id": one, "outcome": outcome} for one in names]
        self.ask(which, "POST", "/feedback", {"items": items})

    @rule(which=either, data=st.data())
    def restore(self, which: bool, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(self.names))
        self.ask(which, "POST", f"/memories/{name}/restore")
        self.ask(not which, "GET", f"/memories/{name}/history")

    @rule(which=either, keeps=st.sampled_from(["all", "m1", "m2", "m3"]), data=st.data())
    def resolve(self, which: bool, keeps: str, data: st.DataObject) -> None:
        _, answer = self.ask(which, "GET", "/conflicts")
        for one in answer["conflicts"][:1]:
            members = [each["id"] for each in one["memories"]]
            keep = keeps if keeps == "all" else data.draw(st.sampled_from(members))
            path = f"/conflicts/{one['id']}/resolve"
            if members[0] in self.names and keep in [*self.names, "all"]:
                self.ask(not which, "POST", path, {"keep": keep})

    @rule(which=either, force=either)
    def consolidate(self, which: bool, force: bool) -> None:
        # Of runs of one moment the ids, drawn at random, say which came first.
        self.clock.advance(timedelta(minutes=1))
        ids = [world.consolidate(force=force) for world in (self.replicas[which], self.single)]
        for world in self.replicas:
            world.label(ids[0], f"run {len(self.runs)}")
        self.single.label(ids[1], f"run {len(self.runs)}")
        self.runs.append((ids[0], ids[1]))
        self.ask(not which, "GET", "/consolidations")

    @precondition(lambda self: self.runs)
    @rule(which=either)
    def take_the_last_run_back(self, which: bool) -> None:
        path = "/consolidations/{}/rollback"
        status, _ = self.replicas[which].ask("POST", path.format(self.runs[-1][0]))
        assert self.single.ask("POST", path.format(self.runs[-1][1]))[0] == status

    @rule(which=either, session=st.sampled_from(["s1", "s2"]), met=either)
    def finish_a_subgoal(self, which: bool, session: str, met: bool) -> None:
        path = f"/sessions/{session}"
        self.ask(which, "POST", f"{path}/subgoals/g1/complete", {"met": met})
        self.ask(not which, "GET", f"{path}/working-memory")

    @rule(which=either)
    def look_at_what_lives(self, which: bool) -> None:
        for path in ("/profile?user_id=ana", "/forecast?days=400", "/hygiene", "/conflicts"):
            self.ask(which, "GET", path)
        self.ask(not which, "POST", "/consolidations", {"dry_run": True})

    @rule(which=either, content=texts, data=st.data())
    def patch(self, which: bool, content: str, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(self.names))
        changes = data.draw(st.sampled_from([{"content": content}, {"status": "archived"}]))
        self.ask(which, "PATCH", f"/memories/{name}", changes)

    @precondition(lambda self: len(self.names) > 1)
    @rule(which=either, data=st.data())
    def delete(self, which: bool, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(self.names))
        self.ask(which, "DELETE", f"/memories/{name}")
        self.ask(not which, "GET", f"/memories/{name}")

    @rule(
        which=either,
        retention=st.sampled_from(SHARES),
        trust=st.sampled_from(SHARES),
        decay=decays,
    )
    def configure(self, which: bool, retention: float, trust: float, decay: dict[str, Any]) -> None:
        ranking = {"retention": retention, "trust": trust}
        self.ask(which, "PUT", "", {"settings": {"ranking": ranking, "decay": decay}})
        self.ask(not which, "GET", "")

    @rule(days=st.one_of(st.integers(-40, 40), st.sampled_from([200, 800])))
    def time_passes(self, days: int) -> None:
        self.clock.advance(timedelta(days=days, minutes=1))

    @rule(which=either)
    def restart(self, which: bool) -> None:
        self.replicas[which].restart()

    @rule(
        which=either,
        query=texts,
        time=st.sampled_from(TIMES),
        person=st.sampled_from(PEOPLE),
        way=ways,
    )
    def search(
        self, which: bool, query: str, time: str, person: str | None, way: dict[str, Any]
    ) -> None:
        body = {"query": query + time, "explain": True, "user_id": person, **way}
        self.ask(which, "POST", "/search", body)
        self.ask(not which, "POST", "/search", body)

    @rule(
        which=either,
        query=texts,
        person=st.sampled_from(PEOPLE),
        budget=st.sampled_from([50, 90, 1000]),
        way=ways,
    )
    def compose(
        self, which: bool, query: str, person: str | None, budget: int, way: dict[str, Any]
    ) -> None:
        body = {"query": query, "user_id": person, "token_budget": budget, **way}
        self.ask(which, "POST", "/context", body)
        self.ask(not which, "POST", "/context", body)

    @rule(
        which=either,
        way=st.sampled_from(["one", "several", "here", "session", "time", "state"]),
        derived=st.sampled_from(["rederive", "delete"]),
        decisions=st.lists(st.sampled_from(["hold", "release", "extend", "confirm"]), max_size=3),
        end=st.sampled_from(["confirm", "confirm", "cancel", "reject"]),
    )
    def forget(self, which: bool, way: str, derived: str, decisions: list[str], end: str) -> None:
        """Ordered at one replica, decided at the other, carried out by whichever is asked to."""
        self.requests += 1
        request_id = f"q{self.requests}"
        request = f"{REQUESTS}/{request_id}"
        order = {**self.selector(way), "derived": derived}
        self.ask_about_request(which, "POST", REQUESTS, {**order, "dry_run": True})
        order |= {"id": request_id, "mode": "two_phase", "reason": "Asked for."}
        self.ask_about_request(which, "POST", REQUESTS, order)
        self.ask_about_request(not which, "POST", REQUESTS, order)
        for decision in [*decisions, "release", end]:
            which = not which
            self.ask_about_request(which, "POST", f"{request}/{decision}", {"reason": "So be it."})
            # From the answer on the other does not show either what is held back.
            self.everything_alike(not which)
        _, answer = self.ask_about_request(which, "GET", request)
        if answer["status"] in UNDER_WAY:
            self.single.carry_out(request_id)
            self.replicas[which].carry_out(request_id)
            self.ask_about_request(not which, "GET", request)
        self.check_receipt(f"{request}/receipt")

    def selector(self, way: str) -> dict[str, Any]:
        since = (self.clock.now() - timedelta(days=1)).isoformat()
        selectors: dict[str, dict[str, Any]] = {
            "one": {"subject_ids": ["person-s"]},
            "several": {"subject_ids": ["ana", "bob", "nobody"]},
            "here": {"subject_ids": ["ana"], "agent_id": "a1"},
            "session": {"agent_id": "a1", "session_ids": ["s1"]},
            "time": {"agent_id": "a1", "time_range": {"gte": since}},
            "state": {"agent_id": "a1", "memory_ids": self.names[-4:]},
        }
        return selectors[way]

    def ask_about_request(
        self, which: bool, method: str, path: str, body: Any = None
    ) -> tuple[int, Any]:
        """The same answer, but for how databases destroy, and what a verifier could look into."""
        answers = []
        for world in (self.single, self.replicas[which]):
            status, answer = world.ask_service(method, path, body)
            answers.append((status, {**answer, "stores": None, "verifier": None}))
        assert answers[0][0] == answers[1][0]
        self.alike(which, answers[1][1], answers[0][1])
        return answers[0]

    def check_receipt(self, path: str) -> None:
        """All have one or none have; the replicas' is one and the same, and it holds."""
        status, _ = self.single.ask_service("GET", path)
        answers = [one.ask_service("GET", path) for one in self.replicas]
        assert answers[0] == answers[1]
        assert answers[0][0] == status
        if status == 200:
            key = self.replicas[0].runtime.keyring.public_key
            assert not fails(check(answers[0][1], key, verifies))

    @rule(which=either)
    def look_at_everything(self, which: bool) -> None:
        self.everything_alike(which)


@pytest.fixture(params=["sqlite", "postgresql", "pgvector"])
def machine(request: pytest.FixtureRequest) -> Iterator[type[Replicas]]:
    if request.param != "sqlite":
        Replicas.server = request.getfixturevalue("postgres")
    if request.param == "pgvector":
        # The replicas share their indexes, too; those of the single service lie in RAM.
        Replicas.more = {"index": {"pgvector": "vectors_and_words", "pgvector_above": 0}}
    with pytest.MonkeyPatch.context() as patch:
        # Nothing goes on by itself between two answers that are compared.
        patch.setattr(scheduler, "TICK_S", 3600.0)
        # Another process for each of many scans would take most of the time. Whoever closes a file
        # of SQLite in this one drops locks, which nobody else wants here.
        patch.setattr(verify, "residue_apart", residue)
        yield Replicas
    Replicas.server = None
    Replicas.more = {}


def test_two_replicas_answer_as_one_service(machine: type[Replicas]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=1 if machine.more else 9,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
